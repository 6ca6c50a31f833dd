// The legend: the ramp of the colours, the heat at its ends, and a mark at the heat under
// the pointer. Its ends are dragged to set the heat of the first and of the full colour.

import type { View } from "./bokeh.ts";
import { formatHeat } from "./describe.ts";
import { measure, rootOf } from "./elements.ts";
import type { Heats } from "./heat_reader.ts";
import type { Listeners } from "./listeners.ts";
import type { LegendParts, Palette } from "./payload.ts";
import type { Limits } from "./state.ts";

/** As RAMP_STEP in plot/legend_styles.py. */
const STEP = 15;
// How near to each other the ends are dragged at least: a share of the ramp.
const LEAST = 0.02;
// The largest magnitude of heat, a float32's.
const LARGEST = 3.4e38;
// What a key does to the heat of the full colour.
const FACTOR = 1.25;

/** The elements of the legend in one view of it. */
interface Elements {
  low: Element;
  ramp: HTMLElement;
  high: Element;
  text: HTMLElement;
  mark: HTMLElement;
}

/** The legend of a heatmap, which is that of one of its facets at a time. */
export class Legend {
  private readonly texts: LegendParts["texts"];
  private readonly set: (limits: Limits) => void;
  private readonly shown = new Map<View, Elements>();
  private palette: Palette;
  private facet = 0;
  private heats: Heats | null = null;
  private marked: number | null = null;
  /** What is written. */
  private written: readonly unknown[] = [];

  /** @param set takes the limits that a reader asks for; nulls leave them to the scale */
  constructor(parts: LegendParts, palette: Palette, set: (limits: Limits) => void) {
    this.texts = parts.texts;
    this.palette = palette;
    this.set = set;
  }

  /** Shows it in a view from now on. */
  attach(listeners: Listeners, view: View) {
    const root = rootOf(view.el);
    const [low, high, text] = root.querySelectorAll<HTMLElement>("span");
    const [ramp, mark, ...grips] = root.querySelectorAll<HTMLElement>("div");
    if (text === undefined || mark === undefined) return;
    const elements = { low, ramp, high, text, mark };
    this.shown.set(view, elements);
    if (this.heats !== null) this.fill(elements, this.heats);
    listeners.add(() => this.shown.delete(view));
    for (const [i, grip] of grips.entries()) {
      this.listenToGrip(listeners, ramp, grip, i === 0);
    }
    if (grips.length > 0) {
      listeners.listen(ramp, "dblclick", () => this.reset());
    }
  }

  /** Follows the heat of a facet. */
  follow(facet: number, heats: Heats) {
    this.facet = facet;
    this.heats = heats;
    this.write();
  }

  dress(palette: Palette) {
    this.palette = palette;
    this.write();
  }

  /** Marks the heat of a token, from 0 to 1; null for none. */
  mark(heat: number | null) {
    if (heat === this.marked) return;
    this.marked = heat;
    for (const { mark } of this.shown.values()) place(mark, heat);
  }

  /** Gives the full colour to less heat, or to more. */
  step(by: number) {
    const { high, low } = this.heats?.limits ?? { high: null, low: null };
    if (high === null || !(high > 0)) return;
    const moved = Math.min(high * FACTOR ** by, LARGEST);
    const isSigned = low !== null && low < 0;
    if (isSigned || moved > (low ?? 0)) {
      this.set({ low: isSigned ? -moved : low || null, high: moved });
    }
  }

  reset() {
    this.set({ low: null, high: null });
  }

  /** Writes what has changed, which at most moves is nothing. */
  private write() {
    if (this.heats === null) return;
    const { limits, signed, source } = this.heats;
    const now = [this.facet, limits.low, limits.high, signed, source, this.palette];
    if (now.every((each, k) => each === this.written[k])) return;
    this.written = now;
    for (const elements of this.shown.values()) this.fill(elements, this.heats);
  }

  private fill(elements: Elements, { limits, signed, source }: Heats) {
    const { low, high, mark, ramp, text } = elements;
    low.textContent = writeEnd(limits.low);
    high.textContent = writeEnd(limits.high);
    text.textContent = this.texts[this.facet][source];
    text.title = text.textContent;
    const colors = signed ? this.palette.signed : this.palette.colors;
    const stops = colors.filter((_, k) => k % STEP === 0);
    ramp.style.background = `linear-gradient(90deg, ${stops.join(", ")})`;
    place(mark, this.marked);
  }

  /** Lets one end of the ramp be dragged. */
  private listenToGrip(
    listeners: Listeners,
    ramp: HTMLElement,
    grip: HTMLElement,
    isLow: boolean,
  ) {
    let from: { low: number; high: number; signed: boolean } | null = null;
    let box = new DOMRect();
    listeners.listen(grip, "pointerdown", (event) => {
      const limits = this.heats?.limits;
      if (event.button !== 0 || !limits || limits.low === null || limits.high === null)
        return;
      const { low, high } = limits;
      if (!(high > low)) return;
      event.preventDefault();
      from = { low, high, signed: low < 0 && low === -high };
      box = measure(ramp);
      grip.setPointerCapture(event.pointerId);
    });
    listeners.listen(grip, "pointermove", (event) => {
      if (from === null) return;
      const share = (event.clientX - box.left) / box.width;
      this.set(dragEnd(from, isLow, share));
    });
    const end = () => {
      from = null;
    };
    listeners.listen(grip, "pointerup", end);
    listeners.listen(grip, "pointercancel", end);
  }
}

/**
 * Returns the limits after one end of the ramp was dragged.
 * @param from the limits before @param share where it is now, 0 and 1 at the old ends
 */
export function dragEnd(
  from: { low: number; high: number; signed: boolean },
  isLow: boolean,
  share: number,
): Limits {
  const { low, high, signed } = from;
  const bounded = isLow ? Math.min(share, 1 - LEAST) : Math.max(share, LEAST);
  const end = low + bounded * (high - low);
  const limit = (value: number) => Math.max(-LARGEST, Math.min(value, LARGEST));
  if (signed) {
    // Both ends are as far from 0.
    const away = Math.max(isLow ? -end : end, LEAST * high);
    return { low: null, high: limit(away) };
  }
  return isLow ? { low: limit(end), high } : { low: low || null, high: limit(end) };
}

function writeEnd(heat: number | null): string {
  return heat === null ? "" : formatHeat(heat);
}

function place(mark: HTMLElement, heat: number | null) {
  const { style } = mark;
  const isShown = heat !== null && !Number.isNaN(heat);
  if (isShown) style.left = `${100 * heat}%`;
  style.visibility = isShown ? "visible" : "hidden";
}
