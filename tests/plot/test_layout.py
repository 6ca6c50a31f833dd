"""A whole heatmap as one Bokeh layout."""

import json
import operator
import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from bokeh.models import Column, CustomJS, LayoutDOM, Pane, Slider, Tooltip

from textualheatmap.facet.facet import Facet
from textualheatmap.plot.controls import ReadOut
from textualheatmap.plot.layout import (
    BUNDLE,
    build_layout,
    replace_facets,
    start_in_browser,
)
from textualheatmap.plot.payload import FacetData, FacetPacker, HeatmapState
from textualheatmap.scene.geometry import compute_geometry, fit_width, measure
from textualheatmap.scene.wrap import split_units
from textualheatmap.state.heatmap import MIN_WIDTH, Heatmap

Records = list[list[dict[str, Any]]]


@pytest.fixture
def heatmap(records: Records) -> Heatmap:
    """Return a heatmap of two facets, with meta."""
    return Heatmap(show_meta=True, facet_titles=["a", "b"]).set_data(records)


def name_all(layout: Column, kind: type[Any]) -> list[str]:
    return sorted(
        str(model.name) for model in layout.references() if isinstance(model, kind)
    )


def test_without_data_the_layout_is_empty() -> None:
    layout, state = build_layout(Heatmap())
    assert layout.children == []
    assert state.command["state"]["facet"] is None
    assert state.parts is None


def test_every_model_is_new_at_each_call(heatmap: Heatmap) -> None:
    first, _ = build_layout(heatmap)
    second, _ = build_layout(heatmap)
    assert first.references().isdisjoint(second.references())


def test_the_parts_have_the_names_that_a_page_knows(heatmap: Heatmap) -> None:
    layout, _ = build_layout(heatmap)
    assert layout.name == "heatmap"
    assert name_all(layout, FacetData) == ["data-0", "data-1"]
    assert {"meta-0", "meta-1"} < set(name_all(layout, Pane))
    assert name_all(layout, Slider) == ["focus-slider"]
    assert name_all(layout, ReadOut) == ["readout"]
    assert name_all(layout, HeatmapState) == ["state"]


def test_without_interaction_there_is_nothing_to_move_the_focus(
    records: Records,
) -> None:
    heatmap = Heatmap(interactive=False, facet_titles=["a", "b"]).set_data(records)
    layout, _ = build_layout(heatmap)
    models = layout.references()
    assert not [m for m in models if isinstance(m, Slider | ReadOut | Tooltip)]
    assert not [m for m in models if m.js_event_callbacks]


def test_the_state_is_that_of_the_heatmap(heatmap: Heatmap) -> None:
    heatmap.highlight(1, facet="b")
    heatmap.pinned = True
    _, state = build_layout(heatmap)
    assert state.command == {
        "version": heatmap.version,
        "sequence": 0,
        "state": heatmap.view_state.to_json(),
    }
    assert state.parts["version"] == heatmap.version


def test_a_new_style_ships_no_facet_again(heatmap: Heatmap) -> None:
    packer = FacetPacker()
    _, state = build_layout(heatmap, packer)
    before = state.parts["facets"]
    heatmap.param.update(width=300, palette="paper", rotate_facet_titles=True)
    build_layout(heatmap, packer, state)
    assert all(map(operator.is_, state.parts["facets"], before))


def test_new_meta_or_breaks_ship_no_heat_again(heatmap: Heatmap) -> None:
    packer = FacetPacker()
    _, state = build_layout(heatmap, packer)
    before = state.parts["facets"]
    heatmap.param.update(show_meta=False, wrap_after_token=True)
    build_layout(heatmap, packer, state)
    for facet, old in zip(state.parts["facets"], before, strict=True):
        assert facet is not old
        assert facet.heat is old.heat


def test_another_slice_replaces_the_heat_and_nothing_else() -> None:
    facets = [
        Facet.from_arrays(["a"], [[[1]], [[0.5]]], axes=["layer"], title="deep"),
        Facet.from_arrays(["a"], [[1]], title="flat"),
    ]
    heatmap, packer = Heatmap().set_data(facets), FacetPacker()
    heatmap.axes = {"layer": 0}
    _, state = build_layout(heatmap, packer)
    before = state.parts
    heatmap.axes = {"layer": 1}
    assert replace_facets(heatmap, packer, state)
    deep, flat = state.parts["facets"]
    assert deep.heat.reach == [0.5]
    assert flat is before["facets"][1]
    others = {name: part for name, part in state.parts.items() if name != "facets"}
    assert others == {name: before[name] for name in others}


def test_the_slider_stands_at_the_focus_and_reaches_every_token(
    heatmap: Heatmap,
) -> None:
    layout, _ = build_layout(heatmap.highlight(1))
    [slider] = [m for m in layout.references() if isinstance(m, Slider)]
    assert (slider.start, slider.value, slider.end, slider.step) == (0, 1, 2, 1)


def test_a_long_text_gets_a_minimap_for_every_facet() -> None:
    facet = Facet.from_arrays(["line\n"] * 61, np.zeros((61, 61)))
    heatmap = Heatmap(facet_titles=["a", "b"]).set_data([facet, facet])
    layout, _ = build_layout(heatmap)
    names = {str(model.name) for model in layout.references()}
    assert {"minimap-0", "minimap-1", "window-0", "window-1"} <= names


def test_nothing_is_evaluated_from_a_string_unless_it_has_to_be(
    heatmap: Heatmap,
) -> None:
    layout, state = build_layout(heatmap)
    assert not [m for m in layout.references() if isinstance(m, CustomJS)]
    start_in_browser(state)
    [start] = [m for m in layout.references() if isinstance(m, CustomJS)]
    assert start.code == BUNDLE.read_text(encoding="utf-8")
    assert start.module is False


def build_stretching(count: int, **style: Any) -> Heatmap:  # noqa: ANN401
    """Return two facets of so many words, one of them with another title."""
    words = ["alpha ", "be ", "see\n", "delta ", "epsilon-", "漢字 ", "of "]
    tokens = [words[i % len(words)] for i in range(count)]
    facets = [Facet.from_arrays(t, np.eye(len(t))) for t in (tokens, tokens[::-1])]
    style = {"facet_titles": ["a", "another title"], **style}
    return Heatmap(sizing_mode="stretch_width", **style).set_data(facets)


def test_a_heatmap_is_fixed_unless_it_is_said_to_stretch(heatmap: Heatmap) -> None:
    layout, state = build_layout(heatmap)
    assert (layout.sizing_mode, layout.min_width) == (None, None)
    assert "contain" not in cast("dict[str, str]", layout.styles)
    assert state.parts["stretch"] is None
    sized = [each for each in layout.references() if isinstance(each, LayoutDOM)]
    assert {each.sizing_mode for each in sized} == {None}


def test_what_stretches_may_be_as_narrow_as_a_width_and_no_narrower() -> None:
    layout, state = build_layout(build_stretching(7, width=500))
    assert (layout.sizing_mode, layout.min_width) == ("stretch_width", MIN_WIDTH)
    styles = cast("dict[str, str]", layout.styles)
    assert styles["contain"] == "inline-size"
    assert state.parts["stretch"]["width"] == 500
    assert state.parts["stretch"]["least_width"] == MIN_WIDTH


def test_the_text_travels_cut_where_lines_may_break() -> None:
    heatmap = build_stretching(20)
    _, state = build_layout(heatmap)
    for facet, packed in zip(heatmap.facets, state.parts["facets"], strict=True):
        units = json.loads(zlib.decompress(packed.text))["units"]
        assert units == json.loads(json.dumps(split_units(facet.tokens).to_json()))


@pytest.mark.parametrize(("count", "are_there"), [(40, False), (250, True)])
def test_there_are_minimaps_where_a_narrower_page_has_them(
    count: int, *, are_there: bool
) -> None:
    heatmap = build_stretching(count)
    assert not compute_geometry(heatmap).windowed
    _, state = build_layout(heatmap)
    assert bool(state.parts["minimaps"]) == are_there
    heatmap.sizing_mode = "fixed"
    assert build_layout(heatmap)[1].parts["minimaps"] == []


def test_what_is_appended_leaves_the_plots_to_the_browser() -> None:
    facet = Facet.from_arrays(["word "] * 10, np.eye(10))
    heatmap = Heatmap(sizing_mode="stretch_width", facets=[facet])
    packer = FacetPacker()
    _, state = build_layout(heatmap, packer)
    height = state.parts["plots"][0].height
    heatmap.append(0, ["word "] * 60)
    assert replace_facets(heatmap, packer, state)
    assert state.parts["plots"][0].height == height
    assert state.parts["geometry"][0]["lines"] > 1
    heatmap.append(0, ["word "] * 200)
    assert not replace_facets(heatmap, packer, state)
    _, state = build_layout(heatmap, packer, state)
    heatmap.append(0, ["word "] * 800)
    assert replace_facets(heatmap, packer, state)


def test_the_browser_divides_a_width_as_python_does(root: Path) -> None:
    cases = [
        build_stretching(count, **style)
        for count in (1, 30, 200, 300)
        for style in (
            {},
            {"rotate_facet_titles": True, "show_meta": True},
            {"max_height": 100, "facet_titles": ["x" * 40, "y"]},
            {"max_height": 60, "show_meta": True, "wrap_after_token": True},
        )
    ]
    widths = [*range(160, 700, 13), 717, 718, 719, 720, 1280, 4000]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    node = shutil.which("node", path=path)
    assert node, "no node: install the extra `lint`"
    given: list[dict[str, Any]] = []
    expected: list[list[dict[str, Any]]] = []
    for heatmap in cases:
        units = compute_geometry(heatmap).units
        measures = build_layout(heatmap)[1].parts["stretch"]
        listed = [facet_units.to_json() for facet_units in units]
        given.append({"measures": measures, "units": listed, "widths": widths})
        fitted = [fit_width(measure(heatmap), units, width) for width in widths]
        expected.append(
            [
                {
                    "columns": geometry.columns,
                    "tab": geometry.tab_width,
                    "window": geometry.window,
                    "hasMinimaps": geometry.windowed,
                    "places": [
                        [cells.line.tolist(), cells.column.tolist()]
                        for cells in geometry.cells
                    ],
                }
                for geometry in fitted
            ]
        )
    done = subprocess.run(
        [node, str(root / "tests/js/fit_width.ts")],
        input=json.dumps(given).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    assert json.loads(done.stdout) == expected
    assert {each["hasMinimaps"] for case in expected for each in case} == {True, False}


def test_a_text_that_grows_makes_its_plot_higher_until_it_needs_a_minimap() -> None:
    heatmap = Heatmap(facets=[Facet.from_arrays(["line\n"] * 2, np.eye(2))])
    packer = FacetPacker()
    layout, state = build_layout(heatmap, packer)
    [slider] = [m for m in layout.references() if isinstance(m, Slider)]
    heatmap.append(0, ["line\n"] * 3)
    assert replace_facets(heatmap, packer, state)
    assert state.parts["plots"][0].height == compute_geometry(heatmap).facet_height(0)
    assert slider.end == 4
    heatmap.append(0, ["line\n"] * 60)
    assert not replace_facets(heatmap, packer, state)
    build_layout(heatmap, packer, state)
    heatmap.append(0, ["line\n"])
    assert not replace_facets(heatmap, packer, state)


def test_a_second_token_makes_the_slider_one_that_moves() -> None:
    heatmap = Heatmap(facets=[Facet.from_arrays(["a"], [[1]])])
    packer = FacetPacker()
    _, state = build_layout(heatmap, packer)
    assert state.parts["controls"]["slider"].disabled
    assert replace_facets(heatmap, packer, state)
    heatmap.append(0, ["b"])
    assert not replace_facets(heatmap, packer, state)
    _, state = build_layout(heatmap, packer, state)
    assert not state.parts["controls"]["slider"].disabled
