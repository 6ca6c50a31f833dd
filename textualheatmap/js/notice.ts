// A line of small text under the heatmap while the connection to Python is lost.

import { make, put } from "./elements.ts";
import type { Listeners } from "./listeners.ts";

const TEXT =
  "Not connected: Python does not hear of what you do here, until the page connects " +
  "again or is reloaded.";

/** The line of one showing of the heatmap, hidden while Python is connected. */
export class Notice {
  private readonly element = make("div", { role: "status" });

  constructor(listeners: Listeners, heatmap: HTMLElement) {
    this.element.dataset.notice = "";
    put(listeners, heatmap, this.element);
  }

  show(isLost: boolean) {
    this.element.textContent = isLost ? TEXT : "";
    this.element.hidden = !isLost;
  }
}
