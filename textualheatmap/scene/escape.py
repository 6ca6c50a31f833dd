"""How text is shown: what would be invisible, or shift the line, is escaped."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from wcwidth import iter_graphemes, wcswidth, wcwidth

NEWLINE = "↵"
EMPTY = "∅"
TAB = "⇥"
TAB_WIDTH = 4
WIDEST = 10
"""Columns of the widest drawn cluster: an escape like `\\U000e0001`."""

ELLIPSIS = "…"
DOTTED_CIRCLE = "\u25cc"
BLACK_FLAG = "\U0001f3f4"

SOFT_HYPHEN = "\u00ad"
# Text can be smuggled in tags, which follow any character unseen; only the flags of
# regions are spelt with them.
TAGS = frozenset(map(chr, range(0xE0020, 0xE0080)))
UNSEEN_MARKS = frozenset(
    map(
        chr,
        (
            0x034F,
            *range(0x180B, 0x1810),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ),
    )
)


def show_text(text: str) -> str:
    r"""Return text as it is shown on one line, with nothing in it invisible.

    A newline becomes `↵`, a tab `⇥`, other control characters their pictures or
    escapes like `\\x9b`; bidirectional controls, lone characters without width and lone
    surrogates become escapes like `\\u202e`; a combining mark without a base gets a
    dotted circle.

    Examples
    --------
    >>> print(show_text("a\tb\r\n\x00\u202e"))
    a⇥b↵\x00\u202e
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        TAB if cluster == "\t" else drawn for cluster, drawn, _ in draw_clusters(text)
    )


def text_width(text: str) -> int:
    r"""Return how many columns a text takes when it is shown.

    Examples
    --------
    >>> text_width("漢字"), text_width("a\n")
    (4, 2)
    """
    return wcswidth(show_text(text))


def elide(text: str, columns: int) -> str:
    """Return shown text, cut to a number of columns and then ended by an ellipsis.

    Parameters
    ----------
    text
        Text, not yet escaped.
    columns
        The columns that the result may take, at least 1.

    Examples
    --------
    >>> elide("consciousness", 6), elide("漢字漢字", 6), elide("scope", 6)
    ('consc…', '漢字…', 'scope')
    """
    shown = show_text(text)
    if shown.isascii():
        return shown if len(shown) <= columns else shown[: columns - 1] + ELLIPSIS
    kept: list[str] = []
    width = 0
    for cluster in iter_graphemes(shown):
        width += wcswidth(cluster)
        if width > columns:
            return "".join(kept) + ELLIPSIS
        if width < columns:
            kept.append(cluster)
    return shown


@lru_cache(maxsize=2**14)
def draw_clusters(text: str) -> tuple[tuple[str, str, int], ...]:
    r"""Return each grapheme cluster of a text with what is drawn, and its width.

    What is drawn for a tab is as wide as the tab; otherwise this is `show_text`.

    Returns
    -------
    clusters
        Tuples of the cluster, the text drawn, and its width in columns, which is from
        1 to `WIDEST`.

    Examples
    --------
    >>> draw_clusters("漢\n")
    (('漢', '漢', 2), ('\n', '↵', 1))
    """
    if text.isascii() and text.isprintable():
        return tuple((char, char, 1) for char in text)
    drawn: list[tuple[str, str, int]] = []
    for cluster in iter_graphemes(text):
        shown = _draw_cluster(cluster)
        width = wcswidth(shown)
        if 0 < width <= WIDEST:
            drawn.append((cluster, shown, width))
        else:
            # Such a heap of characters, as no script writes it, is taken apart.
            parts = [(char, _draw_cluster(char)) for char in cluster]
            drawn.extend((char, part, wcswidth(part)) for char, part in parts)
    return tuple(drawn)


def _draw_cluster(cluster: str) -> str:
    """Return what is drawn for one grapheme cluster."""
    first = cluster[0]
    if cluster in ("\n", "\r", "\r\n"):
        return NEWLINE
    if cluster == "\t":
        return TAB.ljust(TAB_WIDTH)
    tail = "".join(
        _escape(char) if char in TAGS and first != BLACK_FLAG else char
        for char in cluster[1:]
    )
    if unicodedata.category(first).startswith("M") and first not in UNSEEN_MARKS:
        return DOTTED_CIRCLE + first + tail
    if not _is_unseen(first):
        return first + tail
    rest = cluster[1:]
    return _escape(first) + (_draw_cluster(rest) if rest else "")


def _is_unseen(char: str) -> bool:
    """Return whether a character that starts a cluster has to be escaped."""
    return (
        char == SOFT_HYPHEN
        or unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
        or wcwidth(char) <= 0
    )


def _escape(char: str) -> str:
    """Return the escape of a character as Python writes it."""
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")
