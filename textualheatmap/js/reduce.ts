// What each gesture does to the state; no other module changes the state.

import { findGroups, findShown, widen } from "./grouping.ts";
import { followLink } from "./link.ts";
import {
  type Alignment,
  findFocus,
  findSlid,
  type Gesture,
  isSame,
  type ViewState,
} from "./state.ts";

type Facets = readonly Alignment[];
type Reducers = {
  [Kind in Gesture["kind"]]: (
    state: ViewState,
    gesture: Extract<Gesture, { kind: Kind }>,
    facets: Facets,
  ) => ViewState;
};

const REDUCERS: Reducers = {
  /** The focus follows the pointer, unless it is pinned. */
  hover: (state, { facet, index }, facets) =>
    state.pinned ? state : focus(state, facet, index, facets),
  /** The last focus stays. */
  leave: (state) => state,
  /** A token of the pinned focus, or a counterpart of it, is released; others pinned. */
  click: (state, { facet, index }, facets) =>
    state.pinned && isFocused(state, facet, index, facets)
      ? { ...state, pinned: false }
      : focus(state, facet, index, facets, true),
  slide: (state, { index }, facets) =>
    focus(state, facets[findSlid(facets)]?.id, index, facets),
  /** Steps begin at the end of the focus that lies in their direction. */
  step: (state, { by }, facets) => {
    const { facet, focused } = findPlace(state, facets);
    if (facet === undefined) return state;
    const last = facet.start.length - 1;
    const from = focused === null ? -1 : by > 0 ? state.stop - 1 : state.start;
    return focus(state, facet.id, Math.max(0, Math.min(from + by, last)), facets);
  },
  /** Keys go to a token that depends on where the lines are; a pin goes along. */
  go: (state, { facet, index }, facets) => focus(state, facet, index, facets),
  /** The tokens of a hit become the focus; a pin goes along. */
  find: (state, { facet, start, stop }, facets) =>
    focusSpan(state, { facet, start, stop, pinned: state.pinned }, facets),
  /** What is marked changes, and not the focus. */
  search: (state, { search }) => {
    const searched = { ...state, search };
    return isSame(state, searched) ? state : searched;
  },
  /** A span from one token to another, both in it; pinned, or a hover would end it. */
  span: (state, { facet, from, to }, facets) => {
    const start = Math.min(from, to);
    const stop = Math.max(from, to) + 1;
    return focusSpan(state, { facet, start, stop, pinned: true }, facets);
  },
  /** Begins to play, at the end of the text from its start, or stops. */
  play: (state, _, facets) => {
    const { facet, focused } = findPlace(state, facets);
    if (state.playing || facet === undefined)
      return state.playing ? { ...state, playing: false } : state;
    const isOver = focused === null || focused.stop === facet.start.length;
    const begun = isOver ? focus(state, facet.id, 0, facets) : state;
    return { ...begun, playing: true };
  },
  /** While it plays, the focus goes on to the last token; a pin goes along. */
  tick: (state, _, facets) => {
    if (!state.playing) return state;
    const { facet, focused } = findPlace(state, facets);
    const moved = focus(state, facet?.id, focused?.stop ?? 0, facets);
    return moved === state ? { ...state, playing: false } : moved;
  },
  /** Pins the focus as it is, a span too, or releases it. */
  pin: (state) => (state.facet === null ? state : { ...state, pinned: !state.pinned }),
  /** The ends of the legend; focus and pin stay. */
  limits: (state, { low, high }) =>
    state.low === low && state.high === high ? state : { ...state, low, high },
  /** The focus stays, and hover moves it again. */
  release: (state) => (state.pinned ? { ...state, pinned: false } : state),
  /** A link changes what it names, which ends play; without a focus there is no pin. */
  link: (state, { linked }, facets) => {
    const followed = followLink(state, linked, facets);
    return isSame(state, followed) ? state : { ...followed, playing: false };
  },
  /** Python is always right. */
  command: (state, gesture) => (isSame(state, gesture.state) ? state : gesture.state),
};

/** While it plays these leave it playing; every other gesture ends it. */
const KEEP_PLAYING: ReadonlySet<Gesture["kind"]> = new Set([
  "hover",
  "leave",
  "link",
  "search",
  "play",
  "tick",
  "command",
]);

/** Returns the state after a gesture; the same object where nothing changes. */
export function reduce(state: ViewState, gesture: Gesture, facets: Facets): ViewState {
  const reducer = REDUCERS[gesture.kind] as Reducers["leave"];
  const after = reducer(state, gesture as { kind: "leave" }, facets);
  const isEnded = after.playing && !KEEP_PLAYING.has(gesture.kind);
  const ended = isEnded ? { ...after, playing: false } : after;
  const widened = widenFocus(ended, facets);
  // A hover over other tokens of the group changes nothing that is seen.
  const isHover = gesture.kind === "hover";
  const seen = isHover ? { ...widened, chosen: state.chosen } : widened;
  return widened !== ended && isSame(state, seen) ? state : widened;
}

/** Moves the ends of the focus to those of its groups, or back to the token chosen. */
function widenFocus(state: ViewState, facets: Facets): ViewState {
  const { chosen, grouping } = state;
  const isAlone = grouping === "token" && chosen === null;
  const focused = isAlone ? null : findFocus(state, facets);
  if (focused === null) return state;
  const groups = findGroups(facets[focused.facet], grouping);
  const token = chosen ?? state.start;
  const isToken = chosen !== null || state.stop - token === 1;
  const { start, stop } = widen(
    groups,
    isToken ? { start: token, stop: token + 1 } : state,
  );
  const widened = {
    ...state,
    start,
    stop,
    chosen: isToken && stop - start > 1 ? token : null,
  };
  return isSame(state, widened) ? state : widened;
}

/** Finds the focus, and its facet; without a focus that is the first one. */
function findPlace(state: ViewState, facets: Facets) {
  const focused = findFocus(state, facets);
  return { facet: facets[focused?.facet ?? 0], focused };
}

/** Moves the focus to one token, if there is such a token. */
function focus(
  state: ViewState,
  id: string | undefined,
  index: number,
  facets: Facets,
  pinned = state.pinned,
): ViewState {
  if (id === undefined) return state;
  return focusSpan(state, { facet: id, start: index, stop: index + 1, pinned }, facets);
}

/** Moves the focus to some tokens of a facet, if there are such tokens. */
function focusSpan(
  state: ViewState,
  span: { facet: string; start: number; stop: number; pinned: boolean },
  facets: Facets,
): ViewState {
  const found = facets.find((each) => each.id === span.facet);
  if (found === undefined || !(span.start >= 0 && span.stop <= found.start.length))
    return state;
  const moved = { ...state, ...span, chosen: null };
  return isSame(state, moved) ? state : moved;
}

/** Says whether a token is in the focus, or is a counterpart of it. */
function isFocused(state: ViewState, id: string, index: number, facets: Facets) {
  const focused = findFocus(state, facets);
  const clicked = facets.find((each) => each.id === id);
  if (focused === null || clicked === undefined) return false;
  const span = findShown(clicked, facets[focused.facet], state);
  return span?.exact === true && index >= span.start && index < span.stop;
}
