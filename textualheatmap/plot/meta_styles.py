"""The CSS of the strip of meta above a facet: on live pages and in static HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textualheatmap.plot.frame_colors import (
    META_BAR,
    META_GROUND,
    META_NOTE,
    META_TEXT,
)
from textualheatmap.plot.style import EDGE, ELLIPSIS, FRAME_FONT_SIZE, RADIUS
from textualheatmap.scene.meta import READABLE_META_BOX

if TYPE_CHECKING:
    from textualheatmap.plot.style import Style

# How much of a box of meta the bar behind its text takes.
META_SHARE = "--textualheatmap-share"
# Between two boxes, and at either side of the text in one, in px.
META_GAP, META_PADDING = 2, 6
# The label above them, and the least height of a strip that has room for it, in px.
LABEL_HEIGHT, LEAST_LABELLED = 12, 36


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
        "column-gap": f"{META_GAP}px",
        # The label is placed in it.
        "position": "relative",
        # Bokeh's panes have a size of their own.
        "font-size": FRAME_FONT_SIZE,
    }
    if stretches:
        # A little less than what is theirs, lest a rounding leaves one out.
        share = f"calc((100% - {META_GAP * (count - 1)}px) / {count} - 0.1px)"
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
        "padding": f"{lowered}px {META_PADDING}px 0",
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
