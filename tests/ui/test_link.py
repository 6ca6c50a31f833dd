"""The address of a page says what is seen, and a page opened with it shows that."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.ui.heatmap_page import HeatmapPage
from textualheatmap import Facet, TextualHeatmap

Open = Callable[..., HeatmapPage]

APP = """
import panel as pn
from textualheatmap import Facet, TextualHeatmap

heat = [[[float(i == j) / (k + 1) for j in range(9)] for i in range(9)]
        for k in range(2)]
facet = Facet.from_arrays([f"{k} " for k in range(9)], heat, title="GRU",
                          axes=["layer"])
heatmap = TextualHeatmap(width=600, link=LINK, facets=[facet], axes={"layer": 0})
names = ("focus", "pinned", "direction")
told = pn.pane.Str(pn.bind(
    lambda *seen: f"told {seen}", *(heatmap.param[name] for name in names)
))
def turn(event):
    heatmap.direction = "column"
def choose(event):
    heatmap.axes = {"layer": 1}
buttons = [pn.widgets.Button(name=f.__name__, on_click=f) for f in (turn, choose)]
pn.Column(told, *buttons, heatmap).servable()
"""


@pytest.fixture
def heatmap() -> TextualHeatmap:
    """Return the heatmap of a test that saves it itself."""
    return build_layers()


def build_layers() -> TextualHeatmap:
    """Return two facets with heat in two layers."""
    heat = np.stack([np.eye(9), np.eye(9)[::-1]])
    tokens = [f"{k} " for k in range(9)]
    facets = [
        Facet.from_arrays(tokens, heat, title=title, axes=["layer"])
        for title in ("GRU", "L&M#1")
    ]
    return TextualHeatmap(width=600, facets=facets, axes={"layer": 0})


def read_fragment(page: Page) -> str:
    return page.evaluate("() => location.hash")


def open_again(shown: HeatmapPage) -> HeatmapPage:
    """Open the address that the page has now in another tab."""
    page = shown.page.context.new_page()
    page.goto(shown.page.url)
    return HeatmapPage(page)


def test_the_link_of_a_saved_file_brings_back_what_is_seen(saved_once: Open) -> None:
    shown = saved_once(build_layers)
    shown.hover(1, 3)
    shown.wait_for_focus(3, facet=1)
    assert read_fragment(shown.page) == ""
    shown.click(1, 3)
    assert read_fragment(shown.page) == "#focus=L%26M%231%3A3&pinned=true"
    shown.click(1, 3)
    assert read_fragment(shown.page) == "#focus=L%26M%231%3A3"
    shown.page.keyboard.press("ArrowRight")
    shown.wait_for_focus(4, facet=1)
    assert read_fragment(shown.page) == "#focus=L%26M%231%3A3"
    shown.click(1, 3)
    again = open_again(shown)
    again.wait_for_focus(3, facet=1)
    again.hover(0, 5)
    again.settle()
    again.wait_for_focus(3, facet=1)
    again.page.close()


@pytest.mark.parametrize(
    ("typed", "fragment"),
    [("3 ", "#search=3+"), ("[3-4]", "#search.pattern=%5B3-4%5D")],
)
def test_what_is_found_is_in_the_link_too(
    saved_once: Open, typed: str, fragment: str
) -> None:
    shown = saved_once(build_layers)
    shown.click(0, 0)
    shown.page.keyboard.press("/")
    if "pattern" in fragment:
        shown.page.get_by_role("button", name="Regular expression").click()
    shown.page.keyboard.type(typed)
    shown.page.wait_for_function(
        "(end) => location.hash.endsWith(end)", arg=fragment.removeprefix("#")
    )
    again = open_again(shown)
    find = again.page.get_by_role("textbox", name="Find in the text")
    expect(find).to_have_value(typed)
    count = 2 if "pattern" in fragment else 1
    expect(again.page.get_by_role("search")).to_contain_text(f"{count} hit")
    again.page.close()


def test_an_address_that_changes_on_an_open_page_is_followed(
    saved_once: Open, heatmap: TextualHeatmap
) -> None:
    shown = saved_once(build_layers)
    shown.page.evaluate(
        "() => { location.hash = 'focus=GRU:2-4&direction=column&axes.layer=1' }"
    )
    shown.wait_for_focus(2)
    expected = heatmap.clone(direction="column", axes={"layer": 1})
    expected.highlight(slice(2, 4))
    heat = shown.heat(0)
    assert {index for index, value in heat.items() if value > 0.5} == {5, 6}


def test_whatever_a_link_says_the_page_works(
    saved: Open, heatmap: TextualHeatmap, tmp_path: Path
) -> None:
    shown = saved(heatmap)
    wrong = "#focus=gone:1&gamma=0&axes.layer=99&direction=<img src=x>&__proto__=1"
    shown.page.goto("about:blank")
    shown.page.goto((tmp_path / "out.html").as_uri() + wrong)
    shown.hover(0, 4)
    shown.wait_for_focus(4)


def test_a_page_without_an_address_of_its_own_works(
    page: Page, heatmap: TextualHeatmap, tmp_path: Path
) -> None:
    heatmap.save(tmp_path / "inner.html")
    frame: Any = (tmp_path / "inner.html").read_text(encoding="utf-8")
    page.goto("about:blank")
    page.evaluate(
        """(html) => {
          const frame = document.createElement("iframe");
          frame.srcdoc = html;
          frame.style.cssText = "width: 700px; height: 400px";
          document.body.append(frame);
        }""",
        frame,
    )
    inner = page.frame_locator("iframe")
    plots = inner.locator(".bk-Plot")
    plots.first.wait_for()
    plots.first.click(position={"x": 20, "y": 15})
    inner.get_by_text("0 “0 ” pinned", exact=True).wait_for()


def test_a_served_page_tells_python_what_its_link_says(
    page: Page, served: Callable[[str], str]
) -> None:
    url = served(APP.replace("LINK", "True"))
    page.goto(f"{url}#focus=GRU:3&pinned=true&axes.layer=1")
    shown = HeatmapPage(page)
    shown.wait_for_focus(3)
    page.get_by_text("told (3, True, 'row')").wait_for()
    page.wait_for_function("() => !location.hash.includes('column')")
    page.get_by_role("button", name="turn").click()
    page.get_by_text("told (3, True, 'column')").wait_for()
    page.wait_for_function("() => location.hash.includes('direction=column')")
    again = open_again(shown)
    again.page.get_by_text("told (3, True, 'column')").wait_for()
    # Of the second layer, half as hot.
    again.wait_for_column(0, "value", [0, 0, 0, 0.5, 0, 0, 0, 0, 0])
    again.page.close()


def test_a_served_heatmap_that_is_not_asked_to_leaves_the_address_alone(
    page: Page, served: Callable[[str], str]
) -> None:
    page.goto(served(APP.replace("LINK", "False")) + "#focus=GRU:3&pinned=true")
    shown = HeatmapPage(page)
    shown.click(0, 5)
    page.get_by_text("told (5, True, 'row')").wait_for()
    assert read_fragment(page) == "#focus=GRU:3&pinned=true"
