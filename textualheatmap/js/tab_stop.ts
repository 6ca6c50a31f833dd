// The heatmap as one stop of the Tab key: its name and ring, its panel of keys, and what
// it tells a screen reader.

import { make, put, setText } from "./elements.ts";
import type { Listeners } from "./listeners.ts";

/** One showing of the heatmap that takes the keyboard. */
export class TabStop {
  private readonly keys: HTMLElement;
  private readonly status = make("div", { ariaLive: "polite", role: "status" });

  /**
   * @param name what assistive technology calls the heatmap
   * @param keys each key, and what it does
   */
  constructor(
    listeners: Listeners,
    heatmap: HTMLElement,
    name: string,
    keys: readonly [string, string][],
  ) {
    Object.assign(heatmap, { ariaLabel: name, role: "group", tabIndex: 0 });
    const rows = keys.flatMap(([key, does]) => [
      make("dt", {}, key),
      make("dd", {}, does),
    ]);
    this.keys = make("dl", { hidden: true }, ...rows);
    this.keys.dataset.keys = "";
    this.status.dataset.told = "";
    put(listeners, heatmap, this.keys, this.status);
    listeners.listen(this.keys, "click", () => this.hideKeys());
  }

  /** Has a text read aloud, once. */
  say(text: string) {
    setText(this.status, text);
  }

  toggleKeys() {
    this.keys.hidden = !this.keys.hidden;
  }

  /** Hides the panel of keys; says whether it was there. */
  hideKeys(): boolean {
    const shown = !this.keys.hidden;
    this.keys.hidden = true;
    return shown;
  }
}
