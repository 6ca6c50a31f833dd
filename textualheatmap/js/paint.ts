// Paints the heat of the shown tokens: the only module that touches Bokeh's insides.

import {
  mapperOf,
  type Plot,
  type Renderer,
  rendererOf,
  type Source,
  sourceOf,
  type View,
} from "./bokeh.ts";
import type { Heats } from "./heat_reader.ts";
import type { Palette } from "./payload.ts";

/** Steps of a palette. */
const STEPS = 256;
// The frame of a token that is left out of the scale (px).
const FRAME_ALPHA = 0.5;
const FRAME_DASH = [2, 2];
const SILENTLY = { sync: false, silent: true };

/** What is shown of a facet: columns of the source `tokens`. */
export interface TokenColumns {
  index: Int32Array;
  token: string[];
  left: Float32Array;
  right: Float32Array;
  top: Float32Array;
  bottom: Float32Array;
}

/** The tokens of a facet that are underlined. */
export interface Underline {
  start: number;
  stop: number;
  pinned: boolean;
}

/** Bokeh's view of a glyph, as far as it is used here. */
export interface GlyphView {
  fill_color: { array?: unknown };
}

export interface RendererView {
  glyph: GlyphView;
  all_indices: { count: number };
}

export interface Layer {
  prepare(): CanvasRenderingContext2D;
  finish(): void;
}

export interface PlotView extends View {
  renderer_views?: Map<Renderer, RendererView>;
  canvas_view?: {
    primary?: Layer;
    overlays?: { el?: HTMLElement };
    events_el?: HTMLElement;
  };
}

/** The insides of a view that a fast repaint needs. */
interface Insides {
  layer: Layer;
  colors: Uint32Array;
}

/**
 * Returns the insides of a plot's view, or null where they are not as they are in
 * Bokeh 3.9, or not yet up to date: then Bokeh has to repaint the plot itself.
 */
function findInsides(plot: Plot, view: PlotView, count: number): Insides | null {
  const renderer = plot.renderers.find((each) => each.name === "tokens");
  const tokens = renderer && view.renderer_views?.get(renderer);
  const layer = view.canvas_view?.primary;
  const colors = tokens?.glyph?.fill_color?.array;
  const known =
    typeof layer?.prepare === "function" &&
    typeof layer.finish === "function" &&
    tokens?.all_indices?.count === count &&
    colors instanceof Uint32Array &&
    colors.length === count;
  return known ? { layer, colors } : null;
}

/** Returns colours in the order of bytes that Bokeh keeps them in: RGBA. */
function readPalette(palette: string[]): Uint32Array {
  const bytes = new Uint8Array(palette.length * 4);
  for (const [i, color] of palette.entries()) {
    const number = Number.parseInt(color.slice(1), 16);
    bytes.set([number >> 16, (number >> 8) & 255, number & 255, 255], 4 * i);
  }
  return new Uint32Array(bytes.buffer);
}

/** Paints one facet's plot, in every view of it. */
export class Painter {
  private readonly plot: Plot;
  private readonly tokens: Source;
  private readonly focus: Source;
  private palette!: Palette;
  /** Whether the colours in use go both ways. */
  private isSigned: boolean;
  /** Those colours: of heat from 0 to 1, and of missing heat. */
  private steps: string[] = [];
  private colors: Uint32Array = new Uint32Array(0);
  private heat = new Float32Array(0);
  private value = new Float32Array(0);
  private shown = new Uint8Array(0);
  /** Which tokens are left out of the scale, as places in the columns. */
  private excluded: number[] = [];
  private columns: TokenColumns | null = null;
  /** Whether Bokeh has not been told of the underline. */
  private isFocusNew = false;

  constructor(plot: Plot, palette: Palette, isSigned: boolean) {
    this.plot = plot;
    this.tokens = sourceOf(plot, "tokens");
    this.focus = sourceOf(plot, "focus");
    this.isSigned = isSigned;
    this.choosePalette(palette);
  }

  /** Takes another palette: the plot is repainted at once, and by Bokeh after that. */
  dress(views: Iterable<View>, palette: Palette) {
    this.choosePalette(palette);
    for (const view of views) {
      const insides = this.findInsides(view);
      if (insides !== null) this.repaint(insides);
    }
    this.tokens.change.emit();
    this.focus.change.emit();
    this.isFocusNew = false;
  }

  /**
   * Takes a palette, and gives it to Bokeh's models. These are told of it silently: they
   * would update their data once for each state that a glyph has.
   */
  private choosePalette(palette: Palette) {
    this.palette = palette;
    this.chooseColors();
    const ink = { value: palette.text };
    rendererOf(this.plot, "focus").glyph.setv({ fill_color: ink }, SILENTLY);
  }

  /** Takes the colours of one way or of both, and gives them to Bokeh's mapper. */
  private chooseColors() {
    const { colors, signed, missing } = this.palette;
    const palette = this.isSigned ? signed : colors;
    this.steps = [...palette, missing];
    this.colors = readPalette(this.steps);
    mapperOf(this.plot).setv({ palette, nan_color: missing }, SILENTLY);
  }

  /**
   * Takes from a view what nothing is painted on, which would cost at each move, and
   * the Tab key's stop that Bokeh puts into every plot.
   */
  attach(view: View) {
    const { canvas_view } = view as PlotView;
    canvas_view?.overlays?.el?.style.setProperty("display", "none");
    takeTabStop(view);
  }

  /** Shows other tokens; Bokeh lays them out and repaints them. */
  fill(columns: TokenColumns, heats: Heats, focus: Underline | null) {
    const count = columns.index.length;
    this.columns = columns;
    this.heat = new Float32Array(count);
    this.value = new Float32Array(count);
    this.shown = new Uint8Array(count);
    this.read(heats);
    const { heat, value, shown } = this;
    // Bokeh would keep the old columns if they were equal: others change in place now.
    const always = { sync: false, check_eq: false };
    this.tokens.setv({ data: { ...columns, heat, value, shown } }, always);
    this.focus.setv({ data: this.underline(focus) }, always);
    this.isFocusNew = false;
  }

  private findInsides(view: View): Insides | null {
    return findInsides(this.plot, view as PlotView, this.heat.length);
  }

  /** Says whether Bokeh has laid out in a view what was filled in last. */
  isLaidOut(view: View): boolean {
    return this.findInsides(view) !== null;
  }

  /** Colours the shown tokens, and underlines the focused ones. */
  paint(views: Iterable<View>, heats: Heats, focus: Underline | null) {
    this.read(heats);
    // In place: Bokeh looks through what is set for models.
    Object.assign(this.focus.data, this.underline(focus));
    this.isFocusNew = true;
    let known = true;
    for (const view of views) {
      const insides = this.findInsides(view);
      if (insides === null) known = false;
      else this.repaint(insides);
    }
    if (known) return;
    this.tokens.change.emit();
    this.focus.change.emit();
    this.isFocusNew = false;
  }

  /** Completes what Bokeh has repainted by itself: underline and frames, if any. */
  complete(view: View) {
    const insides = this.findInsides(view);
    const isPartial = this.isFocusNew || this.excluded.length > 0;
    if (isPartial && insides !== null) this.repaint(insides);
  }

  /**
   * Repaints the rectangles and the underline, and nothing else of the plot.
   *
   * What is left out is what Bokeh does around that and a new focus does not change:
   * positions, a spatial index, glyphs for selections, style sheets, which together
   * cost four times the painting.
   */
  private repaint({ layer, colors }: Insides) {
    const { columns, heat, steps } = this;
    const { colors: scale, text: ink } = this.palette;
    if (columns === null) return;
    const { left, right, top, bottom } = columns;
    const ctx = layer.prepare();
    // The plot's ranges begin half a pixel later: Bokeh moves its canvas by as much.
    ctx.translate(-0.5, -0.5);
    for (let k = 0; k < heat.length; k++) {
      const step = stepOf(heat[k]);
      colors[k] = this.colors[step];
      if (steps[step] === scale[0]) continue;
      ctx.fillStyle = steps[step];
      ctx.fillRect(left[k], top[k], right[k] - left[k], bottom[k] - top[k]);
    }
    ctx.strokeStyle = ink;
    ctx.globalAlpha = FRAME_ALPHA;
    ctx.setLineDash(FRAME_DASH);
    for (const k of this.excluded) {
      const [width, height] = [right[k] - left[k], bottom[k] - top[k]];
      ctx.strokeRect(left[k] + 0.5, top[k] + 0.5, width - 1, height - 1);
    }
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
    ctx.fillStyle = ink;
    const lines = this.focus.data as Record<keyof Sides, ArrayLike<number>>;
    for (let k = 0; k < lines.left.length; k++) {
      const [x, y] = [lines.left[k], lines.top[k]];
      ctx.fillRect(x, y, lines.right[k] - x, lines.bottom[k] - y);
    }
    layer.finish();
  }

  /** Reads the shown tokens' heat. */
  private read({ excluded, heat, value, shown, signed }: Heats) {
    if (signed !== this.isSigned) {
      this.isSigned = signed;
      this.chooseColors();
    }
    const index = this.columns?.index ?? [];
    this.excluded = [];
    for (let k = 0; k < index.length; k++) {
      const i = index[k];
      this.value[k] = value[i];
      this.shown[k] = shown[i];
      this.heat[k] = heat[i];
      if (excluded[i]) this.excluded.push(k);
    }
  }

  /** Returns the lines under the focused tokens, as far as they are shown. */
  private underline(focus: Underline | null): Sides {
    const boxes: Sides = { left: [], right: [], top: [], bottom: [] };
    const { columns } = this;
    if (focus === null || columns === null) return boxes;
    const thick = focus.pinned ? 4 : 2;
    const { index, left, right, bottom } = columns;
    for (let k = 0; k < index.length; k++) {
      if (index[k] < focus.start || index[k] >= focus.stop) continue;
      boxes.left.push(left[k]);
      boxes.right.push(right[k]);
      boxes.top.push(bottom[k] - thick);
      boxes.bottom.push(bottom[k]);
    }
    return boxes;
  }
}

/** Makes the Tab key pass over a plot: the heatmap is one stop. */
export function takeTabStop(view: View) {
  const events = (view as PlotView).canvas_view?.events_el;
  if (events !== undefined) events.tabIndex = -1;
}

/** Boxes, in px of the plot. */
interface Sides {
  left: number[];
  right: number[];
  top: number[];
  bottom: number[];
}

/** Returns the step of the palette of a heat, as Bokeh's mapper does. */
function stepOf(heat: number): number {
  return Number.isNaN(heat) ? STEPS : Math.min(Math.floor(heat * STEPS), STEPS - 1);
}
