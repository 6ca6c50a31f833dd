"""The CSS of the frame around a facet's text: on live pages and in static HTML.

Each function returns the style of one element: CSS properties by their names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from textualheatmap.scene.geometry import FACET_GAP

if TYPE_CHECKING:
    from textualheatmap.scene.geometry import Geometry
    from textualheatmap.scene.palettes import Palette

Style: TypeAlias = dict[str, str]

RADIUS = "5px"
BORDER = "1px solid #E0E0E0"
FONT_SIZE = "13px"
ELLIPSIS = {"overflow": "hidden", "text-overflow": "ellipsis", "white-space": "pre"}


def style_facet(geometry: Geometry) -> Style:
    """Style the grid of panel, tab and minimap, with the strip of meta above.

    Examples
    --------
    >>> from textualheatmap.scene.geometry import compute_geometry
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> style_facet(compute_geometry(heatmap))["width"]
    '600px'
    """
    rows = f"{geometry.meta_height}px auto" if geometry.meta_height else "auto"
    return {
        "display": "grid",
        "grid-template-columns": f"{geometry.panel_width}px {geometry.tab_width}px "
        "auto",
        "grid-template-rows": rows,
        "width": f"{geometry.width}px",
        "margin-bottom": f"{FACET_GAP}px",
        "font-size": FONT_SIZE,
    }


def style_panel(palette: Palette, *, has_meta: bool) -> Style:
    """Style the panel that holds the text.

    Examples
    --------
    >>> from textualheatmap.scene.palettes import get_palette
    >>> style_panel(get_palette("greys"), has_meta=True)["border-radius"]
    '0 0 0 5px'
    """
    return {
        "grid-column": "1",
        "background": palette.colors[0],
        # So that a light panel has an edge on a light page.
        "box-shadow": f"inset 0 0 0 1px {palette.text}1f",
        "border-radius": f"{'0' if has_meta else RADIUS} 0 0 {RADIUS}",
    }


def style_minimap(palette: Palette) -> Style:
    """Style the panel that holds the minimap.

    Examples
    --------
    >>> from textualheatmap.scene.palettes import get_palette
    >>> style_minimap(get_palette("greys"))["grid-column"]
    '3'
    """
    return {
        "grid-column": "3",
        "margin-left": f"{FACET_GAP}px",
        "background": palette.colors[0],
        "border-radius": RADIUS,
        "overflow": "hidden",
    }


def style_strip(count: int) -> Style:
    """Style the strip of `count` boxes of meta.

    Examples
    --------
    >>> style_strip(3)["grid-template-columns"]
    'repeat(3, minmax(0, 1fr))'
    """
    return {
        "grid-column": "1",
        "display": "grid",
        "grid-template-columns": f"repeat({count}, minmax(0, 1fr))",
        "column-gap": "2px",
    }


def style_meta_box(k: int, count: int, height: int) -> Style:
    """Style box k of a strip of `count` boxes, `height` px high.

    Examples
    --------
    >>> [style_meta_box(k, 3, 40)["border-radius"] for k in range(3)]
    ['5px 0 0 0', '0 0 0 0', '0 5px 0 0']
    """
    left, right = (RADIUS if k == end else "0" for end in (0, count - 1))
    return {
        "display": "flex",
        # So that strings in any script share the probabilities' baseline.
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
        # So that new text changes the layout of this box only.
        "contain": "strict",
    }


def style_meta_text() -> Style:
    """Style the string in a box of meta.

    Examples
    --------
    >>> style_meta_text()["text-overflow"]
    'ellipsis'
    """
    return dict(ELLIPSIS)


def style_meta_note() -> Style:
    """Style the probability in a box of meta.

    Examples
    --------
    >>> style_meta_note()["flex"]
    'none'
    """
    return {"flex": "none", "white-space": "pre", "color": "#5F5F5F"}


def style_tab() -> Style:
    """Style the tab that holds the title.

    Examples
    --------
    >>> style_tab()["grid-column"]
    '2'
    """
    return {
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
        # Bokeh's panes have a size of their own.
        "font-size": FONT_SIZE,
    }


def style_title(*, rotated: bool) -> Style:
    """Style the title in its tab.

    Examples
    --------
    >>> style_title(rotated=True)["writing-mode"]
    'vertical-rl'
    """
    rotation = {"writing-mode": "vertical-rl"} if rotated else {}
    return {**ELLIPSIS, "max-height": "100%", **rotation}
