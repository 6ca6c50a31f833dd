import assert from "node:assert/strict";
import { test } from "node:test";
import { Pooler } from "../../textualheatmap/js/pool.ts";
import type { Pool } from "../../textualheatmap/js/state.ts";

const NAN = Number.NaN;
const LARGEST = 3.4028234663852886e38;
const pooler = new Pooler();

function pool(lines: number[][], how: Pool, signed = false): number[] {
  const out = new Float32Array(lines[0].length);
  pooler.pool(lines.length, (i, line) => line.set(lines[i]), how, signed, out);
  return [...out];
}

test("one line stays as it is", () => {
  for (const how of ["max", "mean", "sum"] as const) {
    assert.deepEqual(pool([[1, NAN, -2]], how, true), [1, NAN, -2]);
  }
});

test("the largest value counts, and missing ones do not", () => {
  assert.deepEqual(
    pool(
      [
        [1, NAN, 3, NAN],
        [2, 5, NAN, NAN],
        [0, 4, 1, NAN],
      ],
      "max",
    ),
    [2, 5, 3, NAN],
  );
});

test("of signed values the largest in magnitude counts, of equal ones the positive", () => {
  assert.deepEqual(
    pool(
      [
        [1, -3, -2, 2, NAN],
        [-2, 2, 2, -2, -1],
      ],
      "max",
      true,
    ),
    [-2, -3, 2, 2, -1],
  );
});

test("the mean and the sum leave out what is missing", () => {
  const lines = [
    [1, NAN, -1, NAN],
    [2, 5, -2, NAN],
    [6, 4, NAN, NAN],
  ];
  assert.deepEqual(pool(lines, "mean", true), [3, 4.5, -1.5, NAN]);
  assert.deepEqual(pool(lines, "sum", true), [9, 9, -3, NAN]);
});

test("a sum too large for a float32 is the largest one", () => {
  assert.deepEqual(
    pool(
      [
        [3e38, -3e38],
        [3e38, -3e38],
      ],
      "sum",
      true,
    ),
    [LARGEST, -LARGEST],
  );
});

test("what was pooled before leaves nothing behind", () => {
  pool(
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
    "sum",
  );
  assert.deepEqual(pool([[1], [1]], "sum"), [2]);
  assert.deepEqual(pool([[NAN], [1]], "mean"), [1]);
});
