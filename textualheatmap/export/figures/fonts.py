"""The fonts of figures: what is always there, and what other scripts need."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from textualheatmap.scene.escape import ELLIPSIS, split_clusters

if TYPE_CHECKING:
    from collections.abc import Iterable

# Both come with matplotlib, so that figures are the same on every machine.
MONOSPACED, PROPORTIONAL = "DejaVu Sans Mono", "DejaVu Sans"
# How far one letter of the monospaced font advances, in its size.
ADVANCE = 1233 / 2048
# Where a script is in neither, the first of these that is installed and has it.
OTHERS = (
    "Noto Sans Mono CJK SC",
    "Noto Sans CJK SC",
    "Noto Sans Mono CJK JP",
    "Noto Sans CJK JP",
    "PingFang SC",
    "Hiragino Sans",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Noto Sans Thai",
    "Geeza Pro",
    "Nirmala UI",
    "Noto Emoji",
    "Apple Symbols",
    "Segoe UI Symbol",
    "Arial Unicode MS",
)


@lru_cache(maxsize=1)
def list_families() -> tuple[str, ...]:
    """Return the installed ones of `OTHERS`.

    Examples
    --------
    >>> set(list_families()) <= set(OTHERS)
    True
    """
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return tuple(name for name in OTHERS if name in installed)


def choose_font(size: float, *, monospaced: bool) -> FontProperties:
    """Return a font of a size in points, with others for the letters that it lacks.

    Examples
    --------
    >>> choose_font(8, monospaced=True).get_family()[0]
    'DejaVu Sans Mono'
    """
    first = MONOSPACED if monospaced else PROPORTIONAL
    return FontProperties(family=[first, *list_families()], size=size)


def measure_width(text: str, font: FontProperties) -> float:
    """Return how wide a text is in points.

    Examples
    --------
    >>> round(measure_width("abc", choose_font(10, monospaced=True)), 2)
    18.06
    """
    # Of a font in points, whatever the resolution of the figure.
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def cut_text(text: str, room: float, font: FontProperties) -> str:
    """Return a text that is cut where it is too wide, and ends in an ellipsis then.

    Parameters
    ----------
    text
        Escaped.
    room
        In points.
    font
        What it is drawn in.

    Examples
    --------
    >>> cut_text("consciousness", 36.2, choose_font(10, monospaced=True))
    'consc…'
    """
    if measure_width(text, font) <= room:
        return text
    clusters = [cluster.drawn for cluster in split_clusters(text)]
    low, high = 0, len(clusters)
    while low < high:
        middle = (low + high + 1) // 2
        fits = measure_width("".join(clusters[:middle]) + ELLIPSIS, font) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return "".join(clusters[:low]) + ELLIPSIS


def list_missing(letters: Iterable[str]) -> list[str]:
    """Return the characters that no font of a figure has, sorted.

    Examples
    --------
    >>> list_missing("abcé")
    []
    """
    known = [
        set(font_manager.get_font(font_manager.findfont(name)).get_charmap())
        for name in (MONOSPACED, *list_families())
    ]
    return [
        letter
        for letter in sorted(set(letters))
        if letter.isprintable() and not any(ord(letter) in each for each in known)
    ]
