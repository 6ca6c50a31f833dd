import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Debounce } from "../../textualheatmap/js/debounce.ts";

function setUp({ mock }: TestContext) {
  mock.timers.enable({ apis: ["setTimeout"] });
  let [now, times] = [0, 0];
  mock.method(performance, "now", () => now);
  const rest = new Debounce(100, () => times++);
  return {
    rest,
    times: () => times,
    wait: (ms: number) => {
      for (let i = 0; i < ms; i++) {
        now++;
        mock.timers.tick(1);
      }
    },
  };
}

test("it calls back once, after the pause", (t) => {
  const { rest, times, wait } = setUp(t);
  rest.begin();
  wait(99);
  assert.equal(times(), 0);
  wait(1);
  assert.equal(times(), 1);
  wait(1000);
  assert.equal(times(), 1);
});

test("what happens meanwhile begins the pause again", (t) => {
  const { rest, times, wait } = setUp(t);
  for (let i = 0; i < 5; i++) {
    rest.begin();
    wait(60);
  }
  assert.equal(times(), 0);
  wait(40);
  assert.equal(times(), 1);
});

test("it can begin again, and be stopped", (t) => {
  const { rest, times, wait } = setUp(t);
  rest.begin();
  wait(100);
  rest.begin();
  wait(100);
  assert.equal(times(), 2);
  rest.begin();
  rest.stop();
  wait(1000);
  assert.equal(times(), 2);
  rest.begin();
  wait(100);
  assert.equal(times(), 3);
});
