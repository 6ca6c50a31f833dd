// The lines of a heatmap that are shown: at what width, and from which line on.

import { setLocally, type View } from "./bokeh.ts";
import type { Listeners } from "./listeners.ts";
import type { Panel } from "./panel.ts";
import type { StateModel } from "./payload.ts";
import type { Reflow } from "./reflow.ts";
import { Scroller } from "./scroller.ts";
import { reveal } from "./window.ts";

/** Moves the windows of all facets together. */
export class Viewport {
  private readonly state: StateModel;
  private readonly findSeen: () => { panel: Panel; index: number } | null;
  private panels: readonly Panel[] = [];
  /** Of a heatmap that is as wide as what holds it. */
  private reflow: Reflow | null = null;
  private readonly scrollers = new Map<Scroller, Panel>();
  /** First shown line. */
  line = 0;

  /** @param findSeen returns the token that the window is to keep in sight, if any */
  constructor(
    state: StateModel,
    findSeen: () => { panel: Panel; index: number } | null,
  ) {
    this.state = state;
    this.findSeen = findSeen;
  }

  /** Takes other facets. */
  take(panels: readonly Panel[], reflow: Reflow | null) {
    this.panels = panels;
    this.reflow = reflow;
  }

  stop() {
    this.reflow?.stop();
    this.take([], null);
  }

  /** Follows the width of a view of the whole. */
  observe(listeners: Listeners, view: View) {
    this.reflow?.observe(listeners, view);
  }

  /** Lets a view of a facet be scrolled. */
  attach(listeners: Listeners, panel: Panel, element: HTMLElement) {
    if (panel.minimap === null) return;
    const scrollTo = (line: number) => this.scroll(line);
    const scroller = new Scroller(listeners, element, panel.geometry, scrollTo);
    this.scrollers.set(scroller, panel);
    scroller.place(panel.clampLine(this.line));
    listeners.add(() => this.scrollers.delete(scroller));
  }

  /** Lays the text out anew once the width has changed; all else stays as it is. */
  refit() {
    const { reflow } = this;
    reflow?.keep(this.line);
    const wasSeen = this.findRevealing() === this.line;
    if (!reflow?.fit()) return;
    for (const [i, panel] of this.panels.entries()) panel.layOut(reflow.layouts[i]);
    for (const [scroller, panel] of this.scrollers) scroller.fit(panel.geometry);
    this.line = reflow.find();
    if (wasSeen) this.line = this.findRevealing();
    setLocally(this.state, { line: this.line });
    this.show();
    for (const panel of this.panels) panel.paintMinimap();
  }

  /** Fills the windows, and gives everything its size. */
  show() {
    this.fill();
    this.reflow?.resize();
  }

  /** Brings the focus into the window. */
  reveal() {
    this.scroll(this.findRevealing());
  }

  /** Moves the window to a line. */
  scroll(line: number) {
    const clamped = this.clamp(line);
    if (clamped === this.line) return;
    this.line = clamped;
    setLocally(this.state, { line: clamped });
    this.fill();
  }

  /** Finds the first line of a window that has the focus in it, as near as can be. */
  private findRevealing(): number {
    const focus = this.findSeen();
    if (focus === null) return this.line;
    const { index, panel } = focus;
    return this.clamp(reveal(panel.lineOf(index), this.line, panel.geometry.window));
  }

  private clamp(line: number): number {
    const ends = this.panels.map(({ geometry }) => geometry.lines - geometry.window);
    return Math.max(0, Math.min(line, Math.max(...ends)));
  }

  private fill() {
    for (const panel of this.panels) panel.fill(this.line);
    for (const [scroller, panel] of this.scrollers) {
      scroller.place(panel.clampLine(this.line));
    }
  }
}
