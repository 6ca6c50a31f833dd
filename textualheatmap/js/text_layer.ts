// The text of a facet's window: elements over the rectangles, which the browser shapes,
// and which stay as they are when the rectangles change.

import { make, rootOf, setStyle } from "./elements.ts";
import type { Geometry } from "./payload.ts";
import type { MarkBox } from "./search.ts";
import { findSelected, type Place } from "./selecting.ts";
import type { Cells } from "./wrap.ts";

// Letters that every monospaced font has need no box of their own.
const PLAIN = /^[\x20-\x7e]*$/;

/** The text over one view of a facet's plot. */
export class TextLayer {
  private readonly element = make("div", { dir: "ltr" });
  /** What lies around hits of a search; empty without one. */
  private readonly marks = make("div", { ariaHidden: "true" });

  /** @param plot the plot's element, whose shadow root has the style sheet of both */
  constructor(plot: HTMLElement) {
    this.element.dataset.text = "";
    this.marks.dataset.marks = "";
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
        lines.push(make("div"));
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
      const box = make("span");
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
    const marks = boxes.map((box) => {
      const mark = make("i");
      setStyle(mark, {
        left: `${left + box.left * cell - 1}px`,
        top: `${edge + (box.line - top) * line}px`,
        width: `${(box.right - box.left) * cell + 2}px`,
        height: `${line}px`,
      });
      return mark;
    });
    this.marks.replaceChildren(...marks);
  }

  /** Lets the mouse select text, or pass through to what lies under it. */
  letSelect(isOn: boolean) {
    this.element.toggleAttribute("data-selects", isOn);
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
