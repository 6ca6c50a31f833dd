import assert from "node:assert/strict";
import { test } from "node:test";
import {
  boxOf,
  cellsOf,
  clampLine,
  columnsBefore,
  findInLine,
  findLinesAway,
  findToken,
  firstCells,
  lineAt,
  poolHeat,
  reveal,
} from "../../textualheatmap/js/window.ts";
import type { Cells } from "../../textualheatmap/js/wrap.ts";

const geometry = {
  left: 8,
  top: 8,
  cell: 8,
  line: 22,
  lines: 4,
  window: 2,
  columns: 8,
};

/** Returns cells of which only the places count. */
function cellsAt(
  places: Record<"index" | "line" | "column" | "width", number[]>,
): Cells {
  const arrays = Object.entries(places).map(([name, values]) => [
    name,
    Int32Array.from(values),
  ]);
  return { ...Object.fromEntries(arrays), position: new Int32Array(0), text: [] };
}

/** Lines xy, "ab cd", ef and gh, of which the two in the middle are shown. */
const cells = cellsAt({
  index: [3, 0, -1, 1, 2, 4],
  line: [0, 1, 1, 1, 2, 3],
  column: [0, 0, 2, 3, 0, 0],
  width: [2, 2, 1, 2, 2, 2],
});
const first = firstCells(cells.line, 4);
const find = (x: number, y: number) => findToken(geometry, cells, first, 1, x, y);

test("the token under a point is found on its line of the window", () => {
  assert.equal(find(8, 8), 0);
  assert.equal(find(23.9, 29.9), 0);
  assert.equal(find(32, 8), 1);
  assert.equal(find(8, 30), 2);
});

test("beside, between and beyond tokens there is none", () => {
  for (const [x, y] of [
    [7, 8],
    [24, 8],
    [48, 8],
    [24, 30],
    [8, 7],
    [8, 52],
  ]) {
    assert.equal(find(x, y), -1, `at ${x}, ${y}`);
  }
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

test("the window never leaves the text", () => {
  const long = { ...geometry, lines: 30, window: 20 };
  assert.equal(clampLine(long, 4), 4);
  assert.equal(clampLine(long, -3), 0);
  assert.equal(clampLine(long, 25), 10);
  assert.equal(clampLine({ ...long, lines: 3 }, 2), 0);
});

test("a cell lies in its columns, on its line of the window", () => {
  const each = cellsAt({ index: [], column: [0, 5], width: [5, 2], line: [3, 4] });
  assert.deepEqual(boxOf(geometry, each, 0, 3), [8, 48, 8, 30]);
  assert.deepEqual(boxOf(geometry, each, 1, 3), [48, 64, 30, 52]);
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

const small = { ...geometry, lines: 2 };
const parts = cellsAt({
  index: [1, 0, -1, 2],
  line: [0, 0, 0, 1],
  column: [0, 1, 2, 4],
  width: [1, 1, 6, 4],
});

test("the image has the largest heat of each part of a line", () => {
  const image = new Uint8Array(8).fill(9);
  poolHeat(image, parts, Float32Array.of(0.2, 0.6, 1), small, false);
  assert.deepEqual([...image], [153, 0, 0, 0, 0, 0, 255, 255]);
});

test("of signed heat the image has what is farthest from the middle", () => {
  const image = new Uint8Array(8).fill(9);
  poolHeat(image, parts, Float32Array.of(0.6, 0.1, 1), small, true);
  assert.deepEqual([...image], [26, 128, 128, 128, 128, 128, 255, 255]);
});

test("missing heat is not in the image", () => {
  const image = new Uint8Array(8).fill(9);
  poolHeat(image, parts, new Float32Array(3).fill(Number.NaN), small, true);
  assert.deepEqual([...image], new Array(8).fill(128));
});

test("a cell narrower than a part still shows in the image", () => {
  const image = new Uint8Array(2);
  const narrow = cellsAt({ index: [0], line: [0], column: [5], width: [1] });
  poolHeat(image, narrow, Float32Array.of(1), { ...small, lines: 1 }, false);
  assert.deepEqual([...image], [0, 255]);
});

test("a line that is found by the columns before it is the same line", () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((line) => columnsBefore(cells, line)),
    [0, 2, 7, 9],
  );
  for (const line of [0, 1, 2, 3]) {
    assert.equal(lineAt(cells, columnsBefore(cells, line)), line);
  }
});

test("columns within a line are of that line, and those beyond the text of the last", () => {
  assert.equal(lineAt(cells, 6), 1);
  assert.equal(lineAt(cells, 8), 2);
  assert.equal(lineAt(cells, 11), 3);
  assert.equal(lineAt(cells, 99), 3);
});

/** Five lines: "aa bb cc", a line of a format token, nothing, "d", "  ee". */
const lined = cellsAt({
  index: [0, 1, 2, -1, 3, -1, 4],
  line: [0, 0, 0, 1, 3, 4, 4],
  column: [0, 2, 4, 0, 0, 0, 2],
  width: [2, 2, 2, 1, 1, 2, 2],
});
const firstOf = firstCells(lined.line, 5);

test("the token of a line at a column is the nearest one, and never a format token", () => {
  const found = [0, 3, 99].map((at) => findInLine(lined, firstOf, 0, at));
  assert.deepEqual(found, [0, 1, 2]);
  assert.equal(findInLine(lined, firstOf, 4, 0), 4);
  assert.equal(findInLine(lined, firstOf, 1, 0), -1);
  assert.equal(findInLine(lined, firstOf, 2, 0), -1);
});

test("lines without tokens are passed over on the way up and down", () => {
  // Cell by token: 0, 1, 2, 4, 6.
  assert.equal(findLinesAway(lined, firstOf, 2, 1), 3);
  assert.equal(findLinesAway(lined, firstOf, 4, 1), 4);
  assert.equal(findLinesAway(lined, firstOf, 6, -1), 3);
  assert.equal(findLinesAway(lined, firstOf, 4, -1), 0);
});

test("many lines lead to the last line that has a token, and from there nowhere", () => {
  const ended = firstCells(lined.line.subarray(0, 4), 2);
  assert.equal(findLinesAway(lined, firstOf, 0, 99), 4);
  assert.equal(findLinesAway(lined, firstOf, 6, -99), 1);
  assert.equal(findLinesAway(lined, firstOf, 6, 1), -1);
  assert.equal(findLinesAway(lined, firstOf, 0, -1), -1);
  // Below is only a line of a format token.
  assert.equal(findLinesAway(lined, ended, 0, 1), -1);
});

test("a full line stays on its line of the image, however its parts are rounded", () => {
  const image = new Uint8Array(12);
  const wide = { ...small, columns: 187 };
  const full = cellsAt({ index: [0], line: [0], column: [0], width: [wide.columns] });
  poolHeat(image, full, Float32Array.of(1), wide, false);
  assert.deepEqual([...image], [...new Array(6).fill(255), ...new Array(6).fill(0)]);
});
