import assert from "node:assert/strict";
import { test } from "node:test";
import type { Signal } from "../../textualheatmap/js/bokeh.ts";
import { listenToEscape, listenToKeys } from "../../textualheatmap/js/keys.ts";
import { Listeners } from "../../textualheatmap/js/listeners.ts";

/** An element that counts who listens to it. */
class Counter extends EventTarget {
  count = 0;

  override addEventListener(...given: Parameters<EventTarget["addEventListener"]>) {
    this.count++;
    super.addEventListener(...given);
  }

  override removeEventListener(
    ...given: Parameters<EventTarget["removeEventListener"]>
  ) {
    this.count--;
    super.removeEventListener(...given);
  }
}

const press = (key: string, more: object = {}) =>
  Object.assign(new Event("keydown", { cancelable: true }), { key, ...more });

function makeElement() {
  const ownerDocument = new Counter();
  const element = Object.assign(new Counter(), { ownerDocument });
  return { element: element as unknown as HTMLElement, own: element, ownerDocument };
}

test("what is removed hears nothing any more, captured or not", () => {
  const listeners = new Listeners();
  const target = new Counter();
  const heard: string[] = [];
  listeners.listen(target, "click", () => heard.push("click"));
  listeners.listenFirst(target, "keydown", () => heard.push("key"));
  target.dispatchEvent(new Event("click"));
  target.dispatchEvent(press("a"));
  listeners.remove();
  target.dispatchEvent(new Event("click"));
  target.dispatchEvent(press("a"));
  assert.deepEqual(heard, ["click", "key"]);
  assert.equal(target.count, 0);
});

test("signals are let go of as well, and what else is to be done is done once", () => {
  const listeners = new Listeners();
  const slots = new Set<unknown>();
  const signal = {
    connect: (slot: unknown) => Boolean(slots.add(slot)),
    disconnect: (slot: unknown) => slots.delete(slot),
  } as unknown as Signal;
  let times = 0;
  listeners.connect(signal, () => {});
  listeners.add(() => times++);
  assert.equal(slots.size, 1);
  listeners.remove();
  listeners.remove();
  assert.deepEqual([slots.size, times], [0, 1]);
});

test("keys act, other keys and those of the browser or of the slider do not", () => {
  const { element, own } = makeElement();
  const listeners = new Listeners();
  const acts: string[] = [];
  listenToKeys(listeners, element, (action) => {
    acts.push(`${action.kind} ${action.by}`);
    return action.kind !== "findAll";
  });
  const names = "ArrowRight ArrowLeft ArrowDown ArrowUp PageUp Home End Enter + - 0 ?";
  const keys = [
    ...names.split(" ").map((key) => press(key)),
    press("Home", { ctrlKey: true }),
    press("End", { ctrlKey: true }),
  ];
  const taken = press("ArrowRight");
  taken.preventDefault();
  const others = [
    press("a"),
    press("ArrowRight", { altKey: true }),
    press("ArrowRight", { ctrlKey: true }),
    press("Enter", { metaKey: true }),
    // Which the heatmap leaves to the browser.
    press("f", { ctrlKey: true }),
    press("ArrowLeft", { metaKey: true }),
  ];
  for (const event of [...keys, ...others, taken]) own.dispatchEvent(event);
  assert.deepEqual(acts, [
    "step 1",
    "step -1",
    "line 1",
    "line -1",
    "page -1",
    "lineEnd -1",
    "lineEnd 1",
    "pin 0",
    "colours -1",
    "colours 1",
    "colours 0",
    "help 0",
    "textEnd -1",
    "textEnd 1",
    "findAll 0",
  ]);
  assert.ok(keys.every((event) => event.defaultPrevented));
  assert.ok(others.every((event) => !event.defaultPrevented));
  listeners.remove();
  assert.equal(own.count, 0);
});

test("Esc is for the heatmap that was last used, and for none that is gone", () => {
  const { element, ownerDocument } = makeElement();
  const listeners = new Listeners();
  let released = 0;
  listenToEscape(listeners, element, () => released++);
  const point = (path: unknown[]) => {
    const event = new Event("pointerdown");
    event.composedPath = () => path as EventTarget[];
    ownerDocument.dispatchEvent(event);
  };
  const pressEscape = () => ownerDocument.dispatchEvent(press("Escape"));
  pressEscape();
  assert.equal(released, 0);
  point([element, ownerDocument]);
  pressEscape();
  ownerDocument.dispatchEvent(press("a"));
  assert.equal(released, 1);
  point([ownerDocument]);
  pressEscape();
  assert.equal(released, 1);
  point([element]);
  listeners.remove();
  pressEscape();
  assert.deepEqual([released, ownerDocument.count], [1, 0]);
});

test("Esc is for the heatmap that has the keys, whichever was clicked", () => {
  const { element, ownerDocument } = makeElement();
  let released = 0;
  listenToEscape(new Listeners(), element, () => released++);
  const event = press("Escape");
  event.composedPath = () => [element];
  ownerDocument.dispatchEvent(event);
  assert.equal(released, 1);
});
