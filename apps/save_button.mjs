// @ts-check
// A button that saves a file which Python writes when it is pressed.

const KEPT = 60_000; // ms until the browser has surely begun to save it

/**
 * @typedef {{
 *   label: string, disabled: boolean, filename: string,
 *   on(event: string, act: (message: { text: string }) => void): void,
 *   send_msg(message: string): void,
 * }} Model
 * @param {{ model: Model }} component
 */
export function render({ model }) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = model.label;
  button.addEventListener("click", () => model.send_msg("save"));
  const show = () => {
    button.disabled = model.disabled;
  };
  model.on("disabled", show);
  show();
  model.on("msg:custom", ({ text }) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/html" }));
    link.download = model.filename;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
  });
  return button;
}
