// @ts-check
// Tells Python how wide the page is where the heatmap stands.

// A window that is being resized has many widths; the last one counts, after a rest (ms).
const REST = 150;

/**
 * @param {{ model: { pixels: number }, el: HTMLElement }} component
 */
export function render({ model, el }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const measure = () => {
    model.pixels = Math.floor(el.getBoundingClientRect().width);
  };
  const observer = new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(measure, REST);
  });
  observer.observe(el);
}
