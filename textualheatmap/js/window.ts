// The window: the lines that are shown of a text, and which tokens are where in it.

import type { Geometry } from "./payload.ts";
import type { Cells } from "./wrap.ts";

/** Finds where each line's cells begin: those of line k are first[k]..first[k + 1]. */
export function firstCells(line: ArrayLike<number>, lines: number): Uint32Array {
  const first = new Uint32Array(lines + 1).fill(line.length);
  for (let i = line.length - 1; i >= 0; i--) first[line[i]] = i;
  for (let k = lines - 1; k >= 0; k--) first[k] = Math.min(first[k], first[k + 1]);
  return first;
}

/** Finds the first cell of each of n tokens. */
export function cellsOf(index: ArrayLike<number>, n: number): Uint32Array {
  const cells = new Uint32Array(n);
  for (let i = index.length - 1; i >= 0; i--) if (index[i] >= 0) cells[index[i]] = i;
  return cells;
}

/** Returns the first shown line nearest to a line that leaves no part of it empty. */
export function clampLine({ lines, window }: Geometry, line: number): number {
  return Math.max(0, Math.min(line, lines - window));
}

/** Counts the columns of the text before a line. */
export function columnsBefore({ line, width }: Cells, first: number): number {
  let columns = 0;
  for (let i = 0; i < line.length && line[i] < first; i++) columns += width[i];
  return columns;
}

/** Finds the line of what comes after so many columns of the text. */
export function lineAt({ line, width }: Cells, columns: number): number {
  let i = 0;
  for (let end = width[0]; end <= columns && i < line.length - 1; end += width[i]) {
    i += 1;
  }
  return line[i];
}

/** Finds the first shown line that brings a line into the window, moving little. */
export function reveal(line: number, first: number, window: number): number {
  if (line >= first && line < first + window) return first;
  return Math.max(0, line - Math.floor(window / 2));
}

/** Returns left, right, top and bottom of a cell, in px of the plot. */
export function boxOf(
  geometry: Geometry,
  { column, width, line: lines }: Cells,
  cell: number,
  line: number,
): [number, number, number, number] {
  const left = geometry.left + column[cell] * geometry.cell;
  const top = geometry.top + (lines[cell] - line) * geometry.line;
  return [left, left + width[cell] * geometry.cell, top, top + geometry.line];
}

/** Finds the token at a point of the plot (px), or -1. @param line first shown line */
export function findToken(
  geometry: Geometry,
  { column, width, index }: Cells,
  first: Uint32Array,
  line: number,
  x: number,
  y: number,
): number {
  const row = Math.floor((y - geometry.top) / geometry.line);
  if (row < 0 || row >= geometry.window) return -1;
  const at = (x - geometry.left) / geometry.cell;
  for (let i = first[line + row]; i < first[line + row + 1]; i++) {
    if (at >= column[i] && at < column[i] + width[i]) return index[i];
  }
  return -1;
}

/** Finds the token of a line that is nearest to a column, or -1 in a line without one. */
export function findInLine(
  { column, width, index }: Cells,
  first: Uint32Array,
  line: number,
  at: number,
): number {
  let found = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = first[line]; i < first[line + 1]; i++) {
    const distance = Math.max(column[i] - at, at - (column[i] + width[i]), 0);
    if (index[i] < 0 || distance >= least) continue;
    found = index[i];
    least = distance;
  }
  return found;
}

/**
 * Finds the token `by` lines below that of a first cell, or above it where `by` is
 * negative, at the same column. Lines without tokens are passed over, and beyond the end
 * of the text the last line with a token counts.
 * @returns -1 where there is none in that direction
 */
export function findLinesAway(
  cells: Cells,
  first: Uint32Array,
  cell: number,
  by: number,
): number {
  const { column, index, width } = cells;
  const last = first.length - 2;
  let begin = cell;
  // A token may go on for several lines.
  while (by > 0 && index[begin + 1] === index[cell]) begin += 1;
  const from = cells.line[begin];
  const aim = Math.max(0, Math.min(from + by, last));
  const at = column[begin] + width[begin] / 2;
  const step = Math.sign(by);
  for (let line = aim; line >= 0 && line <= last; line += step) {
    const found = findInLine(cells, first, line, at);
    if (found >= 0 && line !== from) return found;
  }
  for (let line = aim; line !== from; line -= step) {
    const found = findInLine(cells, first, line, at);
    if (found >= 0) return found;
  }
  return -1;
}

/**
 * Pools heat into an image of the whole text. A pixel shows the largest heat of its
 * part of a line; of signed heat, the one farthest from the middle.
 * @param image codes, a row for each line @param heat from 0 to 1, by index
 */
export function poolHeat(
  image: Uint8Array,
  { index, line, column, width }: Cells,
  heat: Float32Array,
  { lines, columns }: Geometry,
  signed: boolean,
) {
  const none = signed ? 128 : 0;
  image.fill(none);
  const parts = image.length / lines;
  const step = parts / columns;
  for (let i = 0; i < index.length; i++) {
    const code = Math.round(heat[index[i]] * 255);
    // Format tokens and missing heat have no code.
    if (Number.isNaN(code)) continue;
    const from = Math.floor(column[i] * step);
    const to = Math.min(Math.ceil((column[i] + width[i]) * step), parts);
    for (let k = line[i] * parts + from; k < line[i] * parts + to; k++) {
      if (Math.abs(code - none) > Math.abs(image[k] - none)) image[k] = code;
    }
  }
}
