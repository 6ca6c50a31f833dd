// From a value to a number from 0 to 1, which a palette turns into a colour, as
// state/colouring.py. The steps have one order: axes, group, pool, exclude, scale, gamma,
// threshold.

import type { Limits, ViewState } from "./state.ts";

// Share of the heat that is shown where only the nearest token answers the focus.
const FAINT = 0.4;

/** How far the heat of a facet's matrix reaches from 0. */
export interface Reach {
  signed: boolean;
  /** The largest heat, in magnitude where it is signed; null where it is not known. */
  reach: number | null;
}

/** How values become heat. */
export interface Scaling {
  limits: Limits;
  gamma: number;
  signed: boolean;
  exact: boolean;
  /** 1 where a token is left out of the scale; null for none. */
  excluded: Uint8Array | null;
  threshold: number;
  hottest: number | null;
  /** The first value of each group, of which `hottest` counts the largest. */
  starts: readonly number[] | null;
}

/** What of a state says which heat becomes 0 and 1. */
type Scales = Pick<ViewState, "scale" | "low" | "high" | "exclude"> &
  Partial<Pick<ViewState, "grouping" | "group_pool">>;

/**
 * Finds what heat of a facet's matrix becomes 0 and 1, as far as it is fixed.
 * @param facet one of the facets
 */
export function findLimits(
  state: Scales,
  facet: Reach,
  facets: readonly Reach[],
): Limits {
  const { scale, low, high, exclude } = state;
  const { grouping = "token", group_pool } = state;
  const isSummed = grouping !== "token" && group_pool === "sum";
  // How far the matrix reaches without some of its columns, or with sums, is not known.
  const isOpen = (exclude.length > 0 || isSummed) && scale !== "none";
  const reach = isOpen ? null : findReach(scale, facet, facets);
  if (!facet.signed) return { low: low ?? 0, high: high ?? reach };
  if (low === null && high === null) {
    return { low: reach === null ? null : -reach, high: reach };
  }
  const given = Math.max(Math.abs(low ?? 0), Math.abs(high ?? 0));
  return { low: -given, high: given };
}

/** Finds the heat that gets the full colour; null where each row has its own. */
function findReach(
  scale: ViewState["scale"],
  facet: Reach,
  facets: readonly Reach[],
): number | null {
  switch (scale) {
    case "auto":
      return facets.every(({ reach }) => reach !== null && reach <= 1) ? 1 : null;
    case "none":
      return 1;
    case "facet":
      return facet.reach;
    case "all": {
      const alike = facets.filter(({ signed }) => signed === facet.signed);
      let largest = Number.NEGATIVE_INFINITY;
      for (const { reach } of alike) {
        if (reach === null) return null;
        largest = Math.max(largest, reach);
      }
      return largest;
    }
    case "row":
      return null;
  }
}

/** What says which heat has the full colour: a scale, `low` and `high`, or averages. */
export type LimitSource =
  | Exclude<ViewState["scale"], "auto">
  | "set"
  | "average"
  | "set average";

/**
 * Finds what says which heat has the full colour, by what `findLimits` returned.
 * @param atRest whether averages are shown
 */
export function findSource(
  { low, high, scale }: Pick<ViewState, "low" | "high" | "scale">,
  limits: Limits,
  atRest: boolean,
): LimitSource {
  const isSet = low !== null || high !== null;
  if (atRest) return isSet ? "set average" : "average";
  if (isSet) return "set";
  if (limits.high === null) return "row";
  return scale === "auto" ? "none" : scale;
}

/** Returns limits in which what the row says is filled in. */
export function resolveLimits(
  values: Float32Array,
  limits: Limits,
  signed: boolean,
  excluded: Uint8Array | null,
): { low: number; high: number } {
  let { low, high } = limits;
  if (high === null) {
    high = 0;
    for (let i = 0; i < values.length; i++) {
      const size = signed ? Math.abs(values[i]) : values[i];
      if (size > high && !excluded?.[i]) high = size;
    }
    if (signed) low = -high;
  }
  return { low: low ?? 0, high };
}

/**
 * Scales the values of a row to numbers from 0 to 1; what is missing stays NaN.
 * @param heat takes the result; it may be the array of the values
 */
export function computeHeat(
  values: Float32Array,
  { limits, gamma, signed, exact, excluded, threshold, hottest, starts }: Scaling,
  heat: Float32Array,
) {
  const { low, high } = resolveLimits(values, limits, signed, excluded);
  const width = high - low;
  const middle = signed ? 0.5 : 0;
  const faint = exact ? 1 : FAINT;
  const least =
    hottest === null
      ? null
      : findLeast(sizeUp(values, signed, excluded), hottest, starts);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (excluded?.[i]) {
      heat[i] = middle;
      continue;
    }
    if (Number.isNaN(value)) {
      heat[i] = value;
      continue;
    }
    if (least !== null && (signed ? Math.abs(value) : value) < least) {
      heat[i] = middle;
      continue;
    }
    let scaled = width > 0 ? (value - low) / width : middle;
    scaled = scaled < 0 ? 0 : scaled > 1 ? 1 : scaled;
    if (signed) {
      const away = 2 * scaled - 1;
      let size = gamma === 1 ? Math.abs(away) : Math.abs(away) ** gamma;
      if (size < threshold) size = 0;
      heat[i] = 0.5 + 0.5 * Math.sign(away) * size * faint;
    } else {
      const size = gamma === 1 ? scaled : scaled ** gamma;
      heat[i] = size < threshold ? 0 : size * faint;
    }
  }
}

/** Returns how large each value is; what is left out has none. */
function sizeUp(values: Float32Array, signed: boolean, excluded: Uint8Array | null) {
  return values.map((value, i) =>
    excluded?.[i] ? 0 : signed ? Math.abs(value) : value,
  );
}

/** Finds the size of the least of the hottest values; null where all are among them. */
function findLeast(
  sizes: Float32Array,
  hottest: number,
  starts: readonly number[] | null,
): number | null {
  const each =
    starts?.map((start, k) =>
      sizes
        .subarray(start, starts[k + 1])
        .reduce((a, b) => (a >= b || Number.isNaN(b) ? a : b)),
    ) ?? sizes;
  const known = Float32Array.from(each)
    .filter((size) => !Number.isNaN(size))
    .sort();
  return hottest < known.length ? known[known.length - hottest] : null;
}

/** Moves unsigned heat to where signed heat has its positive values: 0.5 is none. */
export function takeUpperHalf(heat: Float32Array) {
  for (let i = 0; i < heat.length; i++) heat[i] = 0.5 + heat[i] / 2;
}
