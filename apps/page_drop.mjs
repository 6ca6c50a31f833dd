// @ts-check
// Takes files that are dropped anywhere on the page to the field that opens files.

const STYLE = `
  align-items: center; background: #16191dd9; color: #fff; display: none;
  font: 600 20px system-ui, sans-serif; inset: 0; justify-content: center;
  pointer-events: none; position: fixed; z-index: 1000;
`;

/**
 * @typedef {{ label: string, on(event: "remove", act: () => void): void }} Model
 * @param {{ model: Model }} component
 */
export function render({ model }) {
  const cover = document.createElement("div");
  cover.style.cssText = STYLE;
  cover.textContent = model.label;
  document.body.append(cover);
  const end = new AbortController();
  const { signal } = end;

  /** @param {DragEvent} event */
  const carriesFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");

  /** @param {boolean} shown */
  const show = (shown) => {
    cover.style.display = shown ? "flex" : "none";
  };

  /** @param {DragEvent} event */
  const drag = (event) => {
    if (!carriesFiles(event)) return;
    // Without this the browser would leave the page for the file.
    event.preventDefault();
    show(true);
  };

  /** @param {DragEvent} event */
  const leave = (event) => {
    // Between two elements of the page there is one to go on to.
    if (event.relatedTarget === null) show(false);
  };

  /** @param {DragEvent} event */
  const drop = (event) => {
    show(false);
    if (!carriesFiles(event)) return;
    event.preventDefault();
    const field = findField(document);
    if (!field) return;
    const files = new DataTransfer();
    for (const file of event.dataTransfer?.files ?? []) files.items.add(file);
    field.files = files.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  document.addEventListener("dragenter", drag, { signal });
  document.addEventListener("dragover", drag, { signal });
  document.addEventListener("dragleave", leave, { signal });
  document.addEventListener("drop", drop, { signal });
  model.on("remove", () => {
    end.abort();
    cover.remove();
  });
  return document.createElement("span");
}

/**
 * Finds the field for files, in shadow roots too.
 * @param {Document | ShadowRoot} root
 * @returns {HTMLInputElement | null}
 */
function findField(root) {
  const field = root.querySelector("input[type=file]");
  if (field instanceof HTMLInputElement) return field;
  for (const element of root.querySelectorAll("*")) {
    const found = element.shadowRoot && findField(element.shadowRoot);
    if (found) return found;
  }
  return null;
}
