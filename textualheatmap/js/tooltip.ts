// Tells the token, index and heat under a resting pointer.

import type { Model } from "./bokeh.ts";

// Late enough not to cover the colours of a pointer that moves on (ms).
const REST = 600;

/** One facet's tooltip. */
export class Tooltip {
  private readonly model: Model;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private visible = false;

  /** @param model Bokeh's tooltip */
  constructor(model: Model) {
    this.model = model;
  }

  /**
   * Shows a text once the pointer has rested.
   * @param tell what to show and where (px of the plot), asked when it is due; null
   *   for nothing
   */
  await(tell: () => { content: string; position: [number, number] } | null) {
    this.hide();
    this.timer = setTimeout(() => {
      const told = tell();
      if (told === null) return;
      this.visible = true;
      this.model.setv({ ...told, visible: true }, { sync: false });
    }, REST);
  }

  hide() {
    clearTimeout(this.timer);
    if (!this.visible) return;
    this.visible = false;
    this.model.setv({ visible: false }, { sync: false });
  }
}
