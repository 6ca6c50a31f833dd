// Listeners that are removed together.

import type { Signal } from "./bokeh.ts";

type Events = HTMLElementEventMap &
  Pick<WindowEventMap, "pagehide" | "hashchange" | "beforeprint" | "afterprint"> &
  Pick<DocumentEventMap, "visibilitychange">;

/** Listeners of one owner, who removes them all by `remove`. */
export class Listeners {
  private readonly removers: (() => void)[] = [];

  /** Listens to an element or a document. */
  listen<Type extends keyof Events>(
    target: EventTarget,
    type: Type,
    hear: (event: Events[Type]) => void,
    options: AddEventListenerOptions = {},
  ) {
    const listener = hear as EventListener;
    target.addEventListener(type, listener, options);
    this.removers.push(() => target.removeEventListener(type, listener, options));
  }

  /** Listens to an element or a document before what is within it. */
  listenFirst<Type extends keyof Events>(
    target: EventTarget,
    type: Type,
    hear: (event: Events[Type]) => void,
  ) {
    this.listen(target, type, hear, { capture: true });
  }

  /** Listens to a signal of Bokeh's. */
  connect(signal: Signal, hear: () => void) {
    signal.connect(hear);
    this.removers.push(() => signal.disconnect(hear));
  }

  /** Adds something to a set, until `remove` takes it out again. */
  hold<Item>(set: Set<Item>, item: Item) {
    set.add(item);
    this.add(() => set.delete(item));
  }

  /** Adds a function that `remove` calls. */
  add(remove: () => void) {
    this.removers.push(remove);
  }

  remove() {
    for (const remove of this.removers.splice(0)) remove();
  }
}
