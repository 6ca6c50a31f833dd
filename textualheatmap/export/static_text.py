"""The text of a facet as plain HTML: in lines, or as boxes that the page wraps."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from textualheatmap.export.html_element import write_element
from textualheatmap.plot.text_styles import style_line, style_text
from textualheatmap.scene.directions import RIGHT_TO_LEFT
from textualheatmap.scene.escape import LINE_ENDS, split_clusters
from textualheatmap.scene.geometry import CELL_WIDTH, LINE_HEIGHT, PADDING
from textualheatmap.scene.joining import JOINER
from textualheatmap.scene.wrap import MIN_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textualheatmap.plot.style import Style
    from textualheatmap.scene.scene import Box, FacetScene, Line, Scene

# Around what is found, as in `plot/plot.css`.
MARK = "1.5px solid"
# Around a token that is left out of the scale, as in `js/paint.ts`.
FRAME = "1px dashed color-mix(in srgb, currentcolor 50%, transparent)"


def render_lines(scene: Scene, facet: FacetScene) -> str:
    """Return the text of a facet in lines that are already wrapped.

    Parameters
    ----------
    scene
        As of `build_scene`.
    facet
        One of its facets.

    Examples
    --------
    >>> from textualheatmap.scene.scene import build_scene
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [[{"token": "a<b", "heat": [1]}]]
    >>> heatmap = Heatmap().set_data(records)
    >>> scene = build_scene(heatmap)
    >>> "a&lt;b" in render_lines(scene, scene.facets[0])
    True
    """
    style = {
        "height": f"{facet.height}px",
        **style_text(scene.palette),
        "padding": f"{scene.geometry.top}px 0 0 {scene.geometry.left}px",
    }
    lines = (_render_line(line, scene.palette.colors[0]) for line in facet.lines)
    return write_element("div", style, *lines)


def render_flow(scene: Scene, facet: FacetScene) -> str:
    """Return the text of a facet as boxes that the page puts into lines.

    Parameters
    ----------
    scene
        As of `build_scene`.
    facet
        One of its facets.

    Examples
    --------
    >>> from textualheatmap.scene.scene import build_scene
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [[{"token": "a<b", "heat": [1]}]]
    >>> heatmap = Heatmap(sizing_mode="stretch_width").set_data(records)
    >>> scene = build_scene(heatmap)
    >>> "a&lt;b" in render_flow(scene, scene.facets[0])
    True
    """
    top, left = scene.geometry.top, scene.geometry.left
    edge = {"padding": f"{top}px {left}px"}
    if scene.geometry.windowed:
        edge = {
            "height": f"{facet.height}px",
            "overflow": "hidden auto",
            "scrollbar-width": "none",
            "padding": f"0 {left}px",
            # No line is scrolled into it.
            "border": "solid transparent",
            "border-width": f"{top}px 0",
        }
    style = {**style_text(scene.palette), **edge, "white-space": "pre-wrap"}
    parts: list[str] = []
    paragraph: list[Line] = []
    for run in facet.runs:
        paragraph.append(run)
        if run.is_ended or run is facet.runs[-1]:
            parts.append(_render_paragraph(paragraph, scene.palette.colors[0]))
            paragraph = []
    return write_element("div", style, *parts)


def _render_paragraph(runs: list[Line], ground: str) -> str:
    """Return the runs up to a line end."""
    levels = {box.level for run in runs for box in run.boxes}
    if levels <= {0}:
        text = "".join(_render_unbroken(run, ground) for run in runs)
    else:
        base = RIGHT_TO_LEFT if max(levels) >= RIGHT_TO_LEFT else 0
        style = {
            "display": "inline-block",
            "width": "100%",
            "vertical-align": "top",
            "text-align": "start",
            # Lines only break where a <wbr> lets them.
            "white-space": "pre",
            **_style_direction(base),
        }
        text = write_element("span", style, _render_turning(runs, ground, base))
    return text + "\n" if runs[-1].is_ended else text


def _render_turning(runs: list[Line], ground: str, level: int) -> str:
    """Return runs of which some boxes run another way than this level does.

    The page reorders them; it takes each element in them for neutral.
    """
    parts: list[str] = []
    boxes = [(k, box) for k, run in enumerate(runs) for box in run.boxes]
    for is_deeper, alike in groupby(boxes, key=lambda item: item[1].level > level):
        inner: list[Line] = []
        for k, some in groupby(alike, key=itemgetter(0)):
            inner.append(replace(runs[k], boxes=tuple(box for _, box in some)))
        if is_deeper:
            style = {**_style_direction(level + 1), "unicode-bidi": "isolate"}
            content = _render_turning(inner, ground, level + 1)
            parts.append(write_element("span", style, content))
        else:
            parts += (f"<wbr>{_render_boxes(run.boxes, ground)}" for run in inner)
    return "".join(parts)


def _style_direction(level: int) -> Style:
    return {"direction": "rtl" if level % 2 else "ltr"}


def _render_unbroken(run: Line, ground: str) -> str:
    """Return what no line breaks, unless it is longer than a line."""
    if not run.boxes:
        return ""
    width = sum(box.width for box in run.boxes)
    style = {"display": "inline-block", "width": f"{width}px", "vertical-align": "top"}
    style |= _style_unbroken(width)
    marks = _render_marks(run, run.boxes[0].left)
    boxes = _render_boxes(run.boxes, ground, may_break=_may_break(width))
    return write_element("span", style, *marks, boxes)


def _may_break(width: int) -> bool:
    """Say whether something may be longer than a line."""
    return width >= MIN_COLUMNS * CELL_WIDTH


def _style_unbroken(width: int) -> Style:
    """Style what no line breaks, unless it may be longer than a line."""
    if not _may_break(width):
        # As of a line.
        return {"height": f"{LINE_HEIGHT}px", "line-height": f"{LINE_HEIGHT + 1}px"}
    return {"max-width": "100%", "overflow-wrap": "anywhere", "white-space": "pre-wrap"}


def _render_line(line: Line, ground: str) -> str:
    content = _render_boxes(line.boxes, ground, PADDING)
    # An inline block, since a copied text has a line end after every block.
    style = {
        "display": "inline-block",
        "width": "100%",
        "vertical-align": "top",
        **style_line(),
    }
    marks = _render_marks(line, PADDING)
    return write_element("span", style, *marks, content, "\n" if line.is_ended else "")


def _render_marks(line: Line, start: int) -> Iterator[str]:
    """Yield a frame for each hit of a search in a line that starts at some px."""
    for left, width in line.place_marks():
        style = {
            # Where the line starts, and out of its flow.
            "position": "absolute",
            "margin-left": f"{left - start}px",
            "width": f"{width}px",
            "height": f"{LINE_HEIGHT}px",
            "box-sizing": "border-box",
            "border": MARK,
            "border-radius": "4px",
            "pointer-events": "none",
        }
        yield write_element("i", style)


def _render_boxes(
    boxes: Sequence[Box],
    ground: str,
    left: int | None = None,
    *,
    may_break: bool = False,
) -> str:
    """Return boxes, and shift them to where they stand in a line from `left` px on."""
    parts: list[str] = []
    for _, alike in groupby(boxes, key=_find_run):
        run = list(alike)
        shift = None if left is None else run[0].left - left
        parts.append(_render_run(run, ground, shift, may_break=may_break))
        if left is not None:
            left += sum(box.width for box in run)
    return "".join(parts)


def _find_run(box: Box) -> tuple[str, int, int, int]:
    """Return what the boxes of one run have in common.

    Letters that every monospaced font has need no box of their own: neighbours that
    look alike are one run.
    """
    place = -1 if _is_plain(box) else box.left
    # Each token that is left out has a frame of its own.
    return box.color, box.underline, place, box.index if box.is_excluded else -1


def _is_plain(box: Box) -> bool:
    return box.text.isascii() and box.text == box.source and not box.level


def _render_run(
    boxes: list[Box], ground: str, shift: int | None, *, may_break: bool
) -> str:
    """Return boxes that stand side by side and look alike.

    In a line they are shifted by some px; else the page places them.
    """
    first = boxes[0]
    is_plain = _is_plain(first)
    may_break |= shift is None and first.level > 0 and _may_break(first.width)
    content = _render_content(boxes, is_lowered=may_break)
    is_bare = first.color == ground and not first.underline and not first.is_excluded
    if is_plain and is_bare:
        return content
    # All that the line says of itself, its height included, in few characters.
    style = {
        "all": "inherit",
        "width": f"{sum(box.width for box in boxes)}px",
        "background": first.color,
    }
    if not is_plain:
        style["text-align"] = "center"
    if first.level:
        style |= _style_direction(first.level)
        if shift is None:
            style |= {"display": "inline-block", "vertical-align": "top"}
            style |= {"white-space": "pre"}
            style |= _style_unbroken(first.width)
    if shift:
        style |= {"position": "relative", "left": f"{shift}px"}
    if first.underline:
        style["box-shadow"] = f"inset 0 -{first.underline}px"
    if first.is_excluded:
        style |= {"outline": FRAME, "outline-offset": "-1px"}
    # Where all styles are taken away, the focus is bold; else it is not.
    return write_element("b" if first.underline else "span", style, content)


def _render_content(boxes: list[Box], *, is_lowered: bool) -> str:
    """Return the text of boxes that look alike."""
    first = boxes[0]
    if _is_plain(first):
        content = escape("".join(box.text for box in boxes))
    else:
        content = "".join(_render_text_pieces(first))
    # Lines that may break are as high as they are apart, so here the text is lowered.
    style = {"position": "relative", "top": "0.5px"}
    return write_element("span", style, content) if is_lowered else content


def _render_text_pieces(box: Box) -> Iterator[str]:
    """Yield the content of a box, whose marks are seen but not copied."""
    if not box.source:
        yield _write_mark(box.text)
    if box.text.startswith(JOINER):
        yield _write_mark(JOINER)
    for cluster in split_clusters(box.source):
        if cluster.text in LINE_ENDS:
            yield _write_mark(cluster.drawn)
        elif cluster.text == "\t":
            yield _write_mark(cluster.drawn) + write_element(
                "span", {"tab-size": "0"}, "\t"
            )
        else:
            yield escape(cluster.drawn)
    if box.text.endswith(JOINER) and not box.source.endswith(JOINER):
        yield _write_mark(JOINER)


def _write_mark(mark: str) -> str:
    style = {"-webkit-user-select": "none", "user-select": "none"}
    return write_element("span", style, escape(mark), **{"aria-hidden": "true"})
