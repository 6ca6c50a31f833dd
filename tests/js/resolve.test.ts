import assert from "node:assert/strict";
import { test } from "node:test";
import { findAnswering, resolve } from "../../textualheatmap/js/resolve.ts";
import { alignTokens } from "./facets.ts";

// The prompt's rows are the answer's tokens; the last two cut the answer differently.
const answer = alignTokens("answer", ["ab", "cd"], { rowsOf: 0 });
const prompt = alignTokens("prompt", ["why", "?"], {
  axis: 1,
  sameTokens: 1,
  rowsOf: 0,
});
const letters = alignTokens("letters", ["a", "b", "c", "d"], {
  sameTokens: 2,
  rowsOf: 2,
});
const stranger = alignTokens("stranger", ["x"], { axis: 3, sameTokens: 3, rowsOf: 3 });
const facets = [answer, prompt, letters, stranger];
const [ANSWER, PROMPT, LETTERS, STRANGER] = [0, 1, 2, 3];

const focus = (facet: number, start: number) => ({ facet, start, stop: start + 1 });
const lines = (
  facet: number,
  kind: "row" | "column",
  start: number,
  stop: number,
  exact = true,
) => ({ facet, lines: kind, start, stop, exact });

test("a row: a facet's own matrix answers for its own tokens", () => {
  assert.deepEqual(
    resolve(ANSWER, focus(ANSWER, 1), "row", facets),
    lines(ANSWER, "row", 1, 2),
  );
});

test("a row: it answers for the tokens of an aligned facet by its counterparts", () => {
  assert.deepEqual(
    resolve(LETTERS, focus(ANSWER, 1), "row", facets),
    lines(LETTERS, "row", 2, 4),
  );
});

test("a row: the prompt shows what the answer looked at", () => {
  assert.deepEqual(
    resolve(PROMPT, focus(ANSWER, 1), "row", facets),
    lines(PROMPT, "row", 1, 2),
  );
  assert.deepEqual(
    resolve(PROMPT, focus(LETTERS, 3), "row", facets),
    lines(PROMPT, "row", 1, 2),
  );
});

test("a row: nothing says what the prompt looked at", () => {
  for (const painted of [ANSWER, PROMPT, LETTERS]) {
    assert.equal(resolve(painted, focus(PROMPT, 0), "row", facets), null);
  }
});

test("a column: a facet shows who of its own looked at the focus", () => {
  assert.deepEqual(
    resolve(LETTERS, focus(ANSWER, 0), "column", facets),
    lines(LETTERS, "column", 0, 2),
  );
});

test("a column: the answer shows who looked at the prompt", () => {
  assert.deepEqual(
    resolve(ANSWER, focus(PROMPT, 1), "column", facets),
    lines(PROMPT, "column", 1, 2),
  );
});

test("a column: the prompt shows nobody, since its tokens are no rows", () => {
  assert.equal(resolve(PROMPT, focus(PROMPT, 1), "column", facets), null);
  assert.equal(resolve(PROMPT, focus(ANSWER, 1), "column", facets), null);
});

test("facets that are not linked show nothing of each other", () => {
  for (const direction of ["row", "column"] as const) {
    assert.equal(resolve(STRANGER, focus(ANSWER, 0), direction, facets), null);
    assert.equal(resolve(ANSWER, focus(STRANGER, 0), direction, facets), null);
  }
});

test("who may answer: a facet itself, and in a column those whose rows are its own", () => {
  for (const facet of facets.keys()) {
    assert.deepEqual(findAnswering(facet, "row", facets), [facet]);
  }
  assert.deepEqual(findAnswering(ANSWER, "column", facets), [ANSWER, PROMPT]);
  for (const facet of [PROMPT, LETTERS, STRANGER]) {
    assert.deepEqual(findAnswering(facet, "column", facets), [facet]);
  }
});
