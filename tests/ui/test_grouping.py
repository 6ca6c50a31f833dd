"""Tokens of a word glow and are focused together, in every facet."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.ui.heatmap_page import PROPERTY, HeatmapPage
from textualheatmap import Facet, TextualHeatmap

APP = """
import re
import panel as pn
from tests.ui.test_grouping import build_heatmap
heatmap = build_heatmap()
buttons = []
choices = {"token": "token", "word": "word", "match": re.compile("n i")}
for name, value in choices.items():
    button = pn.widgets.Button(name=name, width=60)
    button.on_click(lambda event, value=value: setattr(heatmap, "grouping", value))
    buttons.append(button)
pn.Column(heatmap, *buttons).servable()
"""
# Of the rows of "un", "seen", " it": the words "unseen" and " it".
HEAT = [[1, 0, 0], [0, 0, 1], [0, 0, 1]]


def build_heatmap(**style: object) -> TextualHeatmap:
    facets = [
        Facet.from_arrays(["un", "seen", " it"], HEAT, title="pieces"),
        Facet.from_arrays(
            [*"unseen it"], [[float(i == k) for i in range(9)] for k in range(9)]
        ),
    ]
    return TextualHeatmap(width=500, link=True, **style).set_data(facets).highlight(0)  # pyright: ignore[reportArgumentType]


def wait_for_span(shown: HeatmapPage, start: int, stop: int) -> None:
    """Wait until these tokens of the first facet are the focus."""
    shown.wait_for_focus(start, 0)
    shown.page.wait_for_function(
        f"(stop) => ({PROPERTY})(['state', 'value', 0])?.value.stop === stop", arg=stop
    )


@pytest.fixture
def grouped(saved: Callable[[TextualHeatmap], HeatmapPage]) -> HeatmapPage:
    return group(saved(build_heatmap()))


def group(shown: HeatmapPage) -> HeatmapPage:
    """Show words instead of tokens."""
    shown.wait_for_focus(0)
    shown.wait_for_column(0, "heat", [1, 0, 0])
    # A link switches it without Python.
    shown.page.evaluate("() => { location.hash = '#grouping=word' }")
    shown.wait_for_column(0, "heat", [1, 1, 1])
    return shown


def test_a_hover_focuses_the_whole_word_and_shows_it_as_one(
    saved_and_served: Callable[..., HeatmapPage],
) -> None:
    grouped = group(saved_and_served(build_heatmap, APP))
    grouped.hover(0, 2)
    wait_for_span(grouped, 2, 3)
    grouped.wait_for_column(0, "heat", [0, 0, 1])
    grouped.hover(0, 1)
    wait_for_span(grouped, 0, 2)
    grouped.wait_for_column(0, "heat", [1, 1, 1])
    # Its letters in the other facet, which are not in the space between the words.
    grouped.wait_for_column(1, "heat", [1] * 6 + [0] * 3)
    grouped.wait_for_property("readout", "text", "0 “unseen”")
    # From a letter of the other facet as well.
    grouped.hover(1, 8)
    grouped.wait_for_focus(7, 1)
    grouped.wait_for_column(0, "heat", [0, 0, 1])


def test_keys_go_by_words_and_extend_by_them(grouped: HeatmapPage) -> None:
    page = grouped.page
    grouped.click(0, 0)
    wait_for_span(grouped, 0, 2)
    page.keyboard.press("ArrowRight")
    wait_for_span(grouped, 2, 3)
    page.keyboard.press("ArrowLeft")
    wait_for_span(grouped, 0, 2)
    page.keyboard.press("Shift+ArrowRight")
    wait_for_span(grouped, 0, 3)
    page.keyboard.press("Shift+ArrowLeft")
    wait_for_span(grouped, 0, 2)


def test_the_tooltip_ranks_words(grouped: HeatmapPage) -> None:
    grouped.hover(0, 2)
    expect(grouped.page.locator("[data-tooltip]")).to_contain_text("rank 1 of 2")


def test_python_switches_it_live(page: Page, served: Callable[[str], str]) -> None:
    page.goto(served(APP))
    shown = HeatmapPage(page)
    shown.wait_for_column(0, "heat", [1, 0, 0])
    page.get_by_role("button", name="word").click()
    shown.wait_for_column(0, "heat", [1, 1, 1])
    wait_for_span(shown, 0, 2)
    # "seen" and " it" share a match, which Python finds, and "un" was chosen.
    page.get_by_role("button", name="match").click()
    wait_for_span(shown, 0, 1)
    shown.hover(0, 2)
    wait_for_span(shown, 1, 3)
    page.get_by_role("button", name="token").click()
    shown.wait_for_column(0, "heat", [0, 0, 1])
    shown.hover(0, 0)
    shown.wait_for_column(0, "heat", [1, 0, 0])
    shown.hover(0, 1)
    shown.wait_for_column(0, "heat", [0, 0, 1])
