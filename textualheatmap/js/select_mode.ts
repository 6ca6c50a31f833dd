// When the mouse selects text instead of moving the focus, and what is copied then.

import type { Listeners } from "./listeners.ts";
import type { Panel } from "./panel.ts";
import { writeTable } from "./row_table.ts";

/** A mode of the reader's, which Alt turns on while it is down. */
export class SelectMode {
  private panels: readonly Panel[] = [];
  private isChosen = false;
  private isAlt = false;

  /** Takes other facets. */
  take(panels: readonly Panel[]) {
    this.panels = panels;
    if (this.isOn) this.tell();
  }

  get isOn(): boolean {
    return this.isChosen || this.isAlt;
  }

  /** Leaves the mode; says whether it was on. */
  leave(): boolean {
    const wasChosen = this.isChosen;
    if (wasChosen) this.toggle();
    return wasChosen;
  }

  /** Turns the mode on or off; says whether it is on. */
  toggle(): boolean {
    this.isChosen = !this.isChosen;
    this.tell();
    return this.isChosen;
  }

  /**
   * Hears Alt, and gives the clipboard what is selected, else the row as a table if the
   * heatmap has the keyboard.
   * @param element a view of the heatmap @param hasRow says whether there is a row
   * @param say tells what was copied to a screen reader
   */
  attach(
    listeners: Listeners,
    element: HTMLElement,
    hasRow: () => boolean,
    say: (text: string) => void,
  ) {
    const { ownerDocument } = element;
    const hear = ({ key, type }: KeyboardEvent) => {
      if (key !== "Alt") return;
      this.isAlt = type === "keydown";
      this.tell();
    };
    listeners.listen(ownerDocument, "keydown", hear);
    listeners.listen(ownerDocument, "keyup", hear);
    listeners.listen(ownerDocument, "copy", (event) => {
      let text = this.readSelected();
      const isHere = element.matches(":focus") && getSelection()?.isCollapsed !== false;
      if (text === "" && isHere && hasRow()) {
        text = writeTable(this.panels);
        say("The row is copied as a table.");
      }
      if (text === "") return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
    });
  }

  private readSelected(): string {
    const selected = this.panels.map((panel) => panel.readSelected());
    return selected.filter((each) => each !== "").join("\n");
  }

  private tell() {
    for (const panel of this.panels) panel.letSelect(this.isOn);
  }
}
