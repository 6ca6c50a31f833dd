// The address of the page, which says what is seen of one heatmap.

import { writeLink } from "./link.ts";
import { isSame, type ViewState } from "./state.ts";

/** Writes what is seen into the address, as a link that can be copied. */
export class Address {
  private readonly opened: ViewState;
  private written: ViewState;

  /** @param opened the state that the page shows without a link */
  constructor(opened: ViewState) {
    this.opened = opened;
    this.written = keep(opened);
  }

  /** Takes the state in which other data begin: what was lost with the old is no news. */
  begin(state: ViewState) {
    this.written = keep(state);
  }

  /** Takes a new state; a focus that is not pinned, and only moves, is not written. */
  tell(state: ViewState) {
    const kept = keep(state);
    if (isSame(this.written, kept)) return;
    this.written = kept;
    const { pathname, search, hash } = location;
    const link = pathname + search + writeLink(state, this.opened, hash);
    try {
      history.replaceState(history.state, "", link);
    } catch {
      // A page within another one, as of an `srcdoc`, may have no address of its own.
    }
  }
}

/** Returns what of a state stays once the pointer moves on. */
function keep(state: ViewState): ViewState {
  return state.pinned ? state : { ...state, facet: null, start: 0, stop: 0 };
}
