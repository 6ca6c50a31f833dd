import assert from "node:assert/strict";
import { test } from "node:test";
import { readLink, writeLink } from "../../textualheatmap/js/link.ts";
import { reduce } from "../../textualheatmap/js/reduce.ts";
import type { Search, ViewState } from "../../textualheatmap/js/state.ts";
import { alignTokens, NOTHING } from "./facets.ts";

const facets = [
  alignTokens("a: b&c#d", ["one", "two", "three", "four"]),
  alignTokens("GRU", ["one", "two"]),
];
const axes = { "layer & head": 3 };
const opened: ViewState = { ...NOTHING, axes: { "layer & head": "mean" } };

const STATES: Partial<ViewState>[] = [
  {},
  { facet: "GRU", start: 1, stop: 2 },
  { facet: "a: b&c#d", start: 1, stop: 4, pinned: true },
  { direction: "column", pool: "sum", scale: "facet" },
  { threshold: 0.5, hottest: 3 },
  { low: -0.25, high: 1e-9, gamma: 0.5 },
  { axes: { "layer & head": 2 } },
  { axes: { "layer & head": "max" } },
  { search: "duty & #1" },
  { search: { pattern: "d.ty|\\w+$" } },
];

for (const changes of STATES) {
  test(`a page that is opened with its link shows ${JSON.stringify(changes)}`, () => {
    const seen = { ...opened, ...changes };
    const linked = readLink(writeLink(seen, opened, ""), facets, axes);
    assert.deepEqual(reduce(opened, { kind: "link", linked }, facets), seen);
  });
}

test("what a page shows without a link needs none", () => {
  assert.equal(writeLink(opened, opened, ""), "");
});

test("a link is short and can be read", () => {
  const seen: ViewState = { ...opened, facet: "GRU", start: 0, stop: 2, pinned: true };
  assert.equal(writeLink(seen, opened, ""), "#focus=GRU%3A0-2&pinned=true");
});

test("a search is written as what it is, and its end where there was one", () => {
  const write = (search: Search | null, before: Search | null = null) =>
    writeLink(
      { ...opened, search },
      { ...opened, search: before },
      "#search.pattern=x",
    );
  assert.equal(write("du ty"), "#search=du+ty");
  assert.equal(write({ pattern: "du.y" }), "#search.pattern=du.y");
  assert.equal(write(null), "");
  assert.equal(write({ pattern: "du.y" }, { pattern: "du.y" }), "");
  assert.equal(write(null, "duty"), "#search=");
  assert.deepEqual(readLink("#search=", facets, axes), { search: null });
});

test("a fragment's other names stay, and its own are replaced", () => {
  const seen: ViewState = { ...opened, gamma: 2 };
  const before = "#section=3&focus=GRU:1&pinned=true&axes.gone=1";
  assert.equal(writeLink(seen, opened, before), "#section=3&gamma=2");
  assert.equal(writeLink(seen, opened, "#constructor"), "#constructor=&gamma=2");
});

test("of no facet, a focus is of the first one", () => {
  const { facet, start, stop } = readLink("#focus=2-4", facets, axes);
  assert.deepEqual([facet, start, stop], ["a: b&c#d", 2, 4]);
});

test("of a pin that is neither true nor false, the focus alone is followed", () => {
  for (const pinned of ["1", "TRUE", "constructor", "__proto__"]) {
    const linked = readLink(`#focus=GRU:1&pinned=${pinned}`, facets, axes);
    assert.deepEqual(linked, { facet: "GRU", start: 1, stop: 2 }, pinned);
  }
});

const WRONG = [
  "",
  "#",
  "#a heading",
  "#%",
  "#focus=gone:1",
  "#focus=GRU:2",
  "#focus=GRU:1-1",
  "#focus=GRU:1-3",
  "#focus=GRU:-1",
  "#focus=GRU:1e0",
  "#focus=99999999999999999999",
  "#pinned=true",
  "#pinned=1",
  "#direction=constructor",
  "#direction=up",
  "#scale=",
  "#gamma=0",
  "#threshold=2",
  "#hottest=0",
  "#hottest=1.5",
  "#gamma=NaN",
  "#high=Infinity",
  "#high=",
  "#axes.layer %26 head=3",
  "#axes.layer %26 head=1.5",
  "#axes.other=1",
  `#search=${"a".repeat(1001)}`,
  `#search.pattern=${"a".repeat(1001)}`,
  "#__proto__=1&constructor=2&facet=GRU&palette=paper",
];

for (const fragment of WRONG) {
  test(`of ${JSON.stringify(fragment)} nothing is followed`, () => {
    assert.deepEqual(readLink(fragment, facets, axes), {});
  });
}
