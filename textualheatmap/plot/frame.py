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

from textualheatmap.scene.escape import escape_text
from textualheatmap.scene.geometry import FACET_GAP, Geometry
from textualheatmap.scene.palettes import get_palette

if TYPE_CHECKING:
    from bokeh.models import UIElement

    from textualheatmap.state.heatmap import Heatmap

RADIUS = "5px"
BORDER = "1px solid #E0E0E0"
FONT_SIZE = "13px"


class MetaBox(DataModel):
    """One box of the strip of meta."""

    text = String(default="", help="What the box shows.")
    note = String(default="", help="Its probability, or nothing.")


def build_chrome(
    heatmap: Heatmap,
    geometry: Geometry,
    i: int,
    plot: UIElement,
    minimap: UIElement | None = None,
) -> tuple[Pane, list[MetaBox]]:
    """Put the plot of facet i into its panel, with title and meta.

    Parameters
    ----------
    heatmap, geometry, i
        As for `build_plot`.
    plot
        The facet's plot.
    minimap
        The plot of the whole text, where not all lines are shown.

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
    >>> pane, boxes = build_chrome(heatmap, compute_geometry(heatmap), 0, Plot())
    >>> pane.name, boxes
    ('panel-0', [])
    """
    boxes: list[MetaBox] = []
    elements: list = []
    if heatmap.show_meta:
        boxes = [
            MetaBox(name=f"meta-{i}-{k}", syncable=False)
            for k in range(_count_boxes(heatmap, i))
        ]
        elements.append(_build_strip(boxes, geometry.meta_height))
    elements += [_build_panel(heatmap, plot), _build_tab(heatmap, geometry, i)]
    if minimap is not None:
        elements.append(_build_margin(heatmap, minimap))
    columns = [geometry.panel_width, geometry.tab_width]
    pane = Pane(
        name=f"panel-{i}",
        elements=elements,
        styles={
            "display": "grid",
            "grid-template-columns": " ".join(f"{c}px" for c in columns) + " auto",
            "grid-template-rows": f"{geometry.meta_height}px auto" if boxes else "auto",
            "width": f"{geometry.width}px",
            "margin-bottom": f"{FACET_GAP}px",
            "font-size": FONT_SIZE,
        },
    )
    return pane, boxes


def _count_boxes(heatmap: Heatmap, i: int) -> int:
    return max(1, *map(len, heatmap.facets[i].tokens.meta))


def _build_panel(heatmap: Heatmap, plot: UIElement) -> Div:
    palette = get_palette(heatmap.palette)
    top = "0" if heatmap.show_meta else RADIUS
    return Div(
        style={
            "grid-column": "1",
            "background": palette.colors[0],
            # A light panel, too, ends somewhere on a light page.
            "box-shadow": f"inset 0 0 0 1px {palette.text}1f",
            "border-radius": f"{top} 0 0 {RADIUS}",
        },
        children=[plot],
    )


def _build_margin(heatmap: Heatmap, minimap: UIElement) -> Div:
    return Div(
        style={
            "grid-column": "3",
            "margin-left": f"{FACET_GAP}px",
            "background": get_palette(heatmap.palette).colors[0],
            "border-radius": RADIUS,
            "overflow": "hidden",
        },
        children=[minimap],
    )


def _build_strip(boxes: list[MetaBox], height: int) -> Div:
    last = len(boxes) - 1
    return Div(
        style={
            "grid-column": "1",
            "display": "grid",
            "grid-template-columns": f"repeat({len(boxes)}, minmax(0, 1fr))",
            "column-gap": "2px",
        },
        children=[
            _build_box(
                box,
                height,
                left=RADIUS if k == 0 else "0",
                right=RADIUS if k == last else "0",
            )
            for k, box in enumerate(boxes)
        ],
    )


def _build_box(box: MetaBox, height: int, *, left: str, right: str) -> Div:
    text = Span(
        style={"overflow": "hidden", "text-overflow": "ellipsis", "white-space": "pre"},
        children=[ValueOf(obj=box, attr="text", formatter="basic")],
    )
    note = Span(
        style={"flex": "none", "white-space": "pre", "color": "#5F5F5F"},
        children=[ValueOf(obj=box, attr="note", formatter="basic")],
    )
    return Div(
        style={
            "display": "flex",
            # Strings in other scripts share the probabilities' baseline.
            "align-items": "baseline",
            "line-height": f"{height - 2}px",
            "justify-content": "center",
            "gap": "0.5em",
            "padding": "0 6px",
            "background": "#F3F3F3",
            "color": "#1B1B1B",
            "border": BORDER,
            "border-bottom": "none",
            "border-radius": f"{left} {right} 0 0",
            "box-sizing": "border-box",
            # New text lays out this box and nothing around it.
            "contain": "strict",
        },
        children=[text, note],
    )


def _build_tab(heatmap: Heatmap, geometry: Geometry, i: int) -> Pane:
    rotated = heatmap.rotate_facet_titles
    whole = heatmap.facet_titles[i]
    title = Span(
        style={
            "overflow": "hidden",
            "text-overflow": "ellipsis",
            "white-space": "pre",
            "max-height": "100%",
            **({"writing-mode": "vertical-rl"} if rotated else {}),
        },
        children=[geometry.cut_title(whole, i, rotated=rotated)],
    )
    return Pane(
        name=f"title-{i}",
        elements=[title],
        html_attributes={"title": escape_text(whole)},
        styles={
            "grid-column": "2",
            "display": "flex",
            "align-items": "center",
            "justify-content": "center",
            "min-width": "0",
            "padding": "4px",
            "background": "#EEEEEE",
            "color": "#4A4A4A",
            "border": BORDER,
            "border-left": "none",
            "border-radius": f"0 {RADIUS} {RADIUS} 0",
            "box-sizing": "border-box",
            "overflow": "hidden",
        },
    )
