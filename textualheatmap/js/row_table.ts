// The heat of a focus as a table that spreadsheets take, as state/row_table.py.

import { rankHeat } from "./describe.ts";
import type { Heats } from "./heat_reader.ts";
import type { Panel } from "./panel.ts";

const COLUMNS = ["facet", "index", "token", "value", "heat", "rank", "share"];

/** Returns the rank and the share of each value of a row; NaN where it is missing. */
export function rankRow(values: ArrayLike<number>): [number, number][] {
  return Array.from(values, (value) => {
    const { rank, share } = rankHeat(values, value);
    return Number.isNaN(value) ? [value, value] : [rank, share];
  });
}

/** Writes the rows of all facets, one for each token, as tab-separated text. */
export function writeTable(facets: readonly Panel[]): string {
  const rows = facets.flatMap(({ id, heats, source }) => writeFacet(id, heats, source));
  return [COLUMNS, ...rows].map((row) => row.map(quote).join("\t")).join("\n");
}

function writeFacet(
  id: string,
  { heat, shown, value }: Heats,
  source: Panel["source"],
): (string | number)[][] {
  const ranks = rankRow(value);
  return source.list().map((token, i) => {
    const shownHeat = shown[i] ? heat[i] : Number.NaN;
    return [id, i, token, value[i], shownHeat, ...ranks[i]];
  });
}

/** Writes a cell as spreadsheets read it; a number with the digits that it has. */
function quote(cell: string | number): string {
  if (typeof cell === "number")
    return Number.isNaN(cell) ? "" : String(Number(cell.toPrecision(7)));
  return /[\t\n\r"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
