// Lays the text of a facet out in lines of character columns.
// `scene/wrap.py` is its twin in Python; a test holds the two equal.

/** The text of a facet, cut where lines may break and between tokens (`Units`). */
export interface Units {
  /** Index of each unit's token, -1 for format tokens. */
  index: ArrayLike<number>;
  /** Position of each unit's token. */
  position: ArrayLike<number>;
  /** What is drawn. */
  text: readonly string[];
  /** How many columns that takes. */
  columns: ArrayLike<number>;
  /** 1 where a line may break before the unit. */
  breaks: ArrayLike<number>;
  /** Columns at the unit's end that may stand in the last column of a line. */
  hangs: ArrayLike<number>;
  /** 1 where the line ends after the unit. */
  ends: ArrayLike<number>;
  /** Which way each unit runs, as of `find_levels` in Python; all 0 where left out. */
  level?: ArrayLike<number>;
  /** By number of the unit, the pieces at which it may be broken in need. */
  pieces: Readonly<Record<string, Pieces>>;
}

interface Pieces {
  text: readonly string[];
  columns: readonly number[];
}

/** The boxes of a facet's text, in reading order. */
export interface Cells {
  index: Int32Array;
  position: Int32Array;
  line: Int32Array;
  column: Int32Array;
  width: Int32Array;
  /** Odd where a cell runs from right to left. */
  level: Int32Array;
  text: string[];
}

/** The least level in a paragraph that runs from right to left. */
export const RIGHT_TO_LEFT = 3;

/** Index, position, line, column, width and level of a cell; 1 where it may turn. */
type Box = [number, number, number, number, number, number, number];

/**
 * Lays units out in lines of `columns` character columns.
 *
 * A run of units between which no line may break is broken only if it is longer than a
 * line. The last column is kept for the space or the newline mark that ends a line.
 */
export function wrap(units: Units, columns: number): Cells {
  const boxes: Box[] = [];
  const texts: string[] = [];
  let line = 0;
  let column = 0;
  let first = 0;

  function place(unit: number, text: string, width: number) {
    if (text !== "") {
      const box = boxes.at(-1);
      const position = units.position[unit];
      const level = units.level?.[unit] ?? 0;
      // What hangs at the end of a line runs as the paragraph does.
      const isOwn = level % RIGHT_TO_LEFT > 0 && units.hangs[unit] === width;
      const isSame = box && box[1] === position && box[2] === line;
      if (isSame && box[5] === level && !isOwn && !box[6]) {
        box[4] += width;
        texts[texts.length - 1] += text;
      } else {
        const place = [line, column, width, level, Number(isOwn)] as const;
        boxes.push([units.index[unit], position, ...place]);
        texts.push(text);
      }
    }
    column += width;
  }

  function endLine() {
    if (units.level) turnLine(boxes, first, columns);
    first = boxes.length;
    line += 1;
    column = 0;
  }

  const count = units.text.length;
  let stop = 0;
  for (let first = 0; first < count; first = stop) {
    stop = first + 1;
    while (stop < count && !units.breaks[stop]) stop += 1;
    const { width, hanging } = measureRun(units, first, stop);
    const fits = () => column + width <= columns && column + width - hanging < columns;
    if (column > 0 && !fits()) endLine();
    const isLonger = !fits();
    for (let unit = first; unit < stop; unit++) {
      if (!isLonger) {
        place(unit, units.text[unit], units.columns[unit]);
        continue;
      }
      for (const piece of breakUnit(units, unit)) {
        if (column + piece.width > columns - (piece.hangs ? 0 : 1)) endLine();
        place(unit, piece.text, piece.width);
      }
    }
    if (units.ends[stop - 1]) endLine();
  }
  endLine();
  const [index, position, lines, starts, width, level] = [0, 1, 2, 3, 4, 5].map(
    (field) => Int32Array.from(boxes, (box) => box[field]),
  );
  return { index, position, line: lines, column: starts, width, level, text: texts };
}

/** Places the cells of a line, those from `first` on, so that each runs its way. */
function turnLine(boxes: readonly Box[], first: number, columns: number) {
  const line = boxes.slice(first);
  const fromRight = line[0]?.[5] >= RIGHT_TO_LEFT;
  // The rules L1 and L2 of UAX #9.
  for (let k = line.length; line[--k]?.[6]; ) {
    line[k][5] = fromRight ? RIGHT_TO_LEFT : 0;
  }
  for (let level = RIGHT_TO_LEFT + 1; level > 0; level--) {
    let start = 0;
    for (let stop = 0; stop <= line.length; stop++) {
      if (line[stop]?.[5] >= level) continue;
      line.splice(start, stop - start, ...line.slice(start, stop).reverse());
      start = stop + 1;
    }
  }
  let column = fromRight ? columns - line.reduce((sum, box) => sum + box[4], 0) : 0;
  for (const box of line) {
    box[3] = column;
    column += box[4];
  }
}

/** Counts the columns of the units `first` to `stop - 1`, and those that hang. */
function measureRun(units: Units, first: number, stop: number) {
  let width = 0;
  let hanging = 0;
  for (let unit = first; unit < stop; unit++) {
    const isAllHanging = units.hangs[unit] === units.columns[unit];
    hanging = isAllHanging ? hanging + units.hangs[unit] : units.hangs[unit];
    width += units.columns[unit];
  }
  return { width, hanging };
}

/** Yields the pieces of a unit, with their columns and whether they may hang. */
function* breakUnit(units: Units, unit: number) {
  const columns = units.columns[unit];
  let texts: readonly string[] = [units.text[unit]];
  let widths: readonly number[] = [columns];
  const pieces = units.pieces[unit];
  if (pieces) {
    texts = pieces.text;
    widths = pieces.columns;
  } else {
    const characters = [...units.text[unit]];
    if (characters.length === columns) {
      texts = characters;
      widths = characters.map(() => 1);
    }
  }
  const hangingStart = columns - units.hangs[unit];
  let column = 0;
  for (const [k, text] of texts.entries()) {
    yield { text, width: widths[k], hangs: text === " " || column >= hangingStart };
    column += widths[k];
  }
}
