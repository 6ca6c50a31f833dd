// @ts-check
// A button whose label changes, and which keeps the keyboard when it does.

/**
 * @typedef {{
 *   label: string, disabled: boolean, clicks: number,
 *   on(properties: string[], act: () => void): void,
 * }} Model
 * @param {{ model: Model }} component
 */
export function render({ model }) {
  const button = document.createElement("button");
  button.type = "button";
  button.addEventListener("click", () => {
    model.clicks += 1;
  });
  const show = () => {
    button.textContent = model.label;
    button.disabled = model.disabled;
  };
  model.on(["label", "disabled"], show);
  show();
  return button;
}
