// @ts-check
// Tells the token, index and heat under a resting pointer.

// Late enough not to cover the colours of a pointer that moves on (ms).
const REST = 600;

/** @type {WeakMap<object, ReturnType<typeof setTimeout>>} */
const timers = new WeakMap();

/**
 * @param {{ unpacked: any, hovered: number, heats: Float32Array }} facet a FacetData
 * @returns {string}
 */
export function describe({ unpacked, hovered, heats }) {
  const token = unpacked.tokens[hovered];
  return `“${token}”  index ${hovered}  heat ${heats[hovered].toFixed(2)}`;
}

/**
 * @param {{ facets: any[], tooltips: any[] }} args
 * @param {any} facet the FacetData whose hovered token changed
 */
export default function tell({ facets, tooltips }, facet) {
  const tooltip = tooltips[facets.indexOf(facet)];
  clearTimeout(timers.get(facet));
  tooltip.setv({ visible: false }, { sync: false });
  if (facet.hovered < 0) return;
  const show = () => {
    const { geometry, unpacked, shown, hovered } = facet;
    const cell = unpacked.cells[hovered];
    const x =
      geometry.left +
      (unpacked.column[cell] + unpacked.width[cell] / 2) * geometry.cell;
    const y = geometry.top + (unpacked.line[cell] - shown.line + 1) * geometry.line;
    const content = describe(facet);
    tooltip.setv({ content, position: [x, y], visible: true }, { sync: false });
  };
  timers.set(facet, setTimeout(show, REST));
}
