// Tells of the token under a resting pointer, above its line and as flat as can be: the
// text that is being read stays in sight.

import { Debounce } from "./debounce.ts";
import { make, measure, rootOf, setStyle } from "./elements.ts";
import { Listeners } from "./listeners.ts";

// How long the pointer must rest (ms): a tooltip covers the line above.
const REST = 600;
// From the line, and from the edges of the window beside it (px).
const GAP = 2;
const MARGIN = 6;

/** What a tooltip shows, and of which box (px of the plot). */
export interface Told {
  content: string;
  /** Left, right, top and bottom. */
  box: readonly [number, number, number, number];
}

/** One facet's tooltip. */
export class Tooltip {
  private readonly element = make("div");
  private readonly rest = new Debounce(REST, () => this.show());
  private tell: () => Told | null = () => null;
  private plot: HTMLElement | null = null;
  private readonly listeners = new Listeners();

  /** @param style its CSS, by names of properties */
  constructor(style: Readonly<Record<string, string>>) {
    this.element.dataset.tooltip = "";
    // Above all else of the page, and cut by nothing.
    this.element.popover = "manual";
    setStyle(this.element, style);
  }

  /**
   * Shows what `tell` says once the pointer has rested; null for nothing.
   * @param plot the element that the pointer is over
   */
  showOnceRested(tell: () => Told | null, plot: HTMLElement) {
    this.hide();
    this.tell = tell;
    this.plot = plot;
    this.rest.begin();
  }

  hide() {
    this.tell = () => null;
    if (!this.element.isConnected) return;
    this.element.remove();
    this.listeners.remove();
  }

  stop() {
    this.hide();
    this.rest.stop();
  }

  private show() {
    const told = this.tell();
    if (told === null || !this.plot?.isConnected) return;
    const { element, plot } = this;
    const parts = told.content.split("\n").map((part) => make("div", {}, part));
    // The spaces are for who hears the text: they are not laid out.
    element.replaceChildren(...parts.flatMap((part) => [part, " "]));
    rootOf(plot).append(element);
    element.showPopover();
    // The text moves away from under it.
    this.listeners.listenFirst(globalThis, "scroll", () => this.hide());
    const widest = document.documentElement.clientWidth - 2 * MARGIN;
    const { style } = element;
    style.maxWidth = "";
    style.flexDirection = "row";
    if (element.offsetWidth > widest) style.flexDirection = "column";
    style.maxWidth = `${widest}px`;
    const around = measure(plot);
    const { height, width } = measure(element);
    const [left, right, top, bottom] = told.box;
    const middle = around.left + (left + right) / 2 - width / 2;
    const last = MARGIN + widest - width;
    // What is above the first line may be covered, up to the edge of the window.
    const room = around.top + top - height;
    const y = room >= 0 ? Math.max(0, room - GAP) : around.top + bottom + GAP;
    style.left = `${Math.max(MARGIN, Math.min(middle, last))}px`;
    style.top = `${y}px`;
  }
}
