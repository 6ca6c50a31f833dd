"""Palettes that may be chosen: our own by name, Bokeh's, colorcet's, or any colours.

Here they are names and lists only; `scene` makes palettes of them. The packages that
have further ones are imported once such a name is given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any, TypeAlias, cast

from textualheatmap.facet.fields import name_type, quote

PaletteChoice: TypeAlias = "str | tuple[str, ...]"
"""The name of a palette, or hex colours from low to high heat."""

PALETTE_NAMES = ("viridis", "magma", "cividis", "greys", "paper")
# Fewer colours make no palette, and its 256 steps show no more.
LEAST_COLORS, MOST_COLORS = 2, 256
HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


def read_palette(where: str, value: object) -> PaletteChoice:
    """Return a choice of a palette as it is kept, and raise if there is none such.

    Parameters
    ----------
    where
        What errors call it.
    value
        The name of one of our palettes, of one of Bokeh's (such as ``"Blues256"``, or
        ``"Blues"`` for the one of most colours) or of colorcet's (``"fire"``), or a
        list of 2 to 256 hex colours.

    Raises
    ------
    ValueError
        If it is none of these.

    Examples
    --------
    >>> read_palette("palette", "Blues9")
    'Blues9'
    >>> read_palette("palette", ["#fff", "#CC0000"])
    ('#ffffff', '#cc0000')
    """
    if isinstance(value, str):
        if value not in PALETTE_NAMES:
            find_colors(where, value)
        return str(value)
    if not isinstance(value, Sequence):
        msg = f"{where} is {name_type(value)}, expected a name or a list of hex colours"
        raise ValueError(msg)  # noqa: TRY004 - wrong input has one kind of error
    colors = cast("Sequence[object]", value)
    if not LEAST_COLORS <= len(colors) <= MOST_COLORS:
        msg = (
            f"{where} has {len(colors)} colours, "
            f"expected {LEAST_COLORS} to {MOST_COLORS}"
        )
        raise ValueError(msg)
    return tuple(_read_color(f"{where}[{i}]", color) for i, color in enumerate(colors))


def find_colors(where: str, name: str) -> tuple[str, ...]:
    """Return the hex colours of a palette of Bokeh's or of colorcet's.

    Parameters
    ----------
    where
        What errors call it.
    name
        Its name.

    Raises
    ------
    ValueError
        If neither has one of this name.

    Examples
    --------
    >>> find_colors("palette", "Greys3")
    ('#636363', '#bdbdbd', '#f0f0f0')
    >>> find_colors("palette", "jet")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: palette is 'jet', expected 'viridis', 'magma', ... or a list of ...
    """
    bokeh: Any = import_module("bokeh.palettes")
    sizes: dict[int, tuple[str, ...]] = bokeh.all_palettes.get(name, {})
    if sizes:
        return sizes[max(sizes)]
    found = getattr(bokeh, name, None)
    if isinstance(found, tuple):
        return cast("tuple[str, ...]", found)
    try:
        known: dict[str, list[str]] = import_module("colorcet").palette
    except ImportError:
        known = {}
    if name in known:
        return tuple(known[name])
    own = ", ".join(map(repr, PALETTE_NAMES))
    absent = "" if known else ", which is not installed,"
    msg = (
        f"{where} is {quote(name)}, expected {own}, the name of a palette of Bokeh's "
        f"or of colorcet's{absent} or a list of hex colours"
    )
    raise ValueError(msg)


def _read_color(where: str, value: object) -> str:
    if not isinstance(value, str) or HEX.fullmatch(value) is None:
        msg = f"{where} is {quote(value)}, expected a hex colour such as '#1b9e77'"
        raise ValueError(msg)
    digits = value[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(c * 2 for c in digits))  # noqa: PLR2004
