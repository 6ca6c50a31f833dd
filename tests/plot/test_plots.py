"""One facet as a Bokeh plot."""

import numpy as np
import pytest
from bokeh.models import BoxAnnotation, ColumnDataSource, GlyphRenderer, Plot

from textualheatmap.facet.facet import Facet
from textualheatmap.plot.plots import build_minimap, build_plot
from textualheatmap.scene.geometry import WINDOW_LINES, compute_geometry
from textualheatmap.scene.palettes import get_palette
from textualheatmap.state.heatmap import Heatmap
from textualheatmap.state.palette_choice import PALETTE_NAMES


def build(palette: str = "viridis") -> Plot:
    facet = Facet.from_arrays(["a", "b"], np.eye(2))
    heatmap = Heatmap(palette=palette).set_data([facet])
    return build_plot(heatmap, compute_geometry(heatmap), 0)


def find_renderer(plot: Plot, name: str) -> GlyphRenderer:
    found = plot.select_one({"name": name, "type": GlyphRenderer})
    assert isinstance(found, GlyphRenderer)
    return found


def test_the_focus_is_painted_over_the_tokens() -> None:
    names = [renderer.name for renderer in build().renderers]
    assert names == ["tokens", "focus"]


def test_the_token_source_has_index_token_heat_and_the_cell() -> None:
    source = find_renderer(build(), "tokens").data_source
    assert isinstance(source, ColumnDataSource)
    assert set(source.column_names) == {
        *("index", "token", "heat", "value", "shown"),
        *("left", "right", "top", "bottom"),
    }


def test_a_plot_is_bare() -> None:
    plot = build()
    sides = (plot.left, plot.right, plot.above, plot.below, plot.center)
    assert not any(sides)
    assert plot.title is None
    assert plot.toolbar_location is None
    assert plot.toolbar.tools == []


@pytest.mark.parametrize("name", PALETTE_NAMES)
def test_heat_from_0_to_1_spans_the_palette(name: str) -> None:
    palette = get_palette(name)
    plot = build(name)
    mapper = find_renderer(plot, "tokens").glyph.fill_color.transform
    assert (mapper.low, mapper.high) == (0, 1)
    assert tuple(mapper.palette) == palette.colors
    color = find_renderer(plot, "focus").glyph.fill_color
    assert getattr(color, "value", color) == palette.text


def test_the_minimap_has_a_row_for_every_line_and_shows_the_window() -> None:
    facet = Facet.from_arrays(["line\n"] * 90, np.zeros((90, 90)))
    heatmap = Heatmap().set_data([facet])
    minimap = build_minimap(heatmap, compute_geometry(heatmap), 0)
    [renderer] = minimap.renderers
    assert isinstance(renderer, GlyphRenderer)
    assert isinstance(renderer.data_source, ColumnDataSource)
    assert renderer.data_source.data["image"][0].shape[0] == 90
    assert minimap.toolbar.tools == []
    [window] = minimap.center
    assert isinstance(window, BoxAnnotation)
    assert (window.top, window.bottom) == (0, WINDOW_LINES)
