// Tokens in words: for the tooltip, the read-out and assistive technology.

import type { Meta } from "./payload.ts";

/** Why no number is told: missing in the data, left out, not sent yet, or none at all. */
export type NoHeat = "missing" | "excluded" | "awaited" | "none";

/** Returns the focused token in words, for beside the slider. */
export function readOut(
  index: number,
  token: string | undefined,
  pinned: boolean,
): string {
  if (token === undefined) return "no focus";
  return `${index} “${token}”${pinned ? " pinned" : ""}`;
}

/** Returns a token, its index and its heat in words, for the tooltip. */
export function describeToken(
  token: string,
  index: number,
  heat: number | NoHeat,
): string {
  const place = `“${token}”  index ${index}`;
  if (heat === "none") return place;
  if (heat === "excluded") return `${place}  left out of the scale`;
  if (heat === "missing") return `${place}  heat missing`;
  return `${place}  heat ${heat === "awaited" ? "…" : formatHeat(heat)}`;
}

/** What is told of a focus that rests. */
export interface Resting {
  /** Tokens of the focus, in one string. */
  text: string;
  pinned: boolean;
  /** All tokens of its facet, and their heat; NaN where there is none. */
  tokens: readonly string[];
  values: ArrayLike<number>;
  /** What the model predicts there. */
  meta: Meta;
}

/** Tells a focus, its three hottest tokens and its meta, for a screen reader. */
export function describeFocus({ text, pinned, tokens, values, meta }: Resting): string {
  const said = [`“${text}”${pinned ? " pinned" : ""}.`];
  const hottest = findHottest(values, 3).map(
    (index) => `“${tokens[index]}” ${formatHeat(values[index])}`,
  );
  if (hottest.length > 0) said.push(`Hottest: ${hottest.join(", ")}.`);
  const entries = meta
    .map((entry) => (typeof entry === "string" ? entry : `${entry[0]} ${entry[1]}`))
    .filter((entry) => entry.trim() !== "");
  if (entries.length > 0) said.push(`Meta: ${entries.join(", ")}.`);
  return said.join(" ");
}

/** Finds the indexes of the largest values in magnitude, largest first; never of 0. */
export function findHottest(values: ArrayLike<number>, count: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    let place = found.length;
    while (place > 0 && size > Math.abs(values[found[place - 1]])) place -= 1;
    if (size > 0 && place < count) {
      found.splice(place, 0, i);
      found.length = Math.min(found.length, count);
    }
  }
  return found;
}

/** Writes a number with two decimals, or with three digits if it is small or large. */
export function formatHeat(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return "0.00";
  if (size >= 0.01 && size < 1000) return value.toFixed(2);
  if (size >= 1000 && size < 1e6) return value.toFixed(0);
  return value.toPrecision(3);
}
