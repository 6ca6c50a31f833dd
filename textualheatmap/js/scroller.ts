// The window of a long text as the browser's own scroll container: wheel, fingers, zoom
// and horizontal scroll then do what they do everywhere.

import { make, put } from "./elements.ts";
import type { Listeners } from "./listeners.ts";
import type { Geometry } from "./payload.ts";

/** An element over a facet's plot, whose content is as high as the whole text. */
export class Scroller {
  private readonly text = make("div");
  // No stop of the Tab key beside the whole heatmap; and it holds nothing to read.
  private readonly element = make(
    "div",
    { ariaHidden: "true", tabIndex: -1 },
    this.text,
  );
  private height = 0;
  private line = 0;

  /**
   * @param plot the plot's element, which has a shadow root
   * @param scrollTo takes the line that is scrolled to
   */
  constructor(
    listeners: Listeners,
    plot: HTMLElement,
    geometry: Geometry,
    scrollTo: (line: number) => void,
  ) {
    this.element.dataset.scroller = "";
    this.fit(geometry);
    listeners.listen(this.element, "scroll", () => {
      const first = this.readLine();
      // Not scrolled by the reader but by `place`. A shorter text, which is then at its
      // end, must not keep the others from going on.
      if (first === this.line) return;
      this.line = first;
      scrollTo(first);
    });
    put(listeners, plot, this.element);
  }

  /** Takes the height of the window, and of the text; is not there if all is shown. */
  fit({ left, line, lines, top, window }: Geometry) {
    this.height = line;
    this.element.style.height = `${window * line + 2 * top}px`;
    this.element.style.display = lines > window ? "block" : "none";
    this.text.style.cssText = `height: ${lines * line + 2 * top}px; width: ${left}px`;
  }

  /** Scrolls to a line. */
  place(line: number) {
    this.line = line;
    if (this.readLine() !== line) this.element.scrollTop = line * this.height;
  }

  private readLine(): number {
    // At the very end the browser may be a fraction of a pixel short of the line.
    return Math.floor((this.element.scrollTop + 0.5) / this.height);
  }
}
