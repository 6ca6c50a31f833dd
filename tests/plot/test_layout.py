"""A whole heatmap as one Bokeh layout."""

from typing import Any

import numpy as np
import pytest
from bokeh.models import Column, CustomJS, Slider, Tooltip

from textualheatmap.facet.facet import Facet
from textualheatmap.plot.controls import ReadOut
from textualheatmap.plot.frame import MetaBox
from textualheatmap.plot.layout import build_layout, read_state
from textualheatmap.plot.linking import load_script
from textualheatmap.plot.payload import FacetData, FocusState
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
    assert state.origin == [0, -1, -1]


def test_every_model_is_new_at_each_call(heatmap: Heatmap) -> None:
    first, _ = build_layout(heatmap)
    second, _ = build_layout(heatmap)
    assert first.references().isdisjoint(second.references())


def test_the_parts_have_the_names_that_a_page_knows(heatmap: Heatmap) -> None:
    layout, _ = build_layout(heatmap)
    assert layout.name == "heatmap"
    assert name_all(layout, FacetData) == ["data-0", "data-1"]
    assert name_all(layout, MetaBox) == ["meta-0-0", "meta-0-1", "meta-1-0"]
    assert name_all(layout, Slider) == ["focus-slider"]
    assert name_all(layout, ReadOut) == ["readout"]
    assert name_all(layout, FocusState) == ["state"]


def test_without_interaction_there_is_nothing_to_move_the_focus(
    records: Records,
) -> None:
    heatmap = Heatmap(interactive=False, facet_titles=["a", "b"]).set_data(records)
    layout, _ = build_layout(heatmap)
    models = layout.references()
    assert not [m for m in models if isinstance(m, Slider | ReadOut | Tooltip)]
    assert not [m for m in models if m.js_event_callbacks]


def test_the_state_is_that_of_the_heatmap(heatmap: Heatmap) -> None:
    heatmap.highlight(2)
    heatmap.pinned = True
    _, state = build_layout(heatmap)
    assert (state.origin, state.pinned) == ([0, 2, 2], True)
    heatmap.highlight(1, facet=1)
    assert read_state(heatmap)["origin"] == [1, 1, 2]


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


def test_all_javascript_comes_from_files(heatmap: Heatmap) -> None:
    layout, _ = build_layout(heatmap)
    known = {
        load_script(name).code
        for name in ("hover", "keys", "show", "slider", "tooltip", "unpack", "window")
    }
    used = {m.code for m in layout.references() if isinstance(m, CustomJS)}
    assert used == known
