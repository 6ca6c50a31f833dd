// Asks Python for the heat that the browser lacks.

import type { Request, Rows, ViewState } from "./state.ts";

// How long an answer is waited for (ms): Python does not answer a wrong request.
const PATIENCE = 5000;
// How many answers are kept, since a pointer often comes back to where it was.
const KEPT = 64;

/** Sends one request at a time; of those that wait for their turn, only the newest. */
export class Requester {
  private readonly send: (request: Request) => void;
  private flying: Request | null = null;
  private waiting: Request | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private version = -1;
  /** How often all was forgotten: an answer from before is not one to what is asked now. */
  private age = 0;
  /** Answers by key, the most recently used at the end. */
  private readonly answers = new Map<string, Rows>();

  constructor(send: (request: Request) => void) {
    this.send = send;
  }

  /** Returns Python's answer for a state, or null after asking for it. */
  find(version: number, state: ViewState): Rows | null {
    if (version !== this.version) {
      this.stop();
      this.version = version;
    }
    const request = requestOf(version, this.age, state);
    if (request === null) return null;
    const rows = this.answers.get(request.key);
    if (rows !== undefined) {
      this.waiting = null;
      this.keep(rows);
      return rows;
    }
    if (this.flying?.key === request.key) this.waiting = null;
    else if (this.flying === null) this.fly(request);
    else this.waiting = request;
    return null;
  }

  /** Takes an answer; says whether it is one that was asked for. */
  take(rows: Rows): boolean {
    if (rows.key !== this.flying?.key) return false;
    this.keep(rows);
    this.land();
    return true;
  }

  /** Forgets all answers and requests. */
  stop() {
    this.answers.clear();
    this.age++;
    this.waiting = null;
    this.land();
  }

  private fly(request: Request) {
    this.flying = request;
    this.timer = setTimeout(() => this.land(), PATIENCE);
    this.send(request);
  }

  private land() {
    clearTimeout(this.timer);
    const { waiting } = this;
    this.flying = null;
    this.waiting = null;
    if (waiting !== null) this.fly(waiting);
  }

  private keep(rows: Rows) {
    this.answers.delete(rows.key);
    this.answers.set(rows.key, rows);
    for (const key of this.answers.keys()) {
      if (this.answers.size <= KEPT) break;
      this.answers.delete(key);
    }
  }
}

/** Returns the request for the heat of a state; null where nothing is focused. */
function requestOf(version: number, age: number, state: ViewState): Request | null {
  const { facet, start, stop, direction, pool, grouping, group_pool, axes } = state;
  if (facet === null) return null;
  const asked = { facet, start, stop, direction, pool, grouping, group_pool, axes };
  return { version, key: JSON.stringify([version, age, asked]), ...asked };
}
