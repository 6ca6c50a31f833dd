// Wraps the units that come by standard input, for tests/scene/test_wrap.py.
import { text } from "node:stream/consumers";
import { type Units, wrap } from "../../textualheatmap/js/wrap.ts";

interface Case {
  units: Units;
  columns: number;
}

const cases: Case[] = JSON.parse(await text(process.stdin));
const wrapped = cases.map(({ units, columns }) =>
  Object.fromEntries(
    Object.entries(wrap(units, columns)).map(([name, values]) => [name, [...values]]),
  ),
);
process.stdout.write(JSON.stringify(wrapped));
