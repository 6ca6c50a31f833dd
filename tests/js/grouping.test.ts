// Tokens that are focused and glow together.

import assert from "node:assert/strict";
import test from "node:test";
import { groupValues, makeGroups, widen } from "../../textualheatmap/js/grouping.ts";

const groups = makeGroups([2, 1, 3]);

test("a span is widened to whole groups", () => {
  assert.deepEqual(widen(groups, { start: 1, stop: 2 }), { start: 0, stop: 2 });
  assert.deepEqual(widen(groups, { start: 2, stop: 4 }), { start: 2, stop: 6 });
  assert.deepEqual(widen(undefined, { start: 1, stop: 2 }), { start: 1, stop: 2 });
});

test("a span of tokens whose groups are not known yet stays", () => {
  assert.deepEqual(widen(groups, { start: 5, stop: 7 }), { start: 5, stop: 7 });
});

test("a sum too large for a number of heat is the largest of these", () => {
  const values = new Float32Array([3e38, 3e38, 1, 0, 0, 0]);
  groupValues(values, groups, "sum", false);
  assert.deepEqual(
    [...values.slice(0, 3)],
    [2 ** 128 - 2 ** 104, 2 ** 128 - 2 ** 104, 1],
  );
});

test("missing heat is left out of its group, and alone it stays missing", () => {
  const { NaN: missing } = Number;
  for (const how of ["mean", "sum", "max"] as const) {
    const values = new Float32Array([missing, missing, 1, missing, 0.5, missing]);
    groupValues(values, groups, how, false);
    assert.deepEqual([...values], [missing, missing, 1, 0.5, 0.5, 0.5]);
  }
});
