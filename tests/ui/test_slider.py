"""The slider under the facets, by mouse and by keys."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.conftest import load_sample
from tests.ui.heatmap_page import HeatmapPage
from textualheatmap import Facet, TextualHeatmap

Open = Callable[..., HeatmapPage]

FOCUSED = """
() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element?.className ?? "";
}
"""


def build_samples() -> TextualHeatmap:
    heatmap = TextualHeatmap(facet_titles=["GRU", "LSTM"])
    return heatmap.set_data(load_sample("autocomplete")).highlight(159)


@pytest.fixture
def shown(saved_once: Open) -> HeatmapPage:
    """Return a saved heatmap whose focus is token 159."""
    shown = saved_once(build_samples)
    shown.wait_for_focus(159)
    return shown


def test_the_slider_starts_at_the_focus(shown: HeatmapPage) -> None:
    assert shown.property("focus-slider", "value") == 159
    shown.page.get_by_text("159 “r”", exact=True).wait_for()


def test_the_slider_reaches_every_token(shown: HeatmapPage) -> None:
    ends = [shown.property("focus-slider", name) for name in ("start", "end", "step")]
    assert ends == [0, 196, 1]


def test_the_slider_follows_a_hover(shown: HeatmapPage) -> None:
    shown.hover(1, 8)
    shown.wait_for_property("focus-slider", "value", 8)
    shown.page.get_by_text("8 “t”", exact=True).wait_for()
    assert shown.focus() == [1, 8]


def build_answer() -> TextualHeatmap:
    prompt = Facet.from_arrays(["Hi"], [[1], [0], [1]], rows_of="answer")
    answer = Facet.from_arrays(["Good ", "day", "."], np.eye(3), id="answer")
    return TextualHeatmap(facets=[prompt, answer]).highlight(2, facet="answer")


def test_it_counts_the_rows_of_a_prompt_that_are_those_of_its_answer(
    saved: Open,
) -> None:
    shown = saved(build_answer())
    shown.wait_for_focus(2, 1)
    assert shown.property("focus-slider", "end") == 2
    shown.wait_for_property("focus-slider", "value", 2)
    shown.hover(1, 1)
    shown.wait_for_property("focus-slider", "value", 1)
    shown.page.locator(".noUi-handle").press("ArrowLeft")
    shown.wait_for_focus(0, 1)
    shown.wait_for_column(0, "heat", [1])


def test_dragging_the_handle_moves_the_focus_and_the_read_out(
    shown: HeatmapPage, autocomplete: list[list[dict[str, Any]]]
) -> None:
    handle = shown.page.locator(".noUi-handle").bounding_box()
    base = shown.page.locator(".noUi-base").bounding_box()
    assert handle is not None
    assert base is not None
    mouse = shown.page.mouse
    y = handle["y"] + handle["height"] / 2
    mouse.move(handle["x"] + handle["width"] / 2, y)
    mouse.down()
    for part in (0.6, 0.4, 0.25):
        mouse.move(base["x"] + base["width"] * part, y)
    mouse.up()
    shown.settle()
    index = shown.property("focus-slider", "value")
    assert index == pytest.approx(0.25 * 196, abs=3)
    assert shown.focus() == [0, index]
    token = autocomplete[0][index]["token"]
    shown.wait_for_property("readout", "text", f"{index} “{token}”")
    assert max(shown.heat(1).values()) == pytest.approx(
        max(autocomplete[1][index]["heat"]), abs=0.01
    )


def test_the_handle_is_reached_by_tab_and_arrow_keys_step_through_tokens(
    shown: HeatmapPage,
) -> None:
    for _ in range(6):
        shown.page.keyboard.press("Tab")
        if "noUi-handle" in shown.page.evaluate(FOCUSED):
            break
    for key, index in (
        ("ArrowRight", 160),
        ("ArrowRight", 161),
        ("ArrowLeft", 160),
        ("ArrowUp", 161),
        ("ArrowDown", 160),
        ("Home", 0),
        ("End", 196),
    ):
        shown.page.keyboard.press(key)
        shown.wait_for_focus(index)
    shown.wait_for_property("readout", "text", "196 “e”")


def test_a_resting_pointer_does_not_undo_a_key(shown: HeatmapPage) -> None:
    shown.hover(0, 100)
    shown.wait_for_property("focus-slider", "value", 100)
    shown.page.locator(".noUi-handle").focus()
    shown.page.keyboard.press("ArrowRight")
    shown.wait_for_focus(101)
    shown.settle()
    assert shown.focus() == [0, 101]
    assert shown.property("focus-slider", "value") == 101


def test_a_text_of_one_token_has_a_slider_that_rests(saved: Open) -> None:
    shown = saved(TextualHeatmap().set_data([[{"token": "one", "heat": [1]}]]))
    shown.hover(0, 0)
    shown.wait_for_focus(0)
    assert shown.property("focus-slider", "disabled")


def test_assistive_technology_is_told_what_the_slider_is_for(
    shown: HeatmapPage,
) -> None:
    slider = shown.page.get_by_role("slider", name="Focused token")
    slider.focus()
    shown.page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "0 “c”")


def test_arrow_keys_on_a_facet_step_through_the_tokens(shown: HeatmapPage) -> None:
    shown.click(1, 100)
    shown.wait_for_focus(100)
    for key, index in (("ArrowRight", 101), ("ArrowLeft", 100), ("ArrowLeft", 99)):
        shown.page.keyboard.press(key)
        shown.wait_for_focus(index)
    assert shown.pinned()
