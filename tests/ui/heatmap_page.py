"""A heatmap in a browser page, read through Bokeh's models and moved by a mouse."""

from typing import Any

from playwright.sync_api import Page

# Plain HTML, which stands there first, and over plots while they are replaced.
STILL = "[data-static], [data-cover]"

# Views are asked of Bokeh, which knows them inside shadow roots too. A notebook's
# document keeps the models of outputs that are gone: only plots with a connected
# view count.
FIND = """
(name, nth) => {
  if (globalThis.document.querySelector("STILL") !== null) return undefined;
  const found = [];
  for (const document of globalThis.Bokeh?.documents ?? []) {
    const named = [...document.all_models].filter((model) => model.name === name);
    // A document may keep models after nothing on the page refers to them.
    const live = named.length < 2 ? new Set(named)
      : new Set(document.roots().flatMap((root) => [...root.references()]));
    for (const model of named.filter((each) => live.has(each))) {
      const view = globalThis.Bokeh.index.find_one(model);
      if (view != null && !view.el.isConnected) continue;
      if (view == null && "renderers" in model) continue;
      found.push({ model, view });
    }
  }
  return found[nth];
}
""".replace("STILL", STILL)

# The live heatmap, which takes the keyboard; the static picture before it does not.
HEATMAP = "[role=group][tabindex='0']"

COLUMN = """
([plot, renderer, column, nth]) => {
  const found = (FIND)(plot, nth);
  const source = found?.model.renderers
    .find((each) => each.name === renderer)?.data_source;
  const values = source?.data[column];
  return values == null ? null : Array.from(values);
}
""".replace("FIND", FIND)

CELL = """
([plot, index, nth]) => {
  const found = (FIND)(plot, nth);
  if (found == null) return null;
  const { model, view } = found;
  const { data } = model.renderers.find((each) => each.name === "tokens").data_source;
  const row = Array.from(data.index).indexOf(index);
  if (row < 0) return null;
  const box = view.canvas_view.el.getBoundingClientRect();
  // Bokeh paints half a pixel to the right of and below what its scales compute.
  const [left, right] = [data.left[row], data.right[row]]
    .map((x) => box.left + view.frame.x_scale.compute(x) + 0.5);
  const [top, bottom] = [data.top[row], data.bottom[row]]
    .map((y) => box.top + view.frame.y_scale.compute(y) + 0.5);
  return { left, right, top: Math.min(top, bottom), bottom: Math.max(top, bottom) };
}
""".replace("FIND", FIND)

# The same once it has stayed where it is for two frames: a page that is laid out anew
# takes the token away from under the mouse.
STILL_CELL = """
(place) => {
  const cell = (CELL)(place);
  const seen = JSON.stringify([place, cell]);
  const last = globalThis.seenCell;
  const frames = last?.seen === seen ? last.frames + 1 : 0;
  globalThis.seenCell = { seen, frames };
  if (cell == null || frames < 2) return null;
  globalThis.seenCell = undefined;
  return cell;
}
""".replace("CELL", CELL)

PROPERTY = """
([name, property, nth]) => {
  const model = (FIND)(name, nth)?.model;
  return model == null ? null : { value: model[property] };
}
""".replace("FIND", FIND)

# What the spans of a facet's strip of meta hold: text and probability of each box.
META = """
([name, nth]) => {
  const spans = (FIND)(name, nth)?.view?.el.shadowRoot.querySelectorAll("span");
  return spans == null ? null : Array.from(spans, (span) => span.textContent);
}
""".replace("FIND", FIND)

SAME_META = """
([name, nth, texts]) => JSON.stringify((META)([name, nth])) === JSON.stringify(texts)
""".replace("META", META)

# The lines of a facet that are shown: the text, and where each piece of it is.
LINES = """
([plot, nth]) => {
  const found = (FIND)(plot, nth);
  const layer = found?.view.el.shadowRoot.querySelector("[data-text]");
  if (!layer?.hasChildNodes()) return null;
  const range = document.createRange();
  return [...layer.children].map((line) => {
    const pieces = [...line.childNodes].map((node) => {
      range.selectNode(node);
      const place = node instanceof Element ? node : range;
      const { left, right, top } = place.getBoundingClientRect();
      return { text: node.textContent, left, right, top };
    });
    return { text: line.textContent, top: line.getBoundingClientRect().top, pieces };
  });
}
""".replace("FIND", FIND)

# The facet of the focus counted from 0, its tokens, and whether it is pinned.
FOCUS = """
([nth]) => {
  const state = (FIND)("state", nth)?.model;
  if (state?.value == null || state.parts == null) return null;
  const { facet, start, stop, pinned } = state.value;
  const { facets } = state.parts;
  if (facets.some(({ shown }) => shown == null)) return null;
  const found = facets.findIndex((each) => each.facet === facet);
  return { facet: found, start, stop, pinned };
}
""".replace("FIND", FIND)


# Waits until nothing has moved for some frames: observers of sizes, Bokeh's layout and
# what follows from it each take one or more.
LAID_OUT = """
() => new Promise((done) => {
  let last = "";
  let still = 0;
  const look = () => {
    const boxes = [];
    for (const document of globalThis.Bokeh?.documents ?? []) {
      for (const model of document.all_models) {
        if (!/^(facet|panel)-/.test(model.name ?? "")) continue;
        const box = globalThis.Bokeh.index.find_one(model)?.el.getBoundingClientRect();
        if (box) boxes.push([box.x, box.y, box.width, box.height]);
      }
    }
    const now = JSON.stringify([innerWidth, innerHeight, boxes]);
    still = now === last ? still + 1 : 0;
    last = now;
    if (still === 4) done();
    else requestAnimationFrame(look);
  };
  look();
})
"""

# Leads a saved heatmap back as Python would; the first token brings its first line into
# the window. Esc hides the keys and the bar, and leaves the mode that selects.
PUT_BACK = """
([nth]) => {
  const state = (FIND)("state", nth)?.model;
  if (state?.value == null) return null;
  const { command, parts } = state;
  const layout = globalThis.Bokeh.index.find_one(parts.layout).el;
  const key = { key: "Escape", bubbles: true, composed: true };
  for (let k = 0; k < 3; k++) layout.dispatchEvent(new KeyboardEvent("keydown", key));
  // The slider follows a focus late, and the lack of one never.
  const slider = parts.controls?.slider;
  if (slider) slider.value = globalThis.slid ??= slider.value;
  const first = { facet: parts.facets[0].facet, start: 0, stop: 1, chosen: null };
  for (const [k, seen] of [first, {}].entries()) {
    const sequence = command.sequence + k + 1;
    state.command = { ...command, sequence, state: { ...command.state, ...seen } };
  }
  document.activeElement.blur();
  getSelection().removeAllRanges();
  history.replaceState(history.state, "", location.pathname);
  scrollTo(0, 0);
  return true;
}
""".replace("FIND", FIND)


class HeatmapPage:
    """One heatmap of a page.

    Parameters
    ----------
    page
        Where it is shown.
    nth
        Which one, where the page shows several, from 0.
    """

    def __init__(self, page: Page, nth: int = 0) -> None:
        self.page = page
        self.nth = nth

    def column(self, facet: int, column: str, renderer: str = "tokens") -> list[Any]:
        """Return the values of a renderer's source as they are now."""
        arguments = [f"facet-{facet}", renderer, column, self.nth]
        return self._wait_for(COLUMN, arguments)

    def heat(self, facet: int) -> dict[int, float]:
        """Return the heats that colour a facet's tokens, by token index."""
        indexes, heats = (self.column(facet, name) for name in ("index", "heat"))
        return dict(zip(indexes, heats, strict=True))

    def property(self, name: str, attribute: str) -> Any:  # noqa: ANN401 - any value
        """Return a property of the model with this name."""
        return self._wait_for(PROPERTY, [name, attribute, self.nth])["value"]

    def cell(self, facet: int, index: int) -> dict[str, float]:
        """Return left, right, top and bottom of a token's first cell, in page px."""
        return self._wait_for(CELL, [f"facet-{facet}", index, self.nth])

    def hover(self, facet: int, index: int) -> None:
        """Move the mouse to the middle of a token."""
        x, y = self._middle(facet, index)
        self.page.mouse.move(x, y)

    def click(self, facet: int, index: int) -> None:
        """Click the middle of a token."""
        x, y = self._middle(facet, index)
        self.page.mouse.click(x, y)

    def wait_for_column(
        self, facet: int, column: str, values: list[Any], renderer: str = "tokens"
    ) -> None:
        """Wait until a renderer's source has these values in a column."""
        self.page.wait_for_function(
            f"([arguments, values]) => "
            f"JSON.stringify(({COLUMN})(arguments)) === JSON.stringify(values)",
            arg=[[f"facet-{facet}", renderer, column, self.nth], values],
        )

    def wait_for_property(self, name: str, attribute: str, value: object) -> None:
        """Wait until a property of the model with this name has a value."""
        self.page.wait_for_function(
            f"([arguments, value]) => JSON.stringify(({PROPERTY})(arguments)?.value)"
            " === JSON.stringify(value)",
            arg=[[name, attribute, self.nth], value],
        )

    def focus(self) -> list[int]:
        """Return the facet of the focus and its first token's index there."""
        focus = self._wait_for(FOCUS, [self.nth])
        return [focus["facet"], focus["start"]]

    def pinned(self) -> bool:
        """Say whether the focus is pinned."""
        return self._wait_for(FOCUS, [self.nth])["pinned"]

    def wait_for_pinned(self, *, pinned: bool) -> None:
        """Wait until the focus is pinned, or is not."""
        self.page.wait_for_function(
            f"([nth, pinned]) => ({FOCUS})([nth])?.pinned === pinned",
            arg=[self.nth, pinned],
        )

    def wait_for_focus(self, index: int, facet: int | None = None) -> None:
        """Wait until a token is the focus, of this facet or any, and is shown."""
        self.page.wait_for_function(
            f"([nth, facet, index]) => {{ const focus = ({FOCUS})([nth]);"
            " return focus?.start === index && focus.facet === (facet ?? focus.facet)"
            " && focus.facet >= 0 }",
            arg=[self.nth, facet, index],
        )
        self.settle()

    def settle(self) -> None:
        """Wait until the page has handled its events and painted two frames."""
        self.page.wait_for_function(f"() => document.querySelector('{STILL}') === null")
        self.page.evaluate(
            "() => new Promise((done) =>"
            " requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def resize(self, width: int, height: int = 800) -> None:
        """Resize the window, and wait until the page is laid out anew.

        Not once the page's clock is the test's: it waits for frames.
        """
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.wait_for_function(
            "([width, height]) => innerWidth === width && innerHeight === height",
            arg=[width, height],
        )
        self.page.evaluate(LAID_OUT)

    def put_back(self) -> None:
        """Show a saved heatmap, and its page, as they were when they opened.

        Not after a turn of the wheel: what is scrolled may go on later.
        """
        page = self.page
        page.mouse.move(0, 0)
        page.emulate_media(
            color_scheme="null", forced_colors="null", reduced_motion="null"
        )
        self._wait_for(PUT_BACK, [self.nth])
        if page.viewport_size != {"width": 1280, "height": 800}:
            self.resize(1280)
        self.settle()

    def wait_for_meta(self, facet: int, expected: list[tuple[str, str]]) -> None:
        """Wait until a facet's boxes of meta show some texts and probabilities."""
        texts = [text for pair in expected for text in pair]
        self._wait_for(SAME_META, [f"meta-{facet}", self.nth, texts])

    def meta(self, facet: int, count: int) -> list[tuple[str, str]]:
        """Return what a facet's boxes of meta show: text and probability."""
        spans = self._wait_for(META, [f"meta-{facet}", self.nth])
        assert len(spans) == 2 * count
        return list(zip(spans[::2], spans[1::2], strict=True))

    def lines(self, facet: int) -> list[dict[str, Any]]:
        """Return the shown lines: text, top (px), and pieces with their places."""
        return self._wait_for(LINES, [f"facet-{facet}", self.nth])

    def _middle(self, facet: int, index: int) -> tuple[float, float]:
        cell = self._wait_for(STILL_CELL, [f"facet-{facet}", index, self.nth])
        return (cell["left"] + cell["right"]) / 2, (cell["top"] + cell["bottom"]) / 2

    def _wait_for(self, function: str, arguments: list[Any]) -> Any:  # noqa: ANN401
        return self.page.wait_for_function(function, arg=arguments).json_value()
