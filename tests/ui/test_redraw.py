"""What replaces, hides, moves or repeats a heatmap leaves it alive."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bokeh.embed import components
from bokeh.plotting import figure
from bokeh.resources import Resources
from playwright.sync_api import Page, expect

from tests.ui.heatmap_page import FIND, HeatmapPage
from textualheatmap import TextualHeatmap
from textualheatmap.export.static_html import render_static
from textualheatmap.plot.layout import BUNDLE, BUNDLE_NAME, build_layout
from textualheatmap.scene.scene import build_scene

Open = Callable[..., HeatmapPage]
Records = list[list[dict[str, Any]]]

APP = """
import panel as pn
from textualheatmap import TextualHeatmap

def build(*words):
    heat = [[float(i == j) for j in range(len(words))] for i in range(len(words))]
    return [{"token": w, "heat": row} for w, row in zip(words, heat)]

heatmap = TextualHeatmap(width=400, facet_titles=["a", "b"])
heatmap.set_data([build("one ", "two "), build("one ", "two ")]).highlight(0)

def width(event):
    heatmap.width = 300
def data(event):
    heatmap.set_data([build("<img ", "four>")] * 2)
def order(event):
    heatmap.facets = heatmap.facets[::-1]
buttons = [
    pn.widgets.Button(name=f.__name__, on_click=f)
    for f in (width, data, order)
]
# Redrawn by a key, which leaves the keyboard where it is.
heatmap.param.watch(lambda event: by_key and width(event), ["pinned", "search"])
by_key = False
def listen(event):
    global by_key
    by_key = True
buttons.append(pn.widgets.Button(name="listen", on_click=listen))
pn.Column(*buttons, heatmap).servable()
"""

# How wide the first facet is.
WIDTH = f"""({FIND})("facet-0", 0)?.model.inner_width"""

# Counts the frames in which a facet shows no text and nothing covers it.
WATCH = """
() => {
  globalThis.blank = 0;
  globalThis.covered = 0;
  const look = () => {
    requestAnimationFrame(look);
    if (document.querySelector("[data-cover=heatmap]") !== null) {
      globalThis.covered++;
      return;
    }
    const [bokeh] = Bokeh.documents;
    const state = [...bokeh.all_models].find((model) => model.name === "state");
    for (const plot of state.parts.plots) {
      const root = Bokeh.index.find_one(plot)?.el.shadowRoot;
      if (!root?.querySelector("[data-text]")?.textContent) globalThis.blank++;
    }
  };
  requestAnimationFrame(look);
}
"""

# Keeps the cover as it was put up, and where it was.
CATCH = """
() => {
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (node.dataset?.cover !== "heatmap") continue;
        const [picture] = node.children;
        const { x, y } = picture.getBoundingClientRect();
        // Nobody can click or focus what is about to go.
        if (!node.inert) throw new Error("the cover takes gestures");
        globalThis.caught = [picture.innerHTML, x, y];
      }
    }
  }).observe(document.body, { childList: true });
}
"""

PLACE = """
() => {
  const { x, y } = (FIND)("heatmap", 0).view.el.getBoundingClientRect();
  return [x, y];
}
""".replace("FIND", FIND)

# The markup as the browser writes it.
WRITE = """
(markup) => {
  const element = document.createElement("div");
  element.innerHTML = markup;
  return element.innerHTML;
}
"""

# A heatmap of 400 px in a box of 200 px that scrolls.
NARROW = """pn.Column(
    heatmap, width=200, styles={"overflow-x": "auto"}, css_classes=["narrow"]
)).servable()
"""

# Notes, for each frame in which a picture covers the heatmap, the page's width, the
# picture's left and right, and where the heatmap in it starts, in px.
MEASURE_COVERED = """
() => {
  globalThis.measured = [];
  const look = () => {
    requestAnimationFrame(look);
    const cover = document.querySelector("[data-cover=heatmap]");
    if (cover === null) return;
    const { left, right } = cover.getBoundingClientRect();
    const start = cover.querySelector("[dir=ltr]").getBoundingClientRect().left;
    const width = document.documentElement.scrollWidth;
    globalThis.measured.push([width, left, right, start]);
  };
  requestAnimationFrame(look);
}
"""

SHUFFLE = """
async (order) => {
  const [document] = Bokeh.documents;
  const layout = [...document.all_models].find((model) => model.name === "heatmap");
  const { children } = layout;
  const frame = () => new Promise(requestAnimationFrame);
  layout.children = [];
  await frame();
  await frame();
  layout.children = order.map((k) => children[k]);
}
"""


@pytest.mark.parametrize("button", ["width", "data", "order"])
def test_no_frame_is_blank_while_a_heatmap_is_redrawn(
    page: Page, served: Callable[..., str], button: str
) -> None:
    page.goto(served(APP))
    shown = HeatmapPage(page)
    shown.wait_for_focus(0)
    page.evaluate(WATCH)
    page.get_by_role("button", name=button).click()
    page.wait_for_function("() => globalThis.covered > 0")
    expect(page.locator("[data-cover=heatmap]")).to_have_count(0)
    shown.settle()
    assert page.evaluate("() => globalThis.blank") == 0
    for facet in (0, 1):
        shown.hover(facet, 1)
        shown.wait_for_focus(1, facet=facet)
        assert shown.heat(1 - facet) == {0: 0, 1: 1}


def test_the_new_state_covers_the_plots_while_they_are_redrawn(
    page: Page, served: Callable[..., str]
) -> None:
    page.goto(served(APP))
    HeatmapPage(page).wait_for_focus(0)
    page.evaluate(CATCH)
    page.get_by_role("button", name="data").click()
    page.wait_for_function("() => globalThis.caught !== undefined")
    expect(page.locator("[data-cover=heatmap]")).to_have_count(0)
    heat = np.eye(2).tolist()
    records = [
        {"token": token, "heat": row}
        for token, row in zip(["<img ", "four>"], heat, strict=True)
    ]
    heatmap = TextualHeatmap(width=400, facet_titles=["a", "b"])
    scene = build_scene(heatmap.set_data([records, records]).highlight(0))
    content, *place = page.evaluate("() => caught")
    assert content == page.evaluate(WRITE, render_static(scene))
    assert "&lt;img " in content
    assert "<img" not in content
    assert place == page.evaluate(PLACE)


def test_what_covers_a_heatmap_is_cut_where_the_heatmap_is(
    page: Page, served: Callable[..., str]
) -> None:
    page.set_viewport_size({"width": 300, "height": 600})
    page.goto(served(APP.replace("heatmap).servable()", NARROW)))
    shown = HeatmapPage(page)
    shown.wait_for_focus(0)
    box = page.locator(".narrow")
    box.evaluate("el => { el.scrollLeft = 50 }")
    page.evaluate(MEASURE_COVERED)
    page.get_by_role("button", name="data").click()
    page.wait_for_function("() => globalThis.measured.length > 0")
    left, right = box.evaluate(
        "el => [el.getBoundingClientRect().left, el.getBoundingClientRect().right]"
    )
    widest, *cover = page.evaluate("() => globalThis.measured[0]")
    assert widest <= 300
    assert cover == [left, right, left - 50]


@pytest.mark.parametrize("order", [[0, 1, 2], [1, 0, 2]])
def test_plots_that_are_taken_out_and_put_back_are_hovered(
    saved: Open, autocomplete: Records, order: list[int]
) -> None:
    shown = saved(TextualHeatmap(facet_titles=["a", "b"]).set_data(autocomplete))
    shown.hover(0, 20)
    shown.wait_for_focus(20)
    shown.page.evaluate(SHUFFLE, order)
    for facet in (0, 1):
        shown.cell(facet, 0)
        shown.settle()
        shown.hover(facet, 90 + facet)
        shown.wait_for_focus(90 + facet, facet=facet)


def test_a_heatmap_in_a_page_of_other_plots_is_hovered(
    page: Page, tmp_path: Path, autocomplete: Records
) -> None:
    heatmaps = [
        TextualHeatmap(facet_titles=["a", "b"]).set_data(autocomplete).highlight(k)
        for k in (5, 6)
    ]
    plot = figure(width=200, height=100)
    plot.line([0, 1], [0, 1])
    parts = ["".join(components(plot))]
    for heatmap in heatmaps:
        layout, state = build_layout(heatmap)
        bundle = BUNDLE.read_text(encoding="utf-8")
        call = f"{BUNDLE_NAME}.start('{state.id}')"
        start = f"<script>{bundle}</script><script>{call}</script>"
        parts += ["".join(components(layout)), start]
    libraries = Resources("inline", components=["bokeh", "bokeh-widgets"]).js_raw
    scripts = "".join(f"<script>{library}</script>" for library in libraries)
    path = tmp_path / "page.html"
    path.write_text(f"<!doctype html>{scripts}{''.join(parts)}", encoding="utf-8")
    page.set_viewport_size({"width": 1280, "height": 1400})
    page.goto(path.as_uri())
    for nth, token in enumerate((5, 6)):
        shown = HeatmapPage(page, nth)
        shown.wait_for_focus(token)
        shown.hover(1, 100)
        shown.wait_for_focus(100, facet=1)
    assert HeatmapPage(page, 0).focus() == [1, 100]


def test_what_is_redrawn_keeps_the_keyboard(
    page: Page, served: Callable[[str], str]
) -> None:
    page.goto(served(APP))
    shown = HeatmapPage(page)
    shown.cell(0, 0)
    page.get_by_role("button", name="listen").click()
    heatmap = page.get_by_role("group", name="Heatmap, a, b")
    page.keyboard.press("Tab")
    expect(heatmap).to_be_focused()
    before = heatmap.evaluate("(element) => element.clientWidth")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "([before]) => document.activeElement.clientWidth < before",
        arg=[before],
    )
    expect(heatmap).to_be_focused()
    assert heatmap.evaluate("(element) => element.matches(':focus-visible')")
    page.keyboard.press("ArrowRight")
    shown.wait_for_focus(1)
    # What a button redraws leaves the keyboard to the button.
    page.get_by_role("button", name="data").click()
    shown.wait_for_column(0, "token", ["<img ", "four>"])
    expect(page.get_by_role("button", name="data")).to_be_focused()


def test_a_reader_goes_on_typing_in_what_is_redrawn(
    page: Page, served: Callable[[str], str]
) -> None:
    page.goto(served(APP))
    shown = HeatmapPage(page)
    shown.cell(0, 0)
    page.get_by_role("button", name="listen").click()
    page.get_by_role("group", name="Heatmap, a, b").focus()
    before = page.evaluate(WIDTH)
    page.keyboard.press("/")
    page.keyboard.type("t")
    page.wait_for_function(f"() => {WIDTH} < {before}")
    field = page.get_by_role("textbox", name="Find")
    expect(field).to_be_focused()
    page.keyboard.type("wo")
    expect(field).to_have_value("two")
