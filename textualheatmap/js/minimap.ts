// The whole text beside its window: its heat, and where the window is.

import {
  type Model,
  type Plot,
  type Renderer,
  type Source,
  setLocally,
} from "./bokeh.ts";
import { measure, rootOf } from "./elements.ts";
import type { Heats } from "./heat_reader.ts";
import type { Listeners } from "./listeners.ts";
import type { Geometry, Palette } from "./payload.ts";
import { poolHeat } from "./window.ts";
import type { Cells } from "./wrap.ts";

/** The source of an image, whose values are arrays and their shapes. */
type Image = Omit<Source, "data"> & { data: { image: [Pixels] } };
/** As Bokeh's `Uint8NDArray`. */
export type Pixels = Uint8Array & { shape: number[] };
export type PixelsClass = new (length: number, shape: number[]) => Pixels;
/** What draws it. */
type ImageGlyph = Model & { color_mapper: Model };

/** The text of a facet, as its minimap needs it. */
export interface WholeText {
  cells: Cells;
  geometry: Geometry;
}

/** One facet's minimap. */
export class Minimap {
  readonly plot: Plot;
  private text!: WholeText;
  private readonly scrollTo: (line: number) => void;
  private readonly window: Model;
  private readonly renderer: Renderer;
  private readonly image: Image;
  private readonly mapper: Model;
  private palette!: Palette;
  /** Of each view on the page. */
  private readonly elements = new Set<HTMLElement>();
  private marked: readonly number[] = [];

  /** @param scrollTo moves the window to a line */
  constructor(
    plot: Plot,
    text: WholeText,
    palette: Palette,
    scrollTo: (line: number) => void,
  ) {
    this.plot = plot;
    this.scrollTo = scrollTo;
    const [window] = plot.center;
    this.window = window;
    [this.renderer] = plot.renderers;
    this.image = this.renderer.data_source as unknown as Image;
    this.mapper = (this.renderer.glyph as ImageGlyph).color_mapper;
    this.layOut(text);
    this.dress(palette);
  }

  /** Takes another palette, with which Bokeh repaints the plot. */
  dress(palette: Palette) {
    this.palette = palette;
    const { text } = palette;
    setLocally(this.window, { fill_color: text, line_color: text });
    for (const element of this.elements) this.dressMargin(element);
    if (this.marked.length > 0) this.mark(this.marked);
  }

  private dressMargin({ parentElement }: HTMLElement) {
    parentElement?.style.setProperty("background", this.palette.colors[0]);
  }

  /** Moves the window to where the pointer is pressed or dragged. */
  listen(listeners: Listeners, element: HTMLElement) {
    const move = (event: PointerEvent) => {
      const { lines, window } = this.text.geometry;
      const { top, height } = measure(element);
      const middle = ((event.clientY - top) / height) * Math.max(lines, window);
      this.scrollTo(Math.round(middle - window / 2));
    };
    listeners.hold(this.elements, element);
    this.dressMargin(element);
    if (this.marked.length > 0) this.markElement(element);
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
    listeners.listenFirst(element, "pointermove", drag);
  }

  /** Marks the lines of hits of a search. */
  mark(lines: readonly number[]) {
    this.marked = lines;
    for (const element of this.elements) this.markElement(element);
  }

  private markElement(element: HTMLElement) {
    const root = rootOf(element);
    root.querySelector("[data-marks]")?.remove();
    if (this.marked.length === 0) return;
    const { lines, window } = this.text.geometry;
    const [marks, path] = ["svg", "path"].map((tag) =>
      document.createElementNS("http://www.w3.org/2000/svg", tag),
    ) as [SVGElement, SVGElement];
    marks.dataset.marks = "";
    marks.ariaHidden = "true";
    marks.setAttribute("viewBox", `0 0 2 ${Math.max(lines, window)}`);
    marks.setAttribute("preserveAspectRatio", "none");
    marks.style.stroke = this.palette.text;
    path.setAttribute("d", this.marked.map((line) => `M1 ${line + 0.5}H2`).join(""));
    marks.append(path);
    root.append(marks);
  }

  /** Takes other lines of the text, whose heat is not shown yet. */
  layOut(text: WholeText) {
    this.text = text;
    const { lines } = text.geometry;
    const [pixels] = this.image.data.image;
    const [before, parts] = pixels.shape;
    if (lines === before) return;
    const Pixels = pixels.constructor as PixelsClass;
    this.image.data.image[0] = new Pixels(lines * parts, [lines, parts]);
    setLocally(this.renderer.glyph, { dh: { value: lines } });
  }

  /** Shows where the window is. */
  place(line: number) {
    const { lines, window } = this.text.geometry;
    const top = Math.max(0, Math.min(line, lines - window));
    setLocally(this.window, { top, bottom: top + window });
  }

  /** Shows the heat of all lines. */
  paint({ heat, signed }: Heats) {
    const { cells, geometry } = this.text;
    const palette = signed ? this.palette.signed : this.palette.colors;
    setLocally(this.mapper, { palette });
    poolHeat(this.image.data.image[0], cells, heat, geometry, signed);
    this.image.change.emit();
  }
}
