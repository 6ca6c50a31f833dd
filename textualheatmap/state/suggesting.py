"""What was meant by a name that nobody knows."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def suggest(name: str, known: Iterable[str]) -> str:
    """Return what was meant by a name that nobody knows, as an error goes on.

    Examples
    --------
    >>> suggest("pallete", ["palette", "width"])
    ", did you mean 'palette'?"
    >>> suggest("x", ["palette", "width"])
    ''
    """
    close = get_close_matches(name[:100], list(known), n=1)
    return f", did you mean {close[0]!r:.60}?" if close else ""
