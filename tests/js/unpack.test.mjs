// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { cellsOf, firstCells, inflate } from "../../textualheatmap/js/unpack.mjs";

test("inflated bytes are the bytes that were deflated", async () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
  const inflated = await inflate(deflateSync(bytes));
  assert.deepEqual(new Uint8Array(inflated), bytes);
});

test("bytes that were not deflated are refused", async () => {
  await assert.rejects(inflate(Uint8Array.of(1, 2, 3)));
});

test("the cells of a line begin where its first one stands", () => {
  assert.deepEqual([...firstCells([0, 0, 1, 2, 2], 3)], [0, 2, 3, 5]);
});

test("a line without cells begins and ends where the next begins", () => {
  assert.deepEqual([...firstCells([0, 3], 5)], [0, 1, 1, 1, 2, 2]);
});

test("a token is found by its first cell, and format tokens are passed over", () => {
  assert.deepEqual([...cellsOf([0, -1, 1, 1, -1, 2], 3)], [0, 2, 5]);
});
