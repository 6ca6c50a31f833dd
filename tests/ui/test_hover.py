"""A hover moves the focus of every facet."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.conftest import list_records, load_sample
from tests.ui.heatmap_page import HeatmapPage
from textualheatmap import Facet, TextualHeatmap

Open = Callable[..., HeatmapPage]
Records = list[list[dict[str, Any]]]


def assert_heat_row(shown: HeatmapPage, facet: int, row: list[float]) -> None:
    """Assert that a facet is coloured by a row, but for half a step of the coding."""
    heat = shown.heat(facet)
    assert sorted(heat) == list(range(len(row)))
    # The codes are of square roots.
    half_step = np.sqrt(max(row)) / 254 / 2
    roots = np.sqrt([heat[i] for i in range(len(row))])
    assert roots == pytest.approx(np.sqrt(row), rel=0, abs=half_step + 1e-6)


def build_samples() -> TextualHeatmap:
    heatmap = TextualHeatmap(facet_titles=["GRU", "LSTM"])
    return heatmap.set_data(load_sample("autocomplete"))


def test_a_hover_in_any_facet_recolours_every_facet(
    saved_once: Open, autocomplete: Records
) -> None:
    shown = saved_once(build_samples)
    for hovered, index in product((0, 1), (159, 0, 196)):
        shown.hover(hovered, index)
        shown.wait_for_focus(index)
        for facet, records in enumerate(autocomplete):
            assert_heat_row(shown, facet, records[index]["heat"])


def test_the_focused_token_is_underlined_in_every_facet(saved_once: Open) -> None:
    shown = saved_once(build_samples)
    for hovered, facet in product((0, 1), (0, 1)):
        index = 60 + hovered
        shown.hover(hovered, index)
        shown.wait_for_focus(index)
        row = shown.column(facet, "index").index(index)
        for side in ("left", "right", "bottom"):
            cell = shown.column(facet, side)[row]
            assert shown.column(facet, side, "focus") == [cell]
        [top] = shown.column(facet, "top", "focus")
        assert 1 <= shown.column(facet, "bottom")[row] - top <= 4


def build_pieces_and_characters() -> TextualHeatmap:
    [pieces] = load_sample("masked")
    text = "".join(record["token"] for record in pieces)
    characters = Facet.from_arrays(list(text), np.eye(len(text)))
    heatmap = TextualHeatmap(facet_titles=["WordPiece", "characters"])
    return heatmap.set_data([pieces, characters])


def test_facets_of_one_text_are_linked_by_characters(
    saved_and_served: Open, masked: Records
) -> None:
    [pieces] = masked
    facet, _ = build_pieces_and_characters().facets
    text = "".join(record["token"] for record in pieces)
    frame = facet.to_frame()
    # Special tokens are no part of the text.
    frame = frame[~frame["format"]].reset_index().iloc[1:-1]
    shown = saved_and_served(build_pieces_and_characters)
    for index, start, end in frame[["start", "end"]].itertuples():
        shown.hover(1, end - 1)
        shown.wait_for_focus(end - 1, facet=1)
        assert_heat_row(shown, 0, pieces[frame["index"][index]]["heat"])
        shown.wait_for_property("focus-slider", "value", index)
        if index % 8 == 0:
            shown.hover(0, index)
            shown.wait_for_focus(index, facet=0)
            covered = np.zeros(len(text))
            covered[start:end] = 1
            assert_heat_row(shown, 1, covered.tolist())


def build_two() -> TextualHeatmap:
    heatmap = TextualHeatmap(show_meta=True, facet_titles=["a", "b"])
    return heatmap.set_data(list_records())


def test_a_focus_that_covers_several_tokens_shows_the_largest_heat(
    saved_once: Open, records: Records
) -> None:
    shown = saved_once(build_two)
    shown.hover(1, 0)
    shown.wait_for_focus(0, facet=1)
    rows = [records[0][i]["heat"] for i in (0, 1)]
    assert_heat_row(shown, 0, np.max(rows, axis=0).tolist())
    assert len(shown.column(0, "left", "focus")) == 2


def test_a_token_that_the_other_facet_lacks_shows_its_nearest_one_faintly(
    saved: Open,
) -> None:
    facets = [
        Facet.from_arrays(tokens, np.eye(len(tokens)))
        for tokens in (["one", "", "two"], ["one", "two"])
    ]
    shown = saved(TextualHeatmap(facet_titles=["a", "b"]).set_data(facets))
    shown.hover(0, 1)
    shown.wait_for_focus(1, facet=0)
    assert shown.heat(0) == {0: 0, 1: 1, 2: 0}
    assert sorted(shown.heat(1).values()) == pytest.approx([0, 0.4])
    shown.hover(0, 2)
    shown.wait_for_focus(2, facet=0)
    assert shown.heat(1) == {0: 0, 1: 1}


def test_facets_of_different_texts_are_not_linked(saved: Open) -> None:
    short = [{"token": "x ", "heat": [1, 0]}, {"token": "y", "heat": [0, 1]}]
    long = Facet.from_arrays(["some ", "other ", "words"], np.eye(3))
    shown = saved(TextualHeatmap(facet_titles=["a", "b"]).set_data([short, long]))
    shown.hover(1, 1)
    shown.wait_for_focus(1, facet=1)
    assert_heat_row(shown, 1, [0, 1, 0])
    assert_heat_row(shown, 0, [0, 0])
    assert shown.column(0, "left", "focus") == []
    assert shown.focus() == [1, 1]


def test_the_focus_stays_when_the_pointer_leaves(
    saved_once: Open, autocomplete: Records
) -> None:
    shown = saved_once(build_samples)
    shown.hover(0, 159)
    shown.wait_for_focus(159)
    shown.page.mouse.move(1200, 700)
    shown.settle()
    assert shown.focus() == [0, 159]
    assert_heat_row(shown, 0, autocomplete[0][159]["heat"])


def test_a_format_token_is_neither_focused_nor_coloured(
    saved: Open, records: Records
) -> None:
    shown = saved(TextualHeatmap().set_data([records[1]]))
    shown.hover(0, 0)
    shown.wait_for_focus(0)
    gap = (shown.cell(0, 0)["right"] + shown.cell(0, 1)["left"]) / 2
    middle = (shown.cell(0, 0)["top"] + shown.cell(0, 0)["bottom"]) / 2
    assert shown.cell(0, 1)["left"] - shown.cell(0, 0)["right"] > 4
    shown.page.mouse.click(gap, middle)
    shown.settle()
    assert shown.focus() == [0, 0]
    assert not shown.pinned()
    assert shown.column(0, "index") == [0, 1]


def test_the_meta_of_the_focus_fill_the_boxes_of_each_facet(
    saved_once: Open,
) -> None:
    shown = saved_once(build_two)
    assert shown.meta(0, 2) == [("", ""), ("", "")]
    shown.hover(0, 2)
    shown.wait_for_focus(2)
    assert shown.meta(0, 2) == [("down", ""), ("up", "")]
    assert shown.meta(1, 1) == [("down", "25%")]
    for text in ("up", "25%"):
        shown.page.get_by_text(text, exact=True).wait_for()
    assert shown.page.get_by_text("down", exact=True).count() == 2


def test_a_token_without_meta_empties_the_boxes(saved: Open) -> None:
    data = [
        {"token": "with ", "meta": ["x", ["y", 0.5]], "heat": [1, 0, 0]},
        {"token": "less ", "meta": ["z"], "heat": [0, 1, 0]},
        {"token": "none", "heat": [0, 0, 1]},
    ]
    shown = saved(TextualHeatmap(show_meta=True).set_data([data]))
    expected = [
        [("x", ""), ("y", "50%")],
        [("z", ""), ("", "")],
        [("", ""), ("", "")],
    ]
    for index, boxes in enumerate(expected):
        shown.hover(0, index)
        shown.wait_for_focus(index)
        assert shown.meta(0, 2) == boxes


def test_of_a_focus_of_several_tokens_the_last_one_has_its_meta_shown(
    saved: Open, records: Records
) -> None:
    heatmap = TextualHeatmap(show_meta=True).set_data(records[:1])
    heatmap.highlight(slice(0, 3))
    shown = saved(heatmap)
    shown.wait_for_focus(0)
    assert shown.meta(0, 2) == [("down", ""), ("up", "")]
