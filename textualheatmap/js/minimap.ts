// The whole text beside its window: its heat, and where the window is.

import type { Plot, Range, Source } from "./bokeh.ts";
import type { Geometry } from "./payload.ts";
import { poolHeat } from "./window.ts";
import type { Cells } from "./wrap.ts";

/** The source of an image, whose values are arrays. */
type Image = Omit<Source, "data"> & { data: { image: [Uint8Array] } };

interface MinimapPlot extends Plot {
  toolbar: { tools: { y_range: Range }[] };
}

/** What a minimap shows of a facet. */
export interface WholeText {
  cells: Cells;
  geometry: Geometry;
  signed: boolean;
}

/** One facet's minimap. */
export class Minimap {
  private readonly text: WholeText;
  private readonly moveTo: (line: number) => void;
  private readonly window: Range;
  private readonly image: Image;
  private placed = false;
  private readonly hear = () => {
    if (this.placed) return;
    const { start, end } = this.window;
    this.moveTo(Math.round(Math.min(start, end)));
  };

  /** @param plot @param moveTo takes the line that the window is dragged to */
  constructor(plot: Plot, text: WholeText, moveTo: (line: number) => void) {
    this.text = text;
    this.moveTo = moveTo;
    this.window = (plot as MinimapPlot).toolbar.tools[0].y_range;
    this.image = plot.renderers[0].data_source as unknown as Image;
    this.window.change.connect(this.hear);
  }

  /** Shows where the window is. */
  place(line: number) {
    const { lines, window } = this.text.geometry;
    const start = Math.max(0, Math.min(line, lines - window));
    this.placed = true;
    this.window.setv({ start, end: start + window }, { sync: false });
    this.placed = false;
  }

  /** Shows the heat of all lines. @param heat by index, from 0 to 1 */
  paint(heat: Float32Array) {
    const { cells, geometry, signed } = this.text;
    poolHeat(this.image.data.image[0], cells, heat, geometry, signed);
    this.image.change.emit();
  }

  stop() {
    this.window.change.disconnect(this.hear);
  }
}
