"""A heatmap as a figure for a paper, drawn by matplotlib without any browser."""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import matplotlib as mpl
from matplotlib.figure import Figure

from textualheatmap.export.figures.canvas import POINTS_PER_INCH, Canvas
from textualheatmap.export.figures.fonts import list_missing
from textualheatmap.export.figures.frame import (
    CAPTION_HEIGHT,
    TITLE_HEIGHT,
    draw_caption,
    draw_legend,
    draw_title,
)
from textualheatmap.export.figures.matrix import (
    compute_matrix,
    draw_matrix,
    lay_out_matrix,
)
from textualheatmap.export.figures.svg_fonts import embed_fonts
from textualheatmap.export.figures.text import TEXT_SIZE, draw_scene, measure_scene
from textualheatmap.export.focus_scenes import build_focus_scenes, find_width
from textualheatmap.export.options import read_options
from textualheatmap.scene.geometry import LEGEND_HEIGHT
from textualheatmap.scene.palettes import get_palette

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from matplotlib.axes import Axes

    from textualheatmap.export.options import FigureOptions
    from textualheatmap.state.heatmap import Heatmap

# Between two focuses, or two matrices, in px.
GAP = 14
# How many letters a warning names.
MOST_NAMED = 5
# The same data make the same file: without a date, and without random numbers.
SETTINGS: Any = {
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "textualheatmap",
    "path.simplify": False,
}
METADATA: dict[str, dict[str, Any]] = {
    ".pdf": {"CreationDate": None},
    ".svg": {"Date": None},
    ".png": {},
}
# A figure stands on paper, unless its theme is dark.
GROUND, DARK_GROUND = "white", "#121212"


def render_figure(heatmap: Heatmap, suffix: str, **options: object) -> bytes:
    """Return a heatmap as an image file.

    Parameters
    ----------
    heatmap
        With data. What is drawn is what a page shows of it, but for what only a page
        can do: there is no slider, and a long text is whole unless `max_height` is set.
    suffix
        ``".pdf"``, ``".svg"`` or ``".png"``.
    options
        As of `read_options`.

    Raises
    ------
    ValueError, TypeError, IndexError
        If there are no data, or if an option is not as expected.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> render_figure(heatmap, ".pdf", width="3.3in", focus=0)[:5]
    b'%PDF-'
    """
    chosen = read_options(heatmap, **options)
    with _settings():
        figure = _build_figure(heatmap, chosen)
        [axes] = figure.axes
        letters = {letter for text in axes.texts for letter in text.get_text()}
        file = io.BytesIO()
        with warnings.catch_warnings():
            # Each letter for itself, and in some formats more than once.
            warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from font")
            figure.savefig(
                file, format=suffix[1:], dpi=chosen.dpi, metadata=METADATA[suffix]
            )
    _tell_missing(letters)
    if suffix != ".svg":
        return file.getvalue()
    return embed_fonts(file.getvalue().decode(), letters).encode()


def plot_heatmap(heatmap: Heatmap, axes: Axes, **options: object) -> None:
    """Draw a heatmap into axes, from their top left corner on, as wide as they are.

    Parameters
    ----------
    heatmap
        With data.
    axes
        Of matplotlib; they lose their frame and ticks. What does not fit in their
        height is drawn below them.
    options
        As of `read_options`, but for `width` and `dpi`.

    Raises
    ------
    ValueError, TypeError, IndexError
        If there are no data, if an option is not as expected, or if the axes are too
        narrow.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> axes = Figure().add_subplot()
    >>> plot_heatmap(heatmap, axes, focus=0)
    >>> [text.get_text() for text in axes.texts][:2]
    ['Heatmap', 'Hi']
    """
    figure = cast("Figure", axes.get_figure(root=True))
    inches = axes.get_window_extent().width / figure.dpi
    chosen = read_options(heatmap, width=inches, **options)
    with _settings():
        canvas = _build_canvas(heatmap, chosen, axes)
        _draw(canvas, _list_parts(heatmap, chosen, canvas))


def _tell_missing(letters: set[str]) -> None:
    """Warn of letters for which boxes stand."""
    missing = list_missing(letters)
    if missing:
        named = [f"{each!r} (U+{ord(each):04X})" for each in missing[:MOST_NAMED]]
        more = f" and {len(missing) - MOST_NAMED} more" * (len(missing) > MOST_NAMED)
        msg = (
            f"no font of figures here has {', '.join(named)}{more}: boxes stand for "
            "them, unless a font of their script is installed, such as one of Noto's"
        )
        warnings.warn(msg, stacklevel=2)


@contextmanager
def _settings() -> Generator[None]:
    """Draw in matplotlib's own style, whatever that of the user is."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        yield


def _build_figure(heatmap: Heatmap, chosen: FigureOptions) -> Figure:
    """Return a figure that is as large as what is drawn in it."""
    ground = DARK_GROUND if heatmap.theme == "dark" else GROUND
    figure = Figure(facecolor=ground)
    canvas = _build_canvas(heatmap, chosen, figure.add_axes((0, 0, 1, 1)))
    parts = list(_list_parts(heatmap, chosen, canvas))
    height = sum(part.height for part in parts)
    inches = canvas.scale / POINTS_PER_INCH
    figure.set_size_inches(canvas.width * inches, height * inches)
    _draw(canvas, parts)
    return figure


def _build_canvas(heatmap: Heatmap, chosen: FigureOptions, axes: Axes) -> Canvas:
    scale = chosen.font_size / TEXT_SIZE
    width = find_width(heatmap, chosen, scale)
    return Canvas(axes, scale, width, is_dark=heatmap.theme == "dark")


def _draw_nothing(_top: float) -> None:
    pass


@dataclass(frozen=True)
class _Part:
    """One thing of a figure: its height in px, and how it is drawn below a place."""

    height: float
    draw: Callable[[float], None] = _draw_nothing


def _draw(canvas: Canvas, parts: Iterable[_Part]) -> None:
    canvas.axes.set_axis_off()
    top = 0.0
    for part in parts:
        part.draw(top)
        top += part.height


def _list_parts(
    heatmap: Heatmap, chosen: FigureOptions, canvas: Canvas
) -> Iterator[_Part]:
    """Yield what a figure has, from top to bottom."""
    if chosen.title:
        yield _Part(TITLE_HEIGHT, partial(draw_title, canvas, chosen.title))
    if chosen.kind == "matrix":
        yield from _list_matrices(heatmap, chosen, canvas)
    else:
        yield from _list_texts(chosen, canvas)


def _list_texts(chosen: FigureOptions, canvas: Canvas) -> Iterator[_Part]:
    """Yield the text for each focus; several have a caption each."""
    for k, each in enumerate(build_focus_scenes(chosen, canvas.width)):
        if k:
            yield _Part(GAP)
        if each.caption:
            yield _Part(CAPTION_HEIGHT, partial(draw_caption, canvas, each.caption))
        yield _Part(measure_scene(each.scene), partial(draw_scene, canvas, each.scene))


def _list_matrices(
    heatmap: Heatmap, chosen: FigureOptions, canvas: Canvas
) -> Iterator[_Part]:
    """Yield the matrix of each facet below its title."""
    palette = get_palette(heatmap.view_state.palette)
    for i, title in enumerate(heatmap.facet_titles):
        matrix = compute_matrix(heatmap, i)
        if i:
            yield _Part(GAP)
        if len(heatmap.facets) > 1 or heatmap.facets[i].title:
            yield _Part(CAPTION_HEIGHT, partial(draw_caption, canvas, title))
        layout = lay_out_matrix(canvas, matrix)
        yield _Part(layout.height, partial(draw_matrix, canvas, matrix, layout))
        if chosen.legend:
            draw = partial(draw_legend, canvas, palette, matrix.legend)
            yield _Part(LEGEND_HEIGHT, draw)
