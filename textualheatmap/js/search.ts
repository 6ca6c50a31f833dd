// Hits of a search in the text of the facets: which tokens they touch, and where to go
// from one to the next.

import { counterparts } from "./align.ts";
import type { SourceText } from "./source_text.ts";
import { type Alignment, type Focus, isAt, type Search } from "./state.ts";
import type { Cells } from "./wrap.ts";

/** The tokens that a hit touches: positions, both included, and indexes, half open. */
export interface Hit {
  first: number;
  last: number;
  start: number;
  stop: number;
}

/** A box around tokens of one line, in lines and columns of the whole text. */
export interface MarkBox {
  line: number;
  left: number;
  right: number;
}

/** Returns the regular expression that finds what is searched for. */
export function writeExpression(search: Search): string {
  if (typeof search !== "string") return search.pattern;
  return search.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/**
 * Finds all places of an expression in texts, whatever the case of letters: for each
 * text their begin, end, begin, end and so on.
 *
 * A worker is given the text of this function: it calls no other.
 */
export function findPlaces(texts: readonly string[], expression: string): number[][] {
  const finder = new RegExp(expression, "gimu");
  return texts.map((text) => {
    const places: number[] = [];
    for (const { 0: found, index } of text.matchAll(finder)) {
      if (found !== "") places.push(index, index + found.length);
    }
    return places;
  });
}

/** Says what is wrong with a regular expression, and at which character; else null. */
export function explainError(expression: string): string | null {
  const reason = compile(expression);
  if (reason === null) return null;
  // Up to there it is one by itself: what comes next is what is wrong.
  const characters = [...expression];
  let right = characters.length - 1;
  while (right > 0 && compile(characters.slice(0, right).join("")) !== null) right -= 1;
  return `${reason} at character ${right + 1}`;
}

function compile(expression: string): string | null {
  try {
    new RegExp(expression, "gimu");
    return null;
  } catch (error) {
    // "Invalid regular expression: /(/gimu: Unterminated group", or only the reason.
    const { message } = error as Error;
    return message.slice(message.lastIndexOf(": ") + 1).trim();
  }
}

/** Returns the hits at places of a text; format tokens alone are none. */
export function findHits(source: SourceText, places: readonly number[]): Hit[] {
  const hits: Hit[] = [];
  for (let k = 0; k < places.length; k += 2) {
    const [first, last] = source.findPositions(places[k], places[k + 1]);
    // Several in one token are one: it is tokens that are marked and focused.
    const before = hits.at(-1);
    if (before?.first === first && before.last === last) continue;
    const indexes = source.index.slice(first, last + 1).filter((index) => index >= 0);
    if (indexes.length === 0) continue;
    hits.push({ first, last, start: indexes[0], stop: (indexes.at(-1) as number) + 1 });
  }
  return hits;
}

/**
 * Lists the hits that one goes to, facet by facet. Those of a text that an aligned facet
 * before it has already are left out.
 */
export function listStops(
  hits: readonly (readonly Hit[])[],
  facets: readonly Alignment[],
): Focus[] {
  const covered = new Map<number, Set<number>>();
  return hits.flatMap((found, facet) => {
    const { axis, start, stop } = facets[facet];
    const before = covered.get(axis);
    const now = new Set(before);
    const stops = found.filter((hit) => {
      let isNew = true;
      for (let at = start[hit.start]; at < stop[hit.stop - 1]; at++) {
        if (before?.has(at)) isNew = false;
        now.add(at);
      }
      return isNew;
    });
    covered.set(axis, now);
    return stops.map((hit) => ({ facet, start: hit.start, stop: hit.stop }));
  });
}

/**
 * Finds the stop after the focus, or before it where `by` is negative, round and round.
 * @returns its number, or -1 where there are none
 */
export function findStop(
  stops: readonly Focus[],
  focus: Focus | null,
  by: number,
  facets: readonly Alignment[],
): number {
  if (stops.length === 0) return -1;
  const last = stops.length - 1;
  const at = findAt(stops, focus);
  if (at >= 0) return (at + by + stops.length) % stops.length;
  if (focus === null) return by > 0 ? 0 : last;
  const places = facets.map((facet) =>
    counterparts(facet, facets[focus.facet], focus.start, focus.stop),
  );
  const isAfter = ({ facet, start }: Focus) => {
    const place = places[facet];
    return place ? start >= place.stop : facet > focus.facet;
  };
  const next = stops.findIndex(isAfter);
  if (by > 0) return Math.max(0, next);
  return next <= 0 ? last : next - 1;
}

/** Finds the stop that is the focus, or -1. */
export function findAt(stops: readonly Focus[], focus: Focus | null): number {
  return stops.findIndex((stop) => isAt(focus, stop));
}

/** Returns the boxes around hits, as far as they are in the cells `from` to `to - 1`. */
export function boxHits(
  { position, line, column, width }: Cells,
  hits: readonly Hit[],
  from: number,
  to: number,
): MarkBox[] {
  const boxes: MarkBox[] = [];
  // Both are in the order of the text.
  let cell = from;
  for (const { first, last } of hits) {
    while (cell < to && position[cell] < first) cell += 1;
    let box: MarkBox | undefined;
    for (let k = cell; k < to && position[k] <= last; k++) {
      const left = column[k];
      const right = left + width[k];
      // The next one stands to the left where text runs from right to left.
      if (box?.line === line[k] && left === box.right) box.right = right;
      else if (box?.line === line[k] && right === box.left) box.left = left;
      else {
        box = { line: line[k], left, right };
        boxes.push(box);
      }
    }
  }
  return boxes;
}
