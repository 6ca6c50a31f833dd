"""Suggestions for misspelt names."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def suggest(name: str, known: Iterable[str]) -> str:
    """Return the end of an error message: the known name that is most like another.

    Parameters
    ----------
    name
        The name that is not known.
    known
        The names that are.

    Returns
    -------
    hint
        Empty if no known name is like it.

    Examples
    --------
    >>> suggest("pallete", ["palette", "width"])
    ", did you mean 'palette'?"
    >>> suggest("x", ["palette", "width"])
    ''
    """
    close = get_close_matches(name[:100], list(known), n=1)
    return f", did you mean {close[0]!r:.60}?" if close else ""
