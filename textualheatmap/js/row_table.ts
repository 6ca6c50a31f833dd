// The heat of a focus as a table that spreadsheets take, as state/row_table.py.

import type { Panel } from "./panel.ts";

const COLUMNS = ["facet", "index", "token", "value", "heat", "rank", "share"];

/** Returns the rank of each value by magnitude, 1 for the largest; equals share one. */
export function rankValues(values: ArrayLike<number>): number[] {
  const sizes = Array.from(values, Math.abs);
  const ranks = new Map<number, number>();
  const known = sizes.filter((size) => !Number.isNaN(size)).sort((a, b) => b - a);
  for (const [i, size] of known.entries()) if (!ranks.has(size)) ranks.set(size, i + 1);
  return sizes.map((size) => ranks.get(size) ?? Number.NaN);
}

/** Divides values by the sum of their magnitudes, unless that is 0. */
export function shareValues(values: ArrayLike<number>): number[] {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += Math.abs(values[i]) || 0;
  return Array.from(values, (value) => (total > 0 ? value / total : value));
}

/** Finds the place of a value among the known ones of its row. */
export function placeValue(values: ArrayLike<number>, at: number) {
  const count = Array.from(values).filter((value) => !Number.isNaN(value)).length;
  return { rank: rankValues(values)[at], count, share: shareValues(values)[at] };
}

/** Writes the rows of all facets, one for each group of tokens, as tab-separated text. */
export function writeTable(facets: readonly Panel[]): string {
  const rows = facets.flatMap(writeFacet);
  return [COLUMNS, ...rows].map((row) => row.map(quote).join("\t")).join("\n");
}

function writeFacet({ id, heats, groups, source }: Panel): (string | number)[][] {
  const { heat, shown, value } = heats;
  const positions = [...source.index.keys()].filter((k) => source.index[k] >= 0);
  const firsts = groups?.starts ?? [...positions.keys()];
  const values = firsts.map((first) => value[first]);
  const [ranks, shares] = [rankValues(values), shareValues(values)];
  return firsts.map((first, i) => {
    const last = groups === undefined ? first : groups.stop[first] - 1;
    const text = source.read(positions[first], positions[last]);
    const shownHeat = shown[first] ? heat[first] : Number.NaN;
    return [id, first, text, values[i], shownHeat, ranks[i], shares[i]];
  });
}

/** Writes a cell as spreadsheets read it; a number with the digits that it has. */
function quote(cell: string | number): string {
  if (typeof cell === "number")
    return Number.isNaN(cell) ? "" : String(Number(cell.toPrecision(7)));
  return /[\t\n\r"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
