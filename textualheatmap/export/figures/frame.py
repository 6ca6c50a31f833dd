"""What stands around the text of a figure: headings, and the legend of the colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textualheatmap.export.figures.canvas import Rectangle
from textualheatmap.plot.frame_colors import BORDER, LEGEND_TEXT, META_TEXT
from textualheatmap.scene.escape import escape_text
from textualheatmap.scene.geometry import LEGEND_HEIGHT

if TYPE_CHECKING:
    from textualheatmap.export.figures.canvas import Canvas
    from textualheatmap.scene.legend import Legend
    from textualheatmap.scene.palettes import Palette

# Letters of headings and what they take with the gap below, in px.
TITLE_SIZE, TITLE_HEIGHT = 15, 28
CAPTION_SIZE, CAPTION_HEIGHT = 13, 22
LEGEND_SIZE = 12
# How far a baseline is below the middle of letters, in their size.
DROP = 0.36
RAMP_WIDTH, LEAST_RAMP, RAMP_SHARE, RAMP_HEIGHT, RAMP_GAP = 200, 60, 0.33, 10, 7
# Letters at the left are so far from the edge, in px, which else cuts some.
EDGE = 1


def draw_title(canvas: Canvas, text: str, top: float) -> None:
    """Write the title of a figure, not yet escaped, below a place.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from textualheatmap.export.figures.canvas import Canvas
    >>> axes = Figure().add_subplot()
    >>> draw_title(Canvas(axes, 0.5, 600), "One $", 0)
    >>> axes.texts[0].get_text()
    'One $'
    """
    _write_heading(canvas, text, top, TITLE_SIZE)


def draw_caption(canvas: Canvas, text: str, top: float) -> None:
    """Write the caption of a part of a figure, not yet escaped, below a place.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from textualheatmap.export.figures.canvas import Canvas
    >>> axes = Figure().add_subplot()
    >>> draw_caption(Canvas(axes, 0.5, 600), "1 “a”", 0)
    >>> axes.texts[0].get_text()
    '1 “a”'
    """
    _write_heading(canvas, text, top, CAPTION_SIZE)


def _write_heading(canvas: Canvas, text: str, top: float, size: float) -> None:
    font = canvas.font(size)
    shown = canvas.cut(escape_text(text), canvas.width, font)
    canvas.write(shown, (EDGE, top + 1.1 * size), canvas.shade(META_TEXT), font)


def draw_legend(canvas: Canvas, palette: Palette, legend: Legend, top: float) -> None:
    """Draw the ramp of the colours, with the heat at its ends, below a place in px.

    Parameters
    ----------
    canvas
        What to draw on.
    palette
        The colours.
    legend
        As of `build_legend`.
    top
        In px.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from textualheatmap.export.figures.canvas import Canvas
    >>> from textualheatmap.scene.legend import Legend
    >>> from textualheatmap.scene.palettes import get_palette
    >>> axes = Figure().add_subplot()
    >>> legend = Legend("0.00", "1.00", "heat", signed=False)
    >>> draw_legend(Canvas(axes, 0.5, 600), get_palette("paper"), legend, 0)
    >>> [text.get_text() for text in axes.texts]
    ['0.00', '1.00', 'heat']
    """
    font, color = canvas.font(LEGEND_SIZE), canvas.shade(LEGEND_TEXT)
    middle = top + LEGEND_HEIGHT / 2
    baseline = middle + DROP * LEGEND_SIZE
    texts = (legend.low, legend.high, legend.text)
    low, high, text = (canvas.measure(each, font) if each else 0 for each in texts)
    left: float = EDGE
    if legend.low:
        canvas.write(legend.low, (left, baseline), color, font)
        left += low + RAMP_GAP
    # On a narrow figure the words come first.
    room = canvas.width - left - high - text - 2 * RAMP_GAP
    width = max(LEAST_RAMP, min(RAMP_WIDTH, RAMP_SHARE * canvas.width, room))
    _draw_ramp(canvas, palette, legend, (left, middle - RAMP_HEIGHT / 2), width)
    left += width + RAMP_GAP
    if legend.high:
        canvas.write(legend.high, (left, baseline), color, font)
        left += high + RAMP_GAP
    shown = canvas.cut(legend.text, canvas.width - left, font)
    canvas.write(shown, (left, baseline), color, font)


def _draw_ramp(
    canvas: Canvas,
    palette: Palette,
    legend: Legend,
    place: tuple[float, float],
    width: float,
) -> None:
    left, top = place
    colors = palette.signed if legend.signed else palette.colors
    step = width / len(colors)
    canvas.draw_rectangles(
        [
            # Each reaches to the end, under those that follow.
            Rectangle(left + k * step, top, width - k * step, RAMP_HEIGHT, each)
            for k, each in enumerate(colors)
        ]
    )
    edge = Rectangle(left - 1, top - 1, width + 2, RAMP_HEIGHT + 2, "none")
    canvas.draw_rectangles([edge], border=canvas.shade(BORDER))
