"""How text is drawn: characters that are invisible or shift the line are escaped."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from wcwidth import iter_graphemes, wcswidth, wcwidth

if TYPE_CHECKING:
    from collections.abc import Iterator

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
# Tag characters are invisible after any character, so that text can be hidden in them.
# Only flags of regions, which begin with a black flag, need them.
TAGS = frozenset(map(chr, range(0xE0020, 0xE0080)))
# Marks that are invisible even on a character: joiners and variation selectors.
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
LINE_ENDS = ("\n", "\r", "\r\n")
# Clusters of at most so many characters are kept for when they occur again in a text.
MAX_KEPT = 8


class Cluster(NamedTuple):
    """One grapheme cluster of a text, and what is drawn for it.

    Attributes
    ----------
    text
        The characters of the text.
    drawn
        What is drawn for them; for a tab this is as wide as the tab.
    columns
        Width of what is drawn, from 1 to `WIDEST`.
    """

    text: str
    drawn: str
    columns: int


def escape_text(text: str) -> str:
    r"""Return text as it is shown on one line, with nothing invisible in it.

    A newline becomes `↵`, a tab `⇥`, other control characters their pictures or
    escapes like `\\x9b`; bidirectional controls, lone characters without width and lone
    surrogates become escapes like `\\u202e`; a combining mark without a base gets a
    dotted circle.

    Examples
    --------
    >>> print(escape_text("a\tb\r\n\x00\u202e"))
    a⇥b↵\x00\u202e
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        TAB if cluster.text == "\t" else cluster.drawn
        for cluster in split_clusters(text)
    )


def count_columns(text: str) -> int:
    r"""Return how many columns a text takes when it is drawn on one line.

    Examples
    --------
    >>> count_columns("漢字"), count_columns("a\n")
    (4, 2)
    """
    return sum(map(wcswidth, iter_graphemes(escape_text(text))))


def elide(text: str, columns: int) -> str:
    """Return escaped text; where it is too long it is cut, and ends in an ellipsis.

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
    escaped = escape_text(text)
    if escaped.isascii():
        return escaped if len(escaped) <= columns else escaped[: columns - 1] + ELLIPSIS
    kept: list[str] = []
    width = 0
    for cluster in iter_graphemes(escaped):
        width += wcswidth(cluster)
        if width > columns:
            return "".join(kept) + ELLIPSIS
        if width < columns:
            kept.append(cluster)
    return escaped


def split_clusters(text: str) -> Iterator[Cluster]:
    r"""Yield the grapheme clusters of a text, each with what is drawn for it.

    A cluster without width or wider than `WIDEST` occurs in no script; its characters
    are yielded one by one.

    Examples
    --------
    >>> for cluster in split_clusters("漢\n"):
    ...     print(cluster)
    Cluster(text='漢', drawn='漢', columns=2)
    Cluster(text='\n', drawn='↵', columns=1)
    """
    # For this call only: a cache that lives longer would keep users' texts.
    drawn: dict[str, Cluster] = {}
    for text_of_cluster in iter_graphemes(text):
        cluster = drawn.get(text_of_cluster)
        if cluster is None:
            cluster = _draw_cluster(text_of_cluster)
            if not 0 < cluster.columns <= WIDEST:
                yield from map(_draw_cluster, text_of_cluster)
                continue
            if len(text_of_cluster) <= MAX_KEPT:
                drawn[text_of_cluster] = cluster
        yield cluster


def _draw_cluster(text: str) -> Cluster:
    """Return a cluster with what is drawn for it."""
    drawn = _escape_cluster(text)
    return Cluster(text, drawn, wcswidth(drawn))


def _escape_cluster(text: str) -> str:
    """Return what is drawn for one grapheme cluster."""
    if text in LINE_ENDS:
        return NEWLINE
    if text == "\t":
        return TAB.ljust(TAB_WIDTH)
    unseen = 0
    while unseen < len(text) and _is_unseen(text[unseen]):
        unseen += 1
    escapes = "".join(map(_escape_character, text[:unseen]))
    rest = text[unseen:]
    if not rest:
        return escapes
    if rest[0] != BLACK_FLAG:
        rest = "".join(
            _escape_character(char) if char in TAGS else char for char in rest
        )
    if unicodedata.category(rest[0]).startswith("M"):
        return escapes + DOTTED_CIRCLE + rest
    return escapes + rest


def _is_unseen(char: str) -> bool:
    """Return whether a character that starts a cluster has to be escaped."""
    if unicodedata.category(char).startswith("M"):
        return char in UNSEEN_MARKS
    return (
        char == SOFT_HYPHEN
        or unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
        or wcwidth(char) <= 0
    )


def _escape_character(char: str) -> str:
    """Return the escape of a character as Python writes it."""
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")
