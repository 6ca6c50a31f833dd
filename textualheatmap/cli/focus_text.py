"""A focus as it is written on the command line."""

from __future__ import annotations

import re
from typing import TypeAlias

FocusArgument: TypeAlias = "tuple[str | int, int | slice]"

FOCUS = re.compile(r"(?:(?P<facet>.+):)?(?P<start>\d{1,9})(?:-(?P<stop>\d{1,9}))?")


def read_focus(text: str) -> FocusArgument:
    """Return the facet and the token, or the slice of tokens, that a text means.

    Parameters
    ----------
    text
        The index of a token; ``30-40`` for tokens 30 to 39, as in the links of pages;
        or one of these after the id or title of a facet and a colon. Without a facet
        the first one is meant.

    Raises
    ------
    ValueError
        If it is none of these.

    Examples
    --------
    >>> read_focus("12"), read_focus("LSTM:30-40")
    ((0, 12), ('LSTM', slice(30, 40, None)))
    """
    found = FOCUS.fullmatch(text)
    if found is None:
        msg = f"--focus is {text!r:.60}, expected such as 12, 30-40 or LSTM:52"
        raise ValueError(msg)
    start, stop = int(found["start"]), found["stop"]
    return found["facet"] or 0, start if stop is None else slice(start, int(stop))
