// The pace at which Python hears of the state.

import { isWithin } from "./elements.ts";
import type { Listeners } from "./listeners.ts";
import { isSame, type Report } from "./state.ts";

// Python needs some 2 ms for a report; this is the least time between two of them (ms).
const PACE = 200;

/** Sends reports at a bounded pace, and the last one always. */
export class Reporter {
  private readonly send: (report: Report) => void;
  private waiting: Report | null = null;
  private last: Report | null = null;
  /** Runs while another report has to wait, since the last one was just sent. */
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (report: Report) => void) {
    this.send = send;
  }

  /**
   * Sends what waits before the page is left, and before what is pressed elsewhere acts
   * on Python's state. Within the heatmap the pace stays.
   */
  attach(listeners: Listeners, heatmap: HTMLElement) {
    const leave = (event: Event) => {
      if (!isWithin(event, heatmap)) this.flush();
    };
    for (const type of ["pagehide", "pointerdown", "keydown"] as const)
      listeners.listenFirst(globalThis, type, leave);
  }

  /**
   * Sends a report now or when its turn has come, unless a later one has replaced it.
   * @param atOnce whether it does not wait, as after a click
   */
  push(report: Report, atOnce: boolean) {
    this.waiting = report;
    if (atOnce || this.timer === undefined) this.flush();
  }

  /** Sends the report that waits, unless it says the same as the last one. */
  flush() {
    const report = this.waiting;
    if (report === null || isEqual(report, this.last)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.flush();
    }, PACE);
    this.last = report;
    this.send(report);
  }

  /** Drops the report that waits: Python has commanded another state meanwhile. */
  drop() {
    this.waiting = null;
    this.last = null;
  }
}

function isEqual(report: Report, other: Report | null): boolean {
  return (
    report.version === other?.version &&
    report.sequence === other.sequence &&
    isSame(report.state, other.state)
  );
}
