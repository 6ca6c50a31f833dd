"""A heatmap in a served page, with Python behind it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.ui.heatmap_page import HeatmapPage

# Each token is hot for itself and cold for the others: heats that stay exact.
APP = """\
import panel as pn
from textualheatmap import TextualHeatmap

def build(*tokens):
    heat = [[float(i == j) for j in range(len(tokens))] for i in range(len(tokens))]
    return [[{"token": t, "heat": row} for t, row in zip(tokens, heat)]]

heatmap = TextualHeatmap().set_data(build("the ", "cat ", "sat"))
replace = pn.widgets.Button(name="Replace")
replace.on_click(lambda _: heatmap.set_data(build("of ", "mice")))
last = pn.widgets.Button(name="Last")
last.on_click(lambda _: heatmap.highlight(len(heatmap.facets[0]) - 1))
focus = pn.pane.Str(pn.bind("focus {}".format, heatmap.param.focus))
pn.Column(heatmap, heatmap, replace, last, focus).servable()
"""


@pytest.fixture
def shown(served: Callable[..., str], page: Page) -> list[HeatmapPage]:
    """Open a page that shows one heatmap twice, its focus, and two buttons."""
    page.goto(served(APP))
    return [HeatmapPage(page, nth) for nth in (0, 1)]


def test_hover_and_python_move_the_focus_of_each_other(
    shown: list[HeatmapPage], page: Page
) -> None:
    for hovered, index in ((0, 1), (1, 0)):
        shown[hovered].hover(0, index)
        page.get_by_text(f"focus {index}").wait_for()
        for each in shown:
            each.wait_for_column(0, "heat", [float(i == index) for i in range(3)])
    page.get_by_role("button", name="Last").click()
    for each in shown:
        each.wait_for_column(0, "heat", [0, 0, 1])


def test_new_data_are_shown_in_place_and_hovers_still_reach_python(
    shown: list[HeatmapPage], page: Page
) -> None:
    shown[0].hover(0, 2)
    page.get_by_text("focus 2").wait_for()
    page.get_by_role("button", name="Replace").click()
    page.get_by_text("focus None").wait_for()
    for each in shown:
        each.wait_for_column(0, "token", ["of ", "mice"])
    shown[1].hover(0, 1)
    page.get_by_text("focus 1").wait_for()
    shown[0].wait_for_column(0, "heat", [0, 1])
