// What a link to a page says of a heatmap: the fragment of the address, after "#", as in
// "#focus=GRU:3-5&pinned=true&direction=column&axes.layer=2&search=duty".

import { type Alignment, findFocus, isSame, type ViewState } from "./state.ts";

/** The fields of a state that a link may set. */
export type Linked = Partial<ViewState>;

const AXIS = "axes.";
/** A text that is found, or a regular expression; neither where nothing is found. */
const [SEARCH, PATTERN] = ["search", "search.pattern"];
// As LONGEST_SEARCH of state/searching.py.
const LONGEST = 1000;
const readPooled = choose(["mean", "max"]);

/** Each field besides focus, axes and search: what its text means, undefined if nothing. */
const READERS: { [Name in keyof ViewState]?: (text: string) => ViewState[Name] } = {
  pinned: (text) =>
    text === "false" ? false : text === "true" || (undefined as never),
  direction: choose(["row", "column"]),
  pool: choose(["max", "mean", "sum"]),
  grouping: choose(["token", "word", "sentence", "line"]),
  group_pool: choose(["max", "mean", "sum"]),
  rest: choose(["average", "plain"]),
  scale: choose(["auto", "row", "facet", "all", "none"]),
  low: readLimit,
  high: readLimit,
  gamma: (text) => readNumber(text, 0.1, 10) as number,
  threshold: (text) => readNumber(text, 0, 1) as number,
  hottest: readCount,
};
const NAMES = Object.keys(READERS) as (keyof typeof READERS)[];

/**
 * Writes a state into the fragment of an address; what else is there stays.
 * @param opened the state that the page shows without a link
 */
export function writeLink(state: ViewState, opened: ViewState, fragment: string) {
  const written = new URLSearchParams(fragment.replace(/^#/, ""));
  for (const name of [...written.keys()]) if (isOurs(name)) written.delete(name);
  if (state.facet !== null) {
    const { facet, start, stop } = state;
    const span = stop - start === 1 ? start : `${start}-${stop}`;
    written.set("focus", `${facet}:${span}`);
  }
  for (const name of NAMES) {
    const value = state[name];
    // A grouping by a regular expression is not written: Python makes its groups.
    const isText = value === null || typeof value !== "object";
    if (isText && value !== opened[name]) written.set(name, String(value));
  }
  for (const [name, choice] of Object.entries(state.axes)) {
    if (choice !== opened.axes[name]) written.set(AXIS + name, String(choice));
  }
  const { search } = state;
  if (!isSame(state, { ...state, search: opened.search })) {
    const isPattern = search !== null && typeof search === "object";
    written.set(
      isPattern ? PATTERN : SEARCH,
      isPattern ? search.pattern : (search ?? ""),
    );
  }
  const text = written.toString();
  return text && `#${text}`;
}

/**
 * Reads the fragment of an address. Whatever in it is not of a state that the heatmap can
 * have is left out: anybody may write a link.
 * @param axes how many slices each axis of the heat has
 */
export function readLink(
  fragment: string,
  facets: readonly Alignment[],
  axes: Readonly<Record<string, number>>,
): Linked {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const linked: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(READERS)) {
    const value = read(given.get(name) ?? "");
    if (given.has(name) && value !== undefined) linked[name] = value;
  }
  const focus = readFocus(given.get("focus") ?? "", facets);
  if (focus !== null) Object.assign(linked, focus);
  else if (linked.pinned) delete linked.pinned;
  const choices: ViewState["axes"] = {};
  for (const [name, count] of Object.entries(axes)) {
    const text = given.get(AXIS + name) ?? "";
    const pooled = readPooled(text);
    const index = readNumber(text, 0, count - 1);
    if (pooled !== undefined) choices[name] = pooled;
    else if (index !== undefined && Number.isInteger(index)) choices[name] = index;
  }
  if (Object.keys(choices).length > 0) linked.axes = choices;
  const pattern = given.get(PATTERN);
  const text = given.get(SEARCH);
  if (pattern) linked.search = { pattern };
  else if (text !== null) linked.search = text || null;
  if ((pattern || text || "").length > LONGEST) delete linked.search;
  return linked;
}

/** Returns a state as a link changes it. */
export function followLink(
  state: ViewState,
  linked: Linked,
  facets: readonly Alignment[],
): ViewState {
  const axes = { ...state.axes, ...linked.axes };
  const chosen = linked.facet === undefined ? state.chosen : null;
  const followed = { ...state, chosen, ...linked, axes };
  return findFocus(followed, facets) === null
    ? { ...followed, facet: null, start: 0, stop: 0, chosen: null, pinned: false }
    : followed;
}

function isOurs(name: string): boolean {
  const names: readonly string[] = ["focus", SEARCH, PATTERN, ...NAMES];
  return names.includes(name) || name.startsWith(AXIS);
}

/** Reads "facet:3" or "facet:3-5"; of no facet, it is of the first one. */
function readFocus(text: string, facets: readonly Alignment[]) {
  const found = /^(?:(.*):)?(\d{1,9})(?:-(\d{1,9}))?$/su.exec(text);
  if (found === null) return null;
  const [, id, first, end] = found;
  const facet = facets.find((each) => id === undefined || each.id === id);
  const start = Number(first);
  const stop = end === undefined ? start + 1 : Number(end);
  if (facet === undefined || !(start < stop && stop <= facet.start.length)) return null;
  return { facet: facet.id, start, stop };
}

function choose<const Choice extends string>(choices: readonly Choice[]) {
  return (text: string) => choices.find((choice) => choice === text) as Choice;
}

function readCount(text: string): number | null {
  if (text === "null") return null;
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : (undefined as never);
}

function readLimit(text: string): number | null {
  return text === "null" ? null : (readNumber(text, -1e30, 1e30) as number);
}

function readNumber(text: string, least: number, most: number): number | undefined {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return number >= least && number <= most ? number : undefined;
}
