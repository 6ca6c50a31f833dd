"""Text that runs from right to left, and letters that are joined."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.ui.heatmap_page import HEATMAP, HeatmapPage
from tests.ui.test_selection import paste
from tests.ui.widths import list_boxes, read_boxes, resize
from textualheatmap import Facet, TextualHeatmap
from textualheatmap.export.static_html import render_static
from textualheatmap.scene.scene import build_scene

Open = Callable[..., HeatmapPage]

# Hebrew with a number and English words in it, English with Hebrew words in it, and
# Arabic of which one word is in two tokens.
TOKENS = [
    *("שלום ", "לכם ", "12% ", "hello ", "you ", "כולם", "\n"),
    *("say ", "שלום ", "לכם", " again", "\n"),
    *("سل", "\u0627م", " عليكم"),
]
APP = f"""
import numpy as np
import panel as pn
from textualheatmap import Facet, TextualHeatmap

pn.extension()
tokens = {TOKENS!r}
heatmap = TextualHeatmap(width=600)
heatmap.set_data([Facet.from_arrays(tokens, np.eye(len(tokens)))])
told = pn.pane.Str(pn.bind("focus {{}}".format, heatmap.param.focus))
pn.Column(heatmap, told).servable()
"""
# What is selected in a static page, as it is copied.
COPIED = """
() => {
  const text = document.querySelector("[role=group] > div:first-child > div");
  getSelection().selectAllChildren(text);
  return getSelection().toString();
}
"""


def build(**style: Any) -> TextualHeatmap:  # noqa: ANN401 - any parameters
    facet = Facet.from_arrays(TOKENS, np.eye(len(TOKENS)))
    return TextualHeatmap(**style).set_data([facet])


def build_fixed() -> TextualHeatmap:
    return build(width=600)


@pytest.fixture
def shown(saved_once: Open) -> HeatmapPage:
    return saved_once(build_fixed)


def check_order(shown: HeatmapPage) -> None:
    """Check that tokens stand as their scripts run, the first line at the right."""
    left = {k: shown.cell(0, k)["left"] for k in range(len(TOKENS))}
    hebrew = [0, 1, 2, 4, 3, 5]
    assert sorted(hebrew, key=left.__getitem__) == [5, 3, 4, 2, 1, 0]
    assert sorted(range(7, 11), key=left.__getitem__) == [7, 9, 8, 10]
    assert left[12] > left[13] > left[14]
    edge = shown.cell(0, 0)["right"]
    assert edge == shown.cell(0, 12)["right"]
    assert edge > shown.cell(0, 10)["right"]


def test_a_saved_file_lays_paragraphs_out_as_they_run(shown: HeatmapPage) -> None:
    check_order(shown)
    assert read_boxes(shown, 0) == list_boxes(build(), 0, 600)


def test_a_served_page_does_and_tells_python_of_the_token_there(
    page: Page, served: Callable[[str], str]
) -> None:
    page.goto(served(APP))
    shown = HeatmapPage(page)
    check_order(shown)
    for index in (1, 4, 13):
        shown.hover(0, index)
        page.get_by_text(f"focus {index}", exact=True).wait_for()


def test_the_text_stands_where_its_boxes_are(shown: HeatmapPage) -> None:
    shown.cell(0, 0)
    cells = read_boxes(shown, 0)
    origin = shown.cell(0, 7)["left"] - next(box[1] for box in cells if box[0] == 7)
    edges = {box[1] + origin for box in cells}
    for line in shown.lines(0):
        pieces = sorted(line["pieces"], key=lambda piece: piece["left"])
        for before, after in pairwise(pieces):
            assert before["right"] == after["left"]
        boxed = [piece for piece in pieces if not piece["text"].isascii()]
        assert {piece["left"] for piece in boxed} <= edges


def test_a_page_wraps_again_as_python_does(saved: Open) -> None:
    heatmap = build(sizing_mode="stretch_width")
    shown = saved(heatmap)
    shown.cell(0, 0)
    for width in (260, 420):
        there = resize(shown, width)
        assert read_boxes(shown, 0) == list_boxes(heatmap, 0, there)


def test_left_and_right_step_the_way_the_paragraph_runs(shown: HeatmapPage) -> None:
    shown.click(0, 0)
    page = shown.page
    for key, index in (
        ("ArrowLeft", 1),
        ("ArrowLeft", 2),
        ("ArrowRight", 1),
        ("Home", 0),
        ("End", 6),
        ("ArrowDown", 11),
        ("ArrowLeft", 10),
        ("ArrowRight", 11),
    ):
        page.keyboard.press(key)
        shown.wait_for_focus(index)


def test_text_is_copied_in_reading_order_without_joiners(shown: HeatmapPage) -> None:
    page = shown.page
    page.locator(HEATMAP).focus()
    page.keyboard.press("s")
    start, stop = shown.cell(0, 12), shown.cell(0, 14)
    middle = (start["top"] + start["bottom"]) / 2
    page.mouse.move(start["right"] - 1, middle)
    page.mouse.down()
    page.mouse.move(stop["left"] + 1, middle, steps=5)
    page.mouse.up()
    page.keyboard.press("Control+c")
    assert paste(page) == "سلام عليكم"


def test_letters_of_a_word_in_two_tokens_are_joined(shown: HeatmapPage) -> None:
    texts = [piece["text"] for line in shown.lines(0) for piece in line["pieces"]]
    assert "سل\u200d" in texts
    assert "\u200d\u0627م" in texts


@pytest.mark.parametrize("style", [{"width": 300}, {"sizing_mode": "stretch_width"}])
def test_static_text_is_copied_in_reading_order(
    page: Page, style: dict[str, Any]
) -> None:
    heatmap = build(**style)
    page.set_content(f"<!DOCTYPE html>{render_static(build_scene(heatmap))}")
    assert page.evaluate(COPIED) == "".join(TOKENS)


def test_a_hit_is_marked_around_each_part_of_it(saved: Open) -> None:
    shown = saved(build(width=600, search="לכם 12"))
    shown.cell(0, 0)
    boxes = shown.page.locator("[data-marks] i")
    boxes.first.wait_for()
    # The number stands to the left of the word: one box is around both.
    assert boxes.count() == 1
    box = boxes.first.bounding_box()
    assert box is not None
    word, number = shown.cell(0, 1), shown.cell(0, 2)
    assert abs(box["x"] + 1 - number["left"]) <= 8
    assert abs(box["x"] + box["width"] - 1 - word["right"]) <= 1
