"""A scene drawn with matplotlib: the text with its colours, and what is around it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from textualheatmap.export.figures.canvas import Rectangle
from textualheatmap.export.figures.fonts import ADVANCE
from textualheatmap.export.figures.frame import DROP, draw_legend
from textualheatmap.plot.frame_colors import (
    BORDER,
    META_BAR,
    META_GROUND,
    META_NOTE,
    META_TEXT,
    TAB_GROUND,
    TAB_TEXT,
)
from textualheatmap.plot.meta_styles import (
    LABEL_HEIGHT,
    META_GAP,
    META_PADDING,
    has_room_for_label,
)
from textualheatmap.scene.escape import split_clusters
from textualheatmap.scene.geometry import (
    CELL_WIDTH,
    FACET_GAP,
    LEGEND_HEIGHT,
    LINE_HEIGHT,
    TAB_PADDING,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textualheatmap.export.figures.canvas import Canvas
    from textualheatmap.scene.meta import MetaBox
    from textualheatmap.scene.scene import Box, FacetScene, Scene

# How far a line's colours go on under the next line, in px.
OVERHANG = 1
# Where the baseline of a line is, from its top; so it is on a page as well.
BASELINE = 15
# Px of the monospaced font whose letters are as wide as a cell, and of the other one.
TEXT_SIZE, FRAME_SIZE, LABEL_SIZE = CELL_WIDTH / ADVANCE, 13, 11
NOTE_GAP = 6.5
FRAME_DASHES = (2, 2)


def measure_scene(scene: Scene) -> float:
    """Return the height in px that a drawn scene takes.

    Examples
    --------
    >>> from textualheatmap.scene.scene import build_scene
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap(legend=False).set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> measure_scene(build_scene(heatmap))
    36
    """
    heights = [_measure_facet(scene, facet) for facet in scene.facets]
    gaps = FACET_GAP * (len(heights) - 1)
    legend = LEGEND_HEIGHT + FACET_GAP // 2 if scene.legend else 0
    return sum(heights) + gaps + legend


def draw_scene(canvas: Canvas, scene: Scene, top: float = 0) -> None:
    """Draw a scene from some px below the top of a canvas on.

    Parameters
    ----------
    canvas
        At least as wide as the scene.
    scene
        As of `build_scene`, of a heatmap that does not stretch.
    top
        In px.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from textualheatmap.export.figures.canvas import Canvas
    >>> from textualheatmap.scene.scene import build_scene
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> axes = Figure().add_subplot()
    >>> draw_scene(Canvas(axes, 0.5, 600), build_scene(heatmap.highlight(0)))
    >>> [text.get_text() for text in axes.texts][:2]
    ['Heatmap', 'Hi']
    """
    for facet in scene.facets:
        _draw_facet(canvas, scene, facet, top)
        top += _measure_facet(scene, facet) + FACET_GAP
    if scene.legend:
        draw_legend(canvas, scene.palette, scene.legend, top - FACET_GAP // 2)


def _measure_facet(scene: Scene, facet: FacetScene) -> int:
    return facet.height + (scene.geometry.meta_height if facet.meta else 0)


def _draw_facet(canvas: Canvas, scene: Scene, facet: FacetScene, top: float) -> None:
    geometry, palette = scene.geometry, scene.palette
    if facet.meta:
        _draw_meta(canvas, scene, facet.meta, top)
        top += geometry.meta_height
    panel = Rectangle(0, top, geometry.panel_width, facet.height, palette.colors[0])
    canvas.draw_rectangles([panel])
    _draw_tab(canvas, scene, facet, top)
    canvas.draw_rectangles(list(_color_lines(scene, facet, top)))
    framed = [box for line in facet.lines for box in line.boxes if box.is_excluded]
    if framed:
        edges = [
            Rectangle(box.left, top + box.top, box.width, box.height, "none")
            for box in framed
        ]
        canvas.draw_rectangles(edges, border=palette.text, dashes=FRAME_DASHES)
    marks = [
        Rectangle(
            left, top + geometry.top + k * LINE_HEIGHT, width, LINE_HEIGHT, "none"
        )
        for k, line in enumerate(facet.lines)
        for left, width in line.place_marks()
    ]
    if marks:
        canvas.draw_rectangles(marks, border=palette.text)
    for line in facet.lines:
        for left, baseline, text, is_centred in _split_text(line.boxes):
            canvas.write(
                text,
                (left, top + baseline),
                palette.text,
                canvas.font(TEXT_SIZE, monospaced=True),
                align="center" if is_centred else "left",
            )
    # A light panel, too, ends somewhere on a white page.
    canvas.draw_rectangles(
        [Rectangle(0, top, geometry.panel_width, facet.height, "none")],
        border=f"{palette.text}1f",
    )


def _color_lines(scene: Scene, facet: FacetScene, top: float) -> Iterator[Rectangle]:
    """Yield the colours of a facet's lines, then the lines under the focus.

    Readers of vector files smooth every edge, and two boxes that only touch let shine
    through what is below both. So each box goes on to the end of its line, under those
    that follow, and each line goes on under the next.
    """
    geometry, ground = scene.geometry, scene.palette.colors[0]
    right = geometry.left + geometry.columns * CELL_WIDTH
    for k, line in enumerate(facet.lines):
        down = top + geometry.top + k * LINE_HEIGHT
        height = LINE_HEIGHT + (OVERHANG if k + 1 < len(facet.lines) else 0)
        boxes = sorted(line.boxes, key=lambda box: box.left)
        end = boxes[-1].left + boxes[-1].width if boxes else geometry.left
        for color, alike in groupby(boxes, key=lambda box: box.color):
            left = next(alike).left
            yield Rectangle(left, down, right - left, height, color)
        yield Rectangle(end, down, right - end, height, ground)
    for line in facet.lines:
        for box in line.boxes:
            if box.underline:
                down = top + box.top + box.height - box.underline
                yield Rectangle(
                    box.left, down, box.width, box.underline, scene.palette.text
                )


def _split_text(
    boxes: tuple[Box, ...],
) -> Iterator[tuple[float, float, str, bool]]:
    """Yield where each text of a line is, its baseline, the text, and if it is centred.

    Letters that the font has, each as wide as a cell, are one text; others are centred
    in their own cells, but for those that must join their neighbours.
    """
    for is_plain, run in groupby(boxes, key=_is_plain):
        group = list(run)
        baseline = group[0].top + BASELINE
        if is_plain:
            text = "".join(box.text for box in group)
            if text.strip():
                yield group[0].left, baseline, text, False
            continue
        for box in group:
            clusters = list(split_clusters(box.text))
            if box.level or not any(each.columns > 1 for each in clusters):
                middle, text = _strip_spaces(box)
                if text:
                    yield middle, baseline, text, True
                continue
            left: float = box.left
            for each in clusters:
                width = each.columns * CELL_WIDTH
                yield left + width / 2, baseline, each.drawn, True
                left += width


def _strip_spaces(box: Box) -> tuple[float, str]:
    """Return where the middle of a box's text is without the spaces around it.

    Whoever draws the text for itself does not know on which side they are.
    """
    text = box.text.strip(" ")
    before = len(box.text) - len(box.text.lstrip(" "))
    after = len(box.text) - len(text) - before
    at_left = after if box.level % 2 else before
    left = box.left + CELL_WIDTH * at_left
    return left + (box.width - CELL_WIDTH * (before + after)) / 2, text


def _is_plain(box: Box) -> bool:
    return box.text.isascii() and not box.level


def _draw_tab(canvas: Canvas, scene: Scene, facet: FacetScene, top: float) -> None:
    geometry = scene.geometry
    left, width = geometry.panel_width, geometry.tab_width
    tab = Rectangle(left, top, width, facet.height, canvas.shade(TAB_GROUND))
    canvas.draw_rectangles([tab], border=canvas.shade(BORDER))
    font = canvas.font(FRAME_SIZE)
    room = (facet.height if scene.has_rotated_titles else width) - TAB_PADDING
    across, down = left + width / 2, top + facet.height / 2
    drop = DROP * FRAME_SIZE
    is_rotated = scene.has_rotated_titles
    canvas.write(
        canvas.cut(facet.title, room, font),
        (across - drop, down) if is_rotated else (across, down + drop),
        canvas.shade(TAB_TEXT),
        font,
        align="center",
        rotation=270 if is_rotated else 0,
    )


def _draw_meta(
    canvas: Canvas, scene: Scene, meta: tuple[MetaBox, ...], top: float
) -> None:
    geometry = scene.geometry
    height = geometry.meta_height
    room = geometry.panel_width - META_GAP * (len(meta) - 1)
    width = room / len(meta)
    lefts = [k * (width + META_GAP) for k in range(len(meta))]
    ground, bar = canvas.shade(META_GROUND), canvas.shade(META_BAR)
    grounds = [Rectangle(left, top, width, height, ground) for left in lefts]
    canvas.draw_rectangles(grounds)
    canvas.draw_rectangles(
        [
            Rectangle(left, top, width * box.share / 100, height, bar)
            for left, box in zip(lefts, meta, strict=True)
            if box.share
        ]
    )
    edges = [Rectangle(left, top, width, height, "none") for left in lefts]
    canvas.draw_rectangles(edges, border=canvas.shade(BORDER))
    is_labelled = has_room_for_label(scene.meta_label, height)
    lowered = LABEL_HEIGHT if is_labelled else 0
    baseline = top + (height + lowered) / 2 + DROP * FRAME_SIZE
    for left, box in zip(lefts, meta, strict=True):
        _write_meta(canvas, box, left, width, baseline)
    if is_labelled:
        font = canvas.font(LABEL_SIZE)
        label = canvas.cut(scene.meta_label, geometry.panel_width - 2 * 7, font)
        place = (7, top + 3 + LABEL_HEIGHT / 2 + DROP * LABEL_SIZE)
        canvas.write(label, place, canvas.shade(META_NOTE), font)


def _write_meta(
    canvas: Canvas,
    box: MetaBox,
    left: float,
    width: float,
    baseline: float,
) -> None:
    """Write the string and the probability of a box of meta, centred together."""
    font = canvas.font(FRAME_SIZE)
    note_width = canvas.measure(box.note, font) + NOTE_GAP if box.note else 0
    text = canvas.cut(box.text, width - 2 * META_PADDING - note_width, font)
    text_width = canvas.measure(text, font) if text else 0
    left += max(META_PADDING, (width - text_width - note_width) / 2)
    note = canvas.shade(META_NOTE)
    if text:
        color = note if box.is_quiet else canvas.shade(META_TEXT)
        canvas.write(text, (left, baseline), color, font)
    if box.note:
        right = left + text_width + NOTE_GAP
        canvas.write(box.note, (right, baseline), note, font)
