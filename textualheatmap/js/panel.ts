// One facet as it is shown: its data, its plot, and what its tokens are coloured by.

import { type Plot, setLocally, type View } from "./bokeh.ts";
import { describeFocus, describeToken, findHottest, type NoHeat } from "./describe.ts";
import { setStyle } from "./elements.ts";
import type { Groups } from "./grouping.ts";
import type { Heats, Reading } from "./heat_reader.ts";
import type { Step } from "./keys.ts";
import { MetaStrip } from "./meta.ts";
import { Minimap } from "./minimap.ts";
import { Painter, type Underline } from "./paint.ts";
import type { FacetData, FacetModel, Geometry, Meta, Palette } from "./payload.ts";
import type { Layout } from "./reflow.ts";
import { placeValue } from "./row_table.ts";
import { boxHits, type Hit } from "./search.ts";
import { readSelected } from "./selecting.ts";
import { SourceText } from "./source_text.ts";
import type { ViewState } from "./state.ts";
import { TextLayer } from "./text_layer.ts";
import { type Told, Tooltip } from "./tooltip.ts";
import {
  boxOf,
  cellsOf,
  clampLine,
  findInLine,
  findLinesAway,
  findToken,
  firstCells,
} from "./window.ts";
import { type Cells, RIGHT_TO_LEFT } from "./wrap.ts";

/** The models that show one facet. */
export interface PanelModels {
  facet: FacetModel;
  plot: Plot;
  minimap: Plot | undefined;
  /** CSS of the tooltip, where there is one. */
  tooltip: Readonly<Record<string, string>> | undefined;
  palette: Palette;
}

/** One facet of a heatmap. */
export class Panel {
  readonly data: FacetData;
  readonly id: string;
  readonly plot: Plot;
  readonly minimap: Minimap | null;
  readonly tooltip: Tooltip | null;
  readonly meta = new MetaStrip();
  /** The text of each view of the plot that is on the page. */
  private readonly texts = new Map<View, TextLayer>();
  private readonly models: PanelModels;
  /** What its tokens are coloured by; they change in place. */
  readonly heats: Heats;
  private reading: Reading = "none";
  /** Of each token, at the place that is chosen on the axis they follow. */
  private metas: readonly Meta[] = [];
  /** Which tokens are shown as one at present. */
  groups: Groups | undefined;
  private focus: Underline | null = null;
  private hits: readonly Hit[] = [];
  private readText: SourceText | null = null;
  /** First shown line, or -1 before the window is filled. */
  private line = -1;
  private readonly painter: Painter;
  geometry: Geometry;
  private cells: Cells;
  /** First cell of each line, and of each token. */
  private firstCell: Uint32Array;
  private cellOf: Uint32Array;

  /**
   * @param layout its lines @param heats the facet's, which change in place
   * @param scrollTo moves the window of the heatmap to a line
   */
  constructor(
    data: FacetData,
    models: PanelModels,
    { cells, geometry }: Layout,
    heats: Heats,
    scrollTo: (line: number) => void,
  ) {
    const { heat, tokens } = data;
    this.data = data;
    this.geometry = geometry;
    this.cells = cells;
    this.id = heat.alignment.id;
    this.models = models;
    this.heats = heats;
    this.plot = models.plot;
    this.painter = new Painter(models.plot, models.palette, heats.signed);
    this.firstCell = firstCells(cells.line, geometry.lines);
    this.cellOf = cellsOf(cells.index, tokens.length);
    this.minimap = models.minimap
      ? new Minimap(models.minimap, { cells, geometry }, models.palette, scrollTo)
      : null;
    this.tooltip = models.tooltip ? new Tooltip(models.tooltip) : null;
  }

  /** Takes other lines, which `fill` shows. */
  layOut({ cells, geometry }: Layout) {
    this.cells = cells;
    this.geometry = geometry;
    this.firstCell = firstCells(cells.line, geometry.lines);
    this.cellOf = cellsOf(cells.index, this.data.tokens.length);
    this.line = -1;
    this.tooltip?.hide();
    this.minimap?.layOut({ cells, geometry });
    if (this.hits.length > 0) this.markMinimap();
  }

  /** The text as the data have it. */
  get source(): SourceText {
    this.readText ??= new SourceText(this.data.units, this.data.originals);
    return this.readText;
  }

  /** Says whether some lines are beyond the window. */
  get isWindowed(): boolean {
    return this.geometry.lines > this.geometry.window;
  }

  letSelect(isOn: boolean) {
    for (const text of this.texts.values()) text.letSelect(isOn);
  }

  /** Reads what is selected of the text. */
  readSelected(): string {
    for (const text of this.texts.values()) {
      const ends = text.findSelected();
      if (ends === null) continue;
      const [from, to] = ends.map((end) => ({ ...end, line: end.line + this.line }));
      return readSelected(this.cells, this.source, [from, to]);
    }
    return "";
  }

  /** Marks the tokens of hits, and nothing else. */
  mark(hits: readonly Hit[]) {
    if (hits.length === 0 && this.hits.length === 0) return;
    this.hits = hits;
    for (const text of this.texts.values()) this.markText(text);
    this.markMinimap();
  }

  private markText(text: TextLayer) {
    if (this.line < 0) return;
    const boxes = boxHits(this.cells, this.hits, ...this.findShown());
    text.mark(boxes, this.geometry, this.line);
  }

  private markMinimap() {
    const { cells, hits } = this;
    const boxes = boxHits(cells, hits, 0, cells.line.length);
    this.minimap?.mark([...new Set(boxes.map(({ line }) => line))]);
  }

  /** Finds the token at a point of the plot (px), or -1. */
  findToken(x: number, y: number): number {
    if (this.line < 0) return -1;
    const { cells, geometry } = this;
    return findToken(geometry, cells, this.firstCell, this.line, x, y);
  }

  /** Returns the first line with which the window is full. */
  clampLine(line: number): number {
    return clampLine(this.geometry, line);
  }

  /** Returns the line of a token. */
  lineOf(index: number): number {
    return this.cells.line[this.cellOf[index]];
  }

  /** Says whether the paragraph of a token runs from right to left. */
  isFromRight(index: number): boolean {
    return this.cells.level[this.cellOf[index]] >= RIGHT_TO_LEFT;
  }

  /** Finds the token to which a key leads from a token; itself where there is none. */
  findFrom(index: number, { kind, by }: Step): number {
    const { cellOf, cells, firstCell, geometry } = this;
    const last = cellOf.length - 1;
    if (kind === "step") return Math.max(0, Math.min(index + by, last));
    if (kind === "textEnd") return by < 0 ? 0 : last;
    if (kind === "lineEnd") {
      const isLeft = by < 0 !== this.isFromRight(index);
      const at = isLeft ? 0 : Number.MAX_SAFE_INTEGER;
      return findInLine(cells, firstCell, this.lineOf(index), at);
    }
    const lines = kind === "page" ? by * Math.max(1, geometry.window - 1) : by;
    const found = findLinesAway(cells, firstCell, cellOf[index], lines);
    return found < 0 ? index : found;
  }

  /** Shows the facet in a view of its plot, until the view is detached. */
  attach(view: View) {
    const text = new TextLayer(view.el);
    this.texts.set(view, text);
    this.painter.attach(view);
    this.dressView(view, text);
    if (this.line >= 0) {
      text.fill(this.cells, this.geometry, this.line, ...this.findShown());
      if (this.hits.length > 0) this.markText(text);
    }
  }

  detach(view: View) {
    this.texts.get(view)?.remove();
    this.texts.delete(view);
  }

  /** Fills the window with the cells from a line on; says whether it had to. */
  fill(line: number): boolean {
    const { cells, geometry } = this;
    const { tokens } = this.data;
    const first = this.clampLine(line);
    if (first === this.line) return false;
    this.line = first;
    const [from, to] = this.findShown();
    const shown: number[] = [];
    for (let cell = from; cell < to; cell++) {
      if (cells.index[cell] >= 0) shown.push(cell);
    }
    const boxes = shown.map((cell) => boxOf(geometry, cells, cell, first));
    const columns = {
      index: Int32Array.from(shown, (cell) => cells.index[cell]),
      token: shown.map((cell) => tokens[cells.index[cell]]),
      left: Float32Array.from(boxes, ([left]) => left),
      right: Float32Array.from(boxes, ([, right]) => right),
      top: Float32Array.from(boxes, ([, , top]) => top),
      bottom: Float32Array.from(boxes, ([, , , bottom]) => bottom),
    };
    this.painter.fill(columns, this.heats, this.focus);
    for (const text of this.texts.values()) {
      text.fill(cells, geometry, first, from, to);
      if (this.hits.length > 0) this.markText(text);
    }
    this.minimap?.place(first);
    setLocally(this.models.facet, { shown: { line: first } });
    return true;
  }

  /**
   * Colours the tokens as `heats` says, underlines those of the focus, and shows their
   * meta.
   * @param reading where `heats` come from @param groups tokens that are shown as one
   * @param axes what is chosen on them
   */
  paint(
    reading: Reading,
    focus: Underline | null,
    groups: Groups | undefined,
    axes: ViewState["axes"],
  ) {
    const { meta, metaAxis } = this.data;
    // Strings have no mean: there are none of all places together.
    this.metas = meta[(axes[metaAxis] ?? 0) as number] ?? [];
    this.reading = reading;
    this.groups = groups;
    this.focus = focus;
    this.painter.paint(this.texts.keys(), this.heats, focus);
    this.meta.show((focus && this.metas[focus.stop - 1]) ?? []);
  }

  /** Says whether the facet can be seen as it is now. */
  isLaidOut(): boolean {
    const all = [...this.texts.keys()];
    return all.length > 0 && all.every((view) => this.painter.isLaidOut(view));
  }

  /** Takes another palette. */
  dress(palette: Palette) {
    this.models.palette = palette;
    for (const [view, text] of this.texts) this.dressView(view, text);
    this.painter.dress(this.texts.keys(), palette);
    this.minimap?.dress(palette);
    this.paintMinimap();
  }

  /** Gives the panel and the text around a view of the plot their colours. */
  private dressView({ el }: View, text: TextLayer) {
    const { panel, text: ink } = this.models.palette;
    if (el.parentElement) setStyle(el.parentElement, panel);
    text.dress(ink);
  }

  paintMinimap() {
    this.minimap?.paint(this.heats);
  }

  /** Completes what Bokeh has repainted by itself. */
  complete(view: View) {
    this.painter.complete(view);
  }

  /** Says what is at a token, and where it is. */
  describe(index: number): Told | null {
    if (index < 0) return null;
    const { cells, geometry, source } = this;
    // Of a token of several lines, that of the first one that is shown.
    const cell = Math.max(this.cellOf[index], this.firstCell[this.line]);
    const position = cells.position[cell];
    const content = describeToken({
      text: this.data.tokens[index],
      original: source.isDrawn(position) ? null : source.read(position, position),
      index,
      heat: this.say(index),
      place: () => {
        const first = this.groups?.start[index];
        const at = first === undefined ? index : this.groups?.starts.indexOf(first);
        return placeValue(this.listGroups(), at as number);
      },
    });
    return { content, box: boxOf(geometry, cells, cell, this.line) };
  }

  /** Tells the focus in this facet, its hottest tokens and its meta. */
  describeFocus(start: number, stop: number, pinned: boolean): string {
    const { tokens } = this.data;
    return describeFocus({
      text: tokens.slice(start, stop).join(""),
      pinned,
      tokens,
      values: this.listShown(),
      meta: this.metas[stop - 1] ?? [],
    });
  }

  /** Finds the hottest tokens that are coloured, the hottest first. */
  findHottest(count: number): number[] {
    return findHottest(this.listShown(), count);
  }

  /** Returns a value for each group of tokens. */
  private listGroups(): Float32Array {
    const groups = this.groups?.starts;
    const { value } = this.heats;
    return groups === undefined ? value : Float32Array.from(groups, (i) => value[i]);
  }

  /** Returns the values that are shown; NaN for the others. */
  private listShown(): Float32Array {
    const { shown, value } = this.heats;
    return value.map((each, i) => (shown[i] ? each : Number.NaN));
  }

  stop() {
    this.tooltip?.stop();
  }

  /** Returns the first cell that is shown, and the one after the last. */
  private findShown(): [number, number] {
    const { lines, window } = this.geometry;
    const last = Math.min(this.line + window, lines);
    return [this.firstCell[this.line], this.firstCell[last]];
  }

  private say(index: number): number | NoHeat {
    if (this.reading !== "read") return this.reading;
    if (this.heats.excluded[index]) return "excluded";
    const value = this.heats.value[index];
    return Number.isNaN(value) ? "missing" : value;
  }
}
