"""A whole heatmap as one Bokeh layout."""

import operator
from typing import Any

import numpy as np
import pytest
from bokeh.models import Column, CustomJS, Pane, Slider, Tooltip

from textualheatmap.facet.facet import Facet
from textualheatmap.plot.controls import ReadOut
from textualheatmap.plot.layout import (
    BUNDLE,
    build_layout,
    replace_facets,
    start_in_browser,
)
from textualheatmap.plot.payload import FacetData, FacetPacker, HeatmapState
from textualheatmap.state.heatmap import Heatmap

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
