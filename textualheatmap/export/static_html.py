"""A scene as plain HTML: no script, no style sheet, nothing from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from textualheatmap.plot.caption import render_caption
from textualheatmap.plot.frame_styles import (
    META_SHARE,
    has_room_for_label,
    style_caption,
    style_facet,
    style_legend,
    style_legend_number,
    style_legend_text,
    style_line,
    style_meta_box,
    style_meta_label,
    style_meta_note,
    style_meta_text,
    style_minimap,
    style_panel,
    style_print,
    style_ramp,
    style_strip,
    style_strip_border,
    style_tab,
    style_text,
    style_theme,
    style_title,
    write_css,
)
from textualheatmap.scene.directions import RIGHT_TO_LEFT
from textualheatmap.scene.escape import LINE_ENDS, split_clusters
from textualheatmap.scene.geometry import (
    CELL_WIDTH,
    CONTROLS_HEIGHT,
    FACET_GAP,
    LINE_HEIGHT,
    MINIMAP_WIDTH,
    PADDING,
)
from textualheatmap.scene.joining import JOINER
from textualheatmap.scene.wrap import MIN_COLUMNS
from textualheatmap.state.heatmap import MIN_WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textualheatmap.plot.frame_styles import Style
    from textualheatmap.scene.legend import Legend
    from textualheatmap.scene.meta import MetaBox
    from textualheatmap.scene.scene import Box, FacetScene, Line, Scene

# Bokeh's own font, which titles and meta have on a live page.
FRAME_FONT = "Helvetica, Arial, sans-serif"
MOST_COVER = 100_000
# Around what is found, as in `plot/plot.css`.
MARK = "1.5px solid"
# Around a token that is left out of the scale, as in `js/paint.ts`.
FRAME = "1px dashed color-mix(in srgb, currentcolor 50%, transparent)"


def render_static(scene: Scene) -> str:
    """Return a scene as an HTML element that looks like the live heatmap.

    It stands where no script runs, and where the live one is not there yet. The text
    can be selected: what is copied has the line ends and tabs of the text, and not
    their marks, nor the ends of lines that were only full. A plain text that is
    searched for is framed; a regular expression is one of JavaScript's, and is not.
    Where the minimaps and the slider would be, nothing is. The text of a heatmap that
    stretches is wrapped by the page, nearly as it is on the live one.

    Parameters
    ----------
    scene
        As of `build_scene`.

    Examples
    --------
    >>> from textualheatmap.scene.scene import build_scene
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "a < b", "heat": [1.0]}]])
    >>> "a &lt; b</b>" in render_static(build_scene(heatmap.highlight(0)))
    True
    """
    parts = [_render_facet(scene, facet) for facet in scene.facets]
    if scene.has_controls:
        parts.append(_write("div", {"height": f"{CONTROLS_HEIGHT}px"}))
    if scene.legend is not None:
        parts.append(_render_legend(scene, scene.legend))
    width = {"width": f"{scene.geometry.width}px"}
    if scene.stretches:
        width = {"width": "100%", "min-width": f"{MIN_WIDTH}px"}
    style = {
        **width,
        **style_theme(scene.theme),
        "font-family": FRAME_FONT,
        "line-height": "calc(20 / 14)",
        "text-align": "left",
        "isolation": "isolate",
        **style_print(),
        # Colours are kept, too, where contrast is forced.
        "forced-color-adjust": "none",
        # Phones would enlarge the text in its cells.
        "-webkit-text-size-adjust": "none",
        "text-size-adjust": "none",
    }
    return _write("div", style, *parts, dir="ltr")


def render_cover(scene: Scene) -> str:
    """Return what stands over a heatmap while its plots are redrawn.

    It goes to the page as it is, and is there for a few frames. Panels without their
    text have to do where the text takes more than 100 000 characters: where each one is
    an element of its own, as in Chinese, and the windows are large.

    Parameters
    ----------
    scene
        As of `build_scene`.

    Examples
    --------
    >>> from textualheatmap.scene.scene import build_scene
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "a < b", "heat": [1.0]}]])
    >>> "a &lt; b</b>" in render_cover(build_scene(heatmap.highlight(0)))
    True
    """
    cover = render_static(scene)
    if len(cover) <= MOST_COVER:
        return cover
    return render_static(
        replace(scene, facets=tuple(replace(each, lines=()) for each in scene.facets))
    )


def _render_legend(scene: Scene, legend: Legend) -> str:
    number = style_legend_number()
    return _write(
        "div",
        style_legend("100%"),
        _write("span", number, escape(legend.low)),
        _write("div", style_ramp(scene.palette, signed=legend.signed)),
        _write("span", number, escape(legend.high)),
        " ",
        _write("span", style_legend_text(), escape(legend.text), title=legend.text),
    )


def _render_facet(scene: Scene, facet: FacetScene) -> str:
    height = scene.geometry.meta_height
    stretches = scene.stretches
    parts = []
    if facet.meta:
        strip = style_strip(
            len(facet.meta), height, stretches=stretches, rows=scene.meta_rows
        )
        boxes = _render_meta(scene, facet.meta)
        parts.append(_write("div", strip, *boxes))
        if stretches:
            parts.append(_write("div", style_strip_border()))
    has_meta = bool(facet.meta)
    panel = style_panel(scene.palette, has_meta=has_meta, stretches=stretches)
    text = _render_flow(scene, facet) if stretches else _render_text(scene, facet)
    parts.append(_write("div", panel, text))
    label = style_title(rotated=scene.has_rotated_titles)
    tab = _write("span", label, escape(facet.label))
    parts.append(_write("div", style_tab(), tab, title=facet.title))
    if scene.geometry.windowed:
        margin = style_minimap(scene.palette, scene.geometry, stretches=stretches)
        # As wide as the minimap, and on a page of any width.
        room = {"width": f"{MINIMAP_WIDTH - FACET_GAP}px"} if stretches else {}
        parts.append(_write("div", {**margin, **room}))
    if facet.caption:
        parts.append(_write("div", style_caption(), render_caption(facet.caption)))
    named = {"role": "group", "aria-label": facet.title}
    style = style_facet(scene.geometry, has_meta=has_meta, stretches=stretches)
    return _write("div", style, *parts, **named)


def _render_meta(scene: Scene, meta: tuple[MetaBox, ...]) -> Iterator[str]:
    """Yield what a strip of meta holds."""
    label, height = scene.meta_label, scene.geometry.meta_height
    labelled = has_room_for_label(label, height)
    for k, box in enumerate(meta):
        style = style_meta_box(
            k, len(meta), height, labelled=labelled, stretches=scene.stretches
        )
        yield _write(
            "div",
            {META_SHARE: f"{box.share}%", **style},
            _write("span", style_meta_text(quiet=box.is_quiet), escape(box.text)),
            # Such spaces are seen only where all styles are taken away.
            " ",
            _write("span", style_meta_note(), escape(box.note)),
            title=box.text,
        )
    if labelled:
        yield _write("div", style_meta_label(), escape(label))


def _render_text(scene: Scene, facet: FacetScene) -> str:
    style = {
        "height": f"{facet.height}px",
        **style_text(scene.palette),
        "padding": f"{scene.geometry.top}px 0 0 {scene.geometry.left}px",
    }
    lines = (_render_line(line, scene.palette.colors[0]) for line in facet.lines)
    return _write("div", style, *lines)


def _render_flow(scene: Scene, facet: FacetScene) -> str:
    """Return the text of a facet as boxes that the page puts into lines."""
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
    return _write("div", style, *parts)


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
        text = _write("span", style, _render_turning(runs, ground, base))
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
            parts.append(_write("span", style, content))
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
    return _write("span", style, *marks, boxes)


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
    return _write("span", style, *marks, content, "\n" if line.is_ended else "")


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
        yield _write("i", style)


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
    return _write("b" if first.underline else "span", style, content)


def _render_content(boxes: list[Box], *, is_lowered: bool) -> str:
    """Return the text of boxes that look alike."""
    first = boxes[0]
    if _is_plain(first):
        content = escape("".join(box.text for box in boxes))
    else:
        content = "".join(_render_text_pieces(first))
    # Lines that may break are as high as they are apart, so here the text is lowered.
    style = {"position": "relative", "top": "0.5px"}
    return _write("span", style, content) if is_lowered else content


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
            yield _write_mark(cluster.drawn) + _write("span", {"tab-size": "0"}, "\t")
        else:
            yield escape(cluster.drawn)
    if box.text.endswith(JOINER) and not box.source.endswith(JOINER):
        yield _write_mark(JOINER)


def _write_mark(mark: str) -> str:
    style = {"-webkit-user-select": "none", "user-select": "none"}
    return _write("span", style, escape(mark), **{"aria-hidden": "true"})


def _write(tag: str, style: Style, *content: str, **attributes: str) -> str:
    """Return an element; the content is HTML, the attributes' values are text."""
    named = {"style": write_css(style), **attributes}
    listed = "".join(f' {name}="{escape(value)}"' for name, value in named.items())
    return f"<{tag}{listed}>{''.join(content)}</{tag}>"
