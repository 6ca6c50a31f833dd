// The text of a facet's window: elements over the rectangles, which the browser shapes,
// and which stay as they are when the rectangles change.

import type { Geometry, TextStyle } from "./payload.ts";
import type { Cells } from "./wrap.ts";

// Letters that every monospaced font has need no box of their own.
const PLAIN = /^[\x20-\x7e]*$/;

/** The text over one view of a facet's plot. */
export class TextLayer {
  private readonly element: HTMLElement;
  private readonly style: TextStyle;

  /** @param plot the plot's element, which has a shadow root */
  constructor(plot: HTMLElement, style: TextStyle) {
    this.style = style;
    this.element = build("div", style.layer);
    this.element.dataset.text = "";
    this.element.dir = "ltr";
    (plot.shadowRoot ?? plot).append(this.element);
  }

  /**
   * Shows the cells `first` to `last - 1`, which are those of whole lines.
   * @param top the first line
   */
  fill(cells: Cells, { cell }: Geometry, top: number, first: number, last: number) {
    const lines: HTMLElement[] = [];
    let plain = "";
    const flush = () => {
      if (plain !== "") lines.at(-1)?.append(plain);
      plain = "";
    };
    for (let k = first; k < last; k++) {
      // A line may be empty.
      while (top + lines.length <= cells.line[k]) {
        flush();
        lines.push(build("div", this.style.line));
      }
      if (PLAIN.test(cells.text[k])) {
        plain += cells.text[k];
        continue;
      }
      flush();
      const box = build("span", this.style.box);
      box.style.width = `${cells.width[k] * cell}px`;
      box.textContent = cells.text[k];
      lines.at(-1)?.append(box);
    }
    flush();
    this.element.replaceChildren(...lines);
  }

  dress(color: string) {
    this.element.style.color = color;
  }

  remove() {
    this.element.remove();
  }
}

function build(tag: string, style: Record<string, string>): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(style)) {
    element.style.setProperty(name, value);
  }
  return element;
}
