"""Which Arabic letters are joined to their neighbours, where tokens divide a word."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

JOINER = "\u200d"
"""Beside a letter it has no width, and the letter its form beside another letter."""

# Unicode has characters for the forms of letters at the start of words and at the end.
_FORMS = (range(0xFB50, 0xFE00), range(0xFE70, 0xFF00))
_TATWEEL = "\u0640"


def joins_next(text: str) -> bool:
    """Say whether the last letter of a text is joined to a letter after it.

    Examples
    --------
    >>> joins_next("سل"), joins_next("ور"), joins_next("a")
    (True, False, False)
    """
    return _find_letter(reversed(text)) in _list_letters("initial")


def joins_before(text: str) -> bool:
    """Say whether the first letter of a text is joined to a letter before it.

    Examples
    --------
    >>> joins_before("لا"), joins_before("ور"), joins_before("a")
    (True, True, False)
    """
    return _find_letter(text) in _list_letters("final")


def _find_letter(text: Iterable[str]) -> str:
    """Return the first character that is no mark on another, or nothing."""
    return next((each for each in text if unicodedata.category(each) != "Mn"), "")


@cache
def _list_letters(form: Literal["initial", "final"]) -> frozenset[str]:
    """Return the letters that have a form of their own."""
    forms = (unicodedata.decomposition(chr(code)) for each in _FORMS for code in each)
    tagged = (decomposed.split() for decomposed in forms)
    found = {
        chr(int(letters[1], 16))
        for letters in tagged
        if len(letters) == 2 and letters[0] == f"<{form}>"  # noqa: PLR2004 - tag, letter
    }
    return frozenset({*found, _TATWEEL})
