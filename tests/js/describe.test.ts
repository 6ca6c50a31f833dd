import assert from "node:assert/strict";
import { test } from "node:test";
import {
  describeFocus,
  describeToken,
  findHottest,
  formatHeat,
  type NoHeat,
  readOut,
  readOutRest,
} from "../../textualheatmap/js/describe.ts";
import { placeValue } from "../../textualheatmap/js/row_table.ts";

test("the read-out tells index, token and pin", () => {
  assert.equal(readOut(3, "cat", false), "3 “cat”");
  assert.equal(readOut(3, "", true), "3 “” pinned");
});

test("without a focus the read-out tells whether averages are shown", () => {
  assert.equal(readOutRest("row"), "no focus");
  assert.equal(readOutRest("average"), "on average");
  assert.equal(readOutRest("set average"), "on average");
});

const values = [2, -4, Number.NaN, 2];
const place = () => placeValue(values, 0);
const plain = { text: "a", original: null, index: 0, place };

test("the tooltip tells token, index, heat, its rank and its share", () => {
  assert.equal(
    describeToken({ ...plain, text: "<b>", index: 3, heat: 2 }),
    "“<b>”  index 3\nheat 2.00  rank 2 of 3  25% of the row",
  );
  assert.equal(
    describeToken({ ...plain, heat: -4, place: () => placeValue(values, 1) }),
    "“a”  index 0\nheat -4.00  rank 1 of 3  -50% of the row",
  );
  assert.equal(
    describeToken({ ...plain, heat: 0, place: () => placeValue([0, 0], 0) }),
    "“a”  index 0\nheat 0.00  rank 1 of 2  0.0% of the row",
  );
});

test("the tooltip tells the characters for which others are drawn", () => {
  assert.equal(
    describeToken({ ...plain, text: "↵", original: "\n", heat: "none" }),
    "“↵”  index 0  U+000A",
  );
  const told = describeToken({ ...plain, original: "\u{1f600}1234567", heat: "none" });
  assert.match(told, /U\+1F600 U\+0031 .* U\+0035 …$/);
});

test("of a long token the tooltip tells the beginning, in whole characters", () => {
  const told = describeToken({ ...plain, text: "\u{1f600}".repeat(41), heat: "none" });
  assert.equal(told, `“${"\u{1f600}".repeat(40)}…”  index 0`);
  const whole = "\u{1f600}".repeat(40);
  const all = describeToken({ ...plain, text: whole, heat: "none" });
  assert.equal(all, `“${whole}”  index 0`);
});

test("the tooltip tells why there is no heat to tell", () => {
  const tell = (heat: NoHeat) => describeToken({ ...plain, heat });
  assert.equal(tell("missing"), "“a”  index 0\nheat missing");
  assert.equal(tell("excluded"), "“a”  index 0\nleft out of the scale");
  assert.equal(tell("awaited"), "“a”  index 0\nheat …");
  assert.equal(tell("none"), "“a”  index 0");
});

test("heat of any range has digits that say something", () => {
  const written = new Map([
    [0, "0.00"],
    [-0, "0.00"],
    [1, "1.00"],
    [0.01, "0.01"],
    [-0.256, "-0.26"],
    [0.00123456, "0.00123"],
    [-0.00123456, "-0.00123"],
    [1.5e-9, "1.50e-9"],
    [999.5, "999.50"],
    [12345.6, "12346"],
    [1.2345e6, "1.23e+6"],
    [-3e38, "-3.00e+38"],
  ]);
  for (const [value, text] of written) assert.equal(formatHeat(value), text);
});

test("the hottest tokens are the largest in magnitude, the first of equals first", () => {
  const values = [0.1, Number.NaN, -0.9, 0, 0.5, 0.1, 0.1];
  assert.deepEqual(findHottest(values, 4), [2, 4, 0, 5]);
  assert.deepEqual(findHottest([0, Number.NaN], 3), []);
});

test("a screen reader is told focus, hottest tokens and meta", () => {
  const tokens = ["see ", "<b>", "it"];
  const resting = { text: "it", pinned: true, tokens, values: [0.25, -1, 0] };
  assert.equal(
    describeFocus({
      ...resting,
      meta: [
        ["all", "", 0],
        ["now", "12%", 12],
        ["", "", 0],
      ],
    }),
    "“it” pinned. Hottest: “<b>” -1.00, “see ” 0.25. Meta: all, now 12%.",
  );
  const cold = { text: "it", pinned: false, tokens, values: [], meta: [] };
  assert.equal(describeFocus(cold), "“it”.");
});
