// Tokens in words: for the tooltip, the read-out and assistive technology.

import type { LimitSource } from "./colour.ts";
import type { Meta } from "./payload.ts";

// Of a token whose characters are not seen as they are.
const MOST_CODES = 6;
// So many characters of a token are told: the tooltip is to have one line.
const MOST_TEXT = 40;

/** Why no number is told: missing in the data, left out, not sent yet, or none at all. */
export type NoHeat = "missing" | "excluded" | "awaited" | "none";

const NO_HEAT: Record<NoHeat, string> = {
  none: "",
  excluded: "\nleft out of the scale",
  missing: "\nheat missing",
  awaited: "\nheat …",
};

/** Returns the focused token in words, for beside the slider. */
export function readOut(index: number, token: string, pinned: boolean): string {
  return `${index} “${token}”${pinned ? " pinned" : ""}`;
}

/** Returns what stands there without a focus. @param source as of the first facet */
export function readOutRest(source: LimitSource | undefined): string {
  return source?.endsWith("average") ? "on average" : "no focus";
}

/** What is told of a token. */
export interface Pointed {
  /** The token as it is drawn. */
  text: string;
  /** Its characters, where others are drawn for them. */
  original: string | null;
  index: number;
  heat: number | NoHeat;
  /** Where it is among all heat of the row; called if there is heat. */
  place(): { rank: number; count: number; share: number };
}

/** Returns a token in words, for the tooltip: what it is, and what its heat is worth. */
export function describeToken({
  text,
  original,
  index,
  heat,
  place: findPlace,
}: Pointed): string {
  const cut = [...text].slice(0, MOST_TEXT).join("");
  const place = `“${cut}${cut === text ? "" : "…"}”  index ${index}`;
  const first = original === null ? place : `${place}  ${writeCodes(original)}`;
  if (typeof heat === "string") return first + NO_HEAT[heat];
  const { rank, count, share } = findPlace();
  const percent = 100 * share;
  const part = percent.toFixed(Math.abs(percent) < 10 ? 1 : 0);
  const worth = `rank ${rank} of ${count}  ${part}% of the row`;
  return `${first}\nheat ${formatHeat(heat)}  ${worth}`;
}

/** Writes the characters of a text by their numbers, as in U+000A. */
function writeCodes(text: string): string {
  const characters = [...text];
  const codes = characters.slice(0, MOST_CODES).map((character) => {
    const code = character.codePointAt(0) as number;
    return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  });
  return codes.join(" ") + (characters.length > MOST_CODES ? " …" : "");
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
    .map(([text, note]) => `${text} ${note}`.trim())
    .filter((entry) => entry !== "");
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
