"""The CSS of the legend below the facets: on live pages and in static HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textualheatmap.plot.frame_colors import BORDER, LEGEND_TEXT
from textualheatmap.scene.geometry import LEGEND_HEIGHT

if TYPE_CHECKING:
    from textualheatmap.plot.style import Style
    from textualheatmap.scene.palettes import Palette

# A ramp takes every so many of a palette's colours, the last one among them.
RAMP_STEP = 15


def style_legend(width: str) -> Style:
    """Style the legend, as wide as the heatmap.

    Examples
    --------
    >>> style_legend("100%")["display"]
    'flex'
    """
    return {
        "display": "flex",
        "align-items": "center",
        "gap": "6px",
        "width": width,
        "height": f"{LEGEND_HEIGHT}px",
        "font-size": "12px",
        "line-height": f"{LEGEND_HEIGHT}px",
        "color": LEGEND_TEXT.css,
        "cursor": "default",
        # New numbers lay out this and nothing around it.
        "contain": "layout style",
    }


def style_ramp(palette: Palette, *, signed: bool) -> Style:
    """Style the ramp of a legend's colours.

    Examples
    --------
    >>> from textualheatmap.scene.palettes import get_palette
    >>> style_ramp(get_palette("paper"), signed=False)["background"][:31]
    'linear-gradient(90deg, #ffffff,'
    """
    colors = palette.signed if signed else palette.colors
    return {
        "position": "relative",
        "flex": "none",
        "width": "min(200px, 33%)",
        "height": "10px",
        "background": f"linear-gradient(90deg, {', '.join(colors[::RAMP_STEP])})",
        "border-radius": "2px",
        "box-shadow": f"0 0 0 1px {BORDER.css}",
    }


def style_legend_text() -> Style:
    """Style the words of a legend, which take a second line on a narrow heatmap.

    Examples
    --------
    >>> style_legend_text()["-webkit-line-clamp"]
    '2'
    """
    return {
        "overflow": "hidden",
        "min-width": "0",
        # Lower lines would cut what of a letter reaches below.
        "line-height": "14px",
        "display": "-webkit-box",
        "-webkit-box-orient": "vertical",
        "-webkit-line-clamp": "2",
    }


def style_legend_number() -> Style:
    """Style the number at an end of a legend's ramp.

    Examples
    --------
    >>> style_legend_number()["flex"]
    'none'
    """
    # Digits of one width: the ramp stays where it is while they change.
    return {"flex": "none", "font-variant-numeric": "tabular-nums"}


def style_legend_mark() -> Style:
    """Style the mark in a legend's ramp, hidden at first.

    Examples
    --------
    >>> style_legend_mark()["visibility"]
    'hidden'
    """
    return {
        "position": "absolute",
        "top": "-3px",
        "bottom": "-3px",
        "width": "2px",
        "margin-left": "-1px",
        "background": "currentcolor",
        "visibility": "hidden",
        "pointer-events": "none",
    }


def style_legend_end(side: str) -> Style:
    """Style the grip at an end of a legend's ramp, by which it is dragged.

    Examples
    --------
    >>> style_legend_end("left")["left"]
    '-8px'
    """
    return {
        "position": "absolute",
        side: "-8px",
        "top": "-7px",
        "width": "16px",
        "height": "24px",
        "background": "linear-gradient(currentcolor, currentcolor) center / 3px 14px "
        "no-repeat",
        "cursor": "ew-resize",
        "touch-action": "none",
    }
