// @ts-check
// Moves the focus to the token under the pointer, and pins it by a click.

/**
 * Finds the token at a point of a facet's plot.
 * @param {{ geometry: any, unpacked: any, shown: any }} facet a FacetData
 * @param {number} x px @param {number} y px
 * @returns {number} its index, or -1 where there is none
 */
export function findToken({ geometry, unpacked, shown }, x, y) {
  if (!unpacked || !shown) return -1;
  const row = Math.floor((y - geometry.top) / geometry.line);
  if (row < 0 || row >= geometry.window) return -1;
  const line = shown.line + row;
  const column = (x - geometry.left) / geometry.cell;
  for (let i = unpacked.first[line]; i < unpacked.first[line + 1]; i++) {
    const from = unpacked.column[i];
    if (column >= from && column < from + unpacked.width[i]) return unpacked.index[i];
  }
  return -1;
}

/**
 * @param {{ state: any, facets: any[], plots: any[] }} args
 * @param {{ event_name: string, x: number, y: number, origin: any }} event
 */
export default function hover({ state, facets, plots }, event) {
  const i = plots.indexOf(event.origin);
  const left = event.event_name === "mouseleave";
  const index = left ? -1 : findToken(facets[i], event.x, event.y);
  facets[i].setv({ hovered: index }, { sync: false });
  if (index < 0) return;
  // A token that the first facet has too is told as the first facet's.
  const facet = facets[i].unpacked.cut === 0 ? 0 : i;
  const [shownFacet, shownIndex] = state.origin;
  const moved = shownFacet !== facet || shownIndex !== index;
  const origin = [facet, index, facet === 0 ? index : -1];
  if (event.event_name === "tap" || event.event_name === "doubletap") {
    if (moved) state.setv({ origin, pinned: true });
    else state.setv({ pinned: !state.pinned });
  } else if (moved && !state.pinned) {
    state.setv({ origin });
  }
}
