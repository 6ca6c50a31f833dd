// Pooling: several values of one place become one, as facet/pooling.py.

import type { Pool } from "./state.ts";

// As in NumPy, a sum that is too large for a float32 is the largest one.
const LARGEST = 2 ** 128 - 2 ** 104;

/** Returns the nearest number that is not too large. */
export function bound(pooled: number): number {
  return Math.max(-LARGEST, Math.min(pooled, LARGEST));
}

/**
 * Says whether a value is larger than the largest one before it, which may be missing.
 * @param signed whether by magnitude; of the same one, the positive value is larger
 */
export function isLarger(value: number, most: number, signed: boolean): boolean {
  if (Number.isNaN(most)) return true;
  if (!signed) return value > most;
  const [size, largest] = [Math.abs(value), Math.abs(most)];
  return size > largest || (size === largest && value > most);
}

/** Pools lines of heat (rows or columns), in memory that it keeps for the next time. */
export class Pooler {
  private line = new Float32Array(0);
  private totals = new Float64Array(0);
  private counts = new Uint32Array(0);

  /**
   * Pools lines, value by value. What is missing (NaN) is left out; where it is missing
   * in every line the result is, too.
   * @param count of the lines, at least 1 @param read puts line i into an array
   * @param signed whether "max" is what is largest in magnitude
   * @param out takes the result
   */
  pool(
    count: number,
    read: (i: number, line: Float32Array) => void,
    how: Pool,
    signed: boolean,
    out: Float32Array,
  ) {
    if (count === 1) read(0, out);
    else if (how === "max") this.findLargest(count, read, signed, out);
    else this.add(count, read, how, out);
  }

  private findLargest(
    count: number,
    read: (i: number, line: Float32Array) => void,
    signed: boolean,
    out: Float32Array,
  ) {
    const line = this.takeLine(out.length);
    read(0, out);
    for (let i = 1; i < count; i++) {
      read(i, line);
      for (let k = 0; k < out.length; k++) {
        if (isLarger(line[k], out[k], signed)) out[k] = line[k];
      }
    }
  }

  private add(
    count: number,
    read: (i: number, line: Float32Array) => void,
    how: "mean" | "sum",
    out: Float32Array,
  ) {
    const line = this.takeLine(out.length);
    if (this.totals.length !== out.length) {
      this.totals = new Float64Array(out.length);
      this.counts = new Uint32Array(out.length);
    }
    const { totals, counts } = this;
    totals.fill(0);
    counts.fill(0);
    for (let i = 0; i < count; i++) {
      read(i, line);
      for (let k = 0; k < line.length; k++) {
        if (Number.isNaN(line[k])) continue;
        totals[k] += line[k];
        counts[k]++;
      }
    }
    for (let k = 0; k < out.length; k++) {
      const pooled =
        how === "mean" || counts[k] === 0 ? totals[k] / counts[k] : totals[k];
      out[k] = bound(pooled);
    }
  }

  private takeLine(length: number): Float32Array {
    if (this.line.length !== length) this.line = new Float32Array(length);
    return this.line;
  }
}
