import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Requester } from "../../textualheatmap/js/requests.ts";
import type { Request, Rows } from "../../textualheatmap/js/state.ts";
import { NOTHING } from "./facets.ts";

const stateOf = (start: number) => ({
  ...NOTHING,
  facet: "facet-0",
  start,
  stop: start + 1,
});

function setUp({ mock }: TestContext) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const sent: Request[] = [];
  const requester = new Requester((request) => sent.push(request));
  return {
    requester,
    sent,
    find: (start: number) => requester.find(1, stateOf(start)),
    /** Answers request k. */
    answer: (k: number): [boolean, Rows] => {
      const rows = { key: sent[k].key, facets: {} };
      return [requester.take(rows), rows];
    },
    starts: () => sent.map(({ start }) => start),
    wait: (ms: number) => mock.timers.tick(ms),
  };
}

test("a request says what is asked for", (t) => {
  const { requester, sent } = setUp(t);
  const state = { ...stateOf(3), pool: "sum", axes: { layer: 2 } } as const;
  assert.equal(requester.find(7, state), null);
  const [{ key, ...asked }] = sent;
  assert.deepEqual(asked, {
    version: 7,
    facet: "facet-0",
    start: 3,
    stop: 4,
    direction: "row",
    pool: "sum",
    grouping: "token",
    group_pool: "max",
    axes: { layer: 2 },
  });
  assert.ok(key.length < 300);
});

test("one request is in flight, and of those that wait the newest is sent", (t) => {
  const { find, answer, starts } = setUp(t);
  for (const start of [0, 1, 2, 3]) assert.equal(find(start), null);
  assert.deepEqual(starts(), [0]);
  answer(0);
  assert.deepEqual(starts(), [0, 3]);
  answer(1);
  assert.deepEqual(starts(), [0, 3]);
});

test("what is in flight is not asked for again", (t) => {
  const { find, answer, starts } = setUp(t);
  for (const start of [0, 1, 0]) find(start);
  answer(0);
  assert.deepEqual(starts(), [0]);
});

test("an answer is found again without asking", (t) => {
  const { find, answer, starts } = setUp(t);
  find(0);
  const [, rows] = answer(0);
  assert.equal(find(0), rows);
  assert.deepEqual(starts(), [0]);
});

test("where the answer is found, what waited is not asked for", (t) => {
  const { find, answer, starts } = setUp(t);
  find(0);
  answer(0);
  find(1);
  find(2);
  find(0);
  answer(1);
  assert.deepEqual(starts(), [0, 1]);
});

test("each thing that the heat depends on is asked for by itself", (t) => {
  const { requester, sent } = setUp(t);
  const state = stateOf(0);
  const others = [
    { ...state, stop: 2 },
    { ...state, facet: "facet-1" },
    { ...state, direction: "column" as const },
    { ...state, pool: "mean" as const },
    { ...state, axes: { layer: 1 } },
  ];
  for (const each of [state, ...others]) {
    assert.equal(requester.find(1, each), null);
    assert.ok(requester.take({ key: sent.at(-1)?.key ?? "", facets: {} }));
  }
  assert.equal(new Set(sent.map(({ key }) => key)).size, 6);
  // What only the scale depends on is not.
  for (const other of [{ gamma: 2 }, { scale: "row" as const }, { pinned: true }]) {
    assert.notEqual(requester.find(1, { ...state, ...other }), null);
  }
});

test("an answer that nobody waits for is dropped", (t) => {
  const { find, requester, answer } = setUp(t);
  find(0);
  assert.equal(requester.take({ key: "other", facets: {} }), false);
  assert.equal(answer(0)[0], true);
  assert.equal(answer(0)[0], false);
});

test("answers about data that are gone are dropped, those kept as well", (t) => {
  const { requester, sent, answer } = setUp(t);
  requester.find(1, stateOf(0));
  answer(0);
  requester.find(1, stateOf(1));
  assert.equal(requester.find(2, stateOf(0)), null);
  assert.equal(answer(1)[0], false);
  assert.deepEqual(
    sent.map(({ version, start }) => [version, start]),
    [
      [1, 0],
      [1, 1],
      [2, 0],
    ],
  );
});

test("a request that is not answered is given up for the one that waits", (t) => {
  const { find, starts, wait } = setUp(t);
  find(0);
  find(1);
  wait(4999);
  assert.deepEqual(starts(), [0]);
  wait(1);
  assert.deepEqual(starts(), [0, 1]);
});

test("an answer in time leaves no timer for the next request", (t) => {
  const { find, answer, starts, wait } = setUp(t);
  find(0);
  wait(4000);
  answer(0);
  find(1);
  find(2);
  wait(4000);
  assert.deepEqual(starts(), [0, 1]);
});

test("64 answers are kept, those that were found last", (t) => {
  const { find, answer, starts } = setUp(t);
  for (let start = 0; start < 65; start++) {
    find(start);
    answer(start);
    find(0);
  }
  assert.notEqual(find(0), null);
  assert.notEqual(find(2), null);
  assert.equal(starts().length, 65);
  assert.equal(find(1), null);
});

test("without a focus nothing is asked for", (t) => {
  const { requester, sent } = setUp(t);
  assert.equal(requester.find(1, NOTHING), null);
  assert.deepEqual(sent, []);
});

test("a stop forgets what waits, and leaves no timer", (t) => {
  const { find, requester, starts, wait } = setUp(t);
  find(0);
  find(1);
  requester.stop();
  wait(9999);
  assert.deepEqual(starts(), [0]);
});

test("a stop forgets the answers", (t) => {
  const { find, answer, requester, starts } = setUp(t);
  find(0);
  answer(0);
  requester.stop();
  assert.equal(find(0), null);
  assert.deepEqual(starts(), [0, 0]);
});

test("after a stop the same is asked anew, and the answer before is dropped", (t) => {
  const { find, requester, answer, sent } = setUp(t);
  find(0);
  requester.stop();
  find(0);
  // Bokeh sends no property that is equal to what it was.
  assert.notDeepEqual(sent[0], sent[1]);
  assert.equal(answer(0)[0], false);
  assert.ok(answer(1)[0]);
});
