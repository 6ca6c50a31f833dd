// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { poolHeat, reveal } from "../../textualheatmap/js/scroll.mjs";
import { boxOf, clampLine } from "../../textualheatmap/js/window.mjs";

const facet = { geometry: { lines: 30, window: 20 } };

test("the window never leaves the text", () => {
  assert.equal(clampLine(facet, 4), 4);
  assert.equal(clampLine(facet, -3), 0);
  assert.equal(clampLine(facet, 25), 10);
  assert.equal(clampLine({ geometry: { lines: 3, window: 20 } }, 2), 0);
});

test("a cell lies in its columns, on its line of the window", () => {
  const geometry = { left: 8, top: 6, cell: 8, line: 22 };
  const cells = { column: [0, 5], width: [5, 2], line: [3, 4] };
  assert.deepEqual(boxOf(geometry, cells, 0, 3), [8, 48, 6, 28]);
  assert.deepEqual(boxOf(geometry, cells, 1, 3), [48, 64, 28, 50]);
});

test("a line that is shown moves nothing", () => {
  assert.equal(reveal(5, 5, 20), 5);
  assert.equal(reveal(24, 5, 20), 5);
});

test("a line that is not shown comes to the middle", () => {
  assert.equal(reveal(25, 5, 20), 15);
  assert.equal(reveal(40, 5, 20), 30);
  assert.equal(reveal(4, 5, 20), 0);
});

test("the image has the largest heat of each part of a line", () => {
  const image = new Uint8Array(8).fill(9);
  const cells = {
    index: [1, 0, -1, 2],
    line: [0, 0, 0, 1],
    column: [0, 1, 2, 4],
    width: [1, 1, 6, 4],
  };
  poolHeat(image, cells, Float32Array.of(0.2, 0.6, 1), { lines: 2, columns: 8 });
  assert.deepEqual([...image], [153, 0, 0, 0, 0, 0, 255, 255]);
});

test("a cell narrower than a part still shows in the image", () => {
  const image = new Uint8Array(2);
  const cells = { index: [0], line: [0], column: [5], width: [1] };
  poolHeat(image, cells, Float32Array.of(1), { lines: 1, columns: 8 });
  assert.deepEqual([...image], [0, 255]);
});
