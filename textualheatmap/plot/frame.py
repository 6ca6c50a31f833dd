"""What stands around a facet's plot: panel, strip of meta, title's tab, caption.

Plain elements, styled by CSS: they are text that can be selected and read aloud, cost
nothing when rectangles are repainted, and every string in them is set as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bokeh.models import Pane
from bokeh.models.dom import HTML, Div, Span

from textualheatmap.plot.caption import render_caption
from textualheatmap.plot.frame_styles import (
    style_caption,
    style_facet,
    style_minimap,
    style_panel,
    style_tab,
    style_title,
)
from textualheatmap.plot.meta_styles import (
    has_room_for_label,
    style_meta_box,
    style_meta_label,
    style_meta_note,
    style_meta_text,
    style_strip,
    style_strip_border,
)
from textualheatmap.scene.escape import escape_text
from textualheatmap.scene.meta import count_meta_boxes, count_meta_rows
from textualheatmap.scene.palettes import get_palette

if TYPE_CHECKING:
    from bokeh.models import UIElement

    from textualheatmap.scene.geometry import Geometry
    from textualheatmap.state.heatmap import Heatmap


def build_frame(
    heatmap: Heatmap,
    geometry: Geometry,
    i: int,
    plot: UIElement,
    minimap: UIElement | None = None,
) -> tuple[Pane, Pane | None]:
    """Put the plot of facet i into its panel, with title, meta and caption.

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
    tuple of Pane and Pane or None
        The whole facet, and its strip of meta (None without meta to show), whose boxes
        are filled in the browser.

    Examples
    --------
    >>> from bokeh.models import Plot
    >>> from textualheatmap.scene.geometry import compute_geometry
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> pane, strip = build_frame(heatmap, compute_geometry(heatmap), 0, Plot())
    >>> pane.name, strip
    ('panel-0', None)
    """
    strip: Pane | None = None
    elements: list = []
    has_meta = heatmap.facets_with_meta[i]
    if has_meta:
        strip = _build_strip(heatmap, geometry, i)
        elements.append(strip)
        if heatmap.stretches:
            elements.append(Div(style=style_strip_border()))
    elements += [
        _build_panel(heatmap, plot, has_meta=has_meta),
        _build_tab(heatmap, geometry, i),
    ]
    if minimap is not None:
        elements.append(_build_minimap(heatmap, geometry, minimap))
    caption = heatmap.facets[i].caption
    if caption:
        html = HTML(html=render_caption(caption))
        elements.append(
            Pane(name=f"caption-{i}", elements=[html], styles={**style_caption()})
        )
    style = style_facet(geometry, has_meta=has_meta, stretches=heatmap.stretches)
    pane = Pane(name=f"panel-{i}", elements=elements, styles={**style})
    return pane, strip


def _build_panel(heatmap: Heatmap, plot: UIElement, *, has_meta: bool) -> Div:
    style = style_panel(
        get_palette(heatmap.view_state.palette),
        has_meta=has_meta,
        stretches=heatmap.stretches,
    )
    return Div(style=style, children=[plot])


def _build_minimap(heatmap: Heatmap, geometry: Geometry, minimap: UIElement) -> Div:
    palette = get_palette(heatmap.view_state.palette)
    style = style_minimap(palette, geometry, stretches=heatmap.stretches)
    return Div(style=style, children=[minimap])


def _build_strip(heatmap: Heatmap, geometry: Geometry, i: int) -> Pane:
    """Build the boxes of meta of facet i: each holds a string and its probability.

    The last one holds the numbers of the token, if there are any.
    """
    count = count_meta_boxes(heatmap, i)
    has_numbers = bool(heatmap.facets[i].tokens.given_numbers)
    label = escape_text(heatmap.meta_label)
    labelled = has_room_for_label(label, geometry.meta_height)
    boxes = [
        Div(
            style=style_meta_box(
                k,
                count,
                geometry.meta_height,
                labelled=labelled,
                stretches=heatmap.stretches,
            ),
            children=[
                Span(style=style_meta_text(quiet=has_numbers and k == count - 1)),
                Span(style=style_meta_note()),
            ],
        )
        for k in range(count)
    ]
    if labelled:
        # Last, so that it is painted above the first box.
        boxes.append(Div(style=style_meta_label(), children=[label]))
    style = style_strip(
        count,
        geometry.meta_height,
        stretches=heatmap.stretches,
        rows=count_meta_rows(heatmap),
    )
    return Pane(name=f"meta-{i}", elements=[*boxes], styles={**style})


def _build_tab(heatmap: Heatmap, geometry: Geometry, i: int) -> Pane:
    rotated = heatmap.rotate_facet_titles
    whole = heatmap.facet_titles[i]
    title = Span(
        style=style_title(rotated=rotated),
        children=[
            geometry.cut_title(whole, i, rotated=rotated, stretches=heatmap.stretches)
        ],
    )
    return Pane(
        name=f"title-{i}",
        elements=[title],
        html_attributes={"title": escape_text(whole)},
        styles={**style_tab()},
    )
