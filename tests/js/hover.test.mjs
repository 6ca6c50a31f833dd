// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import hover, { findToken } from "../../textualheatmap/js/hover.mjs";

/** Lines xy, "ab cd", ef and gh, of which the two in the middle are shown. */
function makeFacet() {
  return {
    geometry: { left: 8, top: 8, cell: 8, line: 22, window: 2 },
    shown: { line: 1 },
    unpacked: {
      cut: 0,
      first: [0, 1, 4, 5, 6],
      index: [3, 0, -1, 1, 2, 4],
      column: [0, 0, 2, 3, 0, 0],
      width: [2, 2, 1, 2, 2, 2],
    },
    hovered: -1,
    /** @param {object} values */
    setv(values) {
      Object.assign(this, values);
    },
  };
}

test("the token under a point is found on its line of the window", () => {
  const facet = makeFacet();
  assert.equal(findToken(facet, 8, 8), 0);
  assert.equal(findToken(facet, 23.9, 29.9), 0);
  assert.equal(findToken(facet, 32, 8), 1);
  assert.equal(findToken(facet, 8, 30), 2);
});

test("beside, between and beyond tokens there is none", () => {
  const facet = makeFacet();
  for (const [x, y] of [
    [7, 8],
    [24, 8],
    [48, 8],
    [24, 30],
    [8, 7],
    [8, 52],
  ]) {
    assert.equal(findToken(facet, x, y), -1, `at ${x}, ${y}`);
  }
});

test("before the data have come there is no token", () => {
  const { geometry, shown } = makeFacet();
  assert.equal(findToken({ geometry, shown, unpacked: null }, 8, 8), -1);
});

/** @param {number} cut of the second facet */
function makeArgs(cut) {
  const facets = [makeFacet(), makeFacet()];
  facets[1].unpacked.cut = cut;
  const state = {
    origin: [0, -1, -1],
    pinned: false,
    /** @param {object} values */
    setv(values) {
      Object.assign(this, values);
    },
  };
  return { state, facets, plots: ["first", "second"] };
}

/** @param {string} event_name @param {string} origin @param {number} x */
const event = (event_name, origin, x = 8) => ({ event_name, origin, x, y: 8 });

test("a facet of other tokens leaves the first facet's index open", () => {
  const args = makeArgs(1);
  hover(args, event("mousemove", "second", 32));
  assert.deepEqual(args.state.origin, [1, 1, -1]);
});

test("a facet of the same tokens speaks as the first", () => {
  const args = makeArgs(0);
  hover(args, event("mousemove", "second", 32));
  assert.deepEqual(args.state.origin, [0, 1, 1]);
});

test("a tap pins, a hover leaves the pin, a tap on it releases", () => {
  const args = makeArgs(0);
  hover(args, event("tap", "first"));
  assert.ok(args.state.pinned);
  hover(args, event("mousemove", "first", 32));
  assert.deepEqual(args.state.origin, [0, 0, 0]);
  hover(args, event("doubletap", "first"));
  assert.ok(!args.state.pinned);
});

test("a pointer that leaves hovers nothing and moves nothing", () => {
  const args = makeArgs(0);
  hover(args, event("mousemove", "first"));
  hover(args, event("mouseleave", "first", 32));
  assert.equal(args.facets[0].hovered, -1);
  assert.deepEqual(args.state.origin, [0, 0, 0]);
});
