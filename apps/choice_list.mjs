// @ts-check
// A list to choose from, made of the browser's own radio buttons or check boxes.

/**
 * @typedef {{ name: string, hint?: string, group?: string, removable?: boolean }} Item
 * @typedef {{
 *   items: Item[], chosen: string[], heading: string, multiple: boolean,
 *   searched_from: number,
 *   on(property: string, act: () => void): void, send_msg(message: object): void,
 * }} Model
 * @param {{ model: Model }} component
 */
export function render({ model }) {
  const list = make("fieldset", "");
  const search = /** @type {HTMLInputElement} */ (make("input", ""));
  search.type = "search";
  search.placeholder = "Search";
  search.setAttribute("aria-label", `Search ${model.heading.toLowerCase()}`);
  const items = make("div", "items");
  const found = make("div", "");
  found.setAttribute("role", "status");
  list.append(make("legend", "", model.heading), search, items, found);
  if (!model.multiple) list.setAttribute("role", "radiogroup");
  const group = `choice-${Math.random()}`;

  /** @param {Item} item */
  const build = (item) => {
    const row = make("div", "item");
    const label = make("label", "");
    const input = /** @type {HTMLInputElement} */ (make("input", ""));
    input.type = model.multiple ? "checkbox" : "radio";
    input.name = group;
    input.value = item.name;
    input.addEventListener("change", () => {
      const checked = inputs().filter((each) => each.checked);
      model.chosen = checked.map((each) => each.value);
    });
    label.append(input, make("span", "name", item.name));
    input.setAttribute("aria-label", item.name);
    if (item.hint) {
      const hint = make("span", "hint", item.hint);
      hint.id = `hint-${model.items.indexOf(item)}`;
      input.setAttribute("aria-describedby", hint.id);
      label.append(hint);
    }
    row.append(label);
    if (item.removable) {
      const remove = make("button", "", "✕");
      remove.setAttribute("type", "button");
      remove.setAttribute("aria-label", `Remove ${item.name}`);
      remove.title = `Remove ${item.name}`;
      const act = () => model.send_msg({ remove: item.name });
      remove.addEventListener("click", act);
      row.append(remove);
      input.addEventListener("keydown", ({ key }) => {
        if (key === "Delete") act();
      });
    }
    return row;
  };

  const inputs = () =>
    /** @type {HTMLInputElement[]} */ ([...items.querySelectorAll("input")]);
  const rows = () => /** @type {HTMLElement[]} */ ([...items.children]);

  const mark = () => {
    for (const input of inputs()) {
      input.checked = model.chosen.includes(input.value);
      const remove = input.closest(".item")?.querySelector("button");
      // Of a list that is one stop of the Tab key, only the chosen item's is another.
      if (remove) remove.tabIndex = model.multiple || input.checked ? 0 : -1;
    }
    // The list may have more items than it has room for.
    const row = inputs()
      .find((each) => each.checked)
      ?.closest(".item");
    if (!(row instanceof HTMLElement) || model.multiple) return;
    const { offsetHeight: room, scrollTop: seen } = items;
    const top = row.offsetTop;
    const bottom = top + row.offsetHeight;
    if (top < seen || bottom > seen + room) items.scrollTop = bottom - room / 2;
  };

  const filter = () => {
    search.hidden = model.items.length < model.searched_from;
    const sought = search.hidden ? "" : search.value.trim().toLowerCase();
    let count = 0;
    let heading = null;
    for (const row of rows()) {
      if (row.className === "group") {
        row.hidden = true;
        heading = row;
        continue;
      }
      row.hidden = !(row.textContent ?? "").toLowerCase().includes(sought);
      const input = row.querySelector("input");
      // Tab skips all others of a group of which one is checked, hidden or not.
      if (input) input.checked = !row.hidden && model.chosen.includes(input.value);
      if (row.hidden) continue;
      count += 1;
      if (heading) heading.hidden = false;
    }
    found.textContent = sought ? `${count} of ${model.items.length}` : "";
  };

  const draw = () => {
    // Whoever is in the list with the keyboard stays there, at the next item.
    const root = /** @type {ShadowRoot | Document} */ (items.getRootNode());
    const at = rows().findIndex((row) => row.contains(root.activeElement));
    items.replaceChildren();
    let heading;
    for (const item of model.items) {
      if (item.group && item.group !== heading) {
        items.append(make("div", "group", item.group));
      }
      heading = item.group;
      items.append(build(item));
    }
    mark();
    filter();
    if (at >= 0) {
      const left = inputs();
      const row = rows()[Math.min(at, rows().length - 1)];
      const next = left.find((each) => each.checked) ?? left[0];
      const kept = model.multiple ? (row?.querySelector("input") ?? next) : next;
      // What is left may not have what is sought.
      const isHidden = kept?.closest(".item")?.hasAttribute("hidden") ?? true;
      (isHidden ? search : kept)?.focus();
    }
  };

  search.addEventListener("input", filter);
  model.on("items", draw);
  model.on("chosen", mark);
  draw();
  // Where the chosen item is can be told once the list is on the page.
  const arrival = new ResizeObserver(() => {
    if (items.offsetHeight === 0) return;
    arrival.disconnect();
    mark();
  });
  arrival.observe(items);
  return list;
}

/**
 * @param {string} tag
 * @param {string} kind its class @param {string} text
 */
function make(tag, kind, text = "") {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  element.textContent = text;
  return element;
}
