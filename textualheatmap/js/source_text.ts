// The text of a facet as the data have it: what is searched and copied is not what is
// drawn, where a newline is an arrow.

import type { Units } from "./wrap.ts";

/** The tokens of a facet one after another, format tokens included. */
export class SourceText {
  /** All of it. */
  readonly text: string;
  /** Index of the token at each position, -1 for format tokens. */
  readonly index: readonly number[];
  /** Where each position's text begins; after the last, where the text ends. */
  private readonly begins: readonly number[];
  private readonly originals: Readonly<Record<string, string>>;

  /** @param originals texts that are drawn otherwise, by position */
  constructor(units: Units, originals: Readonly<Record<string, string>> = {}) {
    const texts: string[] = [];
    const index: number[] = [];
    // Format tokens without any text have no unit.
    const reach = (position: number) => {
      while (texts.length <= position) index[texts.push("") - 1] = -1;
    };
    for (let k = 0; k < units.text.length; k++) {
      const position = units.position[k];
      reach(position);
      texts[position] += units.text[k];
      index[position] = units.index[k];
    }
    for (const [position, original] of Object.entries(originals)) {
      reach(Number(position));
      texts[Number(position)] = original;
    }
    const begins = [0];
    for (const text of texts) begins.push(begins[begins.length - 1] + text.length);
    this.text = texts.join("");
    this.index = index;
    this.begins = begins;
    this.originals = originals;
  }

  /** Says whether what is drawn at a position is the text. */
  isDrawn(position: number): boolean {
    return this.originals[position] === undefined;
  }

  /** Lists the tokens, by index. */
  list(): string[] {
    return [...this.index.keys()]
      .filter((position) => this.index[position] >= 0)
      .map((position) => this.read(position, position));
  }

  /** Returns the text of the positions `first` to `last`, both included. */
  read(first: number, last: number): string {
    return this.text.slice(this.begins[first], this.begins[last + 1]);
  }

  /** Finds the first and the last position of which some characters lie in a range. */
  findPositions(from: number, to: number): [number, number] {
    return [this.findPosition(from), this.findPosition(to - 1)];
  }

  /** Finds the position of a character. */
  private findPosition(at: number): number {
    let [low, high] = [0, this.begins.length - 2];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.begins[middle + 1] > at) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
