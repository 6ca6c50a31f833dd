"""What a figure is to be like: how wide, with which letters, of which focuses."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Literal, SupportsIndex, TypeAlias, cast

from textualheatmap.facet.fields import name_type, quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.state.heatmap import Heatmap

FigureKind: TypeAlias = Literal["text", "matrix"]
FocusItem: TypeAlias = "SupportsIndex | slice | tuple[str | int, SupportsIndex | slice]"

KINDS: tuple[FigureKind, ...] = ("text", "matrix")
# Points of each unit.
UNITS = {"in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pt": 1.0}
LENGTH = re.compile(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*(in|cm|mm|pt)\s*")
FONT_SIZE, FONT_SIZES = 8.0, (2.0, 72.0)
DPI, DPIS = 300.0, (30.0, 1200.0)
# The characters of a line of text.
LEAST_COLUMNS, MOST_COLUMNS, COLUMNS = 16, 1000, 80
# Of a figure of more, no page has room.
MOST_FOCUSES = 20


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """What a figure is to be like.

    Parameters
    ----------
    kind
        "text" for what a page shows, "matrix" for the heat of all tokens.
    width
        In points; None for as many px as the heatmap has.
    font_size
        Of the tokens, in points.
    dpi
        Dots per inch, of a PNG.
    focuses
        One heatmap each, from top to bottom.
    title
        What stands above it all, or nothing.
    legend
        Whether the ramps of the colours are drawn.
    """

    kind: FigureKind
    width: float | None
    font_size: float
    dpi: float
    focuses: tuple[Heatmap, ...]
    title: str
    legend: bool


def read_options(
    heatmap: Heatmap,
    *,
    kind: object = None,
    width: object = None,
    font_size: object = None,
    dpi: object = None,
    focus: object = None,
    title: object = None,
    legend: object = None,
) -> FigureOptions:
    """Return what a figure is to be like; None stands for what is usual.

    Parameters
    ----------
    heatmap
        With data.
    kind
        ``"text"``, which is usual, or ``"matrix"``.
    width
        A length, such as ``"3.3in"``, ``"8.4cm"``, ``"84mm"`` or ``"240pt"``, or a
        number of inches. Usually each px of the heatmap's own width takes as many
        points as the font says.
    font_size
        Of the tokens, from 2 to 72 points; 8 is usual.
    dpi
        Dots per inch, from 30 to 1200; 300 is usual.
    focus
        A token's index, a slice of indexes, or a pair of a facet's id, title or number
        and one of these; or a list of up to 20 of them. Usually the heatmap's own.
    title
        A string.
    legend
        True or False; usually as the heatmap has it.

    Raises
    ------
    ValueError, TypeError, IndexError
        If there are no data, or something is none of these.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1]}]])
    >>> options = read_options(heatmap, width="3.3in", focus=0)
    >>> round(options.width, 1), options.font_size, len(options.focuses)
    (237.6, 8.0, 1)
    """
    if not heatmap.facets:
        msg = "the heatmap has no data to draw: call set_data first"
        raise ValueError(msg)
    if kind not in (None, *KINDS):
        msg = f"kind is {quote(kind)}, expected 'text' or 'matrix'"
        raise ValueError(msg)
    if not isinstance(legend, bool | None):
        msg = f"legend is {quote(legend)}, expected True or False"
        raise TypeError(msg)
    return FigureOptions(
        kind=cast("FigureKind", kind or "text"),
        width=None if width is None else read_length(width),
        font_size=_read_number("font_size", font_size, FONT_SIZE, FONT_SIZES),
        dpi=_read_number("dpi", dpi, DPI, DPIS),
        focuses=_read_focuses(heatmap, focus),
        title=read_title(title) or "",
        legend=heatmap.legend if legend is None else legend,
    )


def read_title(title: object) -> str | None:
    """Return the title of a file; None means that there is none.

    Raises
    ------
    TypeError
        If it is neither None nor a string.

    Examples
    --------
    >>> read_title("Two models")
    'Two models'
    """
    if not isinstance(title, str | None):
        msg = f"title is {name_type(title)}, expected a string"
        raise TypeError(msg)
    return title


def read_length(width: object) -> float:
    """Return a length in points.

    Raises
    ------
    ValueError, TypeError
        If it is no length above 0.

    Examples
    --------
    >>> [round(read_length(each), 1) for each in ("3.3in", "84 mm", "10pt", 2)]
    [237.6, 238.1, 10.0, 144.0]
    """
    expected = "expected a length such as '3.3in', '8.4cm', '84mm' or '240pt'"
    if isinstance(width, Real) and not isinstance(width, bool):
        points = UNITS["in"] * _to_float(width)
    elif isinstance(width, str):
        found = LENGTH.fullmatch(width[:40])
        if found is None:
            msg = f"width is {quote(width)}, {expected}"
            raise ValueError(msg)
        points = float(found[1]) * UNITS[found[2]]
    else:
        msg = f"width is {name_type(width)}, {expected}"
        raise TypeError(msg)
    if not (math.isfinite(points) and points > 0):
        msg = f"width is {quote(width)}, {expected}"
        raise ValueError(msg)
    return points


def read_columns(width: object) -> int:
    """Return how many characters a line of text has; 80 is usual.

    Raises
    ------
    ValueError, TypeError
        If it is no whole number from 16 to 1000.

    Examples
    --------
    >>> read_columns(None), read_columns(60)
    (80, 60)
    """
    if width is None:
        return COLUMNS
    expected = (
        f"expected a whole number of characters from {LEAST_COLUMNS} to {MOST_COLUMNS}"
    )
    if not isinstance(width, Integral) or isinstance(width, bool):
        msg = f"width is {name_type(width)}, {expected}"
        raise TypeError(msg)
    columns = int(width)
    if not LEAST_COLUMNS <= columns <= MOST_COLUMNS:
        msg = f"width is {quote(columns)}, {expected}"
        raise ValueError(msg)
    return columns


def _read_number(
    name: str, value: object, usual: float, bounds: tuple[float, float]
) -> float:
    """Return a number within its bounds, or the usual one for None."""
    if value is None:
        return usual
    low, high = bounds
    expected = f"expected a number from {low:g} to {high:g}"
    if not isinstance(value, Real) or isinstance(value, bool):
        msg = f"{name} is {name_type(value)}, {expected}"
        raise TypeError(msg)
    number = _to_float(value)
    if not low <= number <= high:
        msg = f"{name} is {quote(value)}, {expected}"
        raise ValueError(msg)
    return number


def _to_float(number: Real) -> float:
    """Return a number as a float; one that no float can hold is infinite."""
    try:
        return float(number)
    except OverflowError:  # an int of more than 308 digits
        return math.inf


def _read_focuses(heatmap: Heatmap, focus: object) -> tuple[Heatmap, ...]:
    """Return a copy of the heatmap for each focus; facets are shared."""
    if focus is None:
        return (heatmap,)
    items: Sequence[Any] = focus if isinstance(focus, list) else [focus]
    if not 0 < len(items) <= MOST_FOCUSES:
        msg = f"focus has {len(items)} items, expected 1 to {MOST_FOCUSES}"
        raise ValueError(msg)
    return tuple(_focus(heatmap, item) for item in items)


def _focus(heatmap: Heatmap, item: Any) -> Heatmap:  # noqa: ANN401 - it is checked here
    match item:
        case (facet, index):
            return heatmap.clone().highlight(index, facet)
        case _:
            return heatmap.clone().highlight(item)
