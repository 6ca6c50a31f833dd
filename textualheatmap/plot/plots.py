"""One facet as a Bokeh plot: its glyph renderers, and no behaviour.

The plot's data coordinates are CSS pixels from its top left corner. The sources are
filled in the browser, with the part of the text that is shown; here they only have
their columns.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import (
    BoxAnnotation,
    ColumnDataSource,
    GlyphRenderer,
    Image,
    LinearColorMapper,
    Plot,
    Quad,
    Range1d,
)

from textualheatmap.plot.text_styles import write_text_css
from textualheatmap.scene.geometry import (
    FACET_GAP,
    MINIMAP_WIDTH,
    Geometry,
)
from textualheatmap.scene.palettes import get_palette
from textualheatmap.state.colouring import is_signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bokeh.models.glyph import Glyph

    from textualheatmap.state.heatmap import Heatmap

# Bokeh draws half a pixel to the right and below.
HALF = 0.5
PLOT_CSS = files("textualheatmap") / "plot" / "plot.css"
SIDES = ("left", "right", "top", "bottom")
# Pixels of a line of text in the minimap; each shows the largest heat of its part.
MINIMAP_PIXELS = 6


def build_plot(heatmap: Heatmap, geometry: Geometry, i: int) -> Plot:
    """Build the plot of one facet, named ``facet-{i}``.

    Parameters
    ----------
    heatmap
        Holds the facet, its title and the style.
    geometry
        Where things lie, as of `compute_geometry`.
    i
        Which facet.

    Returns
    -------
    Plot
        With the glyph renderers ``tokens`` (columns index, token, heat in 0..1, the
        data's own value, shown, left, right, top, bottom in px) and ``focus``, and
        sources of the same names. The text is no part of it: elements lie over it.

    Examples
    --------
    >>> from textualheatmap.scene.geometry import compute_geometry
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> build_plot(heatmap, compute_geometry(heatmap), 0).name
    'facet-0'
    """
    palette = get_palette(heatmap.view_state.palette)
    height = geometry.facet_height(i)
    plot = _bare_plot(
        name=f"facet-{i}",
        width=geometry.panel_width,
        height=height,
        # So shifted, rectangles meet on a pixel's edge: elsewhere it shows as a seam.
        x_range=Range1d(start=HALF, end=geometry.panel_width + HALF),
        y_range=Range1d(start=height + HALF, end=HALF),
        stylesheets=[write_text_css(palette, geometry), _read_css()],
        # Else Bokeh leaves tokens out while a user interacts with the plot.
        lod_threshold=None,
    )
    heat = LinearColorMapper(
        palette=_choose_colors(heatmap, i), low=0, high=1, nan_color=palette.missing
    )
    tokens = _quad(fill_color={"field": "heat", "transform": heat})
    sides: dict[str, tuple[()]] = dict.fromkeys(SIDES, ())
    columns = dict.fromkeys(("index", "token", "heat", "value", "shown"), ())
    _add_glyph(plot, "tokens", tokens, {**columns, **sides})
    _add_glyph(plot, "focus", _quad(fill_color=palette.text), sides)
    return plot


def resize_plot(plot: Plot, geometry: Geometry, i: int) -> None:
    """Give the plot of facet i the height of its lines.

    Examples
    --------
    >>> from textualheatmap.scene.geometry import compute_geometry
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> geometry = compute_geometry(heatmap)
    >>> plot = build_plot(heatmap, geometry, 0)
    >>> resize_plot(plot, geometry, 0)
    >>> plot.height
    36
    """
    height = geometry.facet_height(i)
    if plot.height != height:
        plot.height = height
        plot.y_range.update(start=height + HALF, end=HALF)


def build_minimap(heatmap: Heatmap, geometry: Geometry, i: int) -> Plot:
    """Build the narrow plot of the whole text beside facet i's window.

    Parameters
    ----------
    heatmap, geometry, i
        As for `build_plot`.

    Returns
    -------
    Plot
        Named ``minimap-{i}``; its y axis counts lines from the top, its
        annotation ``window-{i}`` holds the shown lines.

    Examples
    --------
    >>> from textualheatmap.scene.geometry import compute_geometry
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> build_minimap(heatmap, compute_geometry(heatmap), 0).name
    'minimap-0'
    """
    palette = get_palette(heatmap.view_state.palette)
    lines = geometry.facet_lines(i)
    width, height = MINIMAP_WIDTH - FACET_GAP, geometry.facet_height(i)
    shown = max(lines, geometry.window)
    across, down = HALF / width, HALF / height * shown
    plot = _bare_plot(
        name=f"minimap-{i}",
        width=width,
        height=height,
        x_range=Range1d(start=across, end=1 + across),
        y_range=Range1d(start=shown + down, end=down),
        stylesheets=[_read_css()],
    )
    heat = LinearColorMapper(palette=_choose_colors(heatmap, i), low=0, high=255)
    pixels = np.zeros((lines, MINIMAP_PIXELS), np.uint8)
    image = Image(image="image", x=0, y=0, dw=1, dh=lines, color_mapper=heat)
    _add_glyph(plot, "minimap", image, {"image": [pixels]})
    window = BoxAnnotation(
        name=f"window-{i}",
        top=0,
        bottom=geometry.facet_window(i),
        fill_color=palette.text,
        fill_alpha=0.2,
        line_color=palette.text,
        line_alpha=0.9,
        line_width=1,
        syncable=False,
    )
    plot.add_layout(window)
    return plot


def _read_css() -> str:
    return PLOT_CSS.read_text(encoding="utf-8")


def _choose_colors(heatmap: Heatmap, i: int) -> list[str]:
    """Return the colours of facet i's heat from 0 to 1."""
    palette = get_palette(heatmap.view_state.palette)
    return list(palette.signed if is_signed(heatmap, i) else palette.colors)


def _bare_plot(**style: Any) -> Plot:  # noqa: ANN401 - as Bokeh's own
    """Return a plot without axes and the like, which cost time even if invisible."""
    return Plot(
        min_border=0,
        title=None,
        # Python need not hear of what the browser changes, such as the inner width.
        syncable=False,
        toolbar_location=None,
        outline_line_color=None,
        background_fill_color=None,
        border_fill_color=None,
        **style,
    )


def _quad(**style: Any) -> Quad:  # noqa: ANN401 - as Bokeh's own
    sides = {side: side for side in SIDES}
    return Quad(**sides, **{"line_color": None, **style})


def _add_glyph(
    plot: Plot, name: str, glyph: Glyph, columns: Mapping[str, Sequence[Any]]
) -> GlyphRenderer:
    source = ColumnDataSource(dict(columns), name=name, syncable=False)
    # Bokeh computes a glyph for each of these states anew with the data, unless it is
    # the same model.
    renderer = GlyphRenderer(
        name=name,
        data_source=source,
        glyph=glyph,
        selection_glyph=glyph,
        nonselection_glyph=glyph,
        muted_glyph=glyph,
    )
    plot.renderers.append(renderer)
    return renderer
