// @ts-check
// Lets Esc release the pin of the heatmap that was last used.

/**
 * @param {{ state: any, layout: any }} args
 * @param {any} _plot
 * @param {any} _data
 * @param {{ index: any }} context
 */
export default function listen({ state, layout }, _plot, _data, { index }) {
  const element = index.find_one(layout)?.el;
  if (!element || element.dataset.listens) return;
  element.dataset.listens = "keys";
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
