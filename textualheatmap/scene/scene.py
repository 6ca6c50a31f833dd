"""Every box of a heatmap in its state: where it is, what it shows, in which colour.

A scene knows no renderer. Places are CSS pixels; those of boxes count from the top left
corner of their facet's plot.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from textualheatmap.scene.escape import escape_text
from textualheatmap.scene.geometry import (
    CELL_WIDTH,
    LINE_HEIGHT,
    MAX_LINES,
    compute_geometry,
)
from textualheatmap.scene.legend import build_legend
from textualheatmap.scene.meta import (
    NO_META,
    count_meta_boxes,
    count_meta_rows,
    list_meta,
)
from textualheatmap.scene.palettes import STEPS, get_palette
from textualheatmap.scene.source_text import find_source_text
from textualheatmap.scene.wrap import split_runs
from textualheatmap.state.colouring import paint_facet
from textualheatmap.state.finding import find_hits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from textualheatmap.scene.geometry import Geometry
    from textualheatmap.scene.legend import Legend
    from textualheatmap.scene.meta import MetaBox
    from textualheatmap.scene.palettes import Palette
    from textualheatmap.scene.wrap import Cells
    from textualheatmap.state.colouring import PaintedFacet
    from textualheatmap.state.heatmap import Heatmap
    from textualheatmap.state.view_state import Theme

UNDERLINE, PINNED_UNDERLINE = 2, 4


@dataclass(frozen=True, slots=True)
class Box:
    """What is drawn of one token on one line.

    Parameters
    ----------
    index
        Index of the token, -1 for a format token.
    left, top, width, height
        Its place in px.
    level
        Which way its text runs, as of `Cells`.
    text
        What is drawn.
    source
        The characters of the text that it is drawn for, before they were escaped.
    value
        The heat as the data have it; NaN where there is none.
    heat
        The heat that is coloured, from 0 to 1; NaN if it is missing or the token is a
        format token.
    color
        Hex colour of the box; that of the panel where nothing is coloured.
    underline
        Height in px of the line in the text's colour along its bottom; 0 unless the
        token is focused.
    is_excluded
        Whether the token is left out of the scale, and framed.
    """

    index: int
    left: int
    top: int
    width: int
    height: int
    level: int
    text: str
    source: str
    value: float
    heat: float
    color: str
    underline: int
    is_excluded: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One shown line.

    Parameters
    ----------
    number
        From 0, the first line of the text.
    boxes
        In reading order, without gaps between them; none if the line is empty.
    is_ended
        Whether the text has a line end here; else the line ends where it is full.
    marks
        What is found in it: the first of the boxes and how many, for each hit.
    """

    number: int
    boxes: tuple[Box, ...]
    is_ended: bool
    marks: tuple[tuple[int, int], ...]

    def place_marks(self) -> list[tuple[int, int]]:
        """Return left and width of each mark in px, the frame around it included."""
        marked = [self.boxes[first : first + count] for first, count in self.marks]
        return [
            (min(box.left for box in boxes) - 1, sum(box.width for box in boxes) + 2)
            for boxes in marked
        ]


@dataclass(frozen=True, slots=True)
class FacetScene:
    """One facet as it is shown.

    Parameters
    ----------
    title
        Its whole title, escaped.
    label
        The title as it is shown, cut where it is too long.
    height
        Height in px of its plot.
    lines
        The lines that are shown.
    runs
        For a heatmap that stretches, the text that may be shown once its width is
        known, from the first shown line on. It is in parts between which a line may
        break, each as if it were a line.
    meta
        The boxes of its strip of meta; none if meta are not shown.
    caption
        What is said below the text, in Markdown, not yet escaped.
    """

    title: str
    label: str
    height: int
    lines: tuple[Line, ...]
    runs: tuple[Line, ...]
    meta: tuple[MetaBox, ...]
    caption: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole heatmap as it is shown.

    Parameters
    ----------
    facets
        From top to bottom.
    geometry
        The measures that all facets share.
    palette
        The colours; the first one is that of the panels.
    theme
        Of what stands around the text: "light", "dark", or "auto" for the page's own.
    meta_label
        What stands above the meta, or nothing.
    legend
        Of the facet with the focus, or of the first one; None if none is shown.
    meta_rows
        The most rows of boxes of meta that are shown at once.
    has_rotated_titles
        Whether titles run from top to bottom.
    has_controls
        Whether there is a slider.
    stretches
        Whether the heatmap is as wide as what holds it.
    """

    facets: tuple[FacetScene, ...]
    geometry: Geometry
    palette: Palette
    theme: Theme
    meta_label: str
    legend: Legend | None
    meta_rows: int
    has_rotated_titles: bool
    has_controls: bool
    stretches: bool


def build_scene(
    heatmap: Heatmap, *, geometry: Geometry | None = None, line: int | None = None
) -> Scene:
    """Compute everything that a heatmap shows in its state.

    Parameters
    ----------
    heatmap
        With data.
    geometry
        As `compute_geometry` returns it, if it was computed before.
    line
        The first shown line of a text that is longer than its window, from 0. By
        default it brings the focus into the window, as on a page that was just opened.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a ", "heat": [1, 0]}, {"token": "b", "heat": [0.5, 1]}]
    >>> scene = build_scene(Heatmap(palette="greys").set_data([records]).highlight(1))
    >>> for box in scene.facets[0].lines[0].boxes:
    ...     print(box.left, box.width, repr(box.text), box.heat, box.color)
    8 16 'a ' 0.5 #434344
    24 8 'b' 1.0 #767676
    """
    geometry = geometry or compute_geometry(heatmap)
    palette = get_palette(heatmap.view_state.palette)
    line = reveal_focus(heatmap, geometry) if line is None else line
    return Scene(
        facets=tuple(
            _build_facet(heatmap, geometry, line, i) for i in range(len(heatmap.facets))
        ),
        geometry=geometry,
        palette=palette,
        theme=heatmap.view_state.theme,
        meta_label=escape_text(heatmap.meta_label),
        legend=_build_legend(heatmap) if heatmap.legend else None,
        meta_rows=count_meta_rows(heatmap),
        has_rotated_titles=heatmap.rotate_facet_titles,
        has_controls=heatmap.interactive,
        stretches=heatmap.stretches,
    )


def _build_legend(heatmap: Heatmap) -> Legend:
    focus = heatmap.find_focus()
    i = 0 if focus is None else focus.facet
    return build_legend(heatmap, paint_facet(heatmap, i), i)


def pick_color(heat: float, palette: Palette, *, signed: bool = False) -> str:
    """Return the hex colour of heat from 0 to 1; NaN is missing.

    Colour k is for heat from k / 256 to (k + 1) / 256, and the last one for 1 as well,
    as in Bokeh's `LinearColorMapper`.

    Examples
    --------
    >>> palette = get_palette("greys")
    >>> pick_color(0, palette), pick_color(0.5, palette), pick_color(1, palette)
    ('#151518', '#434344', '#767676')
    >>> pick_color(0.5, palette, signed=True), pick_color(math.nan, palette)
    ('#151518', '#54466b')
    """
    if math.isnan(heat):
        return palette.missing
    colors = palette.signed if signed else palette.colors
    return colors[min(math.floor(heat * STEPS), STEPS - 1)]


def reveal_focus(heatmap: Heatmap, geometry: Geometry) -> int:
    """Return the first shown line of a page that was just opened.

    That is the text's first line, unless the focus is below the window then: it is
    brought to the window's middle.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> reveal_focus(heatmap, compute_geometry(heatmap))
    0
    """
    focus = heatmap.find_focus()
    if focus is None:
        return 0
    cells, window = geometry.cells[focus.facet], geometry.facet_window(focus.facet)
    line = int(cells.line[np.flatnonzero(cells.index == focus.start)[0]])
    return 0 if line < window else line - window // 2


def _build_facet(heatmap: Heatmap, geometry: Geometry, line: int, i: int) -> FacetScene:
    painted = paint_facet(heatmap, i)
    build = partial(_build_lines, heatmap, geometry, i, painted)
    cells, window = geometry.cells[i], geometry.facet_window(i)
    first = max(0, min(line, geometry.facet_lines(i) - window))
    runs: tuple[Line, ...] = ()
    if heatmap.stretches:
        runs = build(**_find_runs(geometry, i, first))
    title = heatmap.facet_titles[i]
    return FacetScene(
        title=escape_text(title),
        label=geometry.cut_title(
            title,
            i,
            rotated=heatmap.rotate_facet_titles,
            stretches=heatmap.stretches,
        ),
        height=geometry.facet_height(i),
        lines=build(cells=cells, first=first, end=first + window),
        runs=runs,
        meta=tuple(_list_meta(heatmap, i, painted))
        if heatmap.facets_with_meta[i]
        else (),
        caption=heatmap.facets[i].caption,
    )


def _find_runs(geometry: Geometry, i: int, first: int) -> dict[str, Any]:
    """Return the runs of facet i's text, and which of them `_build_lines` is to build.

    They are those of as many lines from line `first` on as may be shown at any width.
    """
    cells = geometry.cells[i]
    runs = split_runs(geometry.units[i], geometry.columns)
    # Both have the same columns of the same text.
    start, stop = np.searchsorted(cells.line, [first, first + MAX_LINES])
    edges = np.cumsum(runs.width)
    before, after = (int(cells.width[:each].sum()) for each in (start, stop))
    low, high = np.searchsorted(edges, [before, after - 1], side="right").tolist()
    first, last = runs.line[[low, high]].tolist()
    return {"cells": runs, "first": first, "end": last + 1}


def _build_lines(
    heatmap: Heatmap,
    geometry: Geometry,
    i: int,
    painted: PaintedFacet,
    *,
    cells: Cells,
    first: int,
    end: int,
) -> tuple[Line, ...]:
    """Return the lines `first` to `end - 1` of facet i's cells."""
    palette = get_palette(heatmap.view_state.palette)
    bounds = np.searchsorted(cells.line, range(first, end + 1)).tolist()
    start, stop = bounds[0], bounds[-1]
    text, ended = find_source_text(heatmap.facets[i].tokens, cells, start, stop)
    boxes = [
        Box(*values)
        for values in zip(
            cells.index[start:stop].tolist(),
            *_place_cells(geometry, cells, first, start, stop),
            cells.level[start:stop].tolist(),
            cells.text[start:stop],
            text,
            *_paint_cells(heatmap, painted, palette, cells.index[start:stop]),
            strict=True,
        )
    ]
    hits = find_hits(heatmap.facets[i].tokens, heatmap.view_state.search)
    edges = np.array([(hit.first, hit.last + 1) for hit in hits], int).reshape(-1, 2)
    spans: list[list[int]] = np.searchsorted(cells.position, edges).tolist()
    return tuple(
        Line(
            number,
            tuple(boxes[low - start : high - start]),
            number in ended,
            tuple(_mark(spans, low, high)),
        )
        for number, (low, high) in enumerate(pairwise(bounds), start=first)
    )


def _mark(
    spans: Sequence[Sequence[int]], low: int, high: int
) -> Iterator[tuple[int, int]]:
    """Yield where spans of cells are in the line of the cells `low` to `high - 1`."""
    for begin, end in spans:
        first, stop = max(begin, low), min(end, high)
        if first < stop:
            yield first - low, stop - first


def _place_cells(
    geometry: Geometry, cells: Cells, first: int, start: int, stop: int
) -> Iterator[list[int]]:
    """Yield left, top, width and height of the cells `start` to `stop - 1` in px."""
    column, line, width = (
        field[start:stop] for field in (cells.column, cells.line, cells.width)
    )
    yield (geometry.left + column * CELL_WIDTH).tolist()
    yield (geometry.top + (line - first) * LINE_HEIGHT).tolist()
    yield (width * CELL_WIDTH).tolist()
    yield [LINE_HEIGHT] * (stop - start)


def _paint_cells(
    heatmap: Heatmap, painted: PaintedFacet, palette: Palette, index: NDArray[np.int64]
) -> Iterator[list[Any]]:
    """Yield value, heat, colour, underline and exclusion of some tokens' cells."""
    is_format = index < 0
    value = np.where(is_format, np.nan, painted.value[index])
    heat = np.where(is_format, np.nan, painted.heat[index])
    yield value.tolist()
    yield heat.tolist()
    yield [
        palette.colors[0]
        if skipped
        else pick_color(each, palette, signed=painted.signed)
        for each, skipped in zip(heat.tolist(), is_format.tolist(), strict=True)
    ]
    focus = painted.counterparts
    start, stop = (0, 0) if focus is None else (focus.start, focus.stop)
    thickness = PINNED_UNDERLINE if heatmap.view_state.pinned else UNDERLINE
    yield np.where((start <= index) & (index < stop), thickness, 0).tolist()
    yield (painted.excluded[index] & ~is_format).tolist()


def _list_meta(heatmap: Heatmap, i: int, painted: PaintedFacet) -> list[MetaBox]:
    """Return the boxes of facet i's strip, filled for the last focused token."""
    focus = painted.counterparts
    count = count_meta_boxes(heatmap, i)
    boxes = [] if focus is None else list_meta(heatmap, i, focus.stop - 1, count)
    return boxes + [NO_META] * (count - len(boxes))
