// A walk through the hottest tokens of one row, while the focus, and with it the row that
// is shown, moves along.

import { type Focus, isAt } from "./state.ts";

/** Goes on from where its last step led; any other focus begins a new walk. */
export class HottestWalk {
  /** The focus that it began at, then the hottest tokens of its row. */
  private stops: readonly Focus[] = [];
  private at = 0;

  /**
   * Returns the next hottest token of the row, or the one before; at last the focus that
   * the walk began at. Null where there is none.
   * @param list returns the hottest tokens of the row of the focus, the hottest first
   */
  step(focus: Focus, by: number, list: () => readonly Focus[]): Focus | null {
    if (!isAt(this.stops[this.at], focus)) {
      this.stops = [focus, ...list()];
      this.at = 0;
    }
    const next = this.stops[this.at + by];
    if (next === undefined) return null;
    this.at += by;
    return next;
  }
}
