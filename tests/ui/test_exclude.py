"""Tokens that are left out of the scale, on saved and on served pages."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.ui.heatmap_page import HeatmapPage
from tests.ui.pixels import read_pixels
from textualheatmap import Facet, TextualHeatmap

HEAT = [[4, 1, 0, 1], [4, 1, 1, 0], [4, 0, 1, 1], [4, 0, 0, 1]]
TOKENS = ["[CLS] ", "a ", "b ", "see"]

SERVED = """
import re
import panel as pn
from textualheatmap import Facet, TextualHeatmap
heatmap = TextualHeatmap(facets=[Facet.from_arrays({tokens}, {heat})])
heatmap.highlight(0)
button = pn.widgets.Button(name="leave out")
button.on_click(lambda _: heatmap.param.update(exclude=[re.compile("CLS"), "focus"]))
pn.Column(heatmap, button).servable()
"""


def test_on_a_saved_page_the_rest_has_the_scale(
    saved: Callable[..., HeatmapPage],
) -> None:
    heatmap = TextualHeatmap(facets=[Facet.from_arrays(TOKENS, HEAT)])
    shown = saved(heatmap.highlight(1))
    shown.wait_for_column(0, "heat", [1, 0.25, 0.25, 0])
    plain = read_pixels(shown.page)
    heatmap.exclude = ["[CLS] "]
    shown = saved(heatmap)
    shown.wait_for_focus(1)
    assert list(shown.heat(0).values()) == [0, 1, 1, 0]
    assert shown.column(0, "shown") == [0, 1, 1, 1]
    cell = shown.cell(0, 0)
    left, right, top = (round(cell[name]) for name in ("left", "right", "top"))
    edge = read_pixels(shown.page)[top, left:right]
    assert len({tuple(pixel) for pixel in edge.tolist()}) > 1  # dashes
    assert (
        len({tuple(pixel) for pixel in plain[top, left + 2 : right - 2].tolist()}) == 1
    )
    shown.hover(0, 3)
    shown.wait_for_focus(3)
    assert list(shown.heat(0).values()) == [0, 0, 0, 1]
    shown.hover(0, 0)
    expect(shown.page.get_by_text("left out of the scale")).to_be_visible()


def test_on_a_served_page_python_leaves_tokens_out(
    page: Page, served: Callable[..., str]
) -> None:
    page.goto(served(SERVED.format(tokens=TOKENS, heat=HEAT)))
    shown = HeatmapPage(page)
    shown.wait_for_focus(0)
    shown.click(0, 1)
    shown.wait_for_column(0, "heat", [1, 0.25, 0.25, 0])
    page.get_by_role("button", name="leave out").click()
    shown.wait_for_column(0, "heat", [0, 0, 1, 0])
    shown.click(0, 2)
    shown.wait_for_column(0, "heat", [0, 0, 0, 1])
    shown.wait_for_column(0, "shown", [0, 1, 0, 1])
