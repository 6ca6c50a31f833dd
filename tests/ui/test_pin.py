"""A click pins the focus; the same click, or Esc, releases it."""

from collections.abc import Callable

import pytest

from tests.conftest import load_sample
from tests.ui.heatmap_page import HeatmapPage
from textualheatmap import TextualHeatmap

Open = Callable[..., HeatmapPage]


def build_samples() -> TextualHeatmap:
    heatmap = TextualHeatmap(facet_titles=["GRU", "LSTM"])
    return heatmap.set_data(load_sample("autocomplete"))


@pytest.fixture
def shown(saved_once: Open) -> HeatmapPage:
    """Return a saved heatmap whose token 20 was clicked."""
    shown = saved_once(build_samples)
    shown.click(0, 20)
    shown.wait_for_pinned(pinned=True)
    shown.wait_for_focus(20)
    return shown


def assert_hover_moves(shown: HeatmapPage) -> None:
    """Assert that the focus is free."""
    shown.hover(0, 90)
    shown.wait_for_focus(90)


def test_hover_leaves_a_pin_alone(shown: HeatmapPage) -> None:
    heat = shown.heat(0)
    for facet, index in ((0, 90), (1, 150)):
        shown.hover(facet, index)
        shown.settle()
        assert shown.focus() == [0, 20]
        assert shown.heat(0) == heat


def test_a_pin_is_seen_and_said(shown: HeatmapPage) -> None:
    shown.wait_for_property("readout", "text", "20 “t” pinned")
    [pinned] = shown.column(0, "top", "focus")
    shown.page.keyboard.press("Escape")
    shown.wait_for_property("readout", "text", "20 “t”")
    shown.settle()
    [free] = shown.column(0, "top", "focus")
    assert pinned < free


def test_a_second_click_releases_the_pin(shown: HeatmapPage) -> None:
    shown.hover(0, 90)
    shown.click(0, 20)
    shown.wait_for_pinned(pinned=False)
    assert_hover_moves(shown)


def test_two_quick_clicks_pin_and_release(shown: HeatmapPage) -> None:
    shown.click(0, 20)
    shown.wait_for_pinned(pinned=False)
    shown.click(0, 20)
    shown.wait_for_pinned(pinned=True)
    shown.click(0, 20)
    shown.wait_for_pinned(pinned=False)


def test_a_click_on_its_counterpart_releases_the_pin(shown: HeatmapPage) -> None:
    shown.click(1, 20)
    shown.wait_for_pinned(pinned=False)


def test_a_click_on_another_token_moves_the_pin(shown: HeatmapPage) -> None:
    shown.click(1, 90)
    shown.wait_for_focus(90)
    assert shown.pinned()


def test_escape_releases_the_pin(shown: HeatmapPage) -> None:
    shown.page.keyboard.press("Escape")
    shown.wait_for_pinned(pinned=False)
    assert shown.focus() == [0, 20]
    assert_hover_moves(shown)


def test_keys_move_the_pin(shown: HeatmapPage) -> None:
    shown.wait_for_property("focus-slider", "value", 20)
    shown.page.locator(".noUi-handle").focus()
    shown.page.keyboard.press("ArrowRight")
    shown.wait_for_focus(21)
    assert shown.pinned()
    shown.page.keyboard.press("Escape")
    shown.wait_for_pinned(pinned=False)


def test_the_slider_moves_the_pin(shown: HeatmapPage) -> None:
    bar = shown.page.locator(".noUi-base").bounding_box()
    assert bar is not None
    shown.page.mouse.click(bar["x"] + bar["width"] * 0.75, bar["y"] + 2)
    shown.settle()
    shown.wait_for_focus(shown.property("focus-slider", "value"))
    assert shown.focus()[1] > 100
    assert shown.pinned()
