"""Rows of cells, as programs that set type are to write them: LaTeX and Typst."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from textualheatmap.plot.meta_styles import META_GAP, META_PADDING
from textualheatmap.scene.escape import count_columns, elide
from textualheatmap.scene.geometry import CELL_WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textualheatmap.scene.meta import MetaBox
    from textualheatmap.scene.palettes import Palette
    from textualheatmap.scene.scene import Box, FacetScene, Line, Scene

RAMP_STEPS = 32


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a line in one colour.

    Parameters
    ----------
    color
        Hex colour of its ground.
    width
        In px.
    text
        What is drawn in its middle.
    underline
        Height in px of the line along its bottom, or 0.
    is_framed
        Whether there is a frame around it.
    is_turned
        Whether its text runs from right to left.
    """

    color: str
    width: int
    text: str = ""
    underline: int = 0
    is_framed: bool = False
    is_turned: bool = False


def list_rows(scene: Scene, facet: FacetScene) -> list[list[Cell]]:
    """Return the cells of each line of a facet, without gaps, as wide as the panel.

    Examples
    --------
    >>> from textualheatmap.scene.scene import build_scene
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap(palette="paper").set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> scene = build_scene(heatmap.highlight(0))
    >>> for cell in list_rows(scene, scene.facets[0])[0]:
    ...     print(cell.color, cell.width, repr(cell.text), cell.underline)
    #ffffff 8 '' 0
    #ee500f 16 'Hi' 2
    #ffffff 504 '' 0
    """
    width, ground = scene.geometry.panel_width, scene.palette.colors[0]
    return [list(_list_cells(line, width, ground)) for line in facet.lines]


def _list_cells(line: Line, width: int, ground: str) -> Iterator[Cell]:
    left = 0
    boxes = sorted(line.boxes, key=lambda box: box.left)
    for _, alike in groupby(boxes, key=_find_run):
        run = list(alike)
        first = run[0]
        if first.left > left:
            yield Cell(ground, first.left - left)
        left = run[-1].left + run[-1].width
        yield Cell(
            first.color,
            left - first.left,
            "".join(box.text for box in run),
            first.underline,
            first.is_excluded,
            first.level % 2 == 1,
        )
    if width > left:
        yield Cell(ground, width - left)


def _find_run(box: Box) -> tuple[str, int, int]:
    """Return what neighbours of one cell have in common."""
    is_plain = box.text.isascii() and not box.level and not box.is_excluded
    return box.color, box.underline, -1 if is_plain else box.left


@dataclass(frozen=True, slots=True)
class MetaCell:
    """A box of meta, cut so that it fits.

    Parameters
    ----------
    width, bar
        Of the box, and of the bar behind its text, in px.
    text, note
        What it says, and the probability.
    is_quiet
        Whether the text has the colour of notes.
    """

    width: float
    bar: float
    text: str
    note: str
    is_quiet: bool


def list_meta_cells(meta: Sequence[MetaBox], width: int) -> list[MetaCell]:
    """Return the boxes of a strip of meta that is some px wide.

    Examples
    --------
    >>> from textualheatmap.scene.meta import MetaBox
    >>> list_meta_cells([MetaBox("consciousness", "25%", 25)], 80)
    [MetaCell(width=80.0, bar=20.0, text='cons…', note='25%', is_quiet=False)]
    """
    each = (width - META_GAP * (len(meta) - 1)) / len(meta)
    room = int((each - 2 * META_PADDING) / CELL_WIDTH)
    cells: list[MetaCell] = []
    for box in meta:
        note = box.note if count_columns(box.note) < room else ""
        left = max(1, room - bool(note) - count_columns(note) + 1)
        text = elide(box.text, left)
        cells.append(MetaCell(each, each * box.share / 100, text, note, box.is_quiet))
    return cells


def list_ramp(palette: Palette, *, signed: bool) -> list[str]:
    """Return some colours of a palette, from low to high.

    Examples
    --------
    >>> from textualheatmap.scene.palettes import get_palette
    >>> ramp = list_ramp(get_palette("paper"), signed=False)
    >>> len(ramp), ramp[0], ramp[-1] == get_palette("paper").colors[-1]
    (32, '#ffffff', True)
    """
    colors = palette.signed if signed else palette.colors
    last = len(colors) - 1
    return [colors[round(k * last / (RAMP_STEPS - 1))] for k in range(RAMP_STEPS)]
