"""The CSS of the frame around a facet's text: on live pages and in static HTML.

Each function returns the style of one element: CSS properties by their names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from textualheatmap.plot.frame_colors import (
    BORDER,
    LEGEND_TEXT,
    META_BAR,
    META_GROUND,
    META_NOTE,
    META_TEXT,
    TAB_GROUND,
    TAB_TEXT,
    TOOLTIP_GROUND,
    TOOLTIP_TEXT,
)
from textualheatmap.scene.geometry import (
    CELL_WIDTH,
    FACET_GAP,
    FONT,
    FONT_SIZE,
    LEAST_TAB,
    LEGEND_HEIGHT,
    LINE_HEIGHT,
    TAB_SHARE,
    WIDEST_TAB,
)
from textualheatmap.scene.meta import READABLE_META_BOX

if TYPE_CHECKING:
    from textualheatmap.scene.geometry import Geometry
    from textualheatmap.scene.palettes import Palette

Style: TypeAlias = dict[str, str]

RADIUS = "5px"
EDGE = f"1px solid {BORDER.css}"
FRAME_FONT_SIZE = "13px"
# Canvases are painted after all else of a heatmap: what is painted after a canvas needs
# a layer of its own in the browser, which costs at each move.
_ABOVE = {"position": "relative", "z-index": "1"}
# Where a heatmap stretches, `js/reflow.ts` says how wide the tabs are, and whether
# there are minimaps; until then, and where no script runs, the page sees for itself.
TAB = "--textualheatmap-tab"
MINIMAP = "--textualheatmap-minimap"
# How much of a box of meta the bar behind its text takes.
META_SHARE = "--textualheatmap-share"
# The label above them, and the least height of a strip that has room for it, in px.
LABEL_HEIGHT, LEAST_LABELLED = 12, 36
# A ramp takes every so many of a palette's colours, the last one among them.
RAMP_STEP = 15
ELLIPSIS = {"overflow": "hidden", "text-overflow": "ellipsis", "white-space": "pre"}


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
        **_ABOVE,
        **style_ground(palette),
        "border-radius": f"{'0' if has_meta else RADIUS} 0 0 {RADIUS}",
    }
    # The plot gets narrower a frame after the panel.
    return {**style, "overflow": "hidden"} if stretches else style


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


def write_css(style: Style) -> str:
    """Write a style as a style sheet and as an attribute of an element have it.

    Examples
    --------
    >>> write_css(style_box())
    'display:inline-block;text-align:center;vertical-align:top'
    """
    return ";".join(f"{name}:{value}" for name, value in style.items())


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
        **_ABOVE,
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


def style_strip(
    count: int, height: int, *, stretches: bool = False, rows: int = 1
) -> Style:
    """Style the strip of some boxes of meta, whose rows are `height` px high.

    Where the heatmap stretches and is narrow, the boxes are put into several rows; more
    than `rows` of them are scrolled.

    Examples
    --------
    >>> style_strip(3, 40)["grid-template-columns"]
    'repeat(3, minmax(0, 1fr))'
    """
    style = {
        "grid-area": "1 / 1",
        "display": "grid",
        "grid-template-columns": f"repeat({count}, minmax(0, 1fr))",
        "column-gap": "2px",
        # The label is placed in it.
        "position": "relative",
        # Bokeh's panes have a size of their own.
        "font-size": FRAME_FONT_SIZE,
    }
    if stretches:
        # A little less than what is theirs, lest a rounding leaves one out.
        share = f"calc((100% - {2 * (count - 1)}px) / {count} - 0.1px)"
        least = f"max(min({READABLE_META_BOX}px, 100%), {share})"
        style |= {
            "grid-template-columns": f"repeat(auto-fit, minmax({least}, 1fr))",
            "grid-auto-rows": f"{height}px",
            "max-height": f"{rows * height}px",
            "overflow": "hidden auto",
            "scrollbar-width": "thin",
            "border-radius": f"{RADIUS} {RADIUS} 0 0",
            # Where the last row is not full, it looks like an empty box.
            "background": META_GROUND.css,
        }
    return style


def style_strip_border() -> Style:
    """Style the border over a strip that stretches, whose rows it goes round.

    Chromium may paint a box half a pixel beside its place, where the strip cuts it.

    Examples
    --------
    >>> style_strip_border()["grid-area"]
    '1 / 1'
    """
    return {
        "grid-area": "1 / 1",
        # Above the boxes, which are layers of their own.
        "position": "relative",
        "border": EDGE,
        "border-bottom": "none",
        "border-radius": f"{RADIUS} {RADIUS} 0 0",
        "pointer-events": "none",
    }


def has_room_for_label(label: str, height: int) -> bool:
    """Say whether there is a label, and room for it in a strip of a height in px.

    Examples
    --------
    >>> has_room_for_label("predicts next", 40), has_room_for_label("", 40)
    (True, False)
    """
    return label != "" and height >= LEAST_LABELLED


def style_meta_label() -> Style:
    """Style the label of a strip of meta, which stands above the text of its boxes.

    Examples
    --------
    >>> style_meta_label()["position"]
    'absolute'
    """
    return {
        **ELLIPSIS,
        "position": "absolute",
        "top": "3px",
        "left": "7px",
        "max-width": "calc(100% - 14px)",
        "font-size": "11px",
        "line-height": f"{LABEL_HEIGHT}px",
        "color": META_NOTE.css,
        "pointer-events": "none",
    }


def style_meta_box(
    k: int, count: int, height: int, *, labelled: bool = False, stretches: bool = False
) -> Style:
    """Style box k of a strip of `count` boxes, `height` px high.

    The text is lower where the strip is labelled. A strip that stretches has corners of
    its own, since any box may be in one.

    Examples
    --------
    >>> [style_meta_box(k, 3, 40)["border-radius"] for k in range(3)]
    ['5px 0 0 0', '0 0 0 0', '0 5px 0 0']
    """
    lowered = LABEL_HEIGHT if labelled else 0
    left, right = (
        RADIUS if k == end and not stretches else "0" for end in (0, count - 1)
    )
    return {
        "display": "flex",
        # So that strings in any script share the probabilities' baseline.
        "align-items": "baseline",
        "line-height": f"{height - 2 - lowered}px",
        "justify-content": "center",
        "gap": "0.5em",
        "padding": f"{lowered}px 6px 0",
        # The bar of its probability, behind the text.
        "background": f"linear-gradient({META_BAR.css}, {META_BAR.css}) 0 / "
        f"var({META_SHARE}, 0%) no-repeat {META_GROUND.css}",
        "color": META_TEXT.css,
        "border": EDGE,
        "border-bottom": "none",
        "border-radius": f"{left} {right} 0 0",
        "box-sizing": "border-box",
        # So that new text changes the layout of this box only.
        "contain": "strict",
    }


def style_meta_text(*, quiet: bool = False) -> Style:
    """Style the string in a box of meta; quiet ones have the colour of notes.

    Examples
    --------
    >>> style_meta_text()["text-overflow"]
    'ellipsis'
    """
    return {**ELLIPSIS, "color": META_NOTE.css} if quiet else dict(ELLIPSIS)


def style_meta_note() -> Style:
    """Style the probability in a box of meta.

    Examples
    --------
    >>> style_meta_note()["flex"]
    'none'
    """
    return {"flex": "none", "white-space": "pre", "color": META_NOTE.css}


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
    """Style the words of a legend.

    Examples
    --------
    >>> style_legend_text()["text-overflow"]
    'ellipsis'
    """
    return {**ELLIPSIS, "min-width": "0"}


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
