"""The CSS of a facet's text: on live pages, over its plot, and in static HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textualheatmap.plot.style import write_css
from textualheatmap.scene.geometry import CELL_WIDTH, FONT, FONT_SIZE, LINE_HEIGHT

if TYPE_CHECKING:
    from textualheatmap.plot.style import Style
    from textualheatmap.scene.geometry import Geometry
    from textualheatmap.scene.palettes import Palette


def style_text(palette: Palette) -> Style:
    """Style the text of a facet.

    Examples
    --------
    >>> from textualheatmap.scene.palettes import get_palette
    >>> style_text(get_palette("greys"))["box-sizing"]
    'border-box'
    """
    return {
        "box-sizing": "border-box",
        "font": f"{FONT_SIZE:.3f}px/{LINE_HEIGHT}px {FONT}",
        "letter-spacing": f"calc({CELL_WIDTH}px - 1ch)",
        "color": palette.text,
    }


def style_text_layer(palette: Palette, geometry: Geometry) -> Style:
    """Style the text of a facet that lies over its plot.

    Examples
    --------
    >>> from textualheatmap.scene.geometry import compute_geometry
    >>> from textualheatmap.scene.palettes import get_palette
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> geometry = compute_geometry(heatmap)
    >>> style_text_layer(get_palette("greys"), geometry)["padding"]
    '8px 0 0 8px'
    """
    return {
        **style_text(palette),
        "position": "absolute",
        "inset": "0",
        "padding": f"{geometry.top}px 0 0 {geometry.left}px",
        # New text lays out this and nothing around it.
        "contain": "strict",
        "text-align": "left",
        "pointer-events": "none",
    }


def style_line() -> Style:
    """Style a line of text.

    Examples
    --------
    >>> style_line()["white-space"]
    'pre'
    """
    return {
        "height": f"{LINE_HEIGHT}px",
        # Half a pixel lower, which is the middle of most letters.
        "line-height": f"{LINE_HEIGHT + 1}px",
        "white-space": "pre",
    }


def style_box() -> Style:
    """Style a token in a line that needs a box of its own.

    Examples
    --------
    >>> style_box()["text-align"]
    'center'
    """
    return {
        "display": "inline-block",
        "text-align": "center",
        "vertical-align": "top",
    }


def write_text_css(palette: Palette, geometry: Geometry) -> str:
    """Return the style sheet of the text over a facet's plot, of `js/text_layer.ts`.

    Examples
    --------
    >>> from textualheatmap.scene.geometry import compute_geometry
    >>> from textualheatmap.scene.palettes import get_palette
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> css = write_text_css(get_palette("greys"), compute_geometry(heatmap))
    >>> css.splitlines()[-1]
    '[data-text] span {display:inline-block;text-align:center;vertical-align:top}'
    """
    rules = {
        "[data-text], div[data-marks]": style_text_layer(palette, geometry),
        "[data-text] div": style_line(),
        "[data-text] span": style_box(),
    }
    return "\n".join(f"{what} {{{write_css(css)}}}" for what, css in rules.items())
