// The heat that the ends of the legend are dragged to.

import assert from "node:assert/strict";
import test from "node:test";
import { dragEnd, Legend } from "../../textualheatmap/js/legend.ts";

const unsigned = { low: 1, high: 5, signed: false };
const signed = { low: -2, high: 2, signed: true };

test("an end is where it was dragged to, and the other one stays", () => {
  assert.deepEqual(dragEnd(unsigned, false, 0.5), { low: 1, high: 3 });
  assert.deepEqual(dragEnd(unsigned, false, 2), { low: 1, high: 9 });
  assert.deepEqual(dragEnd(unsigned, true, 0.25), { low: 2, high: 5 });
  assert.deepEqual(dragEnd(unsigned, true, -0.5), { low: -1, high: 5 });
});

test("a low end of 0 is left to the scale", () => {
  const from = { low: 0, high: 1, signed: false };
  assert.deepEqual(dragEnd(from, false, 0.5), { low: null, high: 0.5 });
});

test("the ends of signed heat stay as far from 0 as each other", () => {
  assert.deepEqual(dragEnd(signed, false, 0.75), { low: null, high: 1 });
  assert.deepEqual(dragEnd(signed, true, 0.25), { low: null, high: 1 });
  assert.deepEqual(dragEnd(signed, true, -0.5), { low: null, high: 4 });
});

test("the ends never meet, and stay numbers of heat", () => {
  for (const share of [-9, 0, 0.001, 0.5, 0.999, 1, 9]) {
    for (const isLow of [true, false]) {
      const { low, high } = dragEnd(unsigned, isLow, share);
      assert.ok((high ?? 0) > (low ?? 0), `${isLow} ${share}`);
      const both = dragEnd(signed, isLow, share);
      assert.ok((both.high ?? 0) > 0);
    }
  }
  const most = 3.4028234e38;
  const far = { low: 0, high: 3e38, signed: false };
  assert.ok((dragEnd(far, false, 1000).high ?? 0) <= most);
  assert.ok((dragEnd(far, true, -1000).low ?? 0) >= -most);
  const wide = { low: -3e38, high: 3e38, signed: true };
  assert.ok((dragEnd(wide, false, 1000).high ?? 0) <= most);
});

test("a step moves the high end, the low one of signed heat with it, never past it", () => {
  const asked: object[] = [];
  const parts = { texts: [] } as never;
  const step = (low: number, high: number) => {
    const legend = new Legend(parts, {} as never, (limits) => asked.push(limits));
    legend.follow(0, { limits: { low, high } } as never);
    legend.step(-1);
  };
  step(0.5, 2.5);
  step(0, 2.5);
  step(-2.5, 2.5);
  step(2.25, 2.5);
  assert.deepEqual(asked, [
    { low: 0.5, high: 2 },
    { low: null, high: 2 },
    { low: -2, high: 2 },
  ]);
});
