// Which tokens of facets correspond, as state/alignment.py.

import type { Alignment } from "./state.ts";

/** A span of indexes; not exact if it is only the nearest token. */
export interface Span {
  start: number;
  stop: number;
  exact: boolean;
}

/** Returns the first place of a number of at least `least`, among ascending numbers. */
function findFrom(numbers: Int32Array, least: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] >= least) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Finds the tokens of one facet that correspond to a span of another: those that share
 * a character with it, else the nearest one.
 * @param start @param stop indexes of the span, which has at least one token
 * @returns null where the facets are not aligned
 */
export function counterparts(
  painted: Alignment,
  focused: Alignment,
  start: number,
  stop: number,
): Span | null {
  if (painted.sameTokens === focused.sameTokens) return { start, stop, exact: true };
  if (painted.axis !== focused.axis) return null;
  let from = focused.start[start];
  let to = from;
  // A token without characters stands where the one before it stops. So the first that
  // stops behind the span's start is the span's first one with characters.
  const first = findFrom(focused.stop, from + 1);
  if (first < stop) {
    from = focused.start[first];
    to = focused.stop[stop - 1];
    const found = findFrom(painted.stop, from + 1);
    const last = findFrom(painted.start, to) - 1;
    if (found <= last) {
      // Without the empty tokens behind the last one that shares a character.
      const end = findFrom(painted.stop, painted.stop[last]) + 1;
      return { start: found, stop: end, exact: true };
    }
  }
  const nearest = findNearest(painted, from, to);
  return { start: nearest, stop: nearest + 1, exact: false };
}

/** Finds the token nearest to characters that none of the facet's tokens has. */
function findNearest({ start, stop }: Alignment, from: number, to: number): number {
  const after = findFrom(stop, from + 1);
  if (after === 0) return 0;
  const before = findFrom(stop, stop[after - 1]);
  if (after === stop.length) return before;
  const isText = start[before] < stop[before];
  return isText && from - stop[before] < start[after] - to ? before : after;
}
