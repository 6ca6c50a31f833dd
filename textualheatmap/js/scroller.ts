// Turns the wheel over a facet into lines of its window.

import type { Listeners } from "./listeners.ts";

/**
 * Listens to the wheel over an element.
 * @param moveBy moves the window by lines; says whether it moved
 * @param height of a line in px
 */
export function listenToWheel(
  listeners: Listeners,
  element: HTMLElement,
  height: number,
  moveBy: (lines: number) => boolean,
) {
  let rest = 0;
  const turn = (event: WheelEvent) => {
    rest += event.deltaMode === 0 ? event.deltaY / height : event.deltaY;
    const lines = Math.trunc(rest);
    rest -= lines;
    // At its end the page scrolls on.
    if (lines === 0 || moveBy(lines)) event.preventDefault();
  };
  listeners.listen(element, "wheel", turn, { passive: false });
}
