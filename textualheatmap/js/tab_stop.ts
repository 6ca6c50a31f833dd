// The heatmap as one stop of the Tab key: its name and ring, its panel of keys, and what
// it tells a screen reader.

import type { Listeners } from "./listeners.ts";

/** One showing of the heatmap that takes the keyboard. */
export class TabStop {
  private readonly keys: HTMLElement;
  private readonly status: HTMLElement;

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
    heatmap.tabIndex = 0;
    heatmap.setAttribute("role", "group");
    heatmap.setAttribute("aria-label", name);
    this.keys = document.createElement("dl");
    this.keys.dataset.keys = "";
    this.keys.hidden = true;
    for (const [key, does] of keys) {
      this.keys.append(write("dt", key), write("dd", does));
    }
    this.status = document.createElement("div");
    this.status.dataset.told = "";
    this.status.setAttribute("role", "status");
    this.status.ariaLive = "polite";
    (heatmap.shadowRoot ?? heatmap).append(this.keys, this.status);
    listeners.listen(this.keys, "click", () => this.hideKeys());
    listeners.add(() => {
      this.keys.remove();
      this.status.remove();
    });
  }

  /** Has a text read aloud, once. */
  say(text: string) {
    if (this.status.textContent !== text) this.status.textContent = text;
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

function write(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
