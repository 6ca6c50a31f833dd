"""What stands around a facet's plot."""

from typing import Any, cast

import pytest
from bokeh.models import Pane, Plot
from bokeh.models.dom import HTML, Div, Span

from textualheatmap.plot.controls import build_slider_row
from textualheatmap.plot.frame import build_frame
from textualheatmap.scene.geometry import compute_geometry
from textualheatmap.scene.palettes import get_palette
from textualheatmap.state.heatmap import Heatmap

Records = list[list[dict[str, Any]]]
TITLE = "<b>"


def build(records: Records, **style: Any) -> tuple[Pane, Pane | None]:  # noqa: ANN401
    heatmap = Heatmap(facet_titles=[TITLE], **style).set_data(records[:1])
    return build_frame(heatmap, compute_geometry(heatmap), 0, Plot())


def find_title(pane: Pane) -> Span:
    spans = [m for m in pane.references() if isinstance(m, Span)]
    [title] = [span for span in spans if span.children == [TITLE]]
    return title


def test_without_meta_there_is_no_strip(records: Records) -> None:
    pane, strip = build(records)
    assert strip is None
    assert len(pane.elements) == 2


def list_boxes(strip: Pane | None) -> list[list[Any]]:
    """List what each box of meta holds."""
    assert strip is not None
    boxes = cast("list[Div]", strip.elements)
    return [cast("list[Any]", box.children) for box in boxes]


def test_there_is_a_box_for_the_longest_meta(records: Records) -> None:
    records[0][1]["meta"] = ["1", "2", "3", "4"]
    del records[0][2]["meta"]
    _, strip = build(records, show_meta=True)
    boxes = list_boxes(strip)
    assert len(boxes) == 4
    for text, note in boxes:
        assert isinstance(text, Span)
        assert isinstance(note, Span)
        assert text.children == note.children == []


def test_a_facet_without_meta_keeps_no_room_for_them_beside_one_with(
    records: Records,
) -> None:
    for record in records[0]:
        del record["meta"]
    heatmap = Heatmap(show_meta=True).set_data(records)
    geometry = compute_geometry(heatmap)
    frames = [build_frame(heatmap, geometry, i, Plot()) for i in range(2)]
    assert [strip is None for _, strip in frames] == [True, False]
    rows = [cast("dict", pane.styles)["grid-template-rows"] for pane, _ in frames]
    assert rows == ["auto", "40px auto"]


def test_meta_that_are_missing_everywhere_have_no_strip(records: Records) -> None:
    for record in records[0]:
        del record["meta"]
    _, strip = build(records, show_meta=True)
    assert strip is None


@pytest.mark.parametrize("rotate", [False, True])
def test_a_title_is_text_and_is_rotated_on_demand(
    records: Records, *, rotate: bool
) -> None:
    pane, _ = build(records, rotate_facet_titles=rotate)
    style = find_title(pane).style
    assert isinstance(style, dict)
    assert ("writing-mode" in style) == rotate
    assert not [m for m in pane.references() if isinstance(m, HTML)]


def test_a_long_title_is_cut_and_told_whole_on_hover(records: Records) -> None:
    whole = "A transformer\nof twelve layers"
    heatmap = Heatmap(facet_titles=[whole]).set_data(records[:1])
    pane, _ = build_frame(heatmap, compute_geometry(heatmap), 0, Plot())
    [tab] = [m for m in pane.references() if m.name == "title-0"]
    assert isinstance(tab, Pane)
    assert tab.html_attributes == {"title": "A transformer↵of twelve layers"}
    [title] = cast("list[Span]", tab.elements)
    assert title.children == ["A transforme…"]


def test_the_panel_has_the_colour_of_no_heat(records: Records) -> None:
    pane, _ = build(records, palette="paper")
    styles = [m.style for m in pane.references() if isinstance(m, Div)]
    grounds = [style.get("background") for style in styles if isinstance(style, dict)]
    assert get_palette("paper").colors[0] in grounds


@pytest.mark.parametrize("width", [160, 600, 1200])
def test_read_out_and_slider_fit_the_width(records: Records, width: int) -> None:
    heatmap = Heatmap(width=width).set_data(records[:1])
    row, slider, _ = build_slider_row(heatmap, compute_geometry(heatmap))
    assert isinstance(row, Pane)
    assert cast("dict[str, str]", row.styles)["width"] == f"{width}px"
    assert slider.width is not None
    assert 0 < slider.width < width


def test_a_single_token_leaves_the_slider_nothing_to_do() -> None:
    heatmap = Heatmap().set_data([[{"token": "a", "heat": [1]}]])
    _, slider, _ = build_slider_row(heatmap, compute_geometry(heatmap))
    assert slider.disabled
    assert slider.end > slider.start
