// @ts-check
// Tells Python how wide the page is for what stands in it.

// A window being resized reports many widths: only the one it stays at counts (ms).
const REST = 150;

/**
 * @param {{ model: { available: number }, el: HTMLElement }} component
 */
export function render({ model, el }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const measure = () => {
    model.available = Math.floor(el.getBoundingClientRect().width);
  };
  const observer = new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(measure, REST);
  });
  observer.observe(el);
}
