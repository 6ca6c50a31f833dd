import assert from "node:assert/strict";
import { test } from "node:test";
import { makeGroups } from "../../textualheatmap/js/grouping.ts";
import {
  placeValue,
  rankValues,
  shareValues,
  writeTable,
} from "../../textualheatmap/js/row_table.ts";
import { findSelected, readSelected } from "../../textualheatmap/js/selecting.ts";
import { SourceText } from "../../textualheatmap/js/source_text.ts";
import { type Units, wrap } from "../../textualheatmap/js/wrap.ts";

// "to", a format space, "be↵" (be and a newline), a format newline, "\x07or".
const UNITS: Units = {
  index: [0, -1, 1, -1, 2, 3],
  position: [0, 1, 2, 3, 4, 5],
  text: ["to", " ", "be↵", "", "\\x07or", "not"],
  columns: [2, 1, 3, 0, 6, 3],
  breaks: [1, 0, 1, 1, 1, 1],
  hangs: [0, 1, 0, 0, 0, 0],
  ends: [0, 0, 1, 0, 0, 0],
  pieces: {},
};
const source = new SourceText(UNITS, { 2: "be\n", 3: "\n", 4: "\x07or" });
const cells = wrap(UNITS, 40);

test("what is selected is the text of the data, and what is between is in it", () => {
  const read = (...[a, b, c, d]: number[]) =>
    readSelected(cells, source, [
      { line: a, character: b },
      { line: c, character: d },
    ]);
  assert.deepEqual([...cells.line], [0, 0, 0, 1, 1]);
  assert.equal(read(0, 0, 2, 0), "to be\n\n\x07ornot");
  assert.equal(read(0, 1, 0, 3), "o ");
  // Part of what is drawn for a newline or an escape is the whole token, once.
  assert.equal(read(0, 5, 1, 2), "be\n\n\x07or");
  assert.equal(read(1, 2, 1, 8), "\x07orno");
  assert.equal(read(0, 2, 0, 2), "");
});

test("a token on several lines is read as what is selected of it", () => {
  const units = { ...UNITS, index: [0], position: [0], text: ["abcdef"], columns: [6] };
  const one = { ...units, breaks: [1], hangs: [0], ends: [0] };
  const broken = wrap(one, 4);
  assert.deepEqual(broken.text, ["abc", "def"]);
  const places = [
    { line: 0, character: 1 },
    { line: 1, character: 2 },
  ] as const;
  const read = (text: SourceText) => readSelected(broken, text, [...places]);
  assert.equal(read(new SourceText(one)), "bcde");
  assert.equal(read(new SourceText(one, { 0: "ABCDEF" })), "ABCDEF");
});

test("ranks are by magnitude, equals share one, and shares add up to 1", () => {
  const values = [0.5, -2, Number.NaN, 0.5, 0];
  assert.deepEqual(rankValues(values), [2, 1, Number.NaN, 2, 4]);
  assert.deepEqual(shareValues(values), [1 / 6, -2 / 3, Number.NaN, 1 / 6, 0]);
  assert.deepEqual(
    [rankValues([0, 0]), shareValues([0, 0])],
    [
      [1, 1],
      [0, 0],
    ],
  );
  assert.deepEqual(placeValue(values, 1), { rank: 1, count: 4, share: -2 / 3 });
});

test("a table has one line a token, and quotes what would break it", () => {
  const heats = {
    value: new Float32Array([0.1, 3, Number.NaN, 0]),
    heat: new Float32Array([0.2, 1, 0, 0]),
    shown: new Uint8Array([1, 0, 1, 1]),
  };
  const quoted = new SourceText(UNITS, { 0: 'a"\t', 2: "be\n", 4: "or\r" });
  const panel = { id: "GRU", heats, source: quoted } as never;
  assert.deepEqual(writeTable([panel]).split("\nGRU"), [
    "facet\tindex\ttoken\tvalue\theat\trank\tshare",
    '\t0\t"a""\t"\t0.1\t0.2\t2\t0.03225806',
    '\t1\t"be\n"\t3\t\t1\t0.9677419',
    '\t2\t"or\r"\t\t0\t\t',
    "\t3\tnot\t0\t0\t3\t0",
  ]);
  const groups = makeGroups([2, 2]);
  const grouped = { id: "GRU", heats, groups, source } as never;
  assert.deepEqual(writeTable([grouped]).split("\nGRU").slice(1), [
    '\t0\t"to be\n"\t0.1\t0.2\t1\t1',
    "\t2\t\x07ornot\t\t0\t\t",
  ]);
});

test("a selection that goes on beyond the lines ends with them, and a caret is none", (t) => {
  const [word, outside] = [{}, {}];
  let before = 0;
  const createRange = () => ({
    setStart: () => {},
    setEnd: (_: unknown, offset: number) => {
      before = offset;
    },
    toString: () => "x".repeat(before),
  });
  Object.assign(globalThis, { document: { createRange } });
  t.after(() => Reflect.deleteProperty(globalThis, "document"));
  const contains = (node: unknown) => node === word;
  const find = (start: unknown, end: unknown, collapsed = false) => {
    const range = { collapsed, startContainer: start, startOffset: 2 };
    const selection = {
      rangeCount: 1,
      getRangeAt: () => ({ ...range, endContainer: end, endOffset: 3 }),
    };
    const children = [{ contains: () => false }, { contains }];
    const getRootNode = () => ({ getSelection: () => selection });
    return findSelected({ children, contains, getRootNode } as never);
  };
  const [first, end] = [
    { line: 0, character: 0 },
    { line: 2, character: 0 },
  ];
  assert.deepEqual(find(word, outside), [{ line: 1, character: 2 }, end]);
  assert.deepEqual(find(outside, word), [first, { line: 1, character: 3 }]);
  assert.equal(find(outside, outside), null);
  assert.equal(find(word, word, true), null);
});
