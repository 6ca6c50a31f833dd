import assert from "node:assert/strict";
import { test } from "node:test";
import { HeatReader } from "../../textualheatmap/js/heat_reader.ts";
import { CodedMatrix } from "../../textualheatmap/js/matrix.ts";
import { alignTokens, NOTHING } from "./facets.ts";

const NAN = Number.NaN;

/** Two tokens: rows 1, 1/4 and 0, missing. */
const matrix = new CodedMatrix(
  Uint8Array.of(254, 127, 0, 255),
  Float32Array.of(1, 1),
  false,
  1,
);
const own = {
  alignment: alignTokens("own", ["a", "b"], { rowsOf: 0 }),
  matrices: [matrix],
  axes: [],
  excluded: [],
  signed: false,
  reach: 1,
};
const signed = {
  alignment: alignTokens("signed", ["x", "y"], { axis: 1, sameTokens: 1, rowsOf: 1 }),
  matrices: [
    new CodedMatrix(Uint8Array.of(0, 127, 254, 127), Float32Array.of(2, 4), true, 4),
  ],
  axes: [],
  excluded: [],
  signed: true,
  reach: 4,
};
/** Tokens as of the first facet; Python keeps the matrix. */
const remote = {
  alignment: alignTokens("remote", ["a", "b"], { rowsOf: 2 }),
  matrices: null,
  axes: [],
  excluded: [],
  signed: true,
  reach: null,
};
const focused = { ...NOTHING, facet: "own", start: 0, stop: 1 };

const snapshot = (reader: HeatReader, i: number) => {
  const { heat, value, shown } = reader.heats[i];
  return { heat: [...heat], value: [...value], shown: [...shown] };
};

test("before anything is read there is no heat", () => {
  const reader = new HeatReader([own, signed]);
  const nothing = { value: [NAN, NAN], shown: [0, 0] };
  assert.deepEqual(snapshot(reader, 0), { ...nothing, heat: [0, 0] });
  assert.deepEqual(snapshot(reader, 1), { ...nothing, heat: [0.5, 0.5] });
});

test("a row is read, pooled and scaled", () => {
  const reader = new HeatReader([own, signed]);
  const state = { ...focused, high: 0.5, pool: "mean", stop: 2 } as const;
  assert.equal(reader.read(0, state, null), "read");
  assert.deepEqual(snapshot(reader, 0), {
    heat: [1, 0.5],
    value: [0.5, 0.25],
    shown: [1, 1],
  });
});

test("a column is read where that is asked for", () => {
  const reader = new HeatReader([own, signed]);
  const state = { ...focused, direction: "column", start: 1, stop: 2 } as const;
  assert.equal(reader.read(0, state, null), "read");
  assert.deepEqual(snapshot(reader, 0), {
    heat: [0.25, NAN],
    value: [0.25, NAN],
    shown: [1, 0],
  });
});

test("of a span of columns each one counts", () => {
  const reader = new HeatReader([own, signed]);
  const state = { ...focused, direction: "column", pool: "sum", stop: 2 } as const;
  reader.read(0, state, null);
  assert.deepEqual(snapshot(reader, 0).value, [1.25, 0]);
});

test("a facet that nothing answers for is cleared", () => {
  const reader = new HeatReader([own, signed]);
  reader.read(1, { ...focused, facet: "signed" }, null);
  assert.equal(reader.read(1, focused, null), "none");
  assert.deepEqual(snapshot(reader, 1), {
    heat: [0.5, 0.5],
    value: [NAN, NAN],
    shown: [0, 0],
  });
  assert.equal(reader.read(0, NOTHING, null), "none");
});

test("heat of any range is scaled by row where that is left to the data", () => {
  const reader = new HeatReader([own, signed]);
  const state = { ...focused, facet: "signed", scale: "auto" } as const;
  reader.read(1, state, null);
  assert.deepEqual(snapshot(reader, 1).heat, [0, 0.5]);
  reader.read(1, { ...state, scale: "all" }, null);
  assert.deepEqual(snapshot(reader, 1).heat, [0.25, 0.5]);
});

test("while Python is asked the last heat stays, and its answer is then read", () => {
  const reader = new HeatReader([own, signed, remote]);
  const before = snapshot(reader, 2);
  assert.equal(reader.read(2, focused, null), "awaited");
  assert.equal(reader.read(2, focused, { key: "", facets: {} }), "awaited");
  assert.deepEqual(snapshot(reader, 2), before);
  const answer = { codes: Uint8Array.of(0, 255), largest: 1 };
  const rows = { key: "", facets: { remote: answer } };
  assert.equal(reader.read(2, focused, rows), "read");
  assert.deepEqual(snapshot(reader, 2), {
    heat: [0, NAN],
    value: [-1, NAN],
    shown: [1, 0],
  });
});

test("an answer of another length is none", () => {
  const reader = new HeatReader([own, signed, remote]);
  const answer = { codes: Uint8Array.of(0), largest: 1 };
  const rows = { key: "", facets: { remote: answer } };
  assert.equal(reader.read(2, focused, rows), "awaited");
});

test("another choice on the axes reads another matrix", () => {
  const axes = [{ name: "layer", labels: ["first", "second"] }];
  const other = new CodedMatrix(
    Uint8Array.of(254, 254, 254, 254),
    Float32Array.of(1, 1),
    false,
    1,
  );
  const reader = new HeatReader([{ ...own, matrices: [matrix, other], axes }]);
  reader.read(0, { ...focused, axes: { layer: 0 } }, null);
  assert.deepEqual(snapshot(reader, 0).heat, [1, 0.25]);
  reader.read(0, { ...focused, axes: { layer: 1 } }, null);
  assert.deepEqual(snapshot(reader, 0).heat, [1, 1]);
});

test("each state is read into the same arrays", () => {
  const reader = new HeatReader([own]);
  const [{ heat, value, shown }] = reader.heats;
  reader.read(0, focused, null);
  assert.ok(reader.heats[0].heat === heat && heat[0] === 1);
  assert.ok(reader.heats[0].value === value && reader.heats[0].shown === shown);
});

test("a facet's colours go both ways where any heat that may answer is signed", () => {
  const prompt = {
    ...signed,
    alignment: alignTokens("prompt", ["x", "y"], { axis: 1, sameTokens: 1, rowsOf: 0 }),
  };
  const reader = new HeatReader([own, prompt]);
  const state = { ...focused, direction: "column" } as const;
  reader.read(0, state, null);
  assert.ok(reader.heats[0].signed);
  assert.deepEqual(snapshot(reader, 0).heat, [1, 0.5]);
  reader.read(0, { ...state, facet: "prompt", scale: "facet" }, null);
  assert.deepEqual(snapshot(reader, 0).heat, [0.25, 1]);
  reader.read(0, focused, null);
  assert.ok(!reader.heats[0].signed);
  assert.deepEqual(snapshot(reader, 0).heat, [1, 0.25]);
});

test("what is left out does not count for the scale, and has no heat", () => {
  const reader = new HeatReader([{ ...own, excluded: [0] }]);
  const state = { ...focused, scale: "row", exclude: [0] } as const;
  reader.read(0, { ...state, exclude: [...state.exclude] }, null);
  const { heat, value, shown, excluded } = reader.heats[0];
  assert.equal(heat[0], 0);
  assert.equal(heat[1], value[1] > 0 ? 1 : 0);
  assert.deepEqual([...shown], [0, 1]);
  assert.deepEqual([...excluded], [1, 0]);
});

test("the focus itself is left out in every state anew", () => {
  const reader = new HeatReader([own]);
  for (const start of [0, 1]) {
    reader.read(0, { ...focused, start, stop: start + 1, exclude: ["focus"] }, null);
    assert.equal(reader.heats[0].excluded.indexOf(1), start);
  }
  reader.read(0, focused, null);
  assert.deepEqual([...reader.heats[0].excluded], [0, 0]);
});

test("while Python is asked, heat of the other kind does not stay", () => {
  const answer = {
    ...remote,
    alignment: alignTokens("answer", ["a", "b"], { rowsOf: 0 }),
    signed: false,
    reach: 1,
  };
  const prompt = {
    ...signed,
    alignment: alignTokens("prompt", ["x", "y"], { axis: 1, sameTokens: 1, rowsOf: 0 }),
  };
  const reader = new HeatReader([answer, prompt]);
  const state = { ...focused, facet: "answer" };
  const facets = { answer: { codes: Uint8Array.of(254, 0), largest: 1 } };
  reader.read(0, state, { key: "", facets });
  assert.deepEqual(snapshot(reader, 0).heat, [1, 0]);
  assert.equal(reader.read(0, { ...state, direction: "column" }, null), "awaited");
  assert.deepEqual(snapshot(reader, 0), {
    heat: [0.5, 0.5],
    value: [NAN, NAN],
    shown: [0, 0],
  });
});
