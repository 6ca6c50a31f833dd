import assert from "node:assert/strict";
import { test } from "node:test";
import { makeGroups } from "../../textualheatmap/js/grouping.ts";
import { reduce } from "../../textualheatmap/js/reduce.ts";
import type { Gesture, ViewState } from "../../textualheatmap/js/state.ts";
import { alignTokens, NOTHING } from "./facets.ts";

const words = alignTokens("words", ["see ", "it ", "all"]);
const pieces = alignTokens("pieces", ["se", "e it", " ", "a", "ll"], {
  sameTokens: 1,
  rowsOf: 1,
});
const other = alignTokens("other", ["x", "y"], { axis: 2, sameTokens: 2, rowsOf: 2 });
const marked = alignTokens("marked", ["", "see ", "it ", "all"], {
  sameTokens: 3,
  rowsOf: 3,
});
const facets = [words, pieces, other, marked];

const free = { ...NOTHING, facet: "words", start: 1, stop: 2 };
const pinned = { ...free, pinned: true };
const playing = { ...free, playing: true };
const span = { ...NOTHING, facet: "pieces", start: 1, stop: 3 };
const away = { ...NOTHING, facet: "other", start: 1, stop: 2 };

/** Sentence, state before, gesture, and what of the state differs after it. */
const ROWS: [string, ViewState, Gesture, Partial<ViewState>][] = [
  [
    "a hover focuses the token under the pointer",
    NOTHING,
    { kind: "hover", facet: "pieces", index: 3 },
    { facet: "pieces", start: 3, stop: 4 },
  ],
  [
    "a hover moves the focus",
    free,
    { kind: "hover", facet: "words", index: 2 },
    { start: 2, stop: 3 },
  ],
  [
    "a hover over the focused token changes nothing",
    free,
    { kind: "hover", facet: "words", index: 1 },
    {},
  ],
  [
    "a hover over one token of a span focuses that one",
    span,
    { kind: "hover", facet: "pieces", index: 2 },
    { start: 2, stop: 3 },
  ],
  [
    "a hover leaves a pinned focus alone",
    pinned,
    { kind: "hover", facet: "words", index: 2 },
    {},
  ],
  [
    "a hover over a token that does not exist changes nothing",
    free,
    { kind: "hover", facet: "words", index: 3 },
    {},
  ],
  [
    "a hover over no token changes nothing",
    free,
    { kind: "hover", facet: "words", index: -1 },
    {},
  ],
  [
    "a hover over a facet that does not exist changes nothing",
    free,
    { kind: "hover", facet: "gone", index: 0 },
    {},
  ],
  ["a pointer that leaves changes nothing", free, { kind: "leave" }, {}],
  [
    "a click focuses and pins",
    NOTHING,
    { kind: "click", facet: "words", index: 0 },
    { facet: "words", start: 0, stop: 1, pinned: true },
  ],
  [
    "a click on the focus pins it",
    free,
    { kind: "click", facet: "words", index: 1 },
    { pinned: true },
  ],
  [
    "a click on the pinned focus releases it",
    pinned,
    { kind: "click", facet: "words", index: 1 },
    { pinned: false },
  ],
  [
    "a click on a counterpart of the pinned focus releases it",
    pinned,
    { kind: "click", facet: "pieces", index: 2 },
    { pinned: false },
  ],
  [
    "a click on any token of a pinned span releases it",
    { ...span, pinned: true },
    { kind: "click", facet: "pieces", index: 2 },
    { pinned: false },
  ],
  [
    "a click on another token moves the pin",
    pinned,
    { kind: "click", facet: "words", index: 2 },
    { start: 2, stop: 3 },
  ],
  [
    "a click in a facet that is not aligned moves the pin there",
    pinned,
    { kind: "click", facet: "other", index: 1 },
    { facet: "other", start: 1, stop: 2 },
  ],
  [
    "a click on the token nearest to a pinned focus without a counterpart moves the pin",
    { ...pinned, facet: "marked", start: 0, stop: 1 },
    { kind: "click", facet: "words", index: 0 },
    { facet: "words" },
  ],
  [
    "a click moves a pin away from a facet that is gone",
    { ...pinned, facet: "gone" },
    { kind: "click", facet: "words", index: 1 },
    { facet: "words" },
  ],
  [
    "a click on a token of a span that is not pinned pins that token alone",
    span,
    { kind: "click", facet: "pieces", index: 2 },
    { start: 2, stop: 3, pinned: true },
  ],
  [
    "a click on a token that does not exist changes nothing",
    pinned,
    { kind: "click", facet: "words", index: 3 },
    {},
  ],
  [
    "the slider focuses a token of the first facet",
    away,
    { kind: "slide", index: 2 },
    { facet: "words", start: 2, stop: 3 },
  ],
  [
    "the slider moves a pinned focus, which stays pinned",
    pinned,
    { kind: "slide", index: 0 },
    { start: 0, stop: 1 },
  ],
  ["the slider at the focus changes nothing", free, { kind: "slide", index: 1 }, {}],
  [
    "the slider beyond the first facet changes nothing",
    free,
    { kind: "slide", index: 3 },
    {},
  ],
  [
    "the first step focuses the first token of the first facet",
    NOTHING,
    { kind: "step", by: 1 },
    { facet: "words", start: 0, stop: 1 },
  ],
  [
    "the first step back does so, too",
    NOTHING,
    { kind: "step", by: -1 },
    { facet: "words", start: 0, stop: 1 },
  ],
  [
    "a step goes to the next token of the facet with the focus",
    away,
    { kind: "step", by: -1 },
    { start: 0, stop: 1 },
  ],
  [
    "a step forward goes on from the last token of a span",
    span,
    { kind: "step", by: 1 },
    { start: 3, stop: 4 },
  ],
  [
    "a step back goes on from the first token of a span",
    span,
    { kind: "step", by: -1 },
    { start: 0, stop: 1 },
  ],
  ["a step beyond the last token stays there", away, { kind: "step", by: 1 }, {}],
  [
    "a step moves a pinned focus, which stays pinned",
    pinned,
    { kind: "step", by: 1 },
    { start: 2, stop: 3 },
  ],
  [
    "a key goes to a token, and a pin goes along",
    pinned,
    { kind: "go", facet: "words", index: 2 },
    { start: 2, stop: 3 },
  ],
  [
    "a hit becomes the focus, and a pin goes along",
    pinned,
    { kind: "find", facet: "pieces", start: 1, stop: 4 },
    { facet: "pieces", start: 1, stop: 4 },
  ],
  [
    "a hit beyond the facet changes nothing",
    free,
    { kind: "find", facet: "words", start: 2, stop: 4 },
    {},
  ],
  ["play begins where the focus is", free, { kind: "play" }, { playing: true }],
  [
    "play begins at the first token where there is no focus",
    NOTHING,
    { kind: "play" },
    { playing: true, facet: "words", start: 0, stop: 1 },
  ],
  [
    "play begins anew at the end, and a pin goes along",
    { ...pinned, start: 1, stop: 3 },
    { kind: "play" },
    { playing: true, start: 0, stop: 1 },
  ],
  ["play stops what plays", playing, { kind: "play" }, { playing: false }],
  ["a tick goes on", playing, { kind: "tick" }, { start: 2, stop: 3 }],
  [
    "a tick goes on after a span, in its facet",
    { ...span, pinned: true, playing: true },
    { kind: "tick" },
    { start: 3, stop: 4 },
  ],
  [
    "a tick at the end stops",
    { ...playing, start: 2, stop: 3 },
    { kind: "tick" },
    { playing: false },
  ],
  ["a tick that comes late changes nothing", free, { kind: "tick" }, {}],
  [
    "a hover while it plays moves the focus, and ends nothing",
    playing,
    { kind: "hover", facet: "words", index: 0 },
    { start: 0, stop: 1 },
  ],
  [
    "a step ends play",
    playing,
    { kind: "step", by: 1 },
    { start: 2, stop: 3, playing: false },
  ],
  ["Esc ends play", playing, { kind: "release" }, { playing: false }],
  [
    "a link ends play",
    playing,
    { kind: "link", linked: { gamma: 2 } },
    { gamma: 2, playing: false },
  ],
  [
    "a link that changes nothing ends nothing",
    playing,
    { kind: "link", linked: {} },
    {},
  ],
  [
    "a search ends nothing",
    playing,
    { kind: "search", search: "it" },
    { search: "it" },
  ],
  [
    "a search leaves the focus alone",
    pinned,
    { kind: "search", search: { pattern: "e.i" } },
    { search: { pattern: "e.i" } },
  ],
  [
    "the same search again changes nothing",
    { ...free, search: { pattern: "it" } },
    { kind: "search", search: { pattern: "it" } },
    {},
  ],
  [
    "a search that is closed is none",
    { ...free, search: "it" },
    { kind: "search", search: null },
    { search: null },
  ],
  [
    "a key to a token that does not exist changes nothing",
    free,
    { kind: "go", facet: "words", index: 3 },
    {},
  ],
  [
    "a drag focuses a span and pins it",
    free,
    { kind: "span", facet: "pieces", from: 1, to: 3 },
    { facet: "pieces", start: 1, stop: 4, pinned: true },
  ],
  [
    "a drag back makes the same span, whatever was pinned",
    pinned,
    { kind: "span", facet: "pieces", from: 3, to: 1 },
    { facet: "pieces", start: 1, stop: 4 },
  ],
  [
    "a drag beyond the tokens changes nothing",
    free,
    { kind: "span", facet: "words", from: 1, to: 3 },
    {},
  ],
  [
    "a drag from no token changes nothing",
    free,
    { kind: "span", facet: "words", from: -1, to: 1 },
    {},
  ],
  [
    "a drag over the span that is pinned changes nothing",
    { ...span, pinned: true },
    { kind: "span", facet: "pieces", from: 2, to: 1 },
    {},
  ],
  ["Enter pins the focus, a span as well", span, { kind: "pin" }, { pinned: true }],
  ["Enter releases the pinned focus", pinned, { kind: "pin" }, { pinned: false }],
  ["Enter without a focus changes nothing", NOTHING, { kind: "pin" }, {}],
  [
    "the ends of the legend leave focus and pin as they are",
    pinned,
    { kind: "limits", low: -1, high: 2 },
    { low: -1, high: 2 },
  ],
  [
    "limits that are there already change nothing",
    free,
    { kind: "limits", low: null, high: null },
    {},
  ],
  [
    "a release leaves the focus where it is",
    pinned,
    { kind: "release" },
    { pinned: false },
  ],
  ["a release without a pin changes nothing", free, { kind: "release" }, {}],
  [
    "a command puts its own state in place of a pinned one",
    pinned,
    { kind: "command", state: { ...NOTHING, direction: "column" } },
    { ...NOTHING, direction: "column" },
  ],
  [
    "a command may choose other slices",
    free,
    { kind: "command", state: { ...free, axes: { layer: 3 } } },
    { axes: { layer: 3 } },
  ],
  [
    "a command of the same state changes nothing",
    { ...free, axes: { layer: 3 } },
    { kind: "command", state: { ...free, axes: { layer: 3 } } },
    {},
  ],
];

for (const [sentence, before, gesture, changes] of ROWS) {
  test(sentence, () => {
    const frozen = Object.freeze({ ...before });
    const after = reduce(frozen, gesture, facets);
    assert.deepEqual(after, { ...before, ...changes });
    if (Object.keys(changes).length === 0) assert.equal(after, frozen);
  });
}

const sizes = { word: [1, 2], sentence: [3] };
const grouped = facets.map((facet) => ({
  ...facet,
  groups: Object.fromEntries(
    Object.entries(sizes).map(([name, each]) => [name, makeGroups(each)]),
  ),
}));
const group = (state: ViewState, grouping: ViewState["grouping"]) =>
  reduce(state, { kind: "link", linked: { grouping } }, grouped);

test("another grouping goes back to the token that was chosen, and without one to it", () => {
  const one = { ...free, start: 2, stop: 3 };
  const sentence = group(one, "sentence");
  assert.deepEqual([sentence.start, sentence.stop, sentence.chosen], [0, 3, 2]);
  const word = group(sentence, "word");
  assert.deepEqual([word.start, word.stop, word.chosen], [1, 3, 2]);
  assert.deepEqual(group(word, "token"), one);
  const pin = reduce(word, { kind: "pin" }, grouped);
  assert.deepEqual(group(pin, "token"), { ...one, pinned: true });
  const stepped = reduce(sentence, { kind: "go", facet: "words", index: 0 }, grouped);
  assert.deepEqual(group(stepped, "token"), { ...one, start: 0, stop: 1 });
});

test("a span that was chosen stays one, and a link's focus is a new one", () => {
  const from = { kind: "span", facet: "words", from: 1, to: 2 } as const;
  const both = reduce({ ...NOTHING, grouping: "sentence" }, from, grouped);
  assert.deepEqual([both.start, both.stop, both.chosen], [0, 3, null]);
  assert.deepEqual([group(both, "token").start, group(both, "token").stop], [0, 3]);
  const word = group({ ...free, start: 2, stop: 3 }, "word");
  const linked = { facet: "words", start: 0, stop: 2 };
  const followed = reduce(word, { kind: "link", linked }, grouped);
  assert.deepEqual([followed.start, followed.stop, followed.chosen], [0, 3, null]);
});

test("a hover within the focused group changes nothing, and a click chooses", () => {
  const word = group(free, "word");
  const hover = { kind: "hover", facet: "words", index: 2 } as const;
  assert.equal(reduce(Object.freeze(word), hover, grouped), word);
  const clicked = reduce(word, { kind: "click", facet: "words", index: 2 }, grouped);
  assert.deepEqual(clicked, { ...word, chosen: 2, pinned: true });
});

test("the slider counts the tokens that the first facet has rows of", () => {
  const prompt = alignTokens("prompt", ["Hi"], { rowsOf: 1 });
  const answer = alignTokens("answer", ["a", "b"], { axis: 1, rowsOf: 1 });
  const slid = reduce(NOTHING, { kind: "slide", index: 1 }, [prompt, answer]);
  assert.deepEqual(slid, { ...NOTHING, facet: "answer", start: 1, stop: 2 });
});

test("without facets no gesture of the reader's changes anything", () => {
  const gestures: Gesture[] = [
    { kind: "hover", facet: "words", index: 0 },
    { kind: "click", facet: "words", index: 0 },
    { kind: "slide", index: 0 },
    { kind: "step", by: 1 },
    { kind: "go", facet: "words", index: 0 },
    { kind: "find", facet: "words", start: 0, stop: 1 },
    { kind: "span", facet: "words", from: 0, to: 1 },
    { kind: "pin" },
    { kind: "release" },
  ];
  for (const gesture of gestures) {
    assert.equal(reduce(NOTHING, gesture, []), NOTHING, gesture.kind);
  }
});

test("whatever a reader does, the focus is a token that exists, and a pin has a focus", () => {
  // A generator of the same numbers at each run, from 0 to n - 1.
  let seed = 1;
  const draw = (n: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % n;
  };
  const pick = <T>(values: readonly T[]) => values[draw(values.length)];
  const drawGesture = (): Gesture => {
    const facet = pick(["words", "pieces", "other", "gone"]);
    const index = pick([-1, 0, 1, 2, 3, 4, 5, 1e9, Number.NaN]);
    return pick([
      { kind: "hover", facet, index },
      { kind: "leave" },
      { kind: "click", facet, index },
      { kind: "slide", index },
      { kind: "step", by: pick([-1, 1]) },
      { kind: "go", facet, index },
      { kind: "play" },
      { kind: "tick" },
      { kind: "find", facet, start: index, stop: index + 1 },
      { kind: "search", search: pick([null, "it", { pattern: "it" }]) },
      { kind: "span", facet, from: index, to: pick([0, 2, 9]) },
      { kind: "pin" },
      { kind: "limits", low: null, high: pick([null, 1]) },
      { kind: "release" },
    ]);
  };
  let state: ViewState = NOTHING;
  for (let i = 0; i < 5000; i++) {
    const gesture = drawGesture();
    const after = reduce(Object.freeze(state), gesture, facets);
    const said = JSON.stringify([state, gesture, after]);
    const facet = facets.find(({ id }) => id === after.facet);
    assert.equal(
      after === state,
      JSON.stringify(after) === JSON.stringify(state),
      said,
    );
    if (facet === undefined) {
      assert.deepEqual([after.facet, after.pinned], [null, false], said);
    } else {
      assert.ok(after.start >= 0 && after.stop <= facet.start.length, said);
      assert.ok(after.start < after.stop, said);
    }
    state = after;
  }
});
