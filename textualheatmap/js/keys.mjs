// @ts-check
// Steps through the tokens by arrow keys on a facet, and releases the pin by Esc.

/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * @param {string} key
 * @param {number} index of the focused token, or -1
 * @param {number} count of tokens
 * @returns {number | undefined} the index that the key leads to, if it is a key for that
 */
export function stepIndex(key, index, count) {
  if (!(key in STEPS)) return undefined;
  return Math.max(0, Math.min(index + STEPS[key], count - 1));
}

/** @param {any} state @param {any[]} facets @param {KeyboardEvent} event */
function step(state, facets, event) {
  const [facet, focused] = state.origin;
  const count = facets[facet].unpacked?.tokens.length ?? 0;
  const index = stepIndex(event.key, focused, count);
  if (index === undefined) return;
  event.preventDefault();
  state.setv({ origin: [facet, index, facet === 0 ? index : -1] });
}

/**
 * @param {{ state: any, facets: any[], layout: any }} args
 * @param {any} plot that was laid out
 * @param {any} _data
 * @param {{ index: any }} context
 */
export default function listen({ state, facets, layout }, plot, _data, { index }) {
  const facet = index.find_one(plot)?.el;
  if (facet && !facet.dataset.steps) {
    facet.dataset.steps = "keys";
    facet.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) =>
      step(state, facets, event),
    );
  }
  const element = index.find_one(layout)?.el;
  if (!element || element.dataset.listens) return;
  element.dataset.listens = "keys";
  // Esc is for the heatmap that was last used, if there are several.
  let used = false;
  const within = (/** @type {Event} */ event) => event.composedPath().includes(element);
  const use = (/** @type {Event} */ event) => {
    used = within(event);
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (!element.isConnected) {
      document.removeEventListener("pointerdown", use, true);
      document.removeEventListener("keydown", press, true);
    } else if (event.key === "Escape" && state.pinned && (used || within(event))) {
      state.setv({ pinned: false });
    }
  };
  document.addEventListener("pointerdown", use, true);
  document.addEventListener("keydown", press, true);
}
