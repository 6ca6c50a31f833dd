// A line of small text under the heatmap while the connection to Python is lost.

const TEXT =
  "Not connected: Python does not hear of what you do here, until the page connects " +
  "again or is reloaded.";

/** The line of one showing of the heatmap, hidden while Python is connected. */
export class Notice {
  private readonly element: HTMLElement;

  constructor(heatmap: HTMLElement) {
    this.element = document.createElement("div");
    this.element.setAttribute("role", "status");
    this.element.style.cssText = "font-size: 12px; padding: 2px 10px; opacity: 0.7";
    (heatmap.shadowRoot ?? heatmap).append(this.element);
  }

  show(isLost: boolean) {
    this.element.textContent = isLost ? TEXT : "";
    this.element.hidden = !isLost;
  }

  remove() {
    this.element.remove();
  }
}
