// The state of a heatmap, gestures that change it, and the messages about it between
// Python and the browser.

import type { Groupings } from "./grouping.ts";

/** What one reader of a heatmap sees of it, as state/view_state.py. */
export interface ViewState {
  /** Id of the facet with the focus; null for no focus. */
  facet: string | null;
  /** The focus: indexes start to stop, half open; both 0 without one. */
  start: number;
  stop: number;
  /** The token that was chosen where the focus is the whole group of it; else null. */
  chosen: number | null;
  pinned: boolean;
  direction: "row" | "column";
  pool: Pool;
  /** Which tokens are shown and focused as one; a regular expression is Python's. */
  grouping: "token" | "word" | "sentence" | "line" | { pattern: string; flags: number };
  group_pool: Pool;
  /** What is shown without a focus. */
  rest: "average" | "plain";
  scale: "auto" | "row" | "facet" | "all" | "none";
  low: number | null;
  high: number | null;
  gamma: number;
  /** Which tokens are left out of the scale; Python finds all but "focus". */
  exclude: readonly Excluded[];
  /** Heat after gamma below which nothing is coloured. */
  threshold: number;
  /** How many tokens are coloured at most; null for all. */
  hottest: number | null;
  axes: Record<string, AxisChoice>;
  palette: string | readonly string[];
  /** Of what stands around the text; "auto" is that of the page. */
  theme: "auto" | "light" | "dark";
  /** What is found and marked in the text; null for nothing. */
  search: Search | null;
  /** Whether the focus goes on by itself, and by how many tokens a second. */
  playing: boolean;
  speed: number;
}

/** A text, or a regular expression of the browser's. */
export type Search = string | { pattern: string };

/** The heat of the first and of the full colour; null leaves it to the scale. */
export type Limits = Pick<ViewState, "low" | "high">;

/** How several values become one. */
export type Pool = "max" | "mean" | "sum";
/** Tokens by index, by text (or "focus"), or by a regular expression of Python's. */
export type Excluded = number | string | { pattern: string; flags: number };
/** Which slice of an axis of the heat is shown. */
export type AxisChoice = number | "mean" | "max";

/** Tells Python of the state; `sequence` is that of the last command received. */
export interface Report {
  version: number;
  sequence: number;
  state: ViewState;
}

/** Python tells the browser to show a state. */
export interface Command {
  version: number;
  sequence: number;
  state: ViewState;
}

/** Where a facet's tokens are, on an axis that aligned facets share. */
export interface Alignment {
  id: string;
  /** Facets of the same axis are aligned. */
  axis: number;
  /** Characters of each token on the axis, half open, by index; both non-decreasing. */
  start: Int32Array;
  stop: Int32Array;
  /** Facets of the same number have the same tokens. */
  sameTokens: number;
  /** Position of the facet whose tokens are the rows of this one's heat. */
  rowsOf: number;
  /** Which of its tokens belong together. */
  groups?: Groupings;
}

/** The focused tokens of one facet, which is given by its position in the heatmap. */
export interface Focus {
  facet: number;
  start: number;
  stop: number;
}

/** What a reader or Python does that may change the state. */
export type Gesture =
  | { kind: "hover"; facet: string; index: number }
  | { kind: "leave" }
  | { kind: "click"; facet: string; index: number }
  | { kind: "slide"; index: number }
  | { kind: "step"; by: number }
  | { kind: "go"; facet: string; index: number }
  | { kind: "span"; facet: string; from: number; to: number }
  | { kind: "find"; facet: string; start: number; stop: number }
  | { kind: "search"; search: Search | null }
  | { kind: "play" }
  | { kind: "tick" }
  | { kind: "pin" }
  | { kind: "limits"; low: number | null; high: number | null }
  | { kind: "release" }
  | { kind: "link"; linked: Partial<ViewState> }
  | { kind: "command"; state: ViewState };

/** What the browser asks of Python: the heat of a focus, for facets kept there. */
export interface Request {
  version: number;
  /** Made of all other fields; the answer repeats it. */
  key: string;
  facet: string;
  start: number;
  stop: number;
  direction: ViewState["direction"];
  pool: Pool;
  grouping: ViewState["grouping"];
  group_pool: Pool;
  axes: Record<string, AxisChoice>;
}

/** Python's answer: one pooled row or column for each facet that is kept there. */
export interface Rows {
  key: string;
  facets: Record<string, { codes: Uint8Array | Uint16Array; largest: number }>;
}

/** Says whether two states are the same. */
export function isSame(state: ViewState, other: ViewState): boolean {
  const names = Object.keys(other) as (keyof ViewState)[];
  return names.every((name) => {
    const [value, before] = [state[name], other[name]];
    // Lists and the like are compared by what is in them.
    const isNested = typeof value === "object" && typeof before === "object";
    return (
      value === before || (isNested && JSON.stringify(value) === JSON.stringify(before))
    );
  });
}

/** Says whether two focuses are the same. */
export function isAt<Facet>(
  a: { facet: Facet; start: number; stop: number } | null | undefined,
  b: { facet: Facet; start: number; stop: number },
): boolean {
  return a?.facet === b.facet && a.start === b.start && a.stop === b.stop;
}

/** Returns which facet's tokens the slider counts: those that the first one has rows of. */
export function findSlid(facets: readonly Alignment[]): number {
  return facets[0]?.rowsOf ?? 0;
}

/** Finds the facet with the focus by its id; null without one. */
export function findFocus(
  { facet, start, stop }: ViewState,
  facets: readonly Alignment[],
): Focus | null {
  const found = facets.findIndex(({ id }) => id === facet);
  return found < 0 ? null : { facet: found, start, stop };
}
