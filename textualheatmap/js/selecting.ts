// Text of a facet that is selected, and what is copied of it: the text of the data, where
// what is drawn differs from that.

import type { SourceText } from "./source_text.ts";
import type { Cells } from "./wrap.ts";

/** A line of a text, and how many characters of it come before. */
export interface Place {
  line: number;
  character: number;
}

interface RootSelection {
  getSelection?(): Selection | null;
}

/** Finds where a selection begins and ends in lines; null where it is not in them. */
export function findSelected(lines: HTMLElement): [Place, Place] | null {
  // Chromium has a selection of each shadow root, other browsers one of the page.
  const root = lines.getRootNode() as RootSelection;
  const selection = root.getSelection?.() ?? getSelection();
  if (selection === null || selection.rangeCount === 0) return null;
  const { collapsed, endContainer, endOffset, startContainer, startOffset } =
    selection.getRangeAt(0);
  const [isStart, isEnd] = [startContainer, endContainer].map((node) =>
    lines.contains(node),
  );
  if (collapsed || !(isStart || isEnd)) return null;
  const find = (node: Node, offset: number): Place => {
    const line = [...lines.children].findIndex((each) => each.contains(node));
    if (line < 0) return { line: offset, character: 0 };
    const before = document.createRange();
    before.setStart(lines.children[line], 0);
    before.setEnd(node, offset);
    return { line, character: before.toString().length };
  };
  return [
    isStart ? find(startContainer, startOffset) : { line: 0, character: 0 },
    isEnd
      ? find(endContainer, endOffset)
      : { line: lines.children.length, character: 0 },
  ];
}

/**
 * Reads what is selected: of a token that is drawn as it is the characters, of another
 * one, such as a newline, the whole; and format tokens between them.
 */
export function readSelected(
  { line, position, text }: Cells,
  source: SourceText,
  [from, to]: [Place, Place],
): string {
  let said = "";
  let last = -1;
  let begin = 0;
  for (let k = 0; k < text.length && line[k] <= to.line; k++) {
    if (line[k] !== line[k - 1]) begin = 0;
    const left = line[k] === from.line ? Math.max(0, from.character - begin) : 0;
    const right = line[k] === to.line ? to.character - begin : text[k].length;
    begin += text[k].length;
    const drawn = text[k].slice(left, Math.max(0, right));
    if (line[k] < from.line || drawn === "") continue;
    const here = position[k];
    if (last >= 0 && here > last) said += source.read(last + 1, here - 1);
    if (source.isDrawn(here)) said += drawn;
    else if (here !== last) said += source.read(here, here);
    last = here;
  }
  return said;
}
