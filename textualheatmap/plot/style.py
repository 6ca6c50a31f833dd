"""A style: the CSS of one element, its properties by their names."""

from __future__ import annotations

from typing import TypeAlias

from textualheatmap.plot.frame_colors import BORDER

Style: TypeAlias = dict[str, str]

RADIUS = "5px"
EDGE = f"1px solid {BORDER.css}"
FRAME_FONT_SIZE = "13px"
# Canvases are painted after all else of a heatmap: what is painted after a canvas needs
# a layer of its own in the browser, which costs at each move.
ABOVE = {"position": "relative", "z-index": "1"}
ELLIPSIS = {"overflow": "hidden", "text-overflow": "ellipsis", "white-space": "pre"}


def write_css(style: Style) -> str:
    """Write a style as a style sheet and as an attribute of an element have it.

    Examples
    --------
    >>> write_css({"display": "inline-block", "text-align": "center"})
    'display:inline-block;text-align:center'
    """
    return ";".join(f"{name}:{value}" for name, value in style.items())
