// Something that is done once nothing has happened for a while.

/** Calls back once a pause has passed since `begin` was last called; has one timer. */
export class Debounce {
  private readonly pause: number;
  private readonly callback: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due = 0;

  /** @param pause in ms */
  constructor(pause: number, callback: () => void) {
    this.pause = pause;
    this.callback = callback;
  }

  /** Begins the pause, or begins it anew. */
  begin() {
    this.due = performance.now() + this.pause;
    this.timer ??= setTimeout(() => this.look(), this.pause);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private look() {
    this.timer = undefined;
    const left = this.due - performance.now();
    if (left <= 0) this.callback();
    else this.timer = setTimeout(() => this.look(), left);
  }
}
