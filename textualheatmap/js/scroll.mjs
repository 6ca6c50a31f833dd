// @ts-check
// Moves the window of shown lines: by the wheel, by the minimap, to a new focus.

// The minimaps show the heats of all lines once the focus rests (ms).
const REST = 120;

/** @type {WeakMap<object, { key: string, timer?: ReturnType<typeof setTimeout> }>} */
const memory = new WeakMap();

/**
 * Finds the first shown line that brings a line into the window, moving little.
 * @param {number} line @param {number} first shown line @param {number} window
 */
export function reveal(line, first, window) {
  if (line >= first && line < first + window) return first;
  return Math.max(0, line - Math.floor(window / 2));
}

/**
 * Pools a heat row into an image of the whole text: the largest heat of each part.
 * @param {Uint8Array} image codes, a row for each line
 * @param {{ index: number[], line: number[], column: number[], width: number[] }} cells
 * @param {Float32Array} heats by index
 * @param {{ lines: number, columns: number }} size of the text
 */
export function poolHeat(image, cells, heats, { lines, columns }) {
  image.fill(0);
  const { index, line, column, width } = cells;
  const parts = image.length / lines;
  const step = parts / columns;
  for (let i = 0; i < index.length; i++) {
    if (index[i] < 0) continue;
    const code = Math.round(heats[index[i]] * 255);
    const from = Math.floor(column[i] * step);
    const to = Math.min(Math.ceil((column[i] + width[i]) * step), parts);
    for (let k = line[i] * parts + from; k < line[i] * parts + to; k++) {
      if (code > image[k]) image[k] = code;
    }
  }
}

/** @param {any} state @param {any[]} facets @param {number} line */
function moveTo(state, facets, line) {
  const last = Math.max(...facets.map((f) => f.geometry.lines - f.geometry.window));
  const clamped = Math.max(0, Math.min(line, last));
  const moved = clamped !== state.line;
  if (moved) state.setv({ line: clamped });
  return moved;
}

/** @param {any} state @param {any[]} facets @param {HTMLElement} element */
function listen(state, facets, element) {
  if (element.dataset.scrolls) return;
  element.dataset.scrolls = "wheel";
  let rest = 0;
  const turn = (/** @type {WheelEvent} */ event) => {
    const height = facets[0].geometry.line;
    rest += event.deltaMode === 0 ? event.deltaY / height : event.deltaY;
    const lines = Math.trunc(rest);
    rest -= lines;
    const moved = moveTo(state, facets, state.line + lines);
    // At its end the page scrolls on.
    if (moved || lines === 0) event.preventDefault();
  };
  element.addEventListener("wheel", turn, { passive: false });
}

/** @param {any[]} facets @param {any[]} images sources */
function paintMinimaps(facets, images) {
  for (const [i, { unpacked, heats, geometry }] of facets.entries()) {
    if (!heats) continue;
    poolHeat(images[i].data.image[0], unpacked, heats, geometry);
    images[i].change.emit();
  }
}

/**
 * @param {{ state: any, facets: any[], plots: any[], windows: any[], images: any[] }} args
 * @param {any} changed a plot that was laid out, a window that was dragged, or the state
 * @param {any} _data
 * @param {{ index: any }} context
 */
export default function scroll(
  { state, facets, plots, windows, images },
  changed,
  _data,
  { index },
) {
  if (plots.includes(changed)) {
    const element = index.find_one(changed)?.el;
    if (element) listen(state, facets, element);
    return;
  }
  if (windows.includes(changed)) {
    moveTo(state, facets, Math.round(Math.min(changed.start, changed.end)));
    return;
  }
  const [from, token] = state.origin;
  const facet = facets[from];
  if (facet.unpacked === null) return;
  const past = memory.get(state) ?? { key: "" };
  memory.set(state, past);
  const key = `${from} ${token}`;
  if (past.key !== key && token >= 0) {
    const line = facet.unpacked.line[facet.unpacked.cells[token]];
    moveTo(state, facets, reveal(line, state.line, facet.geometry.window));
  }
  past.key = key;
  for (const [i, range] of windows.entries()) {
    const { lines, window } = facets[i].geometry;
    const start = Math.max(0, Math.min(state.line, lines - window));
    range.setv({ start, end: start + window }, { sync: false });
  }
  clearTimeout(past.timer);
  past.timer = setTimeout(() => paintMinimaps(facets, images), REST);
}
