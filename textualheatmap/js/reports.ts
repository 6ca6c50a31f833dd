// The pace at which Python hears of the focus.

import type { Report } from "./state.ts";

// Python needs some 2 ms for each: at most five a second (ms).
const PACE = 200;

/** Sends reports at a bounded pace, and the last one always. */
export class Reporter {
  private readonly send: (report: Report) => void;
  private waiting: Report | null = null;
  private last: Report | null = null;
  /** Runs while the last report is so young that another one has to wait. */
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (report: Report) => void) {
    this.send = send;
  }

  /**
   * Sends a report when its turn has come, unless there is a later one by then.
   * @param atOnce whether it cannot wait, as after a click
   */
  push(report: Report, atOnce: boolean) {
    this.waiting = report;
    if (atOnce || this.timer === undefined) this.flush();
  }

  /** Sends what waits. */
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

  /** Forgets what waits: Python has commanded something else meanwhile. */
  drop() {
    this.waiting = null;
    this.last = null;
  }
}

function isEqual(report: Report, other: Report | null): boolean {
  const names = Object.keys(report) as (keyof Report)[];
  return other !== null && names.every((name) => report[name] === other[name]);
}
