"""At rest, before anything is focused, tokens show the heat they have on average."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.ui.heatmap_page import HeatmapPage
from textualheatmap import Facet, TextualHeatmap

APP = """
import panel as pn
from tests.ui.test_rest import build_heatmap
heatmap = build_heatmap()
button = pn.widgets.Button(name="free")
button.on_click(lambda event: setattr(heatmap, "focus", None))
plain = pn.widgets.Button(name="plain")
plain.on_click(lambda event: setattr(heatmap, "rest", "plain"))
pn.Column(heatmap, button, plain).servable()
"""
TOKENS = ["a ", "b ", "c "]


def build_heatmap() -> TextualHeatmap:
    facets = [
        Facet.from_arrays(TOKENS, [[1, 0, 0], [1, 1, 0], [1, 0.5, 0.75]]),
        Facet.from_arrays(TOKENS, [[-4, 0, 0], [1, 1, 0], [0, 2, 0]]),
    ]
    return TextualHeatmap(width=500, scale="row").set_data(facets)


@pytest.fixture(params=["saved", "served"])
def heatmap(
    request: pytest.FixtureRequest,
    page: Page,
    saved: Callable[[TextualHeatmap], HeatmapPage],
    served: Callable[[str], str],
) -> HeatmapPage:
    if request.param == "saved":
        return saved(build_heatmap())
    page.goto(served(APP))
    return HeatmapPage(page)


def test_the_average_is_shown_and_named_until_a_token_is_focused(
    heatmap: HeatmapPage,
) -> None:
    page = heatmap.page
    heatmap.wait_for_column(0, "heat", [1, 0.5, 0.25])
    assert heatmap.column(0, "value") == [1, 0.5, 0.25]
    # Signed heat has a middle: averages of -1, 1 and 0.
    heatmap.wait_for_column(1, "heat", [0, 1, 0.5])
    expect(page.get_by_text("on average", exact=True)).to_be_visible()
    legend = "heat, average of all; full colour: the largest"
    expect(page.get_by_text(legend)).to_be_visible()
    heatmap.hover(0, 1)
    heatmap.wait_for_column(0, "heat", [1, 1, 0])
    expect(page.get_by_text("on average", exact=True)).to_have_count(0)
    expect(page.get_by_text("heat; full colour: the row's largest")).to_be_visible()


def test_ends_that_are_set_hold_for_averages_too(
    saved: Callable[[TextualHeatmap], HeatmapPage],
) -> None:
    heatmap = build_heatmap()
    heatmap.high = 2
    shown = saved(heatmap)
    shown.wait_for_column(0, "heat", [0.5, 0.25, 0.125])
    legend = "heat, average of all; ends as set"
    # The static picture, which has one too, may still be there.
    expect(shown.page.get_by_text(legend).last).to_be_visible()


def test_they_come_back_when_python_takes_the_focus_away(
    page: Page, served: Callable[[str], str]
) -> None:
    page.goto(served(APP))
    shown = HeatmapPage(page)
    shown.hover(0, 1)
    shown.wait_for_column(0, "heat", [1, 1, 0])
    page.get_by_role("button", name="free").click()
    shown.wait_for_column(0, "heat", [1, 0.5, 0.25])
    page.get_by_role("button", name="plain").click()
    shown.wait_for_column(0, "heat", [0, 0, 0])
    expect(page.get_by_text("no focus", exact=True)).to_be_visible()


def test_the_page_shows_them_for_the_slice_that_was_chosen(
    saved: Callable[[TextualHeatmap], HeatmapPage],
) -> None:
    heat = np.stack([np.eye(3), [[1, 0, 0], [1, 1, 0], [1, 0.5, 0.75]]])
    facet = Facet.from_arrays(TOKENS, heat, axes=["layer"])
    heatmap = TextualHeatmap().set_data([facet])
    heatmap.axes = {"layer": 1}
    shown = saved(heatmap)
    shown.wait_for_column(0, "heat", [1, 0.5, 0.25])


def test_a_saved_page_has_them_for_every_slice(
    saved: Callable[[TextualHeatmap], HeatmapPage],
) -> None:
    heat = np.stack([np.diag([0, 1.5, 3]), np.diag([3, 1.5, 0])])
    names = {"first": 0, "second": 1, "largest": "max"}
    links = " ".join(f"[{name}](#axes.layer={at})" for name, at in names.items())
    facet = Facet.from_arrays(TOKENS, heat, axes=["layer"], caption=links)
    shown = saved(TextualHeatmap().set_data([facet]))
    # What was chosen at saving: the mean of both.
    shown.wait_for_column(0, "heat", [1, 1, 1])
    # Of what is pooled otherwise the page has none.
    expected = {"second": [1, 0.5, 0], "first": [0, 0.5, 1], "largest": [0, 0, 0]}
    for name, heats in expected.items():
        link = shown.page.get_by_role("link", name=name)
        # The static picture, which has links too, may still be there.
        expect(link).to_have_count(1)
        link.click()
        shown.wait_for_column(0, "heat", heats)


def test_words_have_the_average_of_their_pieces(
    saved: Callable[[TextualHeatmap], HeatmapPage],
) -> None:
    facet = Facet.from_arrays(["un", "der ", "it"], np.diag([3, 0.75, 1.5]))
    shown = saved(TextualHeatmap(grouping="word").set_data([facet]))
    shown.wait_for_column(0, "heat", [1, 1, 0.5])
