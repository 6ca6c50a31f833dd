// @ts-check
// Tells Python whether the <details> around it is open.

/**
 * @param {{ model: { is_open: boolean } }} component
 */
export function render({ model }) {
  const mark = document.createElement("span");
  const watch = () => {
    if (!mark.isConnected) {
      requestAnimationFrame(watch);
      return;
    }
    /** @type {Node | null} */
    let node = mark;
    while (node !== null && !(node instanceof HTMLDetailsElement)) {
      node = node instanceof ShadowRoot ? node.host : node.parentNode;
    }
    const details = node;
    if (details === null) return;
    const tell = () => {
      model.is_open = details.open;
    };
    details.addEventListener("toggle", tell);
    tell();
  };
  watch();
  return mark;
}
