"""Every box of a heatmap: its place, its text, its heat and its colour."""

import math
import re
from typing import Any

import numpy as np
import pytest

from textualheatmap.facet.facet import Facet
from textualheatmap.scene.geometry import (
    CELL_WIDTH,
    LINE_HEIGHT,
    PADDING,
    compute_geometry,
)
from textualheatmap.scene.meta import NO_META, MetaBox
from textualheatmap.scene.palettes import ANCHORS, get_palette
from textualheatmap.scene.scene import (
    Box,
    FacetScene,
    build_scene,
    pick_color,
    reveal_focus,
)
from textualheatmap.state.colouring import paint_facet
from textualheatmap.state.heatmap import Heatmap

Records = list[list[dict[str, Any]]]
PALETTE = get_palette("viridis")


def list_boxes(facet: FacetScene) -> list[Box]:
    return [box for line in facet.lines for box in line.boxes]


def build_facet(tokens: list[str], heat: object, **style: Any) -> FacetScene:  # noqa: ANN401
    """Return the scene of one facet, the focus on its first token."""
    facet = Facet.from_arrays(tokens, heat, **style.pop("facet", {}))
    heatmap = Heatmap(**style).set_data([facet]).highlight(0)
    return build_scene(heatmap).facets[0]


@pytest.mark.parametrize("step", [1, 2, 3, 127, 128, 129, 254, 255])
def test_each_step_of_a_palette_begins_at_its_share(step: int) -> None:
    start = np.float32(step / 256)
    below = np.nextafter(start, np.float32(0))
    assert pick_color(float(start), PALETTE) == PALETTE.colors[step]
    assert pick_color(float(below), PALETTE) == PALETTE.colors[step - 1]
    assert pick_color(float(start), PALETTE, signed=True) == PALETTE.signed[step]


def test_the_ends_of_a_palette_stand_for_0_and_1_and_missing_for_nan() -> None:
    assert pick_color(0.0, PALETTE) == PALETTE.colors[0]
    assert pick_color(1.0, PALETTE) == PALETTE.colors[255]
    assert pick_color(0.0, PALETTE, signed=True) == PALETTE.signed[0]
    assert pick_color(1.0, PALETTE, signed=True) == PALETTE.signed[255]
    assert pick_color(math.nan, PALETTE) == PALETTE.missing


@pytest.mark.parametrize("palette", ANCHORS)
def test_signed_heat_of_0_has_the_panels_colour(palette: str) -> None:
    chosen = get_palette(palette)
    assert pick_color(0.5, chosen, signed=True) == chosen.colors[0]


def test_boxes_of_a_line_touch_and_lie_in_the_panel(
    autocomplete: Records,
) -> None:
    heatmap = Heatmap(width=400, facet_titles=["GRU", "LSTM"]).set_data(autocomplete)
    scene = build_scene(heatmap.highlight(20))
    for facet in scene.facets:
        for number, line in enumerate(facet.lines):
            assert line.number == number
            assert line.boxes[0].left == PADDING
            ends = [box.left + box.width for box in line.boxes]
            assert [box.left for box in line.boxes[1:]] == ends[:-1]
            assert ends[-1] <= scene.geometry.panel_width - PADDING
            assert {box.top for box in line.boxes} == {PADDING + number * LINE_HEIGHT}
        assert facet.height == len(facet.lines) * LINE_HEIGHT + 2 * PADDING


def test_value_heat_and_colour_are_those_of_the_token(autocomplete: Records) -> None:
    heatmap = Heatmap(scale="row", gamma=0.5, palette="magma")
    heatmap.set_data(autocomplete).highlight(150)
    scene = build_scene(heatmap)
    for i, facet in enumerate(scene.facets):
        painted = paint_facet(heatmap, i)
        for box in list_boxes(facet):
            assert box.value == painted.value[box.index]
            assert box.heat == painted.heat[box.index]
            assert box.color == pick_color(box.heat, get_palette("magma"))
        # That the heat is the focus's, by another way.
        assert painted.value.tolist() == pytest.approx(autocomplete[i][150]["heat"])


def test_format_tokens_have_no_heat_and_the_panels_colour(records: Records) -> None:
    heatmap = Heatmap(facet_titles=["a", "b"]).set_data(records).highlight(2)
    boxes = list_boxes(build_scene(heatmap).facets[1])
    assert [(box.text, box.index) for box in boxes] == [
        ("the cat", 0),
        (" ", -1),
        ("sat", 1),
    ]
    gap = boxes[1]
    assert math.isnan(gap.heat)
    assert math.isnan(gap.value)
    assert (gap.color, gap.underline) == (PALETTE.colors[0], 0)
    assert boxes[0].color == PALETTE.colors[255]
    assert boxes[2].underline


def test_missing_heat_has_a_colour_of_its_own() -> None:
    heat = [[1, math.nan], [0, 1]]
    boxes = list_boxes(build_facet(["a", "b"], heat, facet={"missing": True}))
    assert [box.color for box in boxes] == [PALETTE.colors[255], PALETTE.missing]


def test_signed_heat_has_the_colours_of_signed_heat() -> None:
    heat = [[-1, 0, 1], [0, 0, 0], [0, 0, 0]]
    boxes = list_boxes(build_facet(["a", "b", "c"], heat))
    signed = PALETTE.signed
    assert [box.color for box in boxes] == [signed[0], signed[128], signed[255]]
    assert [box.value for box in boxes] == [-1, 0, 1]


@pytest.mark.parametrize(("pinned", "thickness"), [(False, 2), (True, 4)])
def test_the_focus_is_underlined_thickly_when_pinned(
    records: Records, thickness: int, *, pinned: bool
) -> None:
    heatmap = Heatmap(facet_titles=["a", "b"]).set_data(records)
    heatmap.highlight(slice(0, 2)).pinned = pinned
    scene = build_scene(heatmap)
    assert [[box.underline for box in list_boxes(facet)] for facet in scene.facets] == [
        [thickness, thickness, 0],
        [thickness, 0, 0],
    ]


def test_without_a_focus_nothing_is_coloured_nor_underlined(records: Records) -> None:
    heatmap = Heatmap(facet_titles=["a", "b"], show_meta=True, rest="plain")
    for facet in build_scene(heatmap.set_data(records)).facets:
        boxes = list_boxes(facet)
        assert {(box.color, box.underline) for box in boxes} == {(PALETTE.colors[0], 0)}
        assert set(facet.meta) == {NO_META}


def test_at_rest_tokens_are_coloured_by_their_average_and_not_underlined() -> None:
    facet = Facet.from_arrays(["a", "b"], [[1, 0], [1, 1]])
    boxes = list_boxes(build_scene(Heatmap(facets=[facet])).facets[0])
    assert [box.color for box in boxes] == [
        pick_color(heat, PALETTE) for heat in (1.0, 0.5)
    ]
    assert {box.underline for box in boxes} == {0}


def test_meta_are_those_of_the_last_focused_token(records: Records) -> None:
    heatmap = Heatmap(facet_titles=["a", "b"], show_meta=True).set_data(records)
    scene = build_scene(heatmap.highlight(slice(0, 2)))
    assert [facet.meta for facet in scene.facets] == [
        (MetaBox("sat", "", 0), MetaBox("ran", "", 0)),
        (MetaBox("sat", "50%", 50),),
    ]


def test_of_many_meta_as_many_are_shown_as_fit(records: Records) -> None:
    records[0][1]["meta"] = [str(k) for k in range(10_000)]
    heatmap = Heatmap(show_meta=True, width=400).set_data([records[0]]).highlight(1)
    meta = build_scene(heatmap).facets[0].meta
    told = ", ".join(str(k) for k in range(9, 109))
    assert [box.text for box in meta] == [
        *(str(k) for k in range(9)),
        f"+9991: {told}, …",
    ]


def test_meta_are_left_out_where_they_are_not_shown(records: Records) -> None:
    heatmap = Heatmap(facet_titles=["a", "b"]).set_data(records).highlight(0)
    assert [facet.meta for facet in build_scene(heatmap).facets] == [(), ()]


def test_a_title_is_escaped_and_shown_cut() -> None:
    facet = build_facet(["a"], [[1]], facet_titles=["long short-term\nmemory" * 3])
    assert facet.title == "long short-term↵memory" * 3
    assert facet.title.startswith(facet.label.rstrip("…"))
    assert len(facet.label) < len(facet.title)


@pytest.mark.parametrize(
    ("focus", "first"), [(None, 0), (0, 0), (13, 0), (14, 7), (40, 33), (99, 86)]
)
def test_a_long_text_is_shown_around_its_focus(focus: int | None, first: int) -> None:
    heatmap = Heatmap().set_data(
        [Facet.from_arrays(["line\n"] * 100, np.zeros((100, 100)))]
    )
    heatmap.focus = focus
    lines = build_scene(heatmap).facets[0].lines
    assert [line.number for line in lines] == list(range(first, first + 14))
    assert {box.index for line in lines for box in line.boxes} == set(
        range(first, first + 14)
    )
    assert all(line.is_ended for line in lines)


def test_a_line_may_be_asked_for_and_each_facet_stops_at_its_end() -> None:
    facets = [
        Facet.from_arrays(["line\n"] * n, np.zeros((n, n)), title=str(n))
        for n in (5, 70)
    ]
    scene = build_scene(Heatmap().set_data(facets), line=60)
    assert [facet.lines[0].number for facet in scene.facets] == [0, 56]
    assert [len(facet.lines) for facet in scene.facets] == [5, 14]


def test_the_line_of_a_token_is_that_of_its_first_cell() -> None:
    facet = Facet.from_arrays(["line\n"] * 70 + ["x" * 500], np.zeros((71, 71)))
    heatmap = Heatmap().set_data([facet]).highlight(70)
    geometry = compute_geometry(heatmap)
    assert reveal_focus(heatmap, geometry) == 63


def test_hits_of_a_plain_search_are_marked_on_each_of_their_lines() -> None:
    facet = Facet.from_arrays(["ab", "cd", "\n", "bc", "b"], np.eye(5))
    heatmap = Heatmap(facets=[facet], search="BC")
    lines = build_scene(heatmap).facets[0].lines
    assert [line.marks for line in lines] == [((0, 2),), ((0, 1),)]
    assert lines[1].place_marks() == [(PADDING - 1, 2 * CELL_WIDTH + 2)]
    heatmap.search = "d\nb"
    lines = build_scene(heatmap).facets[0].lines
    assert [line.marks for line in lines] == [((1, 2),), ((0, 1),)]
    heatmap.search = re.compile("bc")
    assert not any(line.marks for line in build_scene(heatmap).facets[0].lines)


def test_a_scene_cannot_change() -> None:
    box = list_boxes(build_facet(["a"], [[1]]))[0]
    with pytest.raises(AttributeError):
        box.color = "#000000"  # pyright: ignore[reportAttributeAccessIssue]
