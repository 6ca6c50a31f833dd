// Facets, states and matrices for the tests.

import { SourceText } from "../../textualheatmap/js/source_text.ts";
import type { Alignment, ViewState } from "../../textualheatmap/js/state.ts";
import type { Units } from "../../textualheatmap/js/wrap.ts";

/** A state without a focus, in which nothing is special. */
export const NOTHING: ViewState = {
  facet: null,
  start: 0,
  stop: 0,
  chosen: null,
  pinned: false,
  direction: "row",
  pool: "max",
  grouping: "token",
  group_pool: "max",
  rest: "average",
  scale: "none",
  low: null,
  high: null,
  gamma: 1,
  exclude: [],
  threshold: 0,
  hottest: null,
  axes: {},
  palette: "viridis",
  theme: "auto",
  search: null,
  playing: false,
  speed: 8,
};

/** Returns a facet of tokens, side by side on an axis; its rows are its own tokens. */
export function alignTokens(
  id: string,
  tokens: string[],
  { axis = 0, sameTokens = 0, rowsOf = 0 } = {},
): Alignment {
  const stop = tokens.map((_, i) => tokens.slice(0, i + 1).join("").length);
  const start = stop.map((end, i) => end - tokens[i].length);
  return {
    id,
    axis,
    start: Int32Array.from(start),
    stop: Int32Array.from(stop),
    sameTokens,
    rowsOf,
  };
}

/** A facet of tokens, of which format tokens are given in brackets: "[ ]". */
export function cut(...tokens: string[]): { units: Units; source: SourceText } {
  const isFormat = tokens.map((token) => /^\[.+\]$/s.test(token));
  const texts = tokens.map((token, i) => (isFormat[i] ? token.slice(1, -1) : token));
  let index = 0;
  const units = {
    index: isFormat.map((each) => (each ? -1 : index++)),
    position: texts.map((_, i) => i),
    text: texts,
    columns: texts.map((text) => text.length),
    breaks: texts.map(() => 1),
    hangs: texts.map(() => 0),
    ends: texts.map(() => 0),
    pieces: {},
  };
  return { units, source: new SourceText(units) };
}
