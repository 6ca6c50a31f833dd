// Which matrix has the heat of a facet's tokens for a focus, as state/resolve.py.

import { counterparts } from "./align.ts";
import type { Alignment, Focus, ViewState } from "./state.ts";

/** Where the heat of a facet's tokens is found. */
export interface Answer {
  /** Position of the facet whose matrix has it. */
  facet: number;
  lines: "row" | "column";
  /** The rows or columns, half open. */
  start: number;
  stop: number;
  /** Whether they are those of the focus; else they are the nearest ones. */
  exact: boolean;
}

/**
 * Finds where the heat of a facet's tokens is for a focus:
 *
 * | direction | where                                           | lines             |
 * |-----------|-------------------------------------------------|-------------------|
 * | row       | the rows are the focused facet's tokens, or an  | the counterparts' |
 * |           | aligned facet's                                 | rows              |
 * | column    | the rows are its own tokens, and it is or is    | the counterparts' |
 * |           | aligned with the focused facet                  | columns           |
 * | column    | the focused facet's rows are its tokens         | the focus's       |
 * |           |                                                 | columns there     |
 *
 * @param painted position of the facet that is coloured
 */
export function resolve(
  painted: number,
  focus: Focus,
  direction: ViewState["direction"],
  facets: readonly Alignment[],
): Answer | null {
  const { facet, start, stop } = focus;
  const { rowsOf } = facets[painted];
  if (direction === "row" || rowsOf === painted) {
    const span = counterparts(facets[rowsOf], facets[facet], start, stop);
    if (span !== null) return { facet: painted, lines: direction, ...span };
  }
  if (direction === "column" && facets[facet].rowsOf === painted) {
    return { facet, lines: direction, start, stop, exact: true };
  }
  return null;
}

/**
 * Finds the facets one of whose matrices answers for a facet, whatever the focus; the
 * facet itself where none ever answers.
 */
export function findAnswering(
  painted: number,
  direction: ViewState["direction"],
  facets: readonly Alignment[],
): number[] {
  if (direction === "row") return [painted];
  const found = [...facets.keys()].filter((k) => facets[k].rowsOf === painted);
  return found.length > 0 ? found : [painted];
}
