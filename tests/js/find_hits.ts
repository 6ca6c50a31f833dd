// Finds texts in tokens, for tests/state/test_finding.py.
import { text } from "node:stream/consumers";
import {
  findHits,
  findPlaces,
  writeExpression,
} from "../../textualheatmap/js/search.ts";
import { cut } from "./facets.ts";

/** Tokens, format tokens in brackets, and what is searched for. */
type Case = [string[], string];

const cases: Case[] = JSON.parse(await text(process.stdin));
const found = cases.map(([tokens, search]) => {
  const { source } = cut(...tokens);
  const [places] = findPlaces([source.text], writeExpression(search));
  return findHits(source, places).map(({ first, last }) => [first, last]);
});
process.stdout.write(JSON.stringify(found));
