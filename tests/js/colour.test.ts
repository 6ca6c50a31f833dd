import assert from "node:assert/strict";
import { test } from "node:test";
import { computeHeat, findLimits } from "../../textualheatmap/js/colour.ts";

const NAN = Number.NaN;
const unsigned = (reach: number | null) => ({ signed: false, reach });
const signed = (reach: number | null) => ({ signed: true, reach });
const open = { low: null, high: null };
const plain = {
  gamma: 1,
  signed: false,
  exact: true,
  excluded: null,
  threshold: 0,
  hottest: null,
  starts: null,
};
const both = { ...plain, signed: true };

function heatOf(values: number[], scaling: Parameters<typeof computeHeat>[1]) {
  const heat = new Float32Array(values.length);
  computeHeat(Float32Array.from(values), scaling, heat);
  return [...heat];
}

test("not scaled, heat goes from 0 to 1, or from -1 to 1", () => {
  const state = { scale: "none", exclude: [], ...open } as const;
  assert.deepEqual(findLimits(state, unsigned(7), []), { low: 0, high: 1 });
  assert.deepEqual(findLimits(state, signed(7), []), { low: -1, high: 1 });
});

test("by row, the row decides", () => {
  const state = { scale: "row", exclude: [], ...open } as const;
  assert.deepEqual(findLimits(state, unsigned(7), []), { low: 0, high: null });
  assert.deepEqual(findLimits(state, signed(7), []), open);
});

test("by facet, the facet's own reach decides, and its rows where it is not known", () => {
  const state = { scale: "facet", exclude: [], ...open } as const;
  assert.deepEqual(findLimits(state, unsigned(7), []), { low: 0, high: 7 });
  assert.deepEqual(findLimits(state, signed(7), []), { low: -7, high: 7 });
  assert.deepEqual(findLimits(state, signed(null), []), open);
});

test("over all, the largest reach of its kind decides", () => {
  const state = { scale: "all", exclude: [], ...open } as const;
  const facets = [unsigned(2), unsigned(3), signed(5), signed(4)];
  assert.deepEqual(findLimits(state, facets[0], facets), { low: 0, high: 3 });
  assert.deepEqual(findLimits(state, facets[3], facets), { low: -5, high: 5 });
  const some = [...facets, unsigned(null)];
  assert.deepEqual(findLimits(state, facets[0], some), { low: 0, high: null });
  assert.deepEqual(findLimits(state, facets[3], some), { low: -5, high: 5 });
});

test("left to the data, heat that stays within 1 is not scaled, other heat by row", () => {
  const state = { scale: "auto", exclude: [], ...open } as const;
  const within = [unsigned(1), signed(0.5)];
  assert.deepEqual(findLimits(state, within[0], within), { low: 0, high: 1 });
  for (const other of [unsigned(1.5), unsigned(null), signed(2)]) {
    const facets = [...within, other];
    assert.deepEqual(findLimits(state, within[0], facets), { low: 0, high: null });
    assert.deepEqual(findLimits(state, within[1], facets), open);
  }
});

test("what is given comes before any scale", () => {
  const state = { scale: "facet", exclude: [], low: 0.5, high: 2 } as const;
  assert.deepEqual(findLimits(state, unsigned(7), []), { low: 0.5, high: 2 });
  assert.deepEqual(findLimits({ ...state, high: null }, unsigned(7), []), {
    low: 0.5,
    high: 7,
  });
});

test("of signed heat the larger end is given for both", () => {
  const state = { scale: "row", exclude: [], low: -3, high: 2 } as const;
  const small = { scale: "row", exclude: [], low: 0.25, high: -0.5 } as const;
  assert.deepEqual(findLimits(small, signed(7), []), { low: -0.5, high: 0.5 });
  assert.deepEqual(findLimits(state, signed(7), []), { low: -3, high: 3 });
  assert.deepEqual(findLimits({ ...state, low: null }, signed(7), []), {
    low: -2,
    high: 2,
  });
});

test("values are scaled between the limits, and cut off at them", () => {
  const limits = { low: 1, high: 3 };
  assert.deepEqual(heatOf([0, 1, 2, 3, 9], { ...plain, limits }), [0, 0, 0.5, 1, 1]);
  const around = { low: -2, high: 2 };
  assert.deepEqual(
    heatOf([-3, -2, -1, 0, 1, 4], { ...both, limits: around }),
    [0, 0, 0.25, 0.5, 0.75, 1],
  );
});

test("by row, the largest value has the full colour, missing ones aside", () => {
  const limits = { low: 0, high: null };
  assert.deepEqual(heatOf([1, NAN, 4], { ...plain, limits }), [0.25, NAN, 1]);
  assert.deepEqual(heatOf([1, NAN, -2], { ...both, limits: open }), [0.75, NAN, 0]);
  assert.deepEqual(heatOf([0.25, 0.5], { ...plain, limits }), [0.5, 1]);
  assert.deepEqual(heatOf([0, NAN], { ...plain, limits }), [0, NAN]);
  assert.deepEqual(heatOf([0, NAN], { ...both, limits: open }), [0.5, NAN]);
});

test("gamma bends unsigned heat, and signed heat away from the middle", () => {
  const limits = { low: 0, high: 1 };
  assert.deepEqual(heatOf([0, 0.5, 1], { ...plain, limits, gamma: 2 }), [0, 0.25, 1]);
  const around = { low: -1, high: 1 };
  assert.deepEqual(
    heatOf([-1, -0.5, 0, 0.5], { ...both, limits: around, gamma: 2 }),
    [0, 0.375, 0.5, 0.625],
  );
});

test("limits that leave no room make all heat none", () => {
  const limits = { low: 1, high: 1 };
  assert.deepEqual(heatOf([0, 2, NAN], { ...plain, limits }), [0, 0, NAN]);
  assert.deepEqual(heatOf([-2, 2, NAN], { ...both, limits: { low: -0, high: 0 } }), [
    0.5,
    0.5,
    NAN,
  ]);
});

test("the nearest token's heat is faint", () => {
  const limits = { low: 0, high: 1 };
  assert.deepEqual(heatOf([0, 1], { ...plain, limits, exact: false }), [
    0,
    Math.fround(0.4),
  ]);
  assert.deepEqual(
    heatOf([-1, 0, 1], { ...both, limits: { low: -1, high: 1 }, exact: false }),
    [Math.fround(0.3), 0.5, Math.fround(0.7)],
  );
});

test("below the threshold nothing is coloured", () => {
  const limits = { low: 0, high: 1 };
  const some = { ...plain, limits, threshold: 0.5 };
  assert.deepEqual(heatOf([0.25, 0.5, 1], some), [0, 0.5, 1]);
  const around = { ...some, limits: { low: -1, high: 1 }, signed: true };
  assert.deepEqual(heatOf([-0.25, -0.5, 0.5], around), [0.5, 0.25, 0.75]);
});

test("of groups the hottest are counted by the largest value of each", () => {
  const limits = { low: 0, high: 1 };
  const values = Float32Array.of(0.5, 0.5, Number.NaN, 0.25, 1, 0.75);
  const heat = new Float32Array(6);
  const scaling = { ...plain, limits, hottest: 2, starts: [0, 2, 4] };
  computeHeat(values, scaling, heat);
  assert.deepEqual([...heat], [0.5, 0.5, Number.NaN, 0, 1, 0.75]);
  const excluded = Uint8Array.of(0, 0, 0, 0, 1, 1);
  computeHeat(values, { ...scaling, excluded, hottest: 1 }, heat);
  assert.deepEqual([...heat], [0.5, 0.5, Number.NaN, 0, 0, 0]);
});

test("only the hottest are coloured, and all that equal the last of them", () => {
  const limits = { low: 0, high: 1 };
  const some = { ...plain, limits, hottest: 2 };
  assert.deepEqual(heatOf([0.25, 0.5, 1, 0.5], some), [0, 0.5, 1, 0.5]);
  const left = { ...some, excluded: Uint8Array.of(0, 0, 1, 0) };
  assert.deepEqual(heatOf([0.25, 0.5, 1, 0.75], left), [0, 0.5, 0, 0.75]);
});
