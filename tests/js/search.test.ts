import assert from "node:assert/strict";
import { test } from "node:test";
import { HottestWalk } from "../../textualheatmap/js/hottest.ts";
import {
  boxHits,
  explainError,
  findAt,
  findHits,
  findPlaces,
  findStop,
  listStops,
  writeExpression,
} from "../../textualheatmap/js/search.ts";
import { SourceText } from "../../textualheatmap/js/source_text.ts";
import { wrap } from "../../textualheatmap/js/wrap.ts";
import { alignTokens, cut } from "./facets.ts";

test("a text is found whatever its case, and stands for itself", () => {
  const found = (search: string, text: string) =>
    findPlaces([text], writeExpression(search))[0];
  assert.deepEqual(found("ab", "Ab aB"), [0, 2, 3, 5]);
  for (const text of ["a.b", "(", "\\d", "[x]*{2}^$|/?+", "ß-é"]) {
    assert.deepEqual(found(text, `x${text}`), [1, 1 + text.length], text);
  }
  assert.deepEqual(found("a.b", "acb"), []);
  assert.deepEqual(found("i", "\u0130i"), [1, 2]);
});

test("an expression is one of JavaScript's, by lines and by whole characters", () => {
  const found = (pattern: string, text: string) =>
    findPlaces([text], writeExpression({ pattern }))[0];
  assert.deepEqual(found("^b|c$", "a\nbc\nc"), [2, 3, 3, 4, 5, 6]);
  assert.deepEqual(found(".", "\u{1f600}"), [0, 2]);
  // What is empty is no hit, and does not go on for ever.
  assert.deepEqual(found("x*", "axx"), [1, 3]);
});

test("a wrong expression is explained at the character that makes it wrong", () => {
  assert.equal(explainError("a(b|c)+"), null);
  assert.match(explainError("ab)c") ?? "", /^Unmatched '\)' at character 3$/);
  assert.match(explainError("é(b") ?? "", /group at character 2$/);
  assert.match(explainError("a**") ?? "", /^Nothing to repeat at character 3$/);
  assert.match(explainError("(?P<y>a)") ?? "", /at character 1$/);
});

test("a hit touches tokens, across format tokens, and each token once", () => {
  const { source } = cut("du", "ty", "[ ]", "of", "", "[\n]", "duty");
  assert.equal(source.text, "duty of\nduty");
  const hits = (search: string) =>
    findHits(source, findPlaces([source.text], search)[0]);
  assert.deepEqual(hits("ty of"), [{ first: 1, last: 3, start: 1, stop: 3 }]);
  assert.deepEqual(hits("f\nd"), [{ first: 3, last: 6, start: 2, stop: 5 }]);
  assert.deepEqual(hits("[uy]"), [
    { first: 0, last: 0, start: 0, stop: 1 },
    { first: 1, last: 1, start: 1, stop: 2 },
    { first: 6, last: 6, start: 4, stop: 5 },
  ]);
  assert.deepEqual(hits(" "), []);
});

test("what is searched is the text of the data, not what is drawn", () => {
  const { units } = cut("a↵", "b");
  const source = new SourceText(units, { 0: "a\n", 3: "end" });
  assert.equal(source.text, "a\nbend");
  assert.equal(source.read(0, 1), "a\nb");
  assert.deepEqual(source.index.slice(0, 2), [0, 1]);
});

const words = alignTokens("words", ["see ", "it ", "all"]);
const pieces = alignTokens("pieces", ["se", "e it", " ", "a", "ll"], { sameTokens: 1 });
const other = alignTokens("other", ["x", "see"], { axis: 2, sameTokens: 2 });
const facets = [words, pieces, other];
const hit = (start: number, stop = start + 1) => ({ first: 0, last: 0, start, stop });

test("one goes to a hit of aligned facets once", () => {
  assert.deepEqual(listStops([[hit(0)], [hit(0, 2), hit(3)], [hit(1)]], facets), [
    { facet: 0, start: 0, stop: 1 },
    { facet: 1, start: 3, stop: 4 },
    { facet: 2, start: 1, stop: 2 },
  ]);
  // Whichever of the facets before has it.
  assert.deepEqual(listStops([[hit(0)], [hit(3)], [hit(0)]], [words, pieces, words]), [
    { facet: 0, start: 0, stop: 1 },
    { facet: 1, start: 3, stop: 4 },
  ]);
});

test("a hit may be as long as a long text", () => {
  const long = alignTokens("long", ["a".repeat(300_000)]);
  assert.deepEqual(listStops([[hit(0)], [hit(0)]], [long, { ...long, id: "again" }]), [
    { facet: 0, start: 0, stop: 1 },
  ]);
});

test("one goes round the hits, from the focus on", () => {
  const stops = [
    { facet: 0, start: 1, stop: 2 },
    { facet: 1, start: 3, stop: 5 },
    { facet: 2, start: 0, stop: 1 },
  ];
  const find = (by: number, facet: number, start: number, stop = start + 1) =>
    findStop(stops, { facet, start, stop }, by, facets);
  assert.deepEqual([find(1, 0, 1), find(1, 1, 3, 5), find(1, 2, 0)], [1, 2, 0]);
  assert.deepEqual([find(-1, 0, 1), find(-1, 1, 3, 5), find(-1, 2, 0)], [2, 0, 1]);
  // Not at a hit: before it, between two, after the last.
  assert.deepEqual([find(1, 0, 0), find(-1, 0, 0)], [0, 2]);
  assert.deepEqual([find(1, 1, 2), find(-1, 1, 2)], [1, 0]);
  assert.deepEqual([find(1, 2, 1), find(-1, 2, 1)], [0, 2]);
  assert.deepEqual(
    [1, -1].map((by) => findStop(stops, null, by, facets)),
    [0, 2],
  );
  assert.equal(findStop([], null, 1, facets), -1);
  assert.equal(findAt(stops, { facet: 1, start: 3, stop: 4 }), -1);
});

test("a hit has a box on each of its lines, within the window", () => {
  const { units } = cut("ab ", "cd ", "ef ", "gh");
  const cells = wrap(units, 7);
  assert.deepEqual([...cells.line], [0, 0, 1, 1]);
  const hits = [
    { ...hit(0), first: 0, last: 0 },
    { ...hit(1), first: 1, last: 3 },
    { ...hit(3), first: 3, last: 3 },
  ];
  assert.deepEqual(boxHits(cells, hits, 0, 4), [
    { line: 0, left: 0, right: 3 },
    { line: 0, left: 3, right: 6 },
    { line: 1, left: 0, right: 5 },
    { line: 1, left: 3, right: 5 },
  ]);
  assert.deepEqual(boxHits(cells, hits, 2, 4).length, 2);
  assert.deepEqual(boxHits(cells, hits, 0, 2).length, 2);
});

test("a walk through the hottest tokens keeps to the row that it began at", () => {
  const token = (start: number) => ({ facet: 0, start, stop: start + 1 });
  const walk = new HottestWalk();
  const list = () => [token(5), token(2)];
  const never = () => assert.fail("the row is that of the beginning");
  assert.deepEqual(walk.step(token(0), 1, list), token(5));
  assert.deepEqual(walk.step(token(5), 1, never), token(2));
  assert.equal(walk.step(token(2), 1, never), null);
  assert.deepEqual(walk.step(token(2), -1, never), token(5));
  assert.deepEqual(walk.step(token(5), -1, never), token(0));
  assert.equal(walk.step(token(0), -1, never), null);
  // Another gesture has moved the focus.
  assert.deepEqual(
    walk.step(token(2), 1, () => [token(7)]),
    token(7),
  );
});
