// @ts-check
// A button that copies the address of the page, which says what is seen.

const DONE = 2000; // ms that the button says so

/**
 * @typedef {{ label: string, copied: string }} Model
 * @param {{ model: Model }} component
 */
export function render({ model }) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = model.label;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      // Only secure pages may write to the clipboard: there it can be copied by hand.
      window.prompt(model.label, location.href);
      return;
    }
    button.textContent = model.copied;
    setTimeout(() => {
      button.textContent = model.label;
    }, DONE);
  });
  return button;
}
