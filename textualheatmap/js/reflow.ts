// Lays the text of a heatmap out anew where what holds it gets wider or narrower.

import { type Plot, setLocally, type View, type Views } from "./bokeh.ts";
import { setStyle } from "./elements.ts";
import { countLines, divide, type Fitted, fit } from "./fit.ts";
import type { Listeners } from "./listeners.ts";
import type { Geometry, Parts, Stretch } from "./payload.ts";
import { columnsBefore, lineAt } from "./window.ts";
import type { Cells, Units } from "./wrap.ts";

// A text whose window is about to go is lower with it than without. Without it the page
// may need a scroll bar, which takes the room for that again, and so on: the window only
// goes once there is room for both (px).
const SCROLL_BAR = 24;
// Bokeh paints half a pixel to the right and below.
const HALF = 0.5;

/** The lines of one facet. */
export interface Layout {
  geometry: Geometry;
  cells: Cells;
}

/** Follows the width of a heatmap's elements. */
export class Reflow {
  private readonly parts: Parts;
  private readonly stretch: Stretch;
  private readonly units: readonly Units[];
  private readonly views: Views;
  private readonly observer: ResizeObserver;
  private frame: number | undefined;
  private width = 0;
  private fitted: Fitted | null = null;
  /** What was laid out last. */
  layouts: Layout[] = [];
  /** The last width at which the text could not be shown without a window. */
  private windowed = Number.NEGATIVE_INFINITY;
  /** Columns before the first shown line, and the line that was found for them. */
  private place = { columns: 0, line: 0 };

  /**
   * @param units the text of each facet
   * @param resized is called at most once a frame, after the width may have changed
   */
  constructor(
    parts: Parts,
    stretch: Stretch,
    units: readonly Units[],
    views: Views,
    resized: () => void,
  ) {
    this.parts = parts;
    this.stretch = stretch;
    this.units = units;
    this.views = views;
    // Not at once: what is laid out changes the height of what is observed.
    this.observer = new ResizeObserver(() => {
      this.frame ??= requestAnimationFrame(() => {
        this.frame = undefined;
        resized();
      });
    });
  }

  observe(listeners: Listeners, { el }: View) {
    this.observer.observe(el);
    listeners.add(() => this.observer.unobserve(el));
    this.tell(el);
  }

  stop() {
    this.observer.disconnect();
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
  }

  /** Lays the text out for the width that there is; says whether lines changed. */
  fit(): boolean {
    const width = this.measure();
    if (width === this.width) return false;
    const before = this.fitted;
    const after = this.choose(width);
    this.width = width;
    this.fitted = after;
    if (before?.cells === after.cells) {
      this.resize();
      return false;
    }
    this.layouts = after.cells.map((cells, i) => {
      const lines = countLines(cells);
      const window = Math.min(after.window, lines);
      const { columns } = after;
      const geometry = { ...this.parts.geometry[i], columns, lines, window };
      return { geometry, cells };
    });
    return true;
  }

  /** Gives everything the size of what was laid out last. */
  resize() {
    for (const { el } of this.views.find(this.parts.layout)) this.tell(el);
    for (const [i, { geometry }] of this.layouts.entries()) {
      const { cell, columns, left, line, lines, top, window } = geometry;
      const height = window * line + 2 * top;
      const width = columns * cell + 2 * left;
      size(this.parts.plots[i], { width, height }, [width, height]);
      const minimap = this.parts.minimaps[i];
      if (minimap) size(minimap, { height }, [1, Math.max(lines, window)]);
    }
  }

  /** Remembers which part of the text the window begins with. @param line its first */
  keep(line: number) {
    // As long as nobody scrolls, the place does not drift with each width.
    if (line === this.place.line) return;
    this.place = {
      columns: columnsBefore(findLongest(this.layouts).cells, line),
      line,
    };
  }

  /** Returns the line that has now what the window began with. */
  find(): number {
    const { cells, geometry } = findLongest(this.layouts);
    const line = lineAt(cells, this.place.columns);
    this.place.line = Math.max(0, Math.min(line, geometry.lines - geometry.window));
    return this.place.line;
  }

  /** Returns the width of the narrowest element that can be seen, or the last (px). */
  private measure(): number {
    const widths = [...this.views.find(this.parts.layout)]
      .filter(({ el }) => el.clientWidth > 0)
      .map(({ el }) => Math.floor(Number.parseFloat(getComputedStyle(el).width)));
    if (widths.length === 0) return this.width || this.stretch.width;
    return Math.max(this.stretch.least_width, Math.min(...widths));
  }

  private choose(width: number): Fitted {
    const { fitted, stretch, units } = this;
    const keepsMinimaps = width <= this.windowed + SCROLL_BAR;
    if (fitted !== null && (keepsMinimaps || !fitted.hasMinimaps)) {
      if (this.hasColumnsOf(width)) {
        return { ...fitted, ...divide(stretch, width, fitted.hasMinimaps) };
      }
    }
    const chosen = fit(stretch, units, width);
    if (chosen.hasMinimaps) this.windowed = width;
    else if (keepsMinimaps && fitted?.hasMinimaps) {
      return fit(stretch, units, width, true);
    }
    return chosen;
  }

  /** Says whether a width has the columns of the last one, with minimaps and without. */
  private hasColumnsOf(width: number): boolean {
    return [false, true].every((hasMinimaps) => {
      const [a, b] = [width, this.width].map((each) =>
        divide(this.stretch, each, hasMinimaps),
      );
      return a.columns === b.columns;
    });
  }

  /** Says to the frame around the text how wide the tabs are. */
  private tell(el: HTMLElement) {
    if (this.fitted === null) return;
    const { hasMinimaps, tab } = this.fitted;
    const [tabName, minimapName] = this.stretch.variables;
    setStyle(el, {
      [tabName]: `${tab}px`,
      [minimapName]: hasMinimaps ? "block" : "none",
    });
  }
}

/** Finds the facet whose lines move the window. */
function findLongest(layouts: readonly Layout[]): Layout {
  return layouts.reduce((a, b) => (b.geometry.lines > a.geometry.lines ? b : a));
}

/** Gives a plot a size in px, and its axes the units of so many across and down. */
function size(
  plot: Plot,
  pixels: { width?: number; height: number },
  [across, down]: [number, number],
) {
  const right = (HALF * across) / (pixels.width ?? plot.width);
  const below = (HALF * down) / pixels.height;
  setLocally(plot.x_range, { start: right, end: across + right });
  setLocally(plot.y_range, { start: down + below, end: below });
  setLocally(plot, pixels);
}
