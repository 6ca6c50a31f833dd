import assert from "node:assert/strict";
import { test } from "node:test";
import { counterparts } from "../../textualheatmap/js/align.ts";
import { alignTokens } from "./facets.ts";

const words = alignTokens("words", ["see ", "it ", "all"]);
const pieces = alignTokens("pieces", ["se", "e it", " ", "a", "ll"], { sameTokens: 1 });
const other = alignTokens("other", ["x", "y", "z"], { axis: 2, sameTokens: 2 });

const exact = (start: number, stop: number) => ({ start, stop, exact: true });
const near = (start: number) => ({ start, stop: start + 1, exact: false });

test("facets of the same tokens share the span", () => {
  assert.deepEqual(counterparts(words, { ...words, axis: 9 }, 1, 3), exact(1, 3));
});

test("facets of one text share the characters", () => {
  assert.deepEqual(counterparts(pieces, words, 0, 1), exact(0, 2));
  assert.deepEqual(counterparts(pieces, words, 1, 2), exact(1, 3));
  assert.deepEqual(counterparts(pieces, words, 2, 3), exact(3, 5));
  assert.deepEqual(counterparts(words, pieces, 1, 2), exact(0, 2));
  assert.deepEqual(counterparts(words, pieces, 4, 5), exact(2, 3));
});

test("a span of tokens has a span of counterparts", () => {
  assert.deepEqual(counterparts(pieces, words, 0, 2), exact(0, 3));
  assert.deepEqual(counterparts(words, pieces, 0, 5), exact(0, 3));
});

test("tokens that only touch are no counterparts", () => {
  const characters = alignTokens("characters", [..."see it all"], { sameTokens: 3 });
  assert.deepEqual(counterparts(characters, words, 1, 2), exact(4, 7));
});

test("facets that are not aligned have no counterparts", () => {
  assert.equal(counterparts(other, words, 1, 2), null);
});

test("an empty token has the nearest token, and not exactly", () => {
  const marked = alignTokens("marked", ["", "see ", "it ", "", "all", ""], {
    sameTokens: 3,
  });
  assert.deepEqual(counterparts(words, marked, 0, 1), near(0));
  assert.deepEqual(counterparts(words, marked, 3, 4), near(2));
  assert.deepEqual(counterparts(words, marked, 5, 6), near(2));
});

test("empty tokens around a span do not count", () => {
  const marked = alignTokens("marked", ["", "see ", "it ", "", "all", ""], {
    sameTokens: 3,
  });
  assert.deepEqual(counterparts(marked, words, 1, 2), exact(2, 3));
  assert.deepEqual(counterparts(words, marked, 0, 2), exact(0, 1));
});

test("characters that the other facet lacks have the nearest token", () => {
  const gap = {
    ...alignTokens("gap", ["ab", "gh"], { sameTokens: 3 }),
    start: Int32Array.of(0, 6),
    stop: Int32Array.of(2, 8),
  };
  const whole = alignTokens("whole", ["ab", "c", "d", "e", "f", "gh", "ij"]);
  assert.deepEqual(counterparts(gap, whole, 1, 2), near(0));
  assert.deepEqual(counterparts(gap, whole, 4, 5), near(1));
  assert.deepEqual(counterparts(gap, whole, 6, 7), near(1));
  assert.deepEqual(counterparts(gap, whole, 1, 5), near(1));
});

test("an empty token behind the last character does not count, nor is it the nearest", () => {
  const place = (starts: number[], stops: number[]) => ({
    ...alignTokens("gap", ["", "", ""], { sameTokens: 3 }),
    start: Int32Array.from(starts),
    stop: Int32Array.from(stops),
  });
  const whole = alignTokens("whole", ["ab", "cd", "ef", "gh"]);
  const behind = place([0, 2, 6], [2, 2, 8]);
  assert.deepEqual(counterparts(behind, whole, 0, 2), exact(0, 1));
  const first = place([0, 6, 8], [0, 8, 8]);
  assert.deepEqual(counterparts(first, whole, 0, 1), near(1));
});
