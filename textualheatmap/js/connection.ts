// Whether Python hears of what is done on a page.

import type { BokehDocument } from "./bokeh.ts";
import { recall } from "./recall.ts";

/** The connection of a document to its server. */
export class Connection {
  private isLost = false;
  private readonly watchers = new Set<(isLost: boolean) => void>();

  /**
   * Returns the connection of a document, the same one at each call: a document is
   * listened to for ever, and keeps whoever listens.
   */
  static of(document: BokehDocument): Connection {
    return recall(connections, document, () => new Connection(document));
  }

  private constructor(document: BokehDocument) {
    document.on_event("connection_lost", () => this.tell(true));
    document.on_event("client_reconnected", () => this.tell(false));
  }

  /** Calls back with whether it is lost, now and at each change, until `unwatch`. */
  watch(watcher: (isLost: boolean) => void) {
    this.watchers.add(watcher);
    watcher(this.isLost);
  }

  unwatch(watcher: (isLost: boolean) => void) {
    this.watchers.delete(watcher);
  }

  private tell(isLost: boolean) {
    this.isLost = isLost;
    for (const watcher of this.watchers) watcher(isLost);
  }
}

const connections = new WeakMap<BokehDocument, Connection>();
