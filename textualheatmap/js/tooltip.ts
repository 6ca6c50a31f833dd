// Tells the token, index and heat under a resting pointer.

import type { Model } from "./bokeh.ts";
import { Rest } from "./rest.ts";

// How long the pointer must rest (ms): a tooltip covers the colours of a moving one.
const REST = 600;

/** What a tooltip shows, and where (px of the plot). */
export interface Told {
  content: string;
  position: [number, number];
}

/** One facet's tooltip. */
export class Tooltip {
  private readonly model: Model;
  private readonly rest: Rest;
  private tell: () => Told | null = () => null;
  private visible = false;

  /** @param model Bokeh's tooltip */
  constructor(model: Model) {
    this.model = model;
    this.rest = new Rest(REST, () => this.show());
  }

  /** Shows what `tell` says once the pointer has rested; null for nothing. */
  await(tell: () => Told | null) {
    this.hide();
    this.tell = tell;
    this.rest.begin();
  }

  hide() {
    this.tell = () => null;
    if (!this.visible) return;
    this.visible = false;
    this.model.setv({ visible: false }, { sync: false });
  }

  stop() {
    this.hide();
    this.rest.stop();
  }

  private show() {
    const told = this.tell();
    if (told === null) return;
    this.visible = true;
    this.model.setv({ ...told, visible: true }, { sync: false });
  }
}
