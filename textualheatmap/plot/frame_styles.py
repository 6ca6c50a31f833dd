"""The CSS of the frame around a facet: on live pages and in static HTML.

The panel that holds the text, the tab with the title, the minimap, the caption, and
what holds them all. Each function returns the style of one element.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textualheatmap.plot.frame_colors import (
    TAB_GROUND,
    TAB_TEXT,
    TOOLTIP_GROUND,
    TOOLTIP_TEXT,
)
from textualheatmap.plot.style import ABOVE, EDGE, ELLIPSIS, FRAME_FONT_SIZE, RADIUS
from textualheatmap.scene.geometry import (
    FACET_GAP,
    LEAST_TAB,
    LINE_HEIGHT,
    TAB_SHARE,
    WIDEST_TAB,
)

if TYPE_CHECKING:
    from textualheatmap.plot.style import Style
    from textualheatmap.scene.geometry import Geometry
    from textualheatmap.scene.palettes import Palette

# Where a heatmap stretches, `js/reflow.ts` says how wide the tabs are, and whether
# there are minimaps; until then, and where no script runs, the page sees for itself.
TAB = "--textualheatmap-tab"
MINIMAP = "--textualheatmap-minimap"


def style_theme(theme: str) -> Style:
    """Style a heatmap that does not follow the theme of the page around it.

    Examples
    --------
    >>> style_theme("dark")["color-scheme"], style_theme("auto")
    ('dark', {})
    """
    if theme == "auto":
        return {}
    # A ground of its own: the page around it may be of the other theme.
    return {"color-scheme": theme, "background": "Canvas", "color": "CanvasText"}


def style_print() -> Style:
    """Style a heatmap so that printers keep its colours, which are its content.

    Examples
    --------
    >>> style_print()["print-color-adjust"]
    'exact'
    """
    return {"-webkit-print-color-adjust": "exact", "print-color-adjust": "exact"}


def style_layout() -> Style:
    """Style what holds the facets of a heatmap that stretches.

    Nothing in it makes it wider: else it could not become narrower again.

    Examples
    --------
    >>> style_layout()
    {'contain': 'inline-size'}
    """
    return {"contain": "inline-size"}


def style_facet(
    geometry: Geometry, *, has_meta: bool, stretches: bool = False
) -> Style:
    """Style the grid of panel, tab and minimap, with the strip of meta above.

    Examples
    --------
    >>> from textualheatmap.scene.geometry import compute_geometry
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> geometry = compute_geometry(heatmap)
    >>> [
    ...     style_facet(geometry, has_meta=False, stretches=s)["width"]
    ...     for s in (False, True)
    ... ]
    ['600px', '100%']
    """
    panel, tab = f"{geometry.panel_width}px", f"{geometry.tab_width}px"
    if stretches:
        share = f"clamp({LEAST_TAB}px, {100 // TAB_SHARE}%, {WIDEST_TAB}px)"
        panel = "minmax(0, 1fr)"
        tab = f"var({TAB}, min({geometry.title_width}px, {share}))"
    # A strip that stretches has as many rows as it needs.
    strip = "auto" if stretches else f"{geometry.meta_height}px"
    rows = f"{strip} auto" if has_meta else "auto"
    return {
        "display": "grid",
        "grid-template-columns": f"{panel} {tab} auto",
        "grid-template-rows": rows,
        "width": "100%" if stretches else f"{geometry.width}px",
        "margin-bottom": f"{FACET_GAP}px",
        "font-size": FRAME_FONT_SIZE,
    }


def style_ground(palette: Palette) -> Style:
    """Style what of a panel depends on the palette.

    Examples
    --------
    >>> from textualheatmap.scene.palettes import get_palette
    >>> style_ground(get_palette("greys"))["background"]
    '#151518'
    """
    return {
        "background": palette.colors[0],
        # These colours are the data: a system that forces its own leaves them.
        "forced-color-adjust": "none",
        # A light panel, too, ends somewhere on a light page.
        "box-shadow": f"inset 0 0 0 1px {palette.text}1f",
    }


def style_panel(palette: Palette, *, has_meta: bool, stretches: bool = False) -> Style:
    """Style the panel that holds the text.

    Examples
    --------
    >>> from textualheatmap.scene.palettes import get_palette
    >>> style_panel(get_palette("greys"), has_meta=True)["border-radius"]
    '0 0 0 5px'
    """
    style = {
        "grid-column": "1",
        **ABOVE,
        **style_ground(palette),
        "border-radius": f"{'0' if has_meta else RADIUS} 0 0 {RADIUS}",
    }
    # The plot gets narrower a frame after the panel.
    return {**style, "overflow": "hidden"} if stretches else style


def style_minimap(
    palette: Palette, geometry: Geometry, *, stretches: bool = False
) -> Style:
    """Style what holds the minimap.

    Examples
    --------
    >>> from textualheatmap.scene.geometry import compute_geometry
    >>> from textualheatmap.scene.palettes import get_palette
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> style_minimap(get_palette("greys"), compute_geometry(heatmap))["grid-column"]
    '3'
    """
    style = {
        "grid-column": "3",
        **ABOVE,
        "margin-left": f"{FACET_GAP}px",
        "background": palette.colors[0],
        "forced-color-adjust": "none",
        "border-radius": RADIUS,
        "overflow": "hidden",
    }
    if stretches:
        display = "block" if geometry.windowed else "none"
        style["display"] = f"var({MINIMAP}, {display})"
    return style


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
        "background": TAB_GROUND.css,
        "color": TAB_TEXT.css,
        "border": EDGE,
        "border-left": "none",
        "border-radius": f"0 {RADIUS} {RADIUS} 0",
        "box-sizing": "border-box",
        "overflow": "hidden",
        # Bokeh's panes have a size of their own.
        "font-size": FRAME_FONT_SIZE,
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


def style_caption() -> Style:
    """Style a facet's caption, which stands below its text.

    Examples
    --------
    >>> style_caption()["grid-column"]
    '1 / -1'
    """
    return {
        "grid-column": "1 / -1",
        "padding": "8px 8px 2px",
        "font-size": "14px",
        "line-height": "1.5",
        # As wide as is read with ease.
        "max-width": "70ch",
        "overflow-wrap": "anywhere",
        "cursor": "auto",
    }


def style_tooltip() -> Style:
    """Style the tooltip, which the browser places.

    Examples
    --------
    >>> style_tooltip()["position"]
    'fixed'
    """
    return {
        "position": "fixed",
        "inset": "auto",
        "margin": "0",
        "padding": "0 6px",
        "box-sizing": "border-box",
        # In one line it hides no more than the line before.
        "display": "flex",
        "column-gap": "10px",
        "width": "max-content",
        "border": EDGE,
        "border-radius": "4px",
        "background": TOOLTIP_GROUND.css,
        "color": TOOLTIP_TEXT.css,
        "box-shadow": "0 2px 8px #0004",
        "font": f"clamp(11px, 3vw, 12px)/{LINE_HEIGHT - 2}px system-ui, sans-serif",
        "font-variant-numeric": "tabular-nums",
        # A token of spaces is told apart by their number.
        "white-space": "pre-wrap",
        "overflow-wrap": "anywhere",
        "pointer-events": "none",
    }
