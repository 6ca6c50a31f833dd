"""How errors put what came and what was expected."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from textualheatmap.facet.fields import name_type

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_QUOTE = 60


def quote(value: object) -> str:
    """Return a value as errors quote it: short, whatever was given.

    Examples
    --------
    >>> quote("a"), quote(0.5), quote([1] * 1000)
    ("'a'", '0.5', 'a list')
    """
    if isinstance(value, str):
        cut = "…" if len(value) > LONGEST_QUOTE else ""
        return repr(value[:LONGEST_QUOTE] + cut)
    if isinstance(value, bool | float) or (
        isinstance(value, int) and abs(value) < 10**LONGEST_QUOTE
    ):
        return repr(value)
    return name_type(value)


def suggest(name: str, known: Iterable[str]) -> str:
    """Return what was meant by a name that nobody knows, as an error goes on.

    Examples
    --------
    >>> suggest("pallete", ["palette", "width"])
    ", did you mean 'palette'?"
    >>> suggest("x", ["palette", "width"])
    ''
    """
    close = get_close_matches(name, list(known), n=1)
    return f", did you mean {close[0]!r}?" if close else ""
