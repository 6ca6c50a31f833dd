"""The legend is live, marks the heat under the pointer, and can be dragged."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.ui.heatmap_page import FIND, HeatmapPage
from textualheatmap import Facet, TextualHeatmap

APP = """
import panel as pn
from tests.ui.test_legend import build_heatmap
heatmap = build_heatmap()
button = pn.widgets.Button(name="facet")
button.on_click(lambda event: setattr(heatmap, "scale", "facet"))
pn.Column(heatmap, button).servable()
"""

LEGEND = """
() => {
  const root = (FIND)("legend", 0)?.view?.el.shadowRoot;
  const [low, high, text] = root?.querySelectorAll("span") ?? [];
  if (!text?.textContent) return null;
  const [ramp, mark, ...grips] = root.querySelectorAll("div");
  const box = ramp.getBoundingClientRect();
  const at = mark.getBoundingClientRect();
  return {
    low: low.textContent, high: high.textContent, text: text.textContent,
    left: box.left, right: box.right, middle: (box.top + box.bottom) / 2,
    marked: mark.style.visibility === "visible"
      ? ((at.left + at.right) / 2 - box.left) / box.width : null,
    background: ramp.style.background,
    grips: grips.length,
  };
}
""".replace("FIND", FIND)


def build_heatmap() -> TextualHeatmap:
    facets = [
        Facet.from_arrays(["a ", "b ", "c "], [[2, 1, 0], [1, 4, 1], [0, 2, 8]]),
        Facet.from_arrays(["a ", "b ", "c "], [[-2, 1, 0], [1, -4, 1], [0, 2, 8]]),
    ]
    return TextualHeatmap(width=500, scale="row").set_data(facets).highlight(0)


@pytest.fixture
def heatmap(saved_once: Callable[..., HeatmapPage]) -> HeatmapPage:
    return saved_once(build_heatmap)


def wait_for(page: Page, expected: str) -> None:
    """Wait until an expression of JavaScript about the legend, `legend`, holds."""
    page.wait_for_function(
        f"() => {{ const legend = ({LEGEND})();"
        f" return legend !== null && ({expected}) }}"
    )


def test_its_numbers_are_those_of_the_focus_and_the_mark_that_under_the_pointer(
    heatmap: HeatmapPage,
) -> None:
    page = heatmap.page
    wait_for(page, "legend.high === '2.00' && legend.low === '0.00'")
    wait_for(page, "legend.marked === null")
    heatmap.hover(0, 1)
    wait_for(page, "legend.high === '4.00' && Math.abs(legend.marked - 1) < 0.02")
    heatmap.click(0, 1)
    heatmap.hover(0, 0)
    wait_for(page, "Math.abs(legend.marked - 0.25) < 0.02")
    # Over a facet of another scale it is that facet's.
    ramp = page.evaluate(LEGEND)["background"]
    heatmap.hover(1, 0)
    wait_for(page, "legend.low === '-4.00' && Math.abs(legend.marked - 0.625) < 0.02")
    assert page.evaluate(LEGEND)["background"] != ramp
    page.mouse.move(1000, 700)
    wait_for(page, "legend.marked === null")


def test_its_ends_are_dragged_and_reset(
    saved_and_served: Callable[..., HeatmapPage],
) -> None:
    heatmap = saved_and_served(build_heatmap, APP)
    page = heatmap.page
    wait_for(page, "legend.high === '2.00'")
    box = page.evaluate(LEGEND)
    page.mouse.move(box["right"], box["middle"])
    page.mouse.down()
    page.mouse.move((box["left"] + box["right"]) / 2, box["middle"], steps=3)
    page.mouse.up()
    wait_for(page, "Math.abs(Number(legend.high) - 1) < 0.02")
    wait_for(page, "legend.text === '1: heat; ends as set'")
    heatmap.wait_for_column(0, "heat", [1, 1, 0])
    page.mouse.move(box["left"], box["middle"])
    page.mouse.down()
    page.mouse.move((box["left"] + box["right"]) / 2, box["middle"], steps=3)
    page.mouse.up()
    wait_for(page, "Math.abs(Number(legend.low) - 0.5) < 0.02")
    page.mouse.dblclick((box["left"] + box["right"]) / 2, box["middle"])
    wait_for(page, "legend.low === '0.00' && legend.high === '2.00'")
    state = heatmap.property("state", "value")
    assert (state["low"], state["high"]) == (None, None)


def test_keys_make_colours_stronger_and_weaker(heatmap: HeatmapPage) -> None:
    page = heatmap.page
    wait_for(page, "legend.high === '2.00'")
    page.get_by_role("group", name="Heatmap").first.focus()
    page.keyboard.press("+")
    wait_for(page, "legend.high === '1.60'")
    page.keyboard.press("-")
    page.keyboard.press("-")
    wait_for(page, "legend.high === '2.50'")
    page.keyboard.press("0")
    wait_for(page, "legend.high === '2.00' && legend.text.includes('row')")


def test_it_follows_python(page: Page, served: Callable[[str], str]) -> None:
    page.goto(served(APP))
    wait_for(page, "legend.high === '2.00'")
    page.get_by_role("button", name="facet").click()
    wait_for(page, "legend.high === '8.00' && legend.text.includes('facet')")


def test_a_picture_has_no_grips(
    page: Page, saved: Callable[[TextualHeatmap], HeatmapPage]
) -> None:
    heatmap = build_heatmap()
    heatmap.interactive = False
    saved(heatmap)
    wait_for(page, "legend.high === '2.00' && legend.grips === 0")
    heatmap.legend = False
    saved(heatmap).wait_for_column(0, "index", [0, 1, 2])
    assert page.evaluate(LEGEND) is None
