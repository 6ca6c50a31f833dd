"""What stands around a facet's plot: the strip of meta, the title's tab, the panel.

Plain elements, styled by CSS: they are text that can be selected and read aloud, cost
nothing when rectangles are repainted, and every string in them is set as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bokeh.core.properties import String
from bokeh.model import DataModel
from bokeh.models import Pane
from bokeh.models.dom import Div, Span, ValueOf

from textualheatmap.plot.frame_styles import (
    style_facet,
    style_meta_box,
    style_meta_note,
    style_meta_text,
    style_minimap,
    style_panel,
    style_strip,
    style_tab,
    style_title,
)
from textualheatmap.scene.escape import escape_text
from textualheatmap.scene.palettes import get_palette
from textualheatmap.scene.scene import count_meta_boxes

if TYPE_CHECKING:
    from bokeh.models import UIElement

    from textualheatmap.plot.frame_styles import Style
    from textualheatmap.scene.geometry import Geometry
    from textualheatmap.state.heatmap import Heatmap


class MetaBox(DataModel):
    """One box of the strip of meta; the browser fills it for the focused token."""

    text = String(default="", help="What the box shows.")
    note = String(default="", help="Its probability, or nothing.")


def build_frame(
    heatmap: Heatmap,
    geometry: Geometry,
    i: int,
    plot: UIElement,
    minimap: UIElement | None = None,
) -> tuple[Pane, list[MetaBox]]:
    """Build the frame of facet i: its plot in a panel, with title, meta and minimap.

    Parameters
    ----------
    heatmap, geometry, i
        As for `build_plot`.
    plot
        The facet's plot.
    minimap
        The narrow plot of the whole text, where not all lines are shown.

    Returns
    -------
    tuple of Pane and list of MetaBox
        The whole facet, and its meta boxes (none without `show_meta`).

    Examples
    --------
    >>> from bokeh.models import Plot
    >>> from textualheatmap.scene.geometry import compute_geometry
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> pane, boxes = build_frame(heatmap, compute_geometry(heatmap), 0, Plot())
    >>> pane.name, boxes
    ('panel-0', [])
    """
    boxes: list[MetaBox] = []
    elements: list = []
    if heatmap.show_meta:
        boxes = [
            MetaBox(name=f"meta-{i}-{k}", syncable=False)
            for k in range(count_meta_boxes(heatmap, i))
        ]
        elements.append(_build_strip(boxes, geometry.meta_height))
    elements += [_build_panel(heatmap, plot), _build_tab(heatmap, geometry, i)]
    if minimap is not None:
        elements.append(_build_minimap(heatmap, minimap))
    pane = Pane(name=f"panel-{i}", elements=elements, styles={**style_facet(geometry)})
    return pane, boxes


def _build_panel(heatmap: Heatmap, plot: UIElement) -> Div:
    palette = get_palette(heatmap.palette)
    return Div(style=style_panel(palette, has_meta=heatmap.show_meta), children=[plot])


def _build_minimap(heatmap: Heatmap, minimap: UIElement) -> Div:
    return Div(style=style_minimap(get_palette(heatmap.palette)), children=[minimap])


def _build_strip(boxes: list[MetaBox], height: int) -> Div:
    count = len(boxes)
    return Div(
        style=style_strip(count),
        children=[
            _build_box(box, style_meta_box(k, count, height))
            for k, box in enumerate(boxes)
        ],
    )


def _build_box(box: MetaBox, style: Style) -> Div:
    text = Span(
        style=style_meta_text(),
        children=[ValueOf(obj=box, attr="text", formatter="basic")],
    )
    note = Span(
        style=style_meta_note(),
        children=[ValueOf(obj=box, attr="note", formatter="basic")],
    )
    return Div(style=style, children=[text, note])


def _build_tab(heatmap: Heatmap, geometry: Geometry, i: int) -> Pane:
    rotated = heatmap.rotate_facet_titles
    whole = heatmap.facet_titles[i]
    title = Span(
        style=style_title(rotated=rotated),
        children=[geometry.cut_title(whole, i, rotated=rotated)],
    )
    return Pane(
        name=f"title-{i}",
        elements=[title],
        html_attributes={"title": escape_text(whole)},
        styles={**style_tab()},
    )
