import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, decodeColumn, readCodes } from "../../textualheatmap/js/codes.ts";

test("a code is the square root of a value over the largest of its row", () => {
  const out = new Float32Array(4);
  decode(Uint8Array.of(9, 254, 127, 0, 1), 1, 0.5, false, out);
  assert.deepEqual(
    [...out],
    [0.5, 0.125, 0, Math.fround(Math.fround(1 / 254 ** 2) / 2)],
  );
});

test("signed codes count from the middle both ways", () => {
  const out = new Float32Array(4);
  decode(Uint8Array.of(0, 127, 254, 190), 0, 2, true, out);
  assert.deepEqual([...out], [-2, 0, 2, Math.fround((63 / 127) ** 2) * 2]);
});

test("two bytes count further", () => {
  const out = new Float32Array(2);
  decode(Uint16Array.of(65534, 32767), 0, 1, false, out);
  assert.deepEqual([...out], [1, 0.25]);
  decode(Uint16Array.of(0, 65534), 0, 1, true, out);
  assert.deepEqual([...out], [-1, 1]);
});

test("the last code is missing heat", () => {
  const out = new Float32Array(1);
  for (const signed of [false, true]) {
    decode(Uint8Array.of(255), 0, 1, signed, out);
    assert.ok(Number.isNaN(out[0]));
    decode(Uint16Array.of(65535), 0, 1, signed, out);
    assert.ok(Number.isNaN(out[0]));
  }
});

test("the largest value of a row comes back as it was", () => {
  const out = new Float32Array(1);
  for (let i = 1; i < 2000; i++) {
    const largest = Math.fround(i / 1999);
    decode(Uint8Array.of(254), 0, largest, false, out);
    assert.equal(out[0], largest);
  }
});

test("a column has a value of each row, by the row's own largest", () => {
  const codes = Uint8Array.of(9, 254, 9, 127, 9, 0);
  const out = new Float32Array(3);
  decodeColumn(codes, 1, 2, Float32Array.of(1, 4, 1), false, out);
  assert.deepEqual([...out], [1, 1, 0]);
});

test("of two bytes the lower one comes first", () => {
  const { buffer } = Uint8Array.of(1, 2, 255, 0);
  assert.deepEqual([...readCodes(buffer, true)], [513, 255]);
  assert.deepEqual([...readCodes(buffer, false)], [1, 2, 255, 0]);
});
