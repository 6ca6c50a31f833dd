"""A heatmap on a terminal: its text in true colour, in 256 colours or in none."""

from __future__ import annotations

import os
import shutil
import sys
from functools import cache, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeAlias, cast, get_args

import numpy as np

from textualheatmap.export.focus_scenes import build_focus_scenes
from textualheatmap.export.options import (
    COLUMNS,
    LEAST_COLUMNS,
    MOST_COLUMNS,
    read_columns,
    read_options,
)
from textualheatmap.export.plain import list_predictions, render_text
from textualheatmap.export.set_rows import list_ramp
from textualheatmap.facet.fields import quote
from textualheatmap.scene.escape import count_columns, elide
from textualheatmap.scene.geometry import CELL_WIDTH
from textualheatmap.scene.oklab import contrast, to_oklab

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import IO

    from numpy.typing import NDArray

    from textualheatmap.export.focus_scenes import FocusScene
    from textualheatmap.scene.legend import Legend
    from textualheatmap.scene.scene import Box, Line, Scene
    from textualheatmap.state.heatmap import Heatmap

Depth: TypeAlias = Literal["truecolor", "256", "none"]
ColourChoice: TypeAlias = 'Literal["auto"] | Depth'
DEPTHS: tuple[Depth, ...] = get_args(Depth)

# What all terminals know (ECMA-48).
RESET, UNDERLINE, BOLD = "\x1b[0m", "4", "1"
# The steps of the cube of 6 x 6 x 6 colours, and of the greys, of 256 colours.
CUBE = (0, 95, 135, 175, 215, 255)
# Those before are as each user likes.
FIRST, GREYS = 16, 24
RAMP_STEP = 4
# As of the palettes.
LEAST_CONTRAST = 4.5


def print_heatmap(
    heatmap: Heatmap,
    *,
    file: IO[str] | None = None,
    colour: object = "auto",
    **options: object,
) -> None:
    """Print a heatmap.

    Parameters
    ----------
    heatmap
        With data.
    file
        Where it is printed; the standard output without one.
    colour
        As of `choose_depth`.
    options
        As of `render_terminal`; without a width that of the terminal.

    Raises
    ------
    ValueError, TypeError, IndexError
        If there are no data, or if an option is not as expected.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap(legend=False).set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> print_heatmap(heatmap, colour="none")
    Heatmap
    Hi
    """
    target = sys.stdout if file is None else file
    depth = choose_depth(colour, os.environ, is_terminal=target.isatty())
    if options.get("width") is None:
        usual = (COLUMNS, 24)
        size = shutil.get_terminal_size(usual).columns if target.isatty() else COLUMNS
        options["width"] = min(max(size, LEAST_COLUMNS), MOST_COLUMNS)
    text = render_terminal(heatmap, depth, **options)
    encoding = getattr(target, "encoding", None) or "utf-8"
    # A terminal without some letters shows question marks, and does not fail.
    target.write(text.encode(encoding, "replace").decode(encoding))


def choose_depth(
    colour: object, environment: Mapping[str, str], *, is_terminal: bool
) -> Depth:
    """Return how many colours are written.

    Parameters
    ----------
    colour
        "truecolor", "256" or "none"; "auto" decides by the rest.
    environment
        ``NO_COLOR`` of any text, and ``TERM=dumb``, mean none; ``COLORTERM`` says true
        colour.
    is_terminal
        Whether it is written to a terminal: to a file there are no colours.

    Raises
    ------
    ValueError
        If it is none of these.

    Examples
    --------
    >>> choose_depth("auto", {"COLORTERM": "truecolor"}, is_terminal=True)
    'truecolor'
    >>> choose_depth("auto", {"NO_COLOR": "1"}, is_terminal=True)
    'none'
    """
    if colour in DEPTHS:
        return cast("Depth", colour)
    if colour != "auto":
        msg = (
            f"colour is {quote(colour)}, expected 'auto', 'truecolor', '256' or 'none'"
        )
        raise ValueError(msg)
    term = environment.get("TERM", "")
    if not is_terminal or environment.get("NO_COLOR") or term == "dumb":
        return "none"
    is_true = environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}
    if is_true or term.endswith("-direct"):
        return "truecolor"
    return "256" if term else "none"


def match_depth(system: str | None) -> Depth:
    """Return how many colours are written for a colour system of rich's.

    Examples
    --------
    >>> match_depth("256"), match_depth("standard"), match_depth(None)
    ('256', 'none', 'none')
    """
    return cast("Depth", system) if system in DEPTHS else "none"


def render_terminal(heatmap: Heatmap, depth: Depth, **options: object) -> str:
    r"""Return a heatmap as text with the codes of a terminal's colours.

    Parameters
    ----------
    heatmap
        With data.
    depth
        "truecolor", "256", which has the nearest colours on which text is readable, or
        "none", which is the same as `render_text`.
    options
        As of `render_text`.

    Raises
    ------
    ValueError, TypeError, IndexError
        If there are no data, or if an option is not as expected.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap(legend=False).set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> printed = render_terminal(heatmap.highlight(0), "256", width=16)
    >>> "\x1b[38;5;231;48;5;29;4mHi\x1b[0m" in printed
    True
    """
    if depth == "none":
        return render_text(heatmap, **options)
    columns = read_columns(options.pop("width", None))
    chosen = read_options(heatmap, **options)
    lines: list[str] = []
    if chosen.title:
        lines.append(_style(elide(chosen.title, columns), BOLD))
    for part in build_focus_scenes(chosen, heatmap.width, columns=columns):
        lines += _render_part(part, depth, columns)
    return "\n".join(lines) + "\n"


def _render_part(part: FocusScene, depth: Depth, columns: int) -> Iterator[str]:
    if part.caption:
        yield elide(part.caption, columns)
    for i, facet in enumerate(part.scene.facets):
        yield _style(elide(facet.title, columns), BOLD)
        for line in facet.lines:
            yield _render_line(part.scene, line, depth)
        predictions = list_predictions(part.heatmap, i)
        if predictions:
            label = f"{part.scene.meta_label}: " if part.scene.meta_label else ""
            listed = ", ".join(f"{text} {note}".strip() for text, note in predictions)
            yield elide(label + listed, columns)
    if part.scene.legend:
        yield _render_legend(part.scene, part.scene.legend, depth, columns)


def _render_legend(scene: Scene, legend: Legend, depth: Depth, columns: int) -> str:
    colors = list_ramp(scene.palette, signed=legend.signed)[::RAMP_STEP]
    ramp = "".join(_paint(" ", color, scene.palette.text, depth) for color in colors)
    before = f"{legend.low} " if legend.low else ""
    after = f" {legend.high} {legend.text}" if legend.high else f" {legend.text}"
    room = columns - count_columns(before) - len(colors)
    return before + ramp + elide(after, max(1, room))


def _style(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}{RESET}"


def _render_line(scene: Scene, line: Line, depth: Depth) -> str:
    """Return a line, to its end in the colour of the panel.

    The boxes are in reading order: a terminal turns what runs from right to left.
    """
    ink, ground = scene.palette.text, scene.palette.colors[0]
    parts = [
        _paint("".join(box.text for box in run), color, ink, depth, focused=focused)
        for (color, focused), run in groupby(line.boxes, key=_find_look)
    ]
    used = sum(box.width for box in line.boxes) // CELL_WIDTH
    rest = " " * (scene.geometry.columns - used)
    return "".join(parts) + _paint(rest, ground, ink, depth)


def _find_look(box: Box) -> tuple[str, bool]:
    return box.color, box.underline > 0


def _paint(
    text: str, color: str, ink: str, depth: Depth, *, focused: bool = False
) -> str:
    """Return a text in a colour, its ground in another one."""
    if not text:
        return ""
    if depth == "truecolor":
        codes = [f"38;2;{_list_parts(ink)}", f"48;2;{_list_parts(color)}"]
    else:
        ground, letters = match_color(color, ink)
        codes = [f"38;5;{letters}", f"48;5;{ground}"]
    return _style(text, ";".join(codes + [UNDERLINE] * focused))


def _list_parts(color: str) -> str:
    return ";".join(str(int(color[k : k + 2], 16)) for k in (1, 3, 5))


def match_color(color: str, ink: str) -> tuple[int, int]:
    """Return the numbers of the nearest colour of 256, and of that of the text on it.

    Parameters
    ----------
    color, ink
        Hex colours of the ground and of the text. Of grounds those on which the text
        is readable are taken.

    Examples
    --------
    >>> match_color("#ffffff", "#000000")
    (231, 16)
    """
    letters, readable = _find_readable(ink)
    return readable[_find_nearest(color, readable)], letters


@cache
def list_colors() -> tuple[str, ...]:
    """Return the hex colours of the cube and of the greys, from number 16 on.

    Examples
    --------
    >>> list_colors()[0], list_colors()[215], list_colors()[216]
    ('#000000', '#ffffff', '#080808')
    """
    cube = [(r, g, b) for r in CUBE for g in CUBE for b in CUBE]
    greys = [(8 + 10 * k,) * 3 for k in range(GREYS)]
    return tuple(f"#{r:02x}{g:02x}{b:02x}" for r, g, b in [*cube, *greys])


# Of as many as there may be palettes.
@lru_cache(maxsize=16)
def _find_readable(ink: str) -> tuple[int, tuple[int, ...]]:
    """Return the number of a text's colour, and those of grounds it is read on."""
    everything = tuple(range(FIRST, FIRST + len(list_colors())))
    letters = everything[_find_nearest(ink, everything)]
    shown = list_colors()[letters - FIRST]
    return letters, tuple(
        number
        for number in everything
        if contrast(list_colors()[number - FIRST], shown) >= LEAST_CONTRAST
    )


@cache
def _list_places() -> NDArray[np.float64]:
    """Return where the colours are in Oklab, shape (colours, 3)."""
    return np.stack([to_oklab(color) for color in list_colors()])


def _find_nearest(color: str, numbers: tuple[int, ...]) -> int:
    """Return which of some colours is the nearest one."""
    places = _list_places()[np.array(numbers) - FIRST]
    return int(((places - to_oklab(color)) ** 2).sum(axis=1).argmin())
