import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { type FacetModel, unpack } from "../../textualheatmap/js/payload.ts";

const deflate = (bytes: Uint8Array) => Uint8Array.from(deflateSync(bytes)).buffer;
const text = {
  tokens: ["a", "b"],
  start: [0, 1],
  stop: [1, 2],
  axis: 3,
  same_tokens: 1,
  rows_of: 2,
  units: { text: ["a", "b"] },
};

/** Two tokens; two slices of signed heat, in codes of two bytes. */
function makeModel(changes: object = {}): FacetModel {
  const codes = Uint16Array.of(65534, 32767, 0, 65535, 32767, 32767, 32767, 65534);
  const largest = Float32Array.of(1, 2, 3, 4);
  const heat = {
    codes: deflate(new Uint8Array(codes.buffer)),
    largest: deflate(new Uint8Array(largest.buffer)),
    two_bytes: true,
    signed: true,
    axes: [{ name: "layer", labels: ["first", "second"] }],
    reach: [2, 4],
    ...changes,
  };
  const bytes = new TextEncoder().encode(JSON.stringify(text));
  return { facet: "own", heat, text: deflate(bytes) } as unknown as FacetModel;
}

test("a facet's text and alignment come out as they were packed", async () => {
  const { heat, meta, tokens, units } = await unpack(makeModel());
  assert.deepEqual([tokens, units, meta], [text.tokens, text.units, []]);
  assert.deepEqual(heat.alignment, {
    id: "own",
    axis: 3,
    start: Int32Array.of(0, 1),
    stop: Int32Array.of(1, 2),
    sameTokens: 1,
    rowsOf: 2,
    groups: {},
  });
});

test("its meta come out as they were packed", async () => {
  const places = [
    [[["two", "50%", 50]], []],
    [[], []],
  ];
  const packed = { meta: places, meta_axis: "layer" };
  const bytes = new TextEncoder().encode(JSON.stringify({ ...text, ...packed }));
  const model = { ...makeModel(), text: deflate(bytes) } as FacetModel;
  const { meta, metaAxis } = await unpack(model);
  assert.deepEqual({ meta, meta_axis: metaAxis }, packed);
});

test("each slice of its heat is a matrix", async () => {
  const { heat } = await unpack(makeModel());
  const rows = heat.matrices?.map((matrix) => {
    const out = new Float32Array(2);
    matrix.readRow(1, out);
    return [matrix.rows, matrix.columns, matrix.reach, ...out];
  });
  assert.deepEqual(rows, [
    [2, 2, 2, -2, Number.NaN],
    [2, 2, 4, 0, 4],
  ]);
});

test("heat that Python keeps has a reach and no matrix", async () => {
  const { heat } = await unpack(makeModel({ codes: null, largest: null }));
  assert.deepEqual([heat.matrices, heat.reach, heat.signed], [null, 2, true]);
});

test("a facet is unpacked once", async () => {
  const model = makeModel();
  assert.equal(unpack(model), unpack(model));
  const other = { ...makeModel(), heat: model.heat } as FacetModel;
  const [one, two] = await Promise.all([unpack(model), unpack(other)]);
  assert.equal(one.heat.matrices, two.heat.matrices);
});

test("bytes that were not deflated are refused", async () => {
  const model = { ...makeModel(), text: Uint8Array.of(1, 2, 3).buffer };
  await assert.rejects(unpack(model as FacetModel));
});
