// What is searched for is found in the text that is shown now.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Finder } from "../../textualheatmap/js/finder.ts";
import type { Panel } from "../../textualheatmap/js/panel.ts";
import type { Hit } from "../../textualheatmap/js/search.ts";
import type { Gesture, ViewState } from "../../textualheatmap/js/state.ts";
import { alignTokens, cut, NOTHING } from "./facets.ts";

/** Shows one facet, and returns what is marked in it, one time after another. */
function show(finder: Finder, ...tokens: string[]): number[][] {
  const marked: number[][] = [];
  const mark = (hits: readonly Hit[]) => marked.push(hits.map(({ start }) => start));
  const panel = { source: cut(...tokens).source, mark } as unknown as Panel;
  finder.take([panel], [alignTokens("text", tokens)]);
  return marked;
}

const search = (text: string | null) =>
  ({ ...NOTHING, facet: "text", stop: 1, search: text }) satisfies ViewState;

test("another text is searched as well, for the same", () => {
  const finder = new Finder(() => {});
  const first = show(finder, "a", "b", "a");
  finder.follow(search("a"));
  assert.deepEqual(first.at(-1), [0, 2]);
  const times = first.length;
  finder.follow(search("a"));
  assert.equal(first.length, times);
  const second = show(finder, "b", "a");
  finder.follow(search("a"));
  assert.deepEqual(second.at(-1), [1]);
  finder.follow(search(null));
  assert.deepEqual(second.at(-1), []);
});

test("one goes on from the focus", () => {
  const made: Gesture[] = [];
  const finder = new Finder((gesture) => made.push(gesture));
  show(finder, "a", "b", "a");
  finder.follow(search("a"));
  finder.go(1);
  assert.deepEqual(made, [{ kind: "find", facet: "text", start: 2, stop: 3 }]);
});
