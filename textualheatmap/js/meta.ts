// The strip of meta above a facet.

import type { View } from "./bokeh.ts";
import type { Meta } from "./payload.ts";

/** The boxes of meta of one facet, in every view of its strip. */
export class MetaStrip {
  private readonly views = new Set<View>();
  private entries: Meta = [];

  /** Fills a view from now on. */
  attach(view: View) {
    this.views.add(view);
    this.fill(view);
  }

  detach(view: View) {
    this.views.delete(view);
  }

  /** Shows strings, with their probabilities, in the boxes from the first on. */
  show(entries: Meta) {
    this.entries = entries;
    for (const view of this.views) this.fill(view);
  }

  private fill({ el }: View) {
    // Two in each box; see `_build_strip` in plot/frame.py.
    const spans = el.shadowRoot?.querySelectorAll("span") ?? [];
    for (const [k, span] of spans.entries()) {
      const entry = this.entries[k >> 1] ?? "";
      const text = typeof entry === "string" ? [entry, ""] : entry;
      write(span, text[k & 1]);
    }
  }
}

/** Sets an element's text, unless it is that. */
function write(element: HTMLElement, text: string) {
  if (element.textContent !== text) element.textContent = text;
}
