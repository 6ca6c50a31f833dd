// @ts-check
// Shows the focus: colours each facet by its focused heat row, underlines, fills meta.

/**
 * @typedef {object} Unpacked what of a facet's packed data is used here (wire.py)
 * @property {Uint8Array | null} heat codes of the heat matrix, row by row; null where
 *   Python sends the rows
 * @property {number[]} scales largest heat of each row
 * @property {string[]} tokens as shown, by index
 * @property {number[]} starts first character of each token, by index
 * @property {number[]} ends the one after its last
 * @property {number} spelling facets of the same number spell the same text
 * @property {number} cut facets of the same number have the same tokens
 * @property {(string | [string, string])[][]} [meta] by index, with probabilities
 */

// Half of one of the 256 steps of a palette: less heat than that looks like none.
const VISIBLE = 1 / 512;

/**
 * Finds the tokens of one facet that the focus of another covers: those that share a
 * character with it where both spell the same text, else the one of the same index.
 * @param {Pick<Unpacked, "spelling" | "cut" | "starts" | "ends">} here
 * @param {Pick<Unpacked, "spelling" | "cut" | "starts" | "ends">} there
 * @param {number} index of a token of `there`
 * @returns {number[]} indexes into `here`, ascending
 */
export function findCounterparts(here, there, index) {
  if (index < 0) return [];
  if (here.cut === there.cut) return [index];
  if (here.spelling !== there.spelling) {
    return index < here.starts.length ? [index] : [];
  }
  const start = there.starts[index];
  const end = there.ends[index];
  let low = 0;
  let high = here.starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (here.ends[middle] < start) low = middle + 1;
    else high = middle;
  }
  const found = [];
  for (let i = low; i < here.starts.length && here.starts[i] <= end; i++) {
    const overlaps = here.starts[i] < end && start < here.ends[i];
    const equals = here.starts[i] === start && here.ends[i] === end;
    if (overlaps || equals) found.push(i);
  }
  return found;
}

/**
 * Reads the heat of every token for a focus of one or more tokens; of more, the
 * largest heat counts.
 * @param {{ heat: Uint8Array, scales: number[] }} unpacked
 * @param {number[]} focused indexes
 * @returns {Float32Array} heat in 0..1, by index
 */
export function readHeatRow({ heat, scales }, focused) {
  const n = heat.length / scales.length;
  const row = new Float32Array(n);
  for (const index of focused) {
    const scale = scales[index] / 255;
    const offset = index * n;
    for (let i = 0; i < n; i++) {
      const value = heat[offset + i] * scale;
      if (value > row[i]) row[i] = value;
    }
  }
  return row;
}

/**
 * Finds the heat row of a focus, in the facet's own matrix or in Python's.
 * @param {any} facet a FacetData @param {number[]} focused indexes
 * @returns {Float32Array | undefined} heat by index; undefined until Python answers
 */
function findHeats(facet, focused) {
  const { unpacked, row } = facet;
  if (unpacked.heat !== null) return readHeatRow(unpacked, focused);
  if (focused.length === 0) return new Float32Array(unpacked.tokens.length);
  if (String(row?.focused) === String(focused)) {
    return readHeatRow({ heat: row.codes, scales: [row.scale] }, [0]);
  }
  facet.setv({ focused });
  return undefined;
}

/**
 * Colours the tokens in the window by a heat row.
 * @param {any} source of the tokens @param {Float32Array} row heat by index
 * @returns {number[]} the rows of the source that have a visible heat
 */
function colour({ data }, row) {
  const { index, heat } = data;
  /** @type {number[]} */
  const hot = [];
  for (let k = 0; k < heat.length; k++) {
    heat[k] = row[index[k]];
    if (heat[k] >= VISIBLE) hot.push(k);
  }
  return hot;
}

/** @type {WeakMap<object, any>} */
const views = new WeakMap();

/**
 * @param {any} plot @param {any} index of Bokeh's views
 * @returns {any} the plot's view, or undefined where it is not shown
 */
function viewOf(plot, index) {
  let view = views.get(plot);
  if (!view || view.is_destroyed) {
    view = index.find_one(plot);
    if (view) views.set(plot, view);
  }
  return view;
}

/**
 * Paints the rectangles and the underline of a plot, and nothing else of it.
 *
 * The glyphs' own views do the painting, as in any repaint of the plot. What is left
 * out is what Bokeh does around that and a new focus does not change: positions, a
 * spatial index, glyphs for selections, style sheets and CSS look-ups, which together
 * cost four times the painting. Where Bokeh's views are not as they are in 3.9, or there
 * are more or fewer rectangles than before, the plot is repainted whole.
 * @param {any} plot @param {any} view of the plot
 * @param {number[]} hot rows of the tokens' source that have a visible heat
 */
function paint(plot, view, hot) {
  const renderers = ["tokens", "focus"].map((name) => rendererOf(plot, name));
  const [tokens, focus] = renderers.map((renderer) => renderer.data_source);
  const parts = renderers.map((renderer) => view?.renderer_views?.get(renderer));
  const layer = view?.canvas_view?.primary;
  const known = layer?.prepare && parts.every((part) => part?.glyph?.set_visuals);
  const sizes = [tokens.data.heat.length, focus.data.left.length];
  if (!known || sizes.some((size, i) => parts[i].all_indices.count !== size)) {
    tokens.change.emit();
    focus.change.emit();
    return;
  }
  const [rectangles, line] = parts;
  rectangles.glyph.set_visuals(tokens, rectangles.all_indices);
  line.glyph.set_data(focus, line.all_indices);
  line.glyph.map_data();
  const ctx = layer.prepare();
  rectangles.glyph.paint(ctx, hot);
  line.glyph.paint(ctx, [...line.all_indices]);
  layer.finish();
}

/** @param {any} plot @param {string} name */
function rendererOf(plot, name) {
  return plot.renderers.find((/** @type {any} */ renderer) => renderer.name === name);
}

/**
 * Puts the underline under the focused tokens, as far as they are in the window.
 * @param {any} source of the underline @param {any} tokens source of the tokens
 * @param {number[]} focused indexes @param {boolean} pinned
 */
function underline(source, { data }, focused, pinned) {
  /** @type {Record<string, number[]>} */
  const boxes = { left: [], right: [], top: [], bottom: [] };
  const thick = pinned ? 4 : 2;
  for (const index of focused) {
    // A token's cells follow each other.
    for (let k = data.index.indexOf(index); k >= 0 && data.index[k] === index; k++) {
      boxes.left.push(data.left[k]);
      boxes.right.push(data.right[k]);
      boxes.top.push(data.bottom[k] - thick);
      boxes.bottom.push(data.bottom[k]);
    }
  }
  source.setv({ data: boxes }, { sync: false, silent: true });
}

/**
 * @param {any[]} boxes MetaBoxes @param {Unpacked["meta"]} meta @param {number} index
 */
function fillMeta(boxes, meta, index) {
  const entries = meta?.[index] ?? [];
  for (const [k, box] of boxes.entries()) {
    const [text, note] = [entries[k] ?? ""].flat();
    box.setv({ text, note: note ?? "" }, { sync: false });
  }
}

/**
 * @param {{ state: any, facets: any[], plots: any[], boxes: any[][] }} args
 * @param {any} _changed the state, or a facet whose window was filled
 * @param {any} _data
 * @param {{ index: any }} context
 */
export default function show(
  { state, facets, plots, boxes },
  _changed,
  _data,
  { index: shownViews },
) {
  if (facets.some((facet) => facet.shown === null)) return;
  const [from, index] = state.origin;
  const origin = facets[from].unpacked;
  for (const [i, facet] of facets.entries()) {
    const plot = plots[i];
    const { unpacked } = facet;
    const tokens = rendererOf(plot, "tokens").data_source;
    const focused = findCounterparts(unpacked, origin, index);
    if (i === 0) state.setv({ origin: [from, index, focused[0] ?? -1] });
    const heats = findHeats(facet, focused);
    if (heats === undefined) continue;
    facet.setv({ heats }, { sync: false, silent: true });
    const hot = colour(tokens, heats);
    underline(rendererOf(plot, "focus").data_source, tokens, focused, state.pinned);
    paint(plot, viewOf(plot, shownViews), hot);
    fillMeta(boxes[i], unpacked.meta, focused.at(-1) ?? -1);
  }
}
