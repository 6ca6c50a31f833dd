// The heat of every token of every facet in a state: found in its matrix, pooled over
// the focus, and scaled.

import { decode } from "./codes.ts";
import {
  computeHeat,
  findLimits,
  findSource,
  type LimitSource,
  type Reach,
  resolveLimits,
  takeUpperHalf,
} from "./colour.ts";
import { findGroups, findShown, groupValues, widen } from "./grouping.ts";
import { type Axis, chooseMatrix, type Matrix } from "./matrix.ts";
import { Pooler } from "./pool.ts";
import { type Answer, findAnswering, resolve } from "./resolve.ts";
import {
  type Alignment,
  type Focus,
  findFocus,
  type Limits,
  type Rows,
  type ViewState,
} from "./state.ts";

const NO_LIMITS: Limits = { low: null, high: null };

/** Heat of all tokens of a facet, by index. */
export interface Heats {
  /** From 0 to 1, after all steps: what is coloured. NaN where missing. */
  heat: Float32Array;
  /** The data's own number; NaN where there is none. */
  value: Float32Array;
  /** 1 where there is a number, and it is not left out. */
  shown: Uint8Array;
  /** 1 where the token is left out of the scale. */
  excluded: Uint8Array;
  /** Whether 0.5 is no heat, for a palette that goes both ways. */
  signed: boolean;
  /** The heat that became 0 and 1; null where a row says so and there is none. */
  limits: Limits;
  /** What said so. */
  source: LimitSource;
}

/** The heat of a facet, as far as the browser has it. */
export interface FacetHeat extends Reach {
  alignment: Alignment;
  /** At each place of the axes, the last one fastest; null where Python keeps them. */
  matrices: Matrix[] | null;
  axes: Axis[];
  /** Indexes of tokens that are left out of the scale, whatever is focused. */
  excluded: readonly number[];
  /** What is shown at rest, where Python has computed it. */
  averages?: readonly Averages[] | undefined;
}

/** Heat on average over all rows, or columns; null where there is none. */
export interface Averages {
  row?: (number | null)[];
  column?: (number | null)[];
  /** The choice on the axes that it is of. */
  axes: ViewState["axes"];
}

/** Whether heat was read, no heat answers the focus, or Python has yet to send it. */
export type Reading = "read" | "none" | "awaited";

/** Reads heat into arrays that are made once and filled anew in each state. */
export class HeatReader {
  /** Of each facet, as last read. */
  readonly heats: readonly Heats[];
  private readonly facets: readonly FacetHeat[];
  private readonly alignments: readonly Alignment[];
  private readonly pooler = new Pooler();
  /** Pools the lines of one group; `pooler` then pools the groups. */
  private readonly groupPooler = new Pooler();
  /** The matrix that is chosen of each facet, or what is known of it. */
  private chosen: (Matrix | Reach)[] = [];
  private choices = "";

  constructor(facets: readonly FacetHeat[]) {
    this.facets = facets;
    this.alignments = facets.map(({ alignment }) => alignment);
    this.heats = facets.map(({ alignment, signed }) => {
      const count = alignment.start.length;
      const heats = {
        heat: new Float32Array(count),
        value: new Float32Array(count),
        shown: new Uint8Array(count),
        excluded: new Uint8Array(count),
        signed,
        limits: NO_LIMITS,
        source: "row" as LimitSource,
      };
      clear(heats);
      return heats;
    });
  }

  /**
   * Reads the heat of a facet; where Python has yet to send it, the heat before stays.
   * @param painted position of the facet
   * @param rows what Python has answered for this state, or null
   */
  read(painted: number, state: ViewState, rows: Rows | null): Reading {
    this.choose(state.axes);
    const focus = findFocus(state, this.alignments);
    const answer = focus && resolve(painted, focus, state.direction, this.alignments);
    const heats = this.heats[painted];
    this.chooseSides(painted, state.direction);
    const average = focus === null ? this.findAverage(painted, state) : undefined;
    if (answer === null && average === undefined) {
      clear(heats);
      heats.limits = findLimits(state, this.chosen[painted], this.chosen);
      heats.source = findSource(state, heats.limits, false);
      return "none";
    }
    const matrix = this.chosen[answer?.facet ?? painted];
    const { signed } = matrix;
    const { excluded, heat, shown, value } = heats;
    if (answer === null) {
      value.set((average ?? []).map((each) => each ?? Number.NaN));
      const groups = findGroups(this.alignments[painted], state.grouping);
      if (groups) groupValues(value, groups, state.group_pool, signed);
    } else if ("readRow" in matrix) {
      this.readMatrix(matrix, painted, answer, state, value);
    } else {
      const row = rows?.facets[this.alignments[painted].id];
      if (row === undefined || row.codes.length !== value.length) return "awaited";
      decode(row.codes, 0, row.largest, signed, value);
    }
    // The averages have a scale of their own.
    const scaled: ViewState = answer === null ? { ...state, scale: "row" } : state;
    const found = findLimits(scaled, matrix, this.chosen);
    const { gamma, threshold, hottest } = state;
    const isExcluding = state.exclude.length > 0;
    excluded.fill(0);
    if (isExcluding) this.exclude(painted, state, focus);
    const left = isExcluding ? excluded : null;
    const limits = resolveLimits(value, found, signed, left);
    heats.limits = limits;
    heats.source = findSource(state, found, answer === null);
    const scaling = {
      limits,
      gamma,
      signed,
      exact: answer?.exact ?? true,
      excluded: left,
      threshold,
      hottest,
      starts: findGroups(this.alignments[painted], state.grouping)?.starts ?? null,
    };
    computeHeat(value, scaling, heat);
    if (heats.signed && !signed) takeUpperHalf(heat);
    for (let i = 0; i < value.length; i++) {
      shown[i] = Number.isNaN(value[i]) || excluded[i] ? 0 : 1;
    }
    return "read";
  }

  /** Finds what a facet shows without a focus; undefined for nothing. */
  private findAverage(painted: number, { axes, direction, rest }: ViewState) {
    if (rest === "plain") return undefined;
    return this.facets[painted].averages?.find((average) =>
      Object.entries(average.axes).every(([name, choice]) => axes[name] === choice),
    )?.[direction];
  }

  /** Reads lines of a matrix, grouped and pooled. */
  private readMatrix(
    matrix: Matrix,
    painted: number,
    answer: Answer,
    state: ViewState,
    value: Float32Array,
  ) {
    const { signed } = matrix;
    const { grouping, group_pool, pool } = state;
    const isRow = answer.lines === "row";
    const owner = isRow ? this.alignments[answer.facet].rowsOf : answer.facet;
    const lines = findGroups(this.alignments[owner], grouping);
    const columns = findGroups(this.alignments[painted], grouping);
    const read = (i: number, line: Float32Array) => {
      if (isRow) matrix.readRow(i, line);
      else matrix.readColumn(i, line);
      if (columns !== undefined) groupValues(line, columns, group_pool, signed);
    };
    const { start, stop } = widen(lines, answer);
    if (lines === undefined) {
      const readLine = (i: number, line: Float32Array) => read(start + i, line);
      this.pooler.pool(stop - start, readLine, pool, signed, value);
      return;
    }
    const firsts = lines.starts.filter((first) => first >= start && first < stop);
    const readGroup = (group: number, out: Float32Array) => {
      const first = firsts[group];
      const readLine = (i: number, line: Float32Array) => read(first + i, line);
      const count = lines.stop[first] - first;
      this.groupPooler.pool(count, readLine, group_pool, signed, out);
    };
    this.pooler.pool(firsts.length, readGroup, pool, signed, value);
  }

  /** Marks the tokens of a facet that are left out. */
  private exclude(painted: number, state: ViewState, focus: Focus | null) {
    const { excluded } = this.heats[painted];
    for (const index of this.facets[painted].excluded) excluded[index] = 1;
    if (focus === null || !state.exclude.includes("focus")) return;
    const [own, focused] = [this.alignments[painted], this.alignments[focus.facet]];
    const span = findShown(own, focused, state);
    if (span?.exact) excluded.fill(1, span.start, span.stop);
  }

  /**
   * Says whether a facet's colours go both ways: as soon as any heat that may answer
   * for it is signed, whichever token is focused.
   */
  private chooseSides(painted: number, direction: ViewState["direction"]) {
    const heats = this.heats[painted];
    const signed = findAnswering(painted, direction, this.alignments).some(
      (facet) => this.facets[facet].signed,
    );
    if (signed === heats.signed) return;
    heats.signed = signed;
    // What stays until Python has answered is of the other kind.
    clear(heats);
  }

  /** Picks each facet's matrix, where the choice on the axes has changed. */
  private choose(axes: ViewState["axes"]) {
    const choices = JSON.stringify(axes);
    if (choices === this.choices) return;
    this.choices = choices;
    this.chosen = this.facets.map((facet) =>
      facet.matrices === null ? facet : chooseMatrix(facet.matrices, facet.axes, axes),
    );
  }
}

/** Shows the colour of no heat everywhere. */
function clear({ excluded, heat, value, shown, signed }: Heats) {
  excluded.fill(0);
  heat.fill(signed ? 0.5 : 0);
  value.fill(Number.NaN);
  shown.fill(0);
}
