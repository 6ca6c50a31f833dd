// What lies over a heatmap until its plots can be seen.

import type { Model, Views } from "./bokeh.ts";
import { Cover } from "./cover.ts";

// No longer than so many frames is a heatmap covered.
const PATIENCE = 120;

/** The static picture of a page without Python, and the covers of plots that are replaced. */
export class Covers {
  private readonly views: Views;
  private readonly covers: { remove(): void }[] = [];

  constructor(views: Views) {
    this.views = views;
  }

  /** Keeps an element that lies over the heatmap. */
  keep(element: HTMLElement) {
    this.covers.push(element);
  }

  /**
   * Covers each view of a layout that is about to be replaced.
   * @param markup of Python's; all text in it is escaped
   */
  cover(layout: Model, markup: string) {
    if (this.covers.length > 0) return;
    for (const { el } of this.views.find(layout)) {
      if (el.isConnected) this.covers.push(new Cover(el, markup));
    }
  }

  /** Takes all away once what is under them is laid out, and painted after that. */
  remove(isLaidOut: () => boolean, frames = 0) {
    if (this.covers.length === 0) return;
    const isDone = isLaidOut();
    requestAnimationFrame(() => {
      if (!isDone && frames < PATIENCE) {
        this.remove(isLaidOut, frames + 1);
      } else {
        requestAnimationFrame(() => {
          for (const cover of this.covers.splice(0)) cover.remove();
        });
      }
    });
  }
}
