// Steps through the text by itself while the state says so, and its button.

import { make, rootOf } from "./elements.ts";
import type { Listeners } from "./listeners.ts";
import type { ViewState } from "./state.ts";

/** Whether a reader wishes that nothing moves by itself. */
export function isCalm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Ticks while a heatmap plays, unless it waits or its page is hidden. */
export class Player {
  private readonly tick: () => void;
  private readonly buttons = new Set<HTMLButtonElement>();
  private timer: ReturnType<typeof setInterval> | undefined;
  /** Of the state, as far as it has to do with playing. */
  private playing = false;
  private speed = 0;
  private isWaiting = false;

  constructor(tick: () => void) {
    this.tick = tick;
  }

  /** Follows the state. */
  follow({ playing, speed }: ViewState) {
    if (playing === this.playing && speed === this.speed) return;
    this.playing = playing;
    this.speed = speed;
    this.run();
    for (const button of this.buttons) this.dress(button);
  }

  /** Waits while the pointer is over the text. */
  wait(isWaiting: boolean) {
    if (isWaiting === this.isWaiting) return;
    this.isWaiting = isWaiting;
    this.run();
  }

  /** Adds a button before the slider of a row, and listens to the page. */
  addButton(listeners: Listeners, row: HTMLElement, press: () => void) {
    // The Tab key has one stop for the text, where a key does the same.
    const values = { ariaLabel: "Play", tabIndex: -1, title: "Play (p)" };
    const button = make("button", values);
    listeners.listen(button, "click", press);
    listeners.listen(row.ownerDocument, "visibilitychange", () => this.run());
    this.buttons.add(button);
    this.dress(button);
    this.run();
    const root = rootOf(row);
    root.insertBefore(button, root.lastElementChild);
    listeners.add(() => {
      this.buttons.delete(button);
      button.remove();
      this.run();
    });
  }

  private dress(button: HTMLButtonElement) {
    button.ariaPressed = String(this.playing);
  }

  private run() {
    clearInterval(this.timer);
    const isSeen = this.buttons.size > 0 && !document.hidden;
    if (!this.playing || this.isWaiting || !isSeen) return;
    this.timer = setInterval(this.tick, 1000 / this.speed);
  }
}
