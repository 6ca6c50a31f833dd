// Tokens in words: for the tooltip, the read-out and assistive technology.

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

/** Writes a number with two decimals, or with three digits if it is small or large. */
export function formatHeat(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return "0.00";
  if (size >= 0.01 && size < 1000) return value.toFixed(2);
  if (size >= 1000 && size < 1e6) return value.toFixed(0);
  return value.toPrecision(3);
}
