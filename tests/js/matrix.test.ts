import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CodedMatrix,
  chooseMatrix,
  type Matrix,
  PooledMatrix,
} from "../../textualheatmap/js/matrix.ts";

/** A matrix of two rows and three columns: 1, 1/4 and none, 2, none and 2. */
const matrix = new CodedMatrix(
  Uint8Array.of(254, 127, 0, 254, 255, 254),
  Float32Array.of(1, 2),
  false,
  2,
);

const rowOf = (each: Matrix, row: number) => {
  const out = new Float32Array(each.columns);
  each.readRow(row, out);
  return [...out];
};

const columnOf = (each: Matrix, column: number) => {
  const out = new Float32Array(each.rows);
  each.readColumn(column, out);
  return [...out];
};

/** A matrix of one value. */
const single = (value: number) =>
  new CodedMatrix(
    Uint8Array.of(value < 0 ? 0 : 254),
    Float32Array.of(Math.abs(value)),
    true,
    Math.abs(value),
  );

test("a matrix has rows and columns", () => {
  assert.deepEqual([matrix.rows, matrix.columns], [2, 3]);
  assert.deepEqual(rowOf(matrix, 0), [1, 0.25, 0]);
  assert.deepEqual(rowOf(matrix, 1), [2, Number.NaN, 2]);
  assert.deepEqual(columnOf(matrix, 0), [1, 2]);
  assert.deepEqual(columnOf(matrix, 1), [0.25, Number.NaN]);
});

test("a matrix of no tokens has nothing", () => {
  const none = new CodedMatrix(new Uint8Array(0), new Float32Array(0), false, null);
  assert.deepEqual([none.rows, none.columns], [0, 0]);
});

test("pooled matrices are pooled value by value, in rows and in columns", () => {
  const mean = new PooledMatrix([single(3), single(-1)], "mean");
  assert.deepEqual(rowOf(mean, 0), [1]);
  const largest = new PooledMatrix([matrix, matrix], "max");
  assert.deepEqual(columnOf(largest, 2), [0, 2]);
  assert.ok(mean.signed && !largest.signed);
});

test("the reach of a pooled matrix is what it has, missing heat aside", () => {
  assert.equal(new PooledMatrix([matrix, matrix], "mean").reach, 2);
  assert.equal(new PooledMatrix([single(-3), single(1)], "mean").reach, 1);
  const missing = new CodedMatrix(Uint8Array.of(255), Float32Array.of(0), false, null);
  assert.equal(new PooledMatrix([missing, missing], "max").reach, null);
});

test("a choice on each axis picks a matrix, the last axis fastest", () => {
  const axes = [
    { name: "layer", labels: ["first", "second"] },
    { name: "head", labels: ["a", "b", "c"] },
  ];
  const matrices = [0, 1, 2, 3, 4, 5].map(single);
  const pick = (layer: number | "mean" | "max", head: number | "mean" | "max") =>
    rowOf(chooseMatrix(matrices, axes, { layer, head }), 0)[0];
  assert.equal(pick(1, 0), 3);
  assert.equal(pick(0, 2), 2);
  assert.equal(pick(1, "mean"), 4);
  assert.equal(pick("max", 1), 4);
  assert.equal(pick("mean", "max"), 3.5);
  assert.equal(pick(9, -1), 3);
  // Where nothing is chosen, the mean.
  assert.equal(rowOf(chooseMatrix(matrices, axes, { layer: 1 }), 0)[0], 4);
});

test("a matrix without axes is chosen by none", () => {
  assert.equal(chooseMatrix([matrix], [], { layer: 3 }), matrix);
});
