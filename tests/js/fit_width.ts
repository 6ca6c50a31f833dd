// Fits the text of facets into widths, for tests/plot/test_layout.py.
import { text } from "node:stream/consumers";
import { fit, type Measures } from "../../textualheatmap/js/fit.ts";
import type { Units } from "../../textualheatmap/js/wrap.ts";

interface Case {
  measures: Measures;
  units: Units[];
  widths: number[];
}

const cases: Case[] = JSON.parse(await text(process.stdin));
const fitted = cases.map(({ measures, units, widths }) =>
  widths.map((width) => {
    const { cells, ...rest } = fit(measures, units, width);
    const places = cells.map(({ line, column }) => [[...line], [...column]]);
    return { ...rest, places };
  }),
);
process.stdout.write(JSON.stringify(fitted));
