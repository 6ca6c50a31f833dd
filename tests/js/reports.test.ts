import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Listeners } from "../../textualheatmap/js/listeners.ts";
import { Reporter } from "../../textualheatmap/js/reports.ts";
import type { Report } from "../../textualheatmap/js/state.ts";
import { NOTHING } from "./facets.ts";

const reportOf = (start: number): Report => ({
  version: 1,
  sequence: 2,
  state: { ...NOTHING, facet: "facet-0", start, stop: start + 1 },
});

function setUp({ mock }: TestContext) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const sent: Report[] = [];
  const reporter = new Reporter((report) => sent.push(report));
  return {
    reporter,
    sent,
    hover: (start: number) => reporter.push(reportOf(start), false),
    click: (start: number) => reporter.push(reportOf(start), true),
    starts: () => sent.map(({ state }) => state.start),
    wait: (ms: number) => mock.timers.tick(ms),
  };
}

test("the first move is told at once, whole", (t) => {
  const { hover, sent } = setUp(t);
  hover(3);
  assert.deepEqual(sent, [reportOf(3)]);
});

test("of moves that follow at once the last one is told, after a while", (t) => {
  const { hover, starts, wait } = setUp(t);
  for (const start of [0, 1, 2, 3]) hover(start);
  wait(199);
  assert.deepEqual(starts(), [0]);
  wait(1);
  assert.deepEqual(starts(), [0, 3]);
});

test("a second of moves makes five reports, and the last move is told", (t) => {
  const { hover, starts, wait } = setUp(t);
  for (let start = 0; start < 100; start++) {
    hover(start);
    wait(10);
  }
  assert.equal(starts().length, 6);
  wait(1000);
  assert.equal(starts().at(-1), 99);
  assert.ok(starts().length <= 6);
});

test("a click is told at once, and nothing that came before it is told later", (t) => {
  const { hover, click, starts, wait } = setUp(t);
  hover(0);
  hover(1);
  click(2);
  assert.deepEqual(starts(), [0, 2]);
  wait(1000);
  assert.deepEqual(starts(), [0, 2]);
});

test("the pace counts from the last report, a click's too", (t) => {
  const { hover, click, starts, wait } = setUp(t);
  hover(0);
  wait(150);
  click(1);
  hover(2);
  wait(199);
  assert.deepEqual(starts(), [0, 1]);
  wait(1);
  assert.deepEqual(starts(), [0, 1, 2]);
});

test("a move after a rest is told at once", (t) => {
  const { hover, starts, wait } = setUp(t);
  hover(0);
  wait(200);
  hover(1);
  assert.deepEqual(starts(), [0, 1]);
});

test("a pointer that came back to what was told tells nothing", (t) => {
  const { hover, starts, wait } = setUp(t);
  hover(0);
  hover(1);
  hover(0);
  wait(1000);
  assert.deepEqual(starts(), [0]);
});

test("a command drops what waits, and the same focus is then told again", (t) => {
  const { hover, reporter, starts, wait } = setUp(t);
  hover(0);
  hover(1);
  reporter.drop();
  wait(1000);
  assert.deepEqual(starts(), [0]);
  hover(0);
  assert.deepEqual(starts(), [0, 0]);
});

test("a change of the sequence alone is told", (t) => {
  const { reporter, sent } = setUp(t);
  reporter.push(reportOf(0), true);
  reporter.push({ ...reportOf(0), sequence: 3 }, true);
  assert.equal(sent.length, 2);
});

test("what waits can be told at once, as where the page is left", (t) => {
  const { hover, reporter, starts, wait } = setUp(t);
  hover(0);
  hover(1);
  reporter.flush();
  assert.deepEqual(starts(), [0, 1]);
  wait(1000);
  assert.deepEqual(starts(), [0, 1]);
});

test("what is pressed elsewhere, or leaves the page, finds the last move told", (t) => {
  const { hover, reporter, starts } = setUp(t);
  const page = new EventTarget();
  Object.assign(globalThis, {
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
  });
  const listeners = new Listeners();
  reporter.attach(listeners, new EventTarget() as HTMLElement);
  for (const [at, type] of ["pointerdown", "keydown", "pagehide"].entries()) {
    hover(2 * at);
    hover(2 * at + 1);
    page.dispatchEvent(new Event(type));
    assert.equal(starts().at(-1), 2 * at + 1);
  }
  listeners.remove();
  hover(6);
  page.dispatchEvent(new Event("pointerdown"));
  assert.equal(starts().at(-1), 5);
});

test("what is pressed in the heatmap changes nothing of the pace", (t) => {
  const { hover, reporter, starts, wait } = setUp(t);
  const page = new EventTarget();
  Object.assign(globalThis, { addEventListener: page.addEventListener.bind(page) });
  reporter.attach(new Listeners(), page as HTMLElement);
  hover(0);
  hover(1);
  page.dispatchEvent(new Event("keydown"));
  assert.deepEqual(starts(), [0]);
  wait(200);
  assert.deepEqual(starts(), [0, 1]);
});
