// Heat in the codes in which Python sends it, as facet/codes.py: a code stands for the
// square root of a value, as a share of the largest value of its row.

import { recall } from "./recall.ts";

export type Codes = Uint8Array | Uint16Array;

const tables = new Map<string, Float32Array>();

/** Returns the share of the largest value that each code stands for; NaN: missing. */
function tableOf(codes: Codes, signed: boolean): Float32Array {
  const key = `${codes.BYTES_PER_ELEMENT} ${signed}`;
  return recall(tables, key, () => {
    const missing = 256 ** codes.BYTES_PER_ELEMENT - 1;
    const steps = signed ? (missing - 1) / 2 : missing - 1;
    const zero = signed ? steps : 0;
    const table = new Float32Array(missing + 1).fill(Number.NaN);
    for (let code = 0; code < missing; code++) {
      const share = (code - zero) / steps;
      table[code] = Math.sign(share) * share * share;
    }
    return table;
  });
}

/** Reads codes of one or two bytes (the lower one first) from the bytes sent. */
export function readCodes(bytes: ArrayBuffer, twoBytes: boolean): Codes {
  return twoBytes ? new Uint16Array(bytes) : new Uint8Array(bytes);
}

/**
 * Decodes a row.
 * @param from where it begins @param largest value of the row, in magnitude
 * @param out takes as many values as it has room for
 */
export function decode(
  codes: Codes,
  from: number,
  largest: number,
  signed: boolean,
  out: Float32Array,
) {
  const table = tableOf(codes, signed);
  for (let i = 0; i < out.length; i++) out[i] = table[codes[from + i]] * largest;
}

/**
 * Decodes a column.
 * @param from where its first code is @param step from one code to the next
 * @param largest value of each row, in magnitude
 * @param out takes a value for each row
 */
export function decodeColumn(
  codes: Codes,
  from: number,
  step: number,
  largest: Float32Array,
  signed: boolean,
  out: Float32Array,
) {
  const table = tableOf(codes, signed);
  for (let i = 0; i < out.length; i++) {
    out[i] = table[codes[from + i * step]] * largest[i];
  }
}
