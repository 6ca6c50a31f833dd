// @ts-check
// A button that opens the find bar of the heatmap, as its key "/" does.

/**
 * @param {{ model: { label: string } }} component
 */
export function render({ model }) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = model.label;
  button.title = "Find text (/)";
  button.addEventListener("click", () => {
    const press = new KeyboardEvent("keydown", { key: "/", cancelable: true });
    findHeatmap()?.dispatchEvent(press);
  });
  return button;
}

/** Finds what takes the keys of the heatmap by its Bokeh model, wherever that is drawn. */
function findHeatmap() {
  const { Bokeh } = /** @type {any} */ (window);
  for (const { all_models } of Bokeh.documents) {
    for (const model of all_models) {
      const el = model.name === "heatmap" ? Bokeh.index.find_one(model)?.el : null;
      // The page has a root of the same name around it.
      if (el?.getAttribute("role") === "group") return el;
    }
  }
}
