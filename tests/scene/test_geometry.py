"""Where everything of a heatmap lies."""

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wcwidth import iter_graphemes, wcswidth

from textualheatmap.facet.facet import Facet
from textualheatmap.scene.escape import escape_text
from textualheatmap.scene.geometry import (
    CELL_WIDTH,
    LINE_HEIGHT,
    Geometry,
    compute_geometry,
)
from textualheatmap.state.heatmap import MIN_HEIGHT, MIN_WIDTH, Heatmap


def measure(lines: int, **style: Any) -> Geometry:  # noqa: ANN401
    """Return the geometry of one facet with so many short lines, which have meta."""
    tokens, heat = ["line\n"] * lines, np.zeros((lines, lines))
    facet = Facet.from_arrays(tokens, heat, [["meta"]] * lines)
    return compute_geometry(Heatmap(**style).set_data([facet]))


@settings(max_examples=30)
@given(
    width=st.integers(MIN_WIDTH, 1200),
    title=st.integers(1, 80).map("x".__mul__),
    lines=st.sampled_from([1, 60, 61]),
    rotate=st.booleans(),
)
def test_text_title_and_minimap_fit_the_width(
    width: int, title: str, lines: int, *, rotate: bool
) -> None:
    geometry = measure(
        lines, width=width, facet_titles=[title], rotate_facet_titles=rotate
    )
    right = geometry.left + geometry.columns * CELL_WIDTH
    assert right <= geometry.panel_width
    assert geometry.panel_width + geometry.tab_width == geometry.plot_width
    assert geometry.plot_width <= geometry.width == width


def test_all_facets_share_the_columns() -> None:
    facets = [Facet.from_arrays(list("ab"), np.eye(2)) for _ in range(2)]
    heatmap = Heatmap(facet_titles=["a", "a much longer title"])
    geometry = compute_geometry(heatmap.set_data(facets))
    alone = measure(1, facet_titles=["a much longer title"])
    assert geometry.columns == alone.columns < measure(1, facet_titles=["a"]).columns


def test_a_rotated_title_leaves_more_room() -> None:
    title = ["a much longer title"]
    rotated = measure(1, facet_titles=title, rotate_facet_titles=True)
    assert rotated.columns > measure(1, facet_titles=title).columns


@pytest.mark.parametrize(("lines", "window"), [(1, 1), (60, 60), (61, 14)])
def test_up_to_60_lines_are_all_shown_and_a_window_beyond(
    lines: int, window: int
) -> None:
    geometry = measure(lines)
    assert geometry.facet_window(0) == window
    assert geometry.windowed == (lines > 60)


@pytest.mark.parametrize("show_meta", [False, True])
@given(max_height=st.integers(MIN_HEIGHT, 900), lines=st.integers(1, 70))
@example(max_height=60, lines=5)
@settings(max_examples=20)
def test_max_height_is_kept_and_used(
    max_height: int, lines: int, *, show_meta: bool
) -> None:
    geometry = measure(lines, max_height=max_height, show_meta=show_meta)
    height = geometry.facet_height(0) + geometry.meta_height
    assert height <= max_height
    if geometry.windowed:
        assert height > max_height - LINE_HEIGHT


def test_the_lowest_max_height_leaves_meta_their_room_and_shows_one_line() -> None:
    geometry = measure(5, max_height=MIN_HEIGHT, show_meta=True)
    assert geometry.facet_window(0) == 1
    assert geometry.meta_height == 24


def test_a_long_title_takes_no_more_than_a_fifth_of_the_width() -> None:
    geometry = measure(1, facet_titles=["a title of many more words than fit"])
    assert geometry.tab_width == 600 // 5
    assert measure(1, width=2000, facet_titles=["x" * 99]).tab_width == 144


@pytest.mark.parametrize("width", [160, 300, 600])
def test_a_title_of_four_letters_is_whole_at_any_width(width: int) -> None:
    geometry = measure(1, width=width, facet_titles=["LSTM"])
    assert geometry.cut_title("LSTM", 0, rotated=False) == "LSTM"


@settings(max_examples=50)
@given(title=st.text(max_size=60), width=st.integers(MIN_WIDTH, 1200))
def test_a_title_is_cut_only_where_it_would_not_fit(title: str, width: int) -> None:
    geometry = measure(1, width=width, facet_titles=[title])
    cut = geometry.cut_title(title, 0, rotated=False)
    fits = (geometry.tab_width - 16) // CELL_WIDTH
    assert sum(map(wcswidth, iter_graphemes(cut))) <= max(1, fits)
    assert cut == escape_text(title) or cut.endswith("…")


def test_a_rotated_title_may_be_as_long_as_the_facet_is_high() -> None:
    title = "a much longer title"
    low, high = (
        measure(lines, facet_titles=[title], rotate_facet_titles=True).cut_title(
            title, 0, rotated=True
        )
        for lines in (1, 20)
    )
    assert (low, high) == ("a …", title)


def test_a_short_facet_beside_a_long_one_is_not_stretched() -> None:
    facets = [Facet.from_arrays(["line\n"] * n, np.zeros((n, n))) for n in (3, 100)]
    heatmap = Heatmap(facet_titles=["short", "long"]).set_data(facets)
    geometry = compute_geometry(heatmap)
    assert [geometry.facet_window(i) for i in (0, 1)] == [3, 14]
