// What each gesture does to the state; no other module changes the state.

import { counterparts } from "./align.ts";
import { followLink } from "./link.ts";
import {
  type Alignment,
  findFocus,
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
  /** The slider counts the tokens of the first facet. */
  slide: (state, { index }, facets) => focus(state, facets[0]?.id, index, facets),
  /** Steps begin at the end of the focus that lies in their direction. */
  step: (state, { by }, facets) => {
    const focused = findFocus(state, facets);
    const facet = facets[focused?.facet ?? 0];
    if (facet === undefined) return state;
    const last = facet.start.length - 1;
    const from = focused === null ? -1 : by > 0 ? state.stop - 1 : state.start;
    return focus(state, facet.id, Math.max(0, Math.min(from + by, last)), facets);
  },
  /** Keys go to a token that depends on where the lines are; a pin goes along. */
  go: (state, { facet, index }, facets) => focus(state, facet, index, facets),
  /** A span from one token to another, both in it; pinned, or a hover would end it. */
  span: (state, { facet, from, to }, facets) => {
    const start = Math.min(from, to);
    const stop = Math.max(from, to) + 1;
    const found = facets.find((each) => each.id === facet);
    if (found === undefined || !(start >= 0 && stop <= found.start.length))
      return state;
    const span = { ...state, facet, start, stop, pinned: true };
    return isSame(state, span) ? state : span;
  },
  /** Pins the focus as it is, a span too, or releases it. */
  pin: (state) => (state.facet === null ? state : { ...state, pinned: !state.pinned }),
  /** The focus stays, and hover moves it again. */
  release: (state) => (state.pinned ? { ...state, pinned: false } : state),
  /** A link changes what it names; without a focus there is no pin. */
  link: (state, { linked }, facets) => {
    const followed = followLink(state, linked, facets);
    return isSame(state, followed) ? state : followed;
  },
  /** Python is always right. */
  command: (state, gesture) => (isSame(state, gesture.state) ? state : gesture.state),
};

/** Returns the state after a gesture; the same object where nothing changes. */
export function reduce(state: ViewState, gesture: Gesture, facets: Facets): ViewState {
  const reducer = REDUCERS[gesture.kind] as Reducers["leave"];
  return reducer(state, gesture as { kind: "leave" }, facets);
}

/** Moves the focus to one token, if there is such a token. */
function focus(
  state: ViewState,
  id: string | undefined,
  index: number,
  facets: Facets,
  pinned = state.pinned,
): ViewState {
  const facet = facets.find((each) => each.id === id);
  if (facet === undefined || !(index >= 0 && index < facet.start.length)) return state;
  const moved = { ...state, facet: facet.id, start: index, stop: index + 1, pinned };
  return isSame(state, moved) ? state : moved;
}

/** Says whether a token is in the focus, or is a counterpart of it. */
function isFocused(state: ViewState, id: string, index: number, facets: Facets) {
  const focused = findFocus(state, facets);
  const clicked = facets.find((each) => each.id === id);
  if (focused === null || clicked === undefined) return false;
  const span = counterparts(clicked, facets[focused.facet], state.start, state.stop);
  return span?.exact === true && index >= span.start && index < span.stop;
}
