"""The legend below the facets: a ramp of the colours, with the heat at its ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bokeh.models import Pane
from bokeh.models.dom import Div, Span

from textualheatmap.plot.legend_styles import (
    style_legend,
    style_legend_end,
    style_legend_mark,
    style_legend_number,
    style_legend_text,
    style_ramp,
)
from textualheatmap.scene.palettes import get_palette

if TYPE_CHECKING:
    from textualheatmap.scene.geometry import Geometry
    from textualheatmap.state.heatmap import Heatmap


def build_legend_row(heatmap: Heatmap, geometry: Geometry) -> Pane:
    """Build the legend; the browser fills it, as `js/legend.ts` says.

    Parameters
    ----------
    heatmap
        With data.
    geometry
        As of `compute_geometry`; only its width counts.

    Returns
    -------
    Pane
        Named ``legend``. It has a number, the ramp, another number and the words; the
        ramp has the mark and, if the heatmap is interactive, a grip at either end.

    Examples
    --------
    >>> from textualheatmap.scene.geometry import compute_geometry
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> len(build_legend_row(heatmap, compute_geometry(heatmap)).elements)
    4
    """
    grips = [
        Div(style=style_legend_end(side))
        for side in ("left", "right")
        if heatmap.interactive
    ]
    palette = get_palette(heatmap.view_state.palette)
    ramp = Div(
        style=style_ramp(palette, signed=False),
        children=[Div(style=style_legend_mark()), *grips],
    )
    width = "100%" if heatmap.stretches else f"{geometry.width}px"
    return Pane(
        name="legend",
        elements=[
            Span(style=style_legend_number()),
            ramp,
            Span(style=style_legend_number()),
            Span(style=style_legend_text()),
        ],
        styles={**style_legend(width)},
    )
