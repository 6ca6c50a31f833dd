"""A heatmap that is as wide as what holds it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bokeh.embed import components
from bokeh.resources import Resources
from playwright.sync_api import Browser, Page

from tests.conftest import load_sample
from tests.ui.heatmap_page import COLUMN, HeatmapPage
from tests.ui.pixels import read_pixels, to_rgb
from tests.ui.widths import MEASURE, list_boxes, measure, read_boxes, resize
from textualheatmap import Facet, TextualHeatmap
from textualheatmap.plot.layout import BUNDLE, BUNDLE_NAME, build_layout
from textualheatmap.scene.geometry import (
    CELL_WIDTH,
    LINE_HEIGHT,
    PADDING,
    compute_geometry,
)
from textualheatmap.scene.scene import build_scene

Open = Callable[..., HeatmapPage]
Records = list[list[dict[str, Any]]]

MARGIN = 16  # px, of a saved page's body
PHONES = [360, 400]
COUNT = 3000
WORDS = ["alpha", "be", "see", "delta", "epsilon", "of", "gamma", "to", "it", "river"]

# How often the text is laid out, and a frame is drawn, from now on.
COUNT_REFLOWS = """
() => {
  globalThis.reflows = 0;
  globalThis.frames = 0;
  const models = Bokeh.documents.flatMap((document) => [...document.all_models]);
  const plot = models.find((model) => model.name === "facet-0");
  const { data } = plot.renderers[0].data_source.properties;
  data.change.connect(() => { globalThis.reflows++ });
  const count = () => {
    globalThis.frames++;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}
"""
SCROLL_BAR = """
() => {
  document.documentElement.style.scrollbarGutter = "auto";
  const { body } = document;
  body.style.margin = "0";
  new ResizeObserver(() => {
    body.style.paddingRight = body.scrollHeight > innerHeight ? "15px" : "0";
  }).observe(body);
}
"""
PLACE = """
(name) => {
  const model = [...Bokeh.documents[0].all_models].find((each) => each.name === name);
  const box = Bokeh.index.find_one(model).el.getBoundingClientRect();
  return { x: box.x, y: box.y, width: box.width, height: box.height };
}
"""

APP = """
import panel as pn
from textualheatmap import TextualHeatmap

words = [f"word{i} " for i in range(60)]
heat = [[float(i == j) for j in range(60)] for i in range(60)]
data = [{"token": w, "heat": row} for w, row in zip(words, heat)]
heatmap = TextualHeatmap(sizing_mode="stretch_width", facet_titles=["a", "b"])
heatmap.set_data([data, data]).highlight(3)
told = pn.widgets.StaticText(value="")
heatmap.param.watch(lambda event: told.param.update(value=f"at {event.new}"), "focus")
def append(event):
    heatmap.append("a", ["more "] * 9)
def fix(event):
    heatmap.param.update(sizing_mode="fixed", width=500)
def stretch(event):
    heatmap.param.update(sizing_mode="stretch_width")
buttons = [
    pn.widgets.Button(name=f.__name__, on_click=f) for f in (append, fix, stretch)
]
pn.Row(*buttons, told).servable()
heatmap.servable()
"""


@pytest.fixture(scope="session")
def long_facet() -> Facet:
    """Return 3000 tokens, each hot at its neighbour and at one far away."""
    heat = np.zeros((COUNT, COUNT), np.float32)
    focused = np.arange(COUNT)
    heat[focused, (focused + 1) % COUNT] = 0.5
    heat[focused, (focused + COUNT // 2) % COUNT] = 1
    tokens = [WORDS[i % len(WORDS)] + " " for i in range(COUNT)]
    return Facet.from_arrays(tokens, heat)


@pytest.fixture
def heatmap() -> TextualHeatmap:
    """Return two facets with meta that stretch."""
    return build_samples()


def build_samples() -> TextualHeatmap:
    titles = ["GRU", "A long short-term memory"]
    heatmap = TextualHeatmap(
        sizing_mode="stretch_width", show_meta=True, facet_titles=titles
    )
    return heatmap.set_data(load_sample("autocomplete")).highlight(150)


def check_boxes(shown: HeatmapPage, heatmap: TextualHeatmap, width: int) -> None:
    """Hold what is shown to what Python makes of the width, in every facet."""
    fixed = heatmap.clone(sizing_mode="fixed", width=width)
    geometry = compute_geometry(fixed)
    for facet in range(len(heatmap.facets)):
        assert read_boxes(shown, facet) == list_boxes(heatmap, facet, width)
        place = shown.page.evaluate(PLACE, f"facet-{facet}")
        assert place["height"] == geometry.facet_height(facet)
        assert place["width"] == geometry.columns * CELL_WIDTH + 2 * PADDING
        tab = shown.page.evaluate(PLACE, f"title-{facet}")
        assert tab["width"] == geometry.tab_width
        assert tab["x"] == MARGIN + geometry.panel_width


def test_a_saved_page_follows_the_window(
    saved_once: Open, heatmap: TextualHeatmap
) -> None:
    shown = saved_once(build_samples)
    shown.wait_for_focus(150)
    lines: list[float] = []
    for width in (1280, *PHONES, 717, 1280):
        room = resize(shown, width)
        assert width - 2 * MARGIN - 20 < room <= width - 2 * MARGIN
        assert measure(shown)["overflow"] == 0
        check_boxes(shown, heatmap, room)
        lines.append(shown.column(0, "top")[-1])
    assert lines[0] < lines[3] < lines[2] <= lines[1]


@pytest.mark.parametrize("width", PHONES)
def test_it_opens_in_the_width_of_the_window(
    page: Page, saved: Open, heatmap: TextualHeatmap, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    shown = saved(heatmap)
    shown.wait_for_focus(150)
    assert measure(shown)["overflow"] == 0
    check_boxes(shown, heatmap, measure(shown)["width"])


def test_a_hover_after_a_reflow_is_of_what_stands_there(
    saved_once: Open, heatmap: TextualHeatmap
) -> None:
    shown = saved_once(build_samples)
    shown.wait_for_focus(150)
    for width, index in zip((400, 1280, 360), (60, 90, 31), strict=True):
        resize(shown, width)
        shown.hover(1, index)
        shown.wait_for_focus(index, facet=1)
        expected = build_scene(heatmap.highlight(index, facet=1)).facets[0].lines
        hottest = max(
            (box for line in expected for box in line.boxes if box.index >= 0),
            key=lambda box: box.heat,
        )
        heats = shown.heat(0)
        assert heats[hottest.index] == pytest.approx(hottest.heat, abs=0.01)
        cell = shown.cell(0, hottest.index)
        shown.settle()
        box = {"x": cell["left"], "y": cell["top"], "width": 8, "height": 4}
        assert (read_pixels(shown.page, box)[1:, 1:-1] == to_rgb(hottest.color)).all()


def test_a_pin_and_its_meta_stay(saved_once: Open) -> None:
    shown = saved_once(build_samples)
    shown.wait_for_focus(150)
    shown.click(0, 100)
    shown.wait_for_pinned(pinned=True)
    meta = shown.meta(0, 3)
    resize(shown, 360)
    assert shown.focus() == [0, 100]
    assert shown.pinned()
    assert shown.meta(0, 3) == meta
    cell = shown.cell(0, 100)
    lines = [shown.column(0, side, "focus") for side in ("left", "right", "bottom")]
    plot = shown.page.evaluate(PLACE, "facet-0")
    places = [cell["left"] - plot["x"], cell["right"] - plot["x"]]
    assert lines == [[places[0]], [places[1]], [cell["bottom"] - plot["y"]]]
    shown.hover(0, 20)
    shown.settle()
    assert shown.focus() == [0, 100]


def test_one_resize_is_one_reflow(saved: Open, heatmap: TextualHeatmap) -> None:
    shown = saved(heatmap)
    shown.wait_for_focus(150)
    shown.page.evaluate(COUNT_REFLOWS)
    resize(shown, 400)
    shown.page.wait_for_function("() => globalThis.frames > 30")
    assert shown.page.evaluate("() => globalThis.reflows") == 1


def test_a_window_that_saves_the_scroll_bar_does_not_come_and_go(
    page: Page, saved: Open
) -> None:
    """Of 60 lines the page needs a scroll bar, in whose width there are 61."""
    tokens = ["line\n"] * 59 + ["word "] * 6
    facet = Facet.from_arrays(tokens, np.eye(len(tokens)))
    heatmap = TextualHeatmap(sizing_mode="stretch_width").set_data([facet])
    shown = saved(heatmap)
    shown.cell(0, 0)
    # A scroll bar that takes room, as on most desktops: Chromium has none here.
    page.evaluate(SCROLL_BAR)
    widths = range(300, 400)
    lines = {
        width: compute_geometry(heatmap.clone(sizing_mode="fixed", width=width))
        for width in widths
    }
    width = next(w for w in widths if not lines[w].windowed and lines[w - 15].windowed)
    page.evaluate(COUNT_REFLOWS)
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_function("() => globalThis.frames > 60")
    assert page.evaluate("() => globalThis.reflows") <= 3


def test_a_long_text_keeps_its_place(saved: Open, long_facet: Facet) -> None:
    heatmap = TextualHeatmap(sizing_mode="stretch_width", facet_titles=["a", "b"])
    shown = saved(heatmap.set_data([long_facet, long_facet]))
    shown.cell(1, 0)
    resize(shown, 600)
    shown.hover(0, shown.column(0, "index")[0])
    shown.page.mouse.wheel(0, 60 * LINE_HEIGHT)
    shown.wait_for_property("state", "line", 60)
    shown.settle()
    first = shown.column(0, "index")[0]
    places: dict[int, list[int]] = {}
    for width in (360, 1280, 400, 717, 600, 360):
        room = resize(shown, width)
        indexes = shown.column(0, "index")
        assert first in indexes[: 1280 // (4 * CELL_WIDTH)]
        assert shown.column(0, "top")[indexes.index(first)] == PADDING
        line = shown.property("state", "line")
        for facet in (0, 1):
            expected = list_boxes(heatmap, facet, room, line)
            assert read_boxes(shown, facet) == expected
        window = [shown.property("window-1", side) for side in ("top", "bottom")]
        assert window == [line, line + 14]
        assert places.setdefault(width, indexes) == indexes
        # What is hovered is what stands there.
        index = indexes[40]
        shown.hover(1, index)
        shown.wait_for_focus(index, facet=1)
        assert shown.heat(0)[index + 1] == pytest.approx(0.5, abs=0.004)
    assert shown.column(0, "index")[0] <= first


def test_the_wheel_and_the_map_reach_the_end_after_a_reflow(
    saved: Open, long_facet: Facet
) -> None:
    heatmap = TextualHeatmap(sizing_mode="stretch_width")
    shown = saved(heatmap.set_data([long_facet]).highlight(3))
    shown.wait_for_focus(3)
    image = (
        "() => [...Bokeh.documents[0].all_models].find((each) =>"
        " each.name === 'minimap-0').renderers[0].data_source.data.image[0]"
    )
    is_hot = f"() => ({image})().includes(255)"
    shown.page.wait_for_function(is_hot)
    room = resize(shown, 360)
    # The heat of the focus is on its new lines, without another move.
    assert shown.page.evaluate(is_hot)
    fixed = heatmap.clone(sizing_mode="fixed", width=room)
    last = compute_geometry(fixed).lines - 14
    shown.hover(0, 3)
    shown.page.mouse.wheel(0, 10_000 * LINE_HEIGHT)
    shown.wait_for_property("state", "line", last)
    shown.settle()
    assert shown.column(0, "index")[-1] == COUNT - 1
    place = shown.page.evaluate(PLACE, "minimap-0")
    assert place["x"] + place["width"] == MARGIN + room
    shown.page.mouse.click(place["x"] + 4, place["y"] + place["height"] / 2)
    shown.page.wait_for_function(
        "(last) => [...Bokeh.documents[0].all_models]"
        ".find((each) => each.name === 'state').line < last",
        arg=last,
    )
    half = (last + 14) / 2 - 7
    assert shown.property("state", "line") == pytest.approx(half, abs=2)
    shape = shown.page.evaluate(f"() => [...({image})().shape]")
    assert shape == [last + 14, 6]
    index = shown.column(0, "index")[30]
    shown.hover(0, index)
    shown.wait_for_focus(index)
    shown.page.wait_for_function(is_hot)


def test_a_text_gets_a_window_where_it_is_narrow_and_loses_it_where_it_is_wide(
    saved: Open,
) -> None:
    tokens = [f"{WORDS[i % len(WORDS)]} " for i in range(500)]
    facet = Facet.from_arrays(tokens, np.eye(500))
    heatmap = TextualHeatmap(sizing_mode="stretch_width").set_data([facet])
    shown = saved(heatmap)
    shown.cell(0, 0)
    for _ in range(2):
        resize(shown, 1280)
        assert len(shown.column(0, "index")) == 500
        assert shown.page.evaluate(PLACE, "minimap-0")["width"] == 0
        check_boxes(shown, heatmap, measure(shown)["width"])
        resize(shown, 360)
        assert len(set(shown.column(0, "top"))) == 14
        assert shown.page.evaluate(PLACE, "minimap-0")["width"] == 28
        check_boxes(shown, heatmap, measure(shown)["width"])
        shown.hover(0, 3)
        shown.page.mouse.wheel(0, 5 * LINE_HEIGHT)
        shown.wait_for_property("state", "line", 5)
        shown.page.mouse.wheel(0, -5 * LINE_HEIGHT)
        shown.wait_for_property("state", "line", 0)


def test_it_gets_no_narrower_than_a_width_may_be(
    saved_once: Open, heatmap: TextualHeatmap
) -> None:
    shown = saved_once(build_samples)
    shown.wait_for_focus(150)
    assert resize(shown, 120) == 160
    assert measure(shown)["overflow"] > 0
    check_boxes(shown, heatmap, 160)


def test_what_was_hidden_has_its_width_when_it_is_shown(
    page: Page, tmp_path: Path, heatmap: TextualHeatmap
) -> None:
    path = tmp_path / "out.html"
    heatmap.width = 500
    heatmap.save(path)
    text = path.read_text(encoding="utf-8")
    hidden = text.replace('class="heatmap"', 'class="heatmap" style="display: none"')
    path.write_text(hidden, encoding="utf-8")
    page.goto(path.as_uri())
    shown = HeatmapPage(page)
    shown.wait_for_focus(150)
    assert read_boxes(shown, 0) == list_boxes(heatmap, 0, 500)
    page.evaluate("() => { document.querySelector('.heatmap').style.display = '' }")
    room = resize(shown, 400)
    check_boxes(shown, heatmap, room)
    shown.hover(1, 60)
    shown.wait_for_focus(60, facet=1)


def test_two_heatmaps_on_a_page_follow_what_holds_each(
    page: Page, tmp_path: Path, autocomplete: Records
) -> None:
    heatmaps = [
        TextualHeatmap(sizing_mode="stretch_width", facet_titles=["a", "b"])
        .set_data(autocomplete)
        .highlight(k)
        for k in (5, 6)
    ]
    parts: list[str] = []
    for heatmap in heatmaps:
        layout, state = build_layout(heatmap)
        bundle = BUNDLE.read_text(encoding="utf-8")
        call = f"{BUNDLE_NAME}.start('{state.id}')"
        start = f"<script>{bundle}</script><script>{call}</script>"
        parts.append(f"<div>{''.join(components(layout))}{start}</div>")
    libraries = Resources("inline", components=["bokeh", "bokeh-widgets"]).js_raw
    scripts = "".join(f"<script>{library}</script>" for library in libraries)
    grid = f"<main style='display: grid; grid: auto / 1fr 2fr'>{''.join(parts)}</main>"
    path = tmp_path / "page.html"
    path.write_text(f"<!doctype html>{scripts}{grid}", encoding="utf-8")
    page.goto(path.as_uri())
    shown = [HeatmapPage(page, nth) for nth in (0, 1)]
    for nth, index in enumerate((5, 6)):
        shown[nth].wait_for_focus(index)
    for width in (1280, 700, 1000):
        rooms = [resize(each, width) for each in shown]
        assert rooms[1] == pytest.approx(2 * rooms[0], abs=3)
        for each, heatmap, room in zip(shown, heatmaps, rooms, strict=True):
            for facet in (0, 1):
                assert read_boxes(each, facet) == list_boxes(heatmap, facet, room)
    shown[1].hover(1, 100)
    shown[1].wait_for_focus(100, facet=1)
    assert shown[0].focus() == [0, 5]


def test_a_served_page_follows_the_window_and_python_hears_the_same(
    page: Page, served: Callable[..., str]
) -> None:
    page.goto(served(APP))
    shown = HeatmapPage(page)
    shown.wait_for_focus(3)
    words = [f"word{i} " for i in range(60)]
    heatmap = TextualHeatmap(facet_titles=["a", "b"])
    heatmap.set_data([Facet.from_arrays(words, np.eye(60))] * 2)
    for width in (1280, 360):
        room = resize(shown, width)
        assert width - 80 < room <= width
        assert measure(shown)["overflow"] == 0
        for facet in (0, 1):
            assert read_boxes(shown, facet) == list_boxes(heatmap, facet, room)
    shown.hover(1, 30)
    shown.wait_for_focus(30, facet=1)
    page.get_by_text("at 30").wait_for()
    page.get_by_role("button", name="append").click()
    page.wait_for_function(
        "() => [...Bokeh.documents[0].all_models].find((each) => each.name === 'data-0'"
        " && each.document)?.shown !== null"
    )
    grown = heatmap.append("a", ["more "] * 9)
    indexes = [index for index, *_ in list_boxes(grown, 0, room)]
    shown.wait_for_column(0, "index", indexes)
    assert read_boxes(shown, 0) == list_boxes(grown, 0, room)
    assert page.evaluate(PLACE, "facet-0")["height"] == (
        compute_geometry(grown.clone(width=room)).facet_height(0)
    )


def test_the_way_of_sizing_changes_on_a_served_page(
    page: Page, served: Callable[..., str]
) -> None:
    page.goto(served(APP))
    shown = HeatmapPage(page)
    shown.wait_for_focus(3)
    wide = measure(shown)["width"]
    assert wide > 1000
    page.get_by_role("button", name="fix").click()
    for button, width in (("fix", 500), ("stretch", wide)):
        page.get_by_role("button", name=button).click()
        page.wait_for_function(f"(width) => ({MEASURE})(0).width === width", arg=width)
        shown.settle()
        shown.hover(0, 9 + width % 7)
        shown.wait_for_focus(9 + width % 7)


def test_where_no_script_runs_the_text_is_as_wide_as_the_page(
    browser: Browser, heatmap: TextualHeatmap, tmp_path: Path
) -> None:
    path = tmp_path / "out.html"
    heatmap.save(path)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    heights: list[float] = []
    for width in (1280, *PHONES):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        facet = page.get_by_role("group", name="GRU")
        box = facet.bounding_box()
        assert box is not None
        assert width - 2 * MARGIN - 20 < box["width"] <= width - 2 * MARGIN
        heights.append(box["height"])
    assert heights[0] < heights[2] <= heights[1]
    context.close()


def build_words() -> TextualHeatmap:
    """Return a long text whose focus is far below its beginning."""
    tokens = [f"word{k} " for k in range(400)]
    facet = Facet.from_arrays(tokens, np.eye(400))
    heatmap = TextualHeatmap(sizing_mode="stretch_width", max_height=300)
    return heatmap.set_data([facet]).highlight(300)


@pytest.mark.parametrize("is_scrolled_away", [False, True])
def test_a_focus_that_is_seen_stays_in_the_window_at_another_width(
    saved_once: Open, *, is_scrolled_away: bool
) -> None:
    shown = saved_once(build_words)
    resize(shown, 1200)
    assert 300 in shown.column(0, "index")
    if is_scrolled_away:
        shown.hover(0, 300)
        shown.page.mouse.wheel(0, -4000)
        shown.page.wait_for_function(
            f"() => !({COLUMN})(['facet-0', 'tokens', 'index', 0]).includes(300)"
        )
    for width in (360, 700, 1200, 360):
        resize(shown, width)
        assert (300 in shown.column(0, "index")) is not is_scrolled_away


def test_what_stays_where_it_was_is_painted_as_before_at_another_width(
    saved: Callable[[TextualHeatmap], HeatmapPage],
) -> None:
    short = Facet.from_arrays(["one ", "two "], [[1, 0], [0.5, 1]])
    long = Facet.from_arrays(["one ", "two ", *["more "] * 60], np.eye(62))
    heatmap = TextualHeatmap(sizing_mode="stretch_width")
    shown = saved(heatmap.set_data([short, long]).highlight(0, facet=0))
    shown.wait_for_focus(0)
    resize(shown, 1000)
    shown.hover(0, 1)
    shown.wait_for_focus(1)
    before = read_pixels(shown.page, find_place(shown, 0))
    line = to_rgb(build_scene(heatmap).palette.text)
    assert (before == line).all(axis=-1).any()
    boxes = read_boxes(shown, 0), read_boxes(shown, 1)
    resize(shown, 800)
    after = read_pixels(shown.page, find_place(shown, 0))
    assert read_boxes(shown, 0) == boxes[0]
    assert read_boxes(shown, 1) != boxes[1]
    np.testing.assert_array_equal(after, before)
    shown.hover(0, 0)
    shown.wait_for_focus(0)
    assert shown.heat(0) == {0: 1, 1: 0}


def find_place(shown: HeatmapPage, facet: int) -> dict[str, float]:
    """Return the place of a facet's first two tokens on the page."""
    first, second = (shown.cell(facet, index) for index in range(2))
    width, height = second["right"] - first["left"], first["bottom"] - first["top"]
    return {"x": first["left"], "y": first["top"], "width": width, "height": height}
