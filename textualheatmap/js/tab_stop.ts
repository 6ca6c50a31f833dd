// The heatmap as one stop of the Tab key: its name and ring, its panel of keys, and what
// it tells a screen reader.

import { KEYS } from "./keys.ts";
import type { Listeners } from "./listeners.ts";

// This blue has a contrast of at least 3 to white and to black. Where a system forces
// its colours, outlines and borders take them.
const STYLE = `
  :host { position: relative }
  :host(:focus) { outline: none }
  :host(:focus-visible) { outline: 2px solid #2f81f7; outline-offset: 2px }
  [role=status] {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
    white-space: pre;
  }
  [data-keys] {
    position: absolute; right: 8px; top: 8px; z-index: 3; box-sizing: border-box;
    max-width: calc(100% - 16px); margin: 0; padding: 10px 14px; display: grid;
    grid-template-columns: auto 1fr; gap: 4px 14px; border: 1px solid #8a8a8a;
    border-radius: 5px; cursor: default;
    background: light-dark(#fff, #24282e); color: light-dark(#1b1b1b, #f0f0f0);
    font: 13px/1.5 system-ui, sans-serif; box-shadow: 0 2px 12px #0004;
  }
  [data-keys][hidden] { display: none }
  [data-keys] dt { font-weight: 600 }
  [data-keys] dd { margin: 0 }
`;

/** One showing of the heatmap that takes the keyboard. */
export class TabStop {
  private readonly keys: HTMLElement;
  private readonly status: HTMLElement;

  /** @param name what assistive technology calls the heatmap */
  constructor(listeners: Listeners, heatmap: HTMLElement, name: string) {
    heatmap.tabIndex = 0;
    heatmap.setAttribute("role", "group");
    heatmap.setAttribute("aria-label", name);
    const style = document.createElement("style");
    style.textContent = STYLE;
    this.keys = document.createElement("dl");
    this.keys.dataset.keys = "";
    this.keys.hidden = true;
    for (const [key, does] of KEYS) {
      this.keys.append(write("dt", key), write("dd", does));
    }
    this.status = document.createElement("div");
    this.status.setAttribute("role", "status");
    this.status.ariaLive = "polite";
    (heatmap.shadowRoot ?? heatmap).append(style, this.keys, this.status);
    listeners.listen(this.keys, "click", () => this.hideKeys());
    listeners.add(() => {
      style.remove();
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
