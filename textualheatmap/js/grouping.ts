// Which tokens glow and are focused together; Python finds the groups, in
// state/grouping.py.

import { counterparts, type Span } from "./align.ts";
import { bound, isLarger } from "./pool.ts";
import type { Alignment, Pool, ViewState } from "./state.ts";

/** The groups of a facet's tokens; each is some tokens in a row. */
export interface Groups {
  /** The group of each token, half open. */
  start: Int32Array;
  stop: Int32Array;
  /** The first token of each group. */
  starts: readonly number[];
}

/** The groups that Python has sent, by what makes them. */
export type Groupings = Readonly<Record<string, Groups>>;

/** Returns the groups that have so many tokens, one after another. */
export function makeGroups(sizes: readonly number[]): Groups {
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const [start, stop] = [new Int32Array(count), new Int32Array(count)];
  const starts: number[] = [];
  let first = 0;
  for (const size of sizes) {
    starts.push(first);
    const end = first + size;
    start.fill(first, first, end);
    stop.fill(end, first, end);
    first = end;
  }
  return { start, stop, starts };
}

/** Finds the groups of a facet in a state; none where each token is alone. */
export function findGroups(
  { groups }: { groups?: Groupings },
  grouping: ViewState["grouping"],
): Groups | undefined {
  return groups?.[typeof grouping === "string" ? grouping : "pattern"];
}

/** Returns the span of whole groups that has all tokens of a span. */
export function widen<Part extends { start: number; stop: number }>(
  groups: Groups | undefined,
  span: Part,
): Part {
  if (groups === undefined || span.stop > groups.stop.length) return span;
  return { ...span, start: groups.start[span.start], stop: groups.stop[span.stop - 1] };
}

/** Finds the tokens of a facet that are shown for the focus, in whole groups. */
export function findShown(
  painted: Alignment,
  focused: Alignment,
  { start, stop, grouping }: Pick<ViewState, "start" | "stop" | "grouping">,
): Span | null {
  const span = counterparts(painted, focused, start, stop);
  return span?.exact ? widen(findGroups(painted, grouping), span) : span;
}

/** Gives each token of a line of heat the pooled value of its group. */
export function groupValues(
  values: Float32Array,
  groups: Groups,
  how: Pool,
  signed: boolean,
) {
  for (const start of groups.starts) {
    const stop = groups.stop[start];
    if (stop - start > 1)
      values.fill(poolPart(values, start, stop, how, signed), start, stop);
  }
}

/** Pools the values from `start` to `stop`; what is missing (NaN) is left out. */
function poolPart(
  values: Float32Array,
  start: number,
  stop: number,
  how: Pool,
  signed: boolean,
): number {
  let [count, total, most] = [0, 0, Number.NaN];
  for (let i = start; i < stop; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    count += 1;
    total += value;
    if (isLarger(value, most, signed)) most = value;
  }
  if (how === "max" || count === 0) return most;
  return bound(how === "mean" ? total / count : total);
}
