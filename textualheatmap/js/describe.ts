// Tokens in words: for the tooltip, the read-out and assistive technology.

/** What there is to say of a token's heat, where it is no number. */
export type NoHeat = "missing" | "awaited" | "none";

/** Says the focused token beside its index. */
export function readOut(
  index: number,
  token: string | undefined,
  pinned: boolean,
): string {
  if (token === undefined) return "no focus";
  return `${index} “${token}”${pinned ? " pinned" : ""}`;
}

/** Says a token, its index and its heat. */
export function describeToken(
  token: string,
  index: number,
  heat: number | NoHeat,
): string {
  const place = `“${token}”  index ${index}`;
  if (heat === "none") return place;
  if (heat === "missing") return `${place}  heat missing`;
  return `${place}  heat ${heat === "awaited" ? "…" : formatHeat(heat)}`;
}

/** Writes a number with two decimals, or where these say too little, three digits. */
export function formatHeat(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return "0.00";
  if (size >= 0.01 && size < 1000) return value.toFixed(2);
  if (size >= 1000 && size < 1e6) return value.toFixed(0);
  return value.toPrecision(3);
}
