// The text of a facet's window: elements over the rectangles, which the browser shapes,
// and which stay as they are when the rectangles change.

import { make, rootOf, setStyle } from "./elements.ts";
import type { Geometry, TextStyle } from "./payload.ts";
import type { MarkBox } from "./search.ts";
import { findSelected, type Place } from "./selecting.ts";
import type { Cells } from "./wrap.ts";

// Letters that every monospaced font has need no box of their own.
const PLAIN = /^[\x20-\x7e]*$/;

/** The text over one view of a facet's plot. */
export class TextLayer {
  private readonly element: HTMLElement;
  private readonly style: TextStyle;
  /** What lies around hits of a search; empty without one. */
  private readonly marks: HTMLElement;

  /** @param plot the plot's element, which has a shadow root */
  constructor(plot: HTMLElement, style: TextStyle) {
    this.style = style;
    this.element = build("div", style.layer);
    this.element.dataset.text = "";
    this.element.dir = "ltr";
    this.marks = build("div", { ...style.layer, padding: "0" });
    this.marks.dataset.marks = "";
    this.marks.ariaHidden = "true";
    rootOf(plot).append(this.element, this.marks);
  }

  /**
   * Shows the cells `first` to `last - 1`, which are those of whole lines.
   * @param top the first line
   */
  fill(cells: Cells, { cell }: Geometry, top: number, first: number, last: number) {
    const lines: HTMLElement[] = [];
    let plain = "";
    /** Columns of the line so far. */
    let columns = 0;
    const flush = () => {
      if (plain !== "") lines.at(-1)?.append(plain);
      plain = "";
    };
    for (let k = first; k < last; k++) {
      // A line may be empty.
      while (top + lines.length <= cells.line[k]) {
        flush();
        lines.push(build("div", this.style.line));
        columns = 0;
      }
      const level = cells.level[k];
      const shift = cells.column[k] - columns;
      columns += cells.width[k];
      if (level === 0 && PLAIN.test(cells.text[k])) {
        plain += cells.text[k];
        continue;
      }
      flush();
      const box = build("span", this.style.box);
      box.style.width = `${cells.width[k] * cell}px`;
      if (level > 0) {
        // In reading order for whoever selects or hears it; placed as it runs.
        box.style.position = "relative";
        box.style.left = `${shift * cell}px`;
        if (level % 2) box.style.direction = "rtl";
      }
      box.textContent = cells.text[k];
      lines.at(-1)?.append(box);
    }
    flush();
    this.element.replaceChildren(...lines);
  }

  /** Draws a frame around hits. @param top the first line that is shown */
  mark(
    boxes: readonly MarkBox[],
    { cell, left, line, top: edge }: Geometry,
    top: number,
  ) {
    const marks = boxes.map((box) =>
      build("i", {
        position: "absolute",
        left: `${left + box.left * cell - 1}px`,
        top: `${edge + (box.line - top) * line}px`,
        width: `${(box.right - box.left) * cell + 2}px`,
        height: `${line}px`,
        "box-sizing": "border-box",
        border: "1.5px solid",
        "border-radius": "4px",
      }),
    );
    this.marks.replaceChildren(...marks);
  }

  /** Lets the mouse select text, or pass through to what lies under it. */
  letSelect(isOn: boolean) {
    setStyle(this.element, {
      "pointer-events": isOn ? "auto" : "none",
      // Above what scrolls the window.
      "z-index": isOn ? "2" : "auto",
      cursor: isOn ? "text" : "",
      "user-select": "text",
    });
  }

  /** Finds what is selected, in lines from the first one that is shown. */
  findSelected(): [Place, Place] | null {
    return findSelected(this.element);
  }

  dress(color: string) {
    this.element.style.color = color;
    this.marks.style.color = color;
  }

  remove() {
    this.element.remove();
    this.marks.remove();
  }
}

function build(tag: "div" | "i" | "span", style: Record<string, string>): HTMLElement {
  const element = make(tag);
  setStyle(element, style);
  return element;
}
