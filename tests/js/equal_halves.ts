// Takes the browser's steps from a focus to heat, for tests/test_equal_halves.py: reads
// heatmaps from standard input, and writes what it makes of them.

import { text } from "node:stream/consumers";
import type { Codes } from "../../textualheatmap/js/codes.ts";
import { findGroups, findShown, makeGroups } from "../../textualheatmap/js/grouping.ts";
import { type Averages, HeatReader } from "../../textualheatmap/js/heat_reader.ts";
import { type Axis, CodedMatrix } from "../../textualheatmap/js/matrix.ts";
import { reduce } from "../../textualheatmap/js/reduce.ts";
import { rankValues, shareValues } from "../../textualheatmap/js/row_table.ts";
import {
  findFocus,
  type Gesture,
  type ViewState,
} from "../../textualheatmap/js/state.ts";

interface Heatmap {
  facets: {
    id: string;
    axis: number;
    start: number[];
    stop: number[];
    sameTokens: number;
    rowsOf: number;
    slices: { codes: number[]; largest: number[]; reach: number | null }[];
    twoBytes: boolean;
    signed: boolean;
    axes: Axis[];
    groups: Record<string, number[]>;
  }[];
  states: ViewState[];
  /** Of each state, what each facet shows at rest. */
  averages: Averages[][][];
  /** Of each state, the indexes that are left out of each facet. */
  excluded: number[][][];
}

function readFacet(facet: Heatmap["facets"][number]) {
  const { signed, slices, twoBytes, start, stop } = facet;
  const matrices = slices.map(({ codes, largest, reach }) => {
    const array: Codes = twoBytes ? Uint16Array.from(codes) : Uint8Array.from(codes);
    return new CodedMatrix(array, Float32Array.from(largest), signed, reach);
  });
  const alignment = {
    ...facet,
    groups: Object.fromEntries(
      Object.entries(facet.groups).map(([name, sizes]) => [name, makeGroups(sizes)]),
    ),
    start: Int32Array.from(start),
    stop: Int32Array.from(stop),
  };
  const excluded: number[] = [];
  const averages: Averages[] = [];
  const { axes } = facet;
  return { alignment, matrices, axes, signed, reach: null, excluded, averages };
}

const heatmaps: Heatmap[] = JSON.parse(await text(process.stdin));
const answers = heatmaps.map(({ facets, states, averages, excluded }) => {
  const read = facets.map(readFacet);
  const alignments = read.map(({ alignment }) => alignment);
  const reader = new HeatReader(read);
  const painted = states.map((state, k) => {
    for (const [i, facet] of read.entries()) {
      facet.excluded = excluded[k][i];
      facet.averages = averages[k][i];
    }
    const focus = findFocus(state, alignments);
    return alignments.map((alignment, i) => {
      reader.read(i, state, null);
      const { heat, value, shown, signed, excluded: left, ...scaled } = reader.heats[i];
      const from = focus && alignments[focus.facet];
      const firsts = findGroups(alignment, state.grouping)?.starts ?? value.keys();
      const row = Array.from(firsts, (first) => value[first]);
      return {
        counterparts: from && findShown(alignment, from, state),
        // JSON has no NaN: it becomes null.
        heat: [...heat],
        value: [...value],
        shown: [...shown],
        excluded: [...left],
        rank: rankValues(row),
        share: shareValues(row),
        signed,
        limits: [scaled.limits.low, scaled.limits.high],
        source: scaled.source,
      };
    });
  });
  // The focus of each state but the last, once the grouping is that of the next one.
  const regrouped = states.slice(1).map(({ grouping }, k) => {
    const gesture: Gesture = { kind: "link", linked: { grouping } };
    const { facet, start, stop, chosen } = reduce(states[k], gesture, alignments);
    return [facet, start, stop, chosen];
  });
  return { painted, regrouped };
});
process.stdout.write(JSON.stringify(answers));
