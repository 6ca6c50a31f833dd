"""Where a plain text is in a facet's tokens, whatever the case of letters.

`js/search.ts` is the twin, and finds regular expressions too. These are JavaScript's,
which are not Python's, so they are not found here.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from textualheatmap.facet.tokens import Tokens
    from textualheatmap.state.searching import Search

# Unicode 15.1 has these as of one case, which Python 3.11 does not know yet.
_ALIKE = {"\u1fd3": "\u0390", "\u1fe3": "\u03b0", "\ufb05": "\ufb06"}


class Hit(NamedTuple):
    """The tokens that a hit touches.

    Attributes
    ----------
    first, last
        Positions, both included.
    """

    first: int
    last: int


def find_hits(tokens: Tokens, search: Search) -> list[Hit]:
    """Find a plain text, whatever the case of letters.

    Hits do not overlap, but two of them may touch the same token. Several in one token
    are one, and format tokens alone are none.

    Parameters
    ----------
    tokens
        Of one facet.
    search
        What is searched for; a regular expression is not found, nor is None.

    Examples
    --------
    >>> from textualheatmap.facet.reading import read_arrays
    >>> find_hits(read_arrays(["On", "ion ", "on"]), "ON")
    [Hit(first=0, last=0), Hit(first=1, last=1), Hit(first=2, last=2)]
    """
    if not isinstance(search, str):
        return []
    text, sought = fold(tokens.text), fold(search)
    ends: list[int] = tokens.ends.tolist()
    hits: list[Hit] = []
    start = text.find(sought)
    while start >= 0:
        stop = start + len(sought)
        hit = Hit(bisect_right(ends, start), bisect_right(ends, stop - 1))
        is_text = not tokens.is_format[hit.first : hit.last + 1].all()
        if is_text and hit not in hits[-1:]:
            hits.append(hit)
        start = text.find(sought, stop)
    return hits


def fold(text: str) -> str:
    """Return a text in which letters that differ by case alone are the same.

    Each letter stays one: this is Unicode's simple case folding, as JavaScript's
    regular expressions have it, which "ß" and "ss" do not share.

    Examples
    --------
    >>> fold("STRASSE, Straße")
    'strasse, straße'
    """
    return "".join(map(_fold_letter, text))


def _fold_letter(letter: str) -> str:
    folded = letter.casefold()
    if len(folded) > 1:
        lower = letter.lower()
        folded = lower if len(lower) == 1 else letter
    return _ALIKE.get(folded, folded)
