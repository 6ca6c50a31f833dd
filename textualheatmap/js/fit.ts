// Divides a width among the text of all facets and what stands beside it.
// `fit_width` of `scene/geometry.py` is its twin in Python; a test holds the two equal.

import { type Cells, type Units, wrap } from "./wrap.ts";

/** What a width is divided by, in px, columns and lines. */
export interface Measures {
  least_width: number;
  least_columns: number;
  padding: number;
  cell: number;
  minimap: number;
  /** Width of a tab with room for the longest title. */
  title: number;
  /** A tab has at most one part in so many of the whole, within these widths. */
  share: number;
  least_tab: number;
  widest_tab: number;
  /** Lines up to which all are shown, and those that are shown at once of more. */
  most: number;
  window: number;
}

/** The text of all facets in a width. */
export interface Fitted {
  columns: number;
  /** Width of the titles' tabs (px). */
  tab: number;
  /** Lines that are shown at once at most. */
  window: number;
  /** Whether minimaps show all of them. */
  hasMinimaps: boolean;
  cells: Cells[];
}

/** Returns the columns of the text, and the width of the titles' tabs (px). */
export function divide(measures: Measures, width: number, hasMinimaps: boolean) {
  const { cell, least_columns, least_tab, padding, share, title, widest_tab } =
    measures;
  const room = width - 2 * padding - (hasMinimaps ? measures.minimap : 0);
  const part = Math.min(Math.max(Math.floor(width / share), least_tab), widest_tab);
  // On a narrow heatmap the text comes first: its titles are cut.
  const tab = Math.min(title, part, room - least_columns * cell);
  return { columns: Math.floor((room - tab) / cell), tab };
}

/**
 * Lays the text of facets out in a width.
 * @param units the text of each facet @param width in px
 * @param keepsMinimaps whether there are minimaps even if all lines could be shown
 */
export function fit(
  measures: Measures,
  units: readonly Units[],
  width: number,
  keepsMinimaps = false,
): Fitted {
  const { most, window } = measures;
  const whole = divide(measures, width, false);
  // Of a text that is surely longer than is shown at once a first try can be spared.
  const room = most * whole.columns;
  if (!keepsMinimaps && units.every(({ columns }) => sum(columns) <= room)) {
    const cells = units.map((each) => wrap(each, whole.columns));
    const isShown = cells.every((each) => countLines(each) <= most);
    if (isShown) return { ...whole, window: most, hasMinimaps: false, cells };
  }
  const part = divide(measures, width, true);
  const cells = units.map((each) => wrap(each, part.columns));
  return { ...part, window, hasMinimaps: true, cells };
}

/** Counts the lines up to the last cell. */
export function countLines({ line }: Cells): number {
  return line[line.length - 1] + 1;
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}
