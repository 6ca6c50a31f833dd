// The strip of meta above a facet.

import type { View } from "./bokeh.ts";
import { rootOf, setText } from "./elements.ts";
import type { Listeners } from "./listeners.ts";
import type { Meta, MetaEntry } from "./payload.ts";

/** As in plot/meta_styles.py. */
const SHARE = "--textualheatmap-share";
const NO_ENTRY: MetaEntry = ["", "", 0];

/** The boxes of meta of one facet, in every view of its strip. */
export class MetaStrip {
  private readonly views = new Set<View>();
  private entries: Meta = [];

  /** Fills a view from now on. */
  attach(listeners: Listeners, view: View) {
    listeners.hold(this.views, view);
    listeners.listen(rootOf(view.el), "pointerover", tellWhole);
    this.fill(view);
  }

  /** Shows strings, with their probabilities, in the boxes from the first on. */
  show(entries: Meta) {
    this.entries = entries;
    for (const view of this.views) this.fill(view);
  }

  private fill({ el }: View) {
    // Two in each box; see `_build_strip` in plot/frame.py.
    const spans = rootOf(el).querySelectorAll("span");
    for (let k = 0; k < spans.length; k += 2) {
      const [text, note, share] = this.entries[k >> 1] ?? NO_ENTRY;
      setText(spans[k], text);
      setText(spans[k + 1], note);
      const box = spans[k].parentElement?.style;
      const size = `${share}%`;
      if (box?.getPropertyValue(SHARE) !== size) box?.setProperty(SHARE, size);
    }
  }
}

/** Gives the box under the pointer its whole text as a tooltip, where it is cut. */
function tellWhole({ target }: Event) {
  const box = target instanceof HTMLSpanElement ? target.parentElement : target;
  if (!(box instanceof HTMLElement)) return;
  const text = box.querySelector("span");
  if (text === null) return;
  box.title = text.scrollWidth > text.clientWidth ? (text.textContent ?? "") : "";
}
