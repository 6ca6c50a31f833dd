// @ts-check
// Fills each facet's window: the cells of the lines that are shown.

/**
 * @param {any} facet a FacetData
 * @param {number} line first shown line that is asked for
 * @returns {number} the one that shows a full window
 */
export function clampLine(facet, line) {
  const { lines, window } = facet.geometry;
  return Math.max(0, Math.min(line, lines - window));
}

/**
 * @param {Record<string, any>} geometry
 * @param {{ column: number[], width: number[], line: number[] }} unpacked
 * @param {number} cell
 * @param {number} line first shown line
 * @returns {[number, number, number, number]} left, right, top, bottom in px
 */
export function boxOf(geometry, { column, width, line: lines }, cell, line) {
  const left = geometry.left + column[cell] * geometry.cell;
  const top = geometry.top + (lines[cell] - line) * geometry.line;
  return [left, left + width[cell] * geometry.cell, top, top + geometry.line];
}

/**
 * Fills a facet's sources with the cells of the shown lines.
 * @param {any} facet @param {any} plot @param {number} line first shown line
 */
function fillWindow(facet, plot, line) {
  const { geometry, unpacked } = facet;
  const last = Math.min(line + geometry.window, geometry.lines);
  /** @type {Record<string, (number | string)[]>} */
  const columns = { index: [], token: [], left: [], right: [], top: [], bottom: [] };
  /** @type {Record<string, (number | string)[]>} */
  const text = { x: [], y: [], text: [] };
  for (let cell = unpacked.first[line]; cell < unpacked.first[last]; cell++) {
    const [left, right, top, bottom] = boxOf(geometry, unpacked, cell, line);
    if (unpacked.text[cell] !== "") {
      text.x.push((left + right) / 2);
      text.y.push((top + bottom) / 2);
      text.text.push(unpacked.text[cell]);
    }
    const index = unpacked.index[cell];
    if (index < 0) continue;
    columns.index.push(index);
    columns.token.push(unpacked.tokens[index]);
    columns.left.push(left);
    columns.right.push(right);
    columns.top.push(top);
    columns.bottom.push(bottom);
  }
  const heat = new Float32Array(columns.index.length);
  sourceOf(plot, "tokens").setv({ data: { ...columns, heat } }, { sync: false });
  sourceOf(plot, "text").setv({ data: text }, { sync: false });
  facet.setv({ shown: { line } }, { sync: false });
}

/** @param {any} plot @param {string} name */
function sourceOf(plot, name) {
  const named = (/** @type {any} */ renderer) => renderer.name === name;
  return plot.renderers.find(named).data_source;
}

/**
 * @param {{ state: any, facets: any[], plots: any[] }} args
 */
export default function fill({ state, facets, plots }) {
  for (const [i, facet] of facets.entries()) {
    if (facet.unpacked === null) continue;
    const line = clampLine(facet, state.line);
    if (facet.shown?.line !== line) fillWindow(facet, plots[i], line);
  }
}
