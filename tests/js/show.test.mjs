// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { findCounterparts, readHeatRow } from "../../textualheatmap/js/show.mjs";

/**
 * @param {number} spelling
 * @param {number} cut
 * @param {string[]} tokens
 */
function facetOf(spelling, cut, tokens) {
  const ends = tokens.map((_, i) => tokens.slice(0, i + 1).join("").length);
  const starts = ends.map((end, i) => end - tokens[i].length);
  return { spelling, cut, starts, ends };
}

const words = facetOf(0, 0, ["see ", "it ", "all"]);
const pieces = facetOf(0, 1, ["se", "e it", " ", "a", "ll"]);
const other = facetOf(2, 2, ["x", "y"]);

test("nothing is the counterpart of no focus", () => {
  assert.deepEqual(findCounterparts(words, pieces, -1), []);
});

test("facets of the same tokens share the index", () => {
  assert.deepEqual(findCounterparts(words, { ...words }, 2), [2]);
});

test("facets of one text share the characters", () => {
  assert.deepEqual(findCounterparts(pieces, words, 0), [0, 1]);
  assert.deepEqual(findCounterparts(pieces, words, 1), [1, 2]);
  assert.deepEqual(findCounterparts(pieces, words, 2), [3, 4]);
  assert.deepEqual(findCounterparts(words, pieces, 1), [0, 1]);
  assert.deepEqual(findCounterparts(words, pieces, 4), [2]);
});

test("tokens that only touch are no counterparts", () => {
  const characters = facetOf(0, 3, [..."see it all"]);
  assert.deepEqual(findCounterparts(characters, words, 1), [4, 5, 6]);
});

test("an empty token is the counterpart of an empty one at its place", () => {
  const here = facetOf(0, 0, ["a", "", "b"]);
  const there = facetOf(0, 1, ["a", "", "", "b"]);
  assert.deepEqual(findCounterparts(here, there, 2), [1]);
  assert.deepEqual(findCounterparts(here, there, 0), [0]);
});

test("facets of different texts share the index, as far as they go", () => {
  assert.deepEqual(findCounterparts(other, words, 1), [1]);
  assert.deepEqual(findCounterparts(other, words, 2), []);
});

const packed = {
  heat: Uint8Array.of(255, 51, 0, 255, 0, 0, 0, 102, 255),
  scales: [1, 0.5, 0],
};

/** @param {ArrayLike<number>} row @param {number[]} expected */
function assertClose(row, expected) {
  assert.equal(row.length, expected.length);
  for (const [i, value] of expected.entries()) {
    assert.ok(Math.abs(row[i] - value) < 1e-6, `${row[i]} at ${i}, not ${value}`);
  }
}

test("a heat row is read by its scale", () => {
  assertClose(readHeatRow(packed, [0]), [1, 0.2, 0]);
  assertClose(readHeatRow(packed, [1]), [0.5, 0, 0]);
  assertClose(readHeatRow(packed, [2]), [0, 0, 0]);
});

test("of several focused tokens the largest heat counts", () => {
  const scales = [0.5, 1, 1];
  assertClose(readHeatRow({ ...packed, scales }, [0, 1, 2]), [1, 0.4, 1]);
});

test("without a focus there is no heat", () => {
  assertClose(readHeatRow(packed, []), [0, 0, 0]);
});
