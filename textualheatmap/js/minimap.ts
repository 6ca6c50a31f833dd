// The whole text beside its window: its heat, and where the window is.

import type { Model, Plot, Source } from "./bokeh.ts";
import type { Listeners } from "./listeners.ts";
import type { Geometry } from "./payload.ts";
import { poolHeat } from "./window.ts";
import type { Cells } from "./wrap.ts";

/** The source of an image, whose values are arrays. */
type Image = Omit<Source, "data"> & { data: { image: [Uint8Array] } };

/** The text of a facet, as its minimap needs it. */
export interface WholeText {
  cells: Cells;
  geometry: Geometry;
  signed: boolean;
}

/** One facet's minimap. */
export class Minimap {
  readonly plot: Plot;
  private readonly text: WholeText;
  private readonly scrollTo: (line: number) => void;
  private readonly window: Model;
  private readonly image: Image;

  /** @param scrollTo moves the window to a line */
  constructor(plot: Plot, text: WholeText, scrollTo: (line: number) => void) {
    this.plot = plot;
    this.text = text;
    this.scrollTo = scrollTo;
    const [window] = plot.center;
    this.window = window;
    this.image = plot.renderers[0].data_source as unknown as Image;
  }

  /** Moves the window to where the pointer is pressed or dragged. */
  listen(listeners: Listeners, element: HTMLElement) {
    const { lines, window } = this.text.geometry;
    const move = (event: PointerEvent) => {
      const { top, height } = element.getBoundingClientRect();
      const middle = ((event.clientY - top) / height) * Math.max(lines, window);
      this.scrollTo(Math.round(middle - window / 2));
    };
    element.style.cursor = "pointer";
    element.style.touchAction = "none";
    listeners.listen(element, "pointerdown", (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      move(event);
    });
    const drag = (event: PointerEvent) => {
      event.stopPropagation();
      if (element.hasPointerCapture(event.pointerId)) move(event);
    };
    listeners.listen(element, "pointermove", drag, { capture: true });
  }

  /** Shows where the window is. */
  place(line: number) {
    const { lines, window } = this.text.geometry;
    const top = Math.max(0, Math.min(line, lines - window));
    this.window.setv({ top, bottom: top + window }, { sync: false });
  }

  /** Shows the heat of all lines. @param heat by index, from 0 to 1 */
  paint(heat: Float32Array) {
    const { cells, geometry, signed } = this.text;
    poolHeat(this.image.data.image[0], cells, heat, geometry, signed);
    this.image.change.emit();
  }
}
