// The heat of one facet, as far as the browser has it: a matrix, or several along axes.

import { type Codes, decode, decodeColumn } from "./codes.ts";
import { Pooler } from "./pool.ts";
import type { AxisChoice, ViewState } from "./state.ts";

/** Heat that can be read by row and by column. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly signed: boolean;
  /** The largest heat, in magnitude where it is signed; null where it is not known. */
  readonly reach: number | null;
  readRow(row: number, out: Float32Array): void;
  readColumn(column: number, out: Float32Array): void;
}

/** A leading dimension of heat. */
export interface Axis {
  name: string;
  labels: string[];
}

/** Heat in codes, decoded where it is read. */
export class CodedMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly signed: boolean;
  readonly reach: number | null;
  private readonly codes: Codes;
  private readonly largest: Float32Array;

  /** @param largest value of each row, in magnitude */
  constructor(
    codes: Codes,
    largest: Float32Array,
    signed: boolean,
    reach: number | null,
  ) {
    this.codes = codes;
    this.largest = largest;
    this.signed = signed;
    this.reach = reach;
    this.rows = largest.length;
    this.columns = this.rows === 0 ? 0 : codes.length / this.rows;
  }

  readRow(row: number, out: Float32Array) {
    const { codes, columns, largest, signed } = this;
    decode(codes, row * columns, largest[row], signed, out);
  }

  readColumn(column: number, out: Float32Array) {
    const { codes, columns, largest, signed } = this;
    decodeColumn(codes, column, columns, largest, signed, out);
  }
}

/** The mean or the maximum of several matrices, computed where it is read. */
export class PooledMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly signed: boolean;
  private readonly matrices: Matrix[];
  private readonly how: "mean" | "max";
  private readonly pooler = new Pooler();
  private measured: number | null | undefined;

  constructor(matrices: Matrix[], how: "mean" | "max") {
    this.matrices = matrices;
    this.how = how;
    this.rows = matrices[0].rows;
    this.columns = matrices[0].columns;
    this.signed = matrices[0].signed;
  }

  readRow(row: number, out: Float32Array) {
    this.pool((matrix, line) => matrix.readRow(row, line), out);
  }

  readColumn(column: number, out: Float32Array) {
    this.pool((matrix, line) => matrix.readColumn(column, line), out);
  }

  /** Goes through the whole matrix once. */
  get reach(): number | null {
    if (this.measured === undefined) {
      const line = new Float32Array(this.columns);
      let reach = Number.NEGATIVE_INFINITY;
      for (let row = 0; row < this.rows; row++) {
        this.readRow(row, line);
        for (const value of line) {
          const size = this.signed ? Math.abs(value) : value;
          if (size > reach) reach = size;
        }
      }
      this.measured = reach === Number.NEGATIVE_INFINITY ? null : reach;
    }
    return this.measured;
  }

  private pool(read: (matrix: Matrix, line: Float32Array) => void, out: Float32Array) {
    const { matrices, how, signed } = this;
    const line = (i: number, values: Float32Array) => read(matrices[i], values);
    this.pooler.pool(matrices.length, line, how, signed, out);
  }
}

/**
 * Picks the matrix that a choice on each axis gives.
 * @param matrices at each place of the axes, the last axis fastest
 */
export function chooseMatrix(
  matrices: Matrix[],
  axes: readonly Axis[],
  choices: ViewState["axes"],
): Matrix {
  const [axis, ...others] = axes;
  if (axis === undefined) return matrices[0];
  const choice: AxisChoice = choices[axis.name] ?? "mean";
  const step = matrices.length / axis.labels.length;
  const cut = (place: number) =>
    chooseMatrix(matrices.slice(place * step, (place + 1) * step), others, choices);
  if (typeof choice !== "number") {
    return new PooledMatrix(
      axis.labels.map((_, place) => cut(place)),
      choice,
    );
  }
  return cut(Math.max(0, Math.min(choice, axis.labels.length - 1)));
}
