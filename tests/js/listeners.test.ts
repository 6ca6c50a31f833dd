import assert from "node:assert/strict";
import { test } from "node:test";
import type { Signal } from "../../textualheatmap/js/bokeh.ts";
import { listenToArrows, listenToEscape } from "../../textualheatmap/js/keys.ts";
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
  listeners.listen(target, "keydown", () => heard.push("key"), { capture: true });
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

test("arrow keys step, other keys and arrows of the browser's own do not", () => {
  const { element, own } = makeElement();
  const listeners = new Listeners();
  const steps: number[] = [];
  listenToArrows(listeners, element, (by) => steps.push(by));
  const keys = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"].map((key) =>
    press(key),
  );
  const others = [
    press("a"),
    ...["altKey", "ctrlKey", "metaKey"].map((key) =>
      press("ArrowRight", { [key]: true }),
    ),
  ];
  for (const event of [...keys, ...others]) own.dispatchEvent(event);
  assert.deepEqual(steps, [1, 1, -1, -1]);
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
