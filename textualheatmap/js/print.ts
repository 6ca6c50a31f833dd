// On paper the text keeps the lines that it has on the page.

import type { Listeners } from "./listeners.ts";

// Browsers shrink a page that is too wide for the paper, but not more than this (px):
// letter paper with margins of an inch has 624, which Chromium makes 936 at most.
const WIDEST = 900;

/**
 * Keeps an element's layout while the page is printed: lines are broken for the width on
 * the page, and no script lays them out for the paper. What is too wide is made smaller.
 */
export function keepLayoutInPrint(listeners: Listeners, element: HTMLElement) {
  const { style } = element;
  listeners.listen(globalThis, "beforeprint", () => {
    const width = element.offsetWidth;
    style.minWidth = `${width}px`;
    style.setProperty("zoom", `${Math.min(1, WIDEST / width)}`);
  });
  listeners.listen(globalThis, "afterprint", () => {
    style.minWidth = "";
    style.removeProperty("zoom");
  });
}
