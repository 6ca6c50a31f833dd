// @ts-check
// Tells Python that Ctrl+Enter, or Cmd+Enter, was pressed.

/**
 * @typedef {{ presses: number, on(event: "remove", act: () => void): void }} Model
 * @param {{ model: Model }} component
 */
export function render({ model }) {
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    const together = event.ctrlKey || event.metaKey;
    // A key that is held down is one press.
    if (event.key !== "Enter" || !together || event.repeat) return;
    event.preventDefault();
    model.presses += 1;
  };
  document.addEventListener("keydown", press);
  model.on("remove", () => document.removeEventListener("keydown", press));
}
