"""The heat of a facet as a matrix: a row for each focus, a column for each token."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.image import AxesImage

from textualheatmap.export.figures.canvas import Rectangle
from textualheatmap.export.figures.frame import DROP, EDGE
from textualheatmap.plot.frame_colors import BORDER, META_TEXT
from textualheatmap.scene.escape import escape_text
from textualheatmap.scene.legend import build_legend
from textualheatmap.scene.palettes import STEPS, get_palette
from textualheatmap.state.colouring import paint_facet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from textualheatmap.export.figures.canvas import Canvas
    from textualheatmap.scene.legend import Legend
    from textualheatmap.state.heatmap import Heatmap

# Of more tokens a cell is no wider than a line is thick.
MOST_TOKENS = 500
# In px: a cell at most, the letters of a label, the room for labels, and what is
# between them and the cells.
MOST_CELL, LABEL_SIZE, MOST_LABEL, LABEL_GAP = 20, 11, 110, 4
# A line of labels takes so much of its letters' size.
LABEL_LINE = 1.2
# A dot of the image for each cell would be blurred by readers that smooth images.
DOTS = 8


@dataclass(frozen=True)
class Matrix:
    """The heat of one facet in colours, and what is written beside it.

    Parameters
    ----------
    colors
        Red, green and blue from 0 to 1, shape (focuses, tokens, 3).
    rows, columns
        The token of each focus, and each token that is coloured, escaped.
    legend
        Its ends are empty where they differ from focus to focus.
    """

    colors: NDArray[np.float64]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    legend: Legend


def compute_matrix(heatmap: Heatmap, i: int) -> Matrix:
    """Return the colours that facet i has for each focus, in the state's direction.

    Parameters
    ----------
    heatmap
        With data. Its own focus plays no part.
    i
        Which facet.

    Raises
    ------
    ValueError
        If the facet has more than 500 tokens.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a ", "heat": [1, 0]}, {"token": "b", "heat": [0.5, 1]}]
    >>> matrix = compute_matrix(Heatmap().set_data([records]), 0)
    >>> matrix.rows, matrix.colors.shape
    (('a ', 'b'), (2, 2, 3))
    """
    asked, answered = heatmap.row_facets[i], i
    if heatmap.direction == "column":
        asked, answered = answered, asked
    rows, columns = (_list_tokens(heatmap, k) for k in (asked, answered))
    most = max(len(rows), len(columns))
    if most > MOST_TOKENS:
        msg = (
            f"facets[{i}] has {most} tokens, expected at most {MOST_TOKENS} for a "
            "matrix"
        )
        raise ValueError(msg)
    focused = heatmap.clone()
    palette = get_palette(heatmap.view_state.palette)
    ramps = {
        signed: np.array([to_rgb(each) for each in (*colors, palette.missing)])
        for signed, colors in ((False, palette.colors), (True, palette.signed))
    }
    colors = np.empty((len(rows), len(columns), 3))
    legends: list[Legend] = []
    for row in range(len(rows)):
        painted = paint_facet(focused.highlight(row, asked), answered)
        legends.append(build_legend(focused, painted, answered))
        step = np.minimum(painted.heat * STEPS, STEPS - 1)
        step = np.where(np.isnan(painted.heat), STEPS, step).astype(np.int64)
        colors[row] = ramps[painted.signed][step]
    legend = legends[0]
    if any(each != legend for each in legends):
        legend = replace(legend, low="", high="")
    return Matrix(colors, rows, columns, legend)


def _list_tokens(heatmap: Heatmap, i: int) -> tuple[str, ...]:
    tokens = heatmap.facets[i].tokens
    return tuple(escape_text(tokens.texts[p]) for p in tokens.positions)


@dataclass(frozen=True)
class MatrixLayout:
    """Where a matrix and its labels are, in px from the top left corner.

    Parameters
    ----------
    left, top
        Where the cells begin.
    cell
        Width and height of a cell.
    height
        Of it all.
    """

    left: float
    top: float
    cell: float
    height: float


def lay_out_matrix(canvas: Canvas, matrix: Matrix) -> MatrixLayout:
    """Return where a matrix is that is as wide as the canvas, if need be.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from textualheatmap.export.figures.canvas import Canvas
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1.0]}]])
    >>> canvas = Canvas(Figure().add_subplot(), 0.5, 600)
    >>> matrix = compute_matrix(heatmap, 0)
    >>> lay_out_matrix(canvas, matrix).cell
    20
    """
    font = canvas.font(LABEL_SIZE, monospaced=True)

    def measure(labels: Sequence[str]) -> float:
        widest = max((canvas.measure(label, font) for label in labels), default=0)
        return min(widest, MOST_LABEL) + LABEL_GAP + EDGE

    left, top = measure(matrix.rows), measure(matrix.columns)
    cell = min(MOST_CELL, (canvas.width - left) / len(matrix.columns))
    return MatrixLayout(left, top, cell, top + cell * len(matrix.rows))


def draw_matrix(
    canvas: Canvas, matrix: Matrix, layout: MatrixLayout, top: float
) -> None:
    """Draw a matrix from some px below the top of a canvas on.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from textualheatmap.export.figures.canvas import Canvas
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1.0]}]])
    >>> canvas = Canvas(Figure().add_subplot(), 0.5, 600)
    >>> matrix = compute_matrix(heatmap, 0)
    >>> draw_matrix(canvas, matrix, lay_out_matrix(canvas, matrix), 0)
    >>> [text.get_text() for text in canvas.axes.texts]
    ['a', 'a']
    """
    top += layout.top
    height, width = (layout.cell * count for count in matrix.colors.shape[:2])
    image = AxesImage(
        canvas.axes,
        interpolation="nearest",
        origin="upper",
        extent=(layout.left, layout.left + width, top + height, top),
        transform=canvas.transform,
        clip_on=False,
    )
    image.set_data(matrix.colors.repeat(DOTS, axis=0).repeat(DOTS, axis=1))
    canvas.axes.add_artist(image)
    edge = Rectangle(layout.left, top, width, height, "none")
    canvas.draw_rectangles([edge], border=canvas.shade(BORDER))
    font = canvas.font(LABEL_SIZE, monospaced=True)
    color = canvas.shade(META_TEXT)
    for middle, label in _choose_labels(matrix.rows, layout.cell):
        text = canvas.cut(label, MOST_LABEL, font)
        place = (layout.left - LABEL_GAP, top + middle + DROP * LABEL_SIZE)
        canvas.write(text, place, color, font, align="right")
    for middle, label in _choose_labels(matrix.columns, layout.cell):
        text = canvas.cut(label, MOST_LABEL, font)
        place = (layout.left + middle + DROP * LABEL_SIZE, top - LABEL_GAP)
        canvas.write(text, place, color, font, rotation=90)


def _choose_labels(labels: Sequence[str], cell: float) -> Iterator[tuple[float, str]]:
    """Yield the labels for which there is room, and where their middles are."""
    step = max(1, math.ceil(LABEL_LINE * LABEL_SIZE / cell))
    for k in range(0, len(labels), step):
        if labels[k].strip():
            yield (k + 0.5) * cell, labels[k]
