// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { readOut } from "../../textualheatmap/js/slider.mjs";
import { describe } from "../../textualheatmap/js/tooltip.mjs";

test("the read-out tells index, token and pin", () => {
  assert.equal(readOut(3, "cat", false), "3 “cat”");
  assert.equal(readOut(3, "", true), "3 “” pinned");
});

test("the read-out tells that there is no focus", () => {
  assert.equal(readOut(-1, undefined, false), "no focus");
});

test("the tooltip tells token, index and heat to two decimals", () => {
  const unpacked = { tokens: ["a", "<b>"] };
  const heats = Float32Array.of(0, 0.256);
  const text = describe({ unpacked, hovered: 1, heats });
  assert.equal(text, "“<b>”  index 1  heat 0.26");
});
