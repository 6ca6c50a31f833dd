"""Where the words, sentences and lines of a text start."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from uniseg.sentencebreak import (  # pyright: ignore[reportMissingTypeStubs]
    SentenceBreak,
    sentence_break,
)
from uniseg.wordbreak import (  # pyright: ignore[reportMissingTypeStubs]
    word_boundaries,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# Pieces of at most so many characters are kept for when they occur again. Longer ones,
# such as a sentence in a script without spaces, hardly do.
LONGEST_KEPT = 32
# A letter for each kind of character that the rules for sentences tell apart.
_KINDS = {
    SentenceBreak.SEP: "p",
    SentenceBreak.LF: "\n",
    SentenceBreak.CR: "\r",
    SentenceBreak.SP: " ",
    SentenceBreak.LOWER: "l",
    SentenceBreak.UPPER: "u",
    SentenceBreak.OLETTER: "o",
    SentenceBreak.NUMERIC: "n",
    SentenceBreak.ATERM: ".",
    SentenceBreak.STERM: "!",
    SentenceBreak.SCONTINUE: ",",
    SentenceBreak.CLOSE: ")",
    SentenceBreak.EXTEND: "~",
    SentenceBreak.FORMAT: "~",
    SentenceBreak.OTHER: "x",
}
# What ends a sentence, by the numbers of the rules of UAX #29.
_END = re.compile(
    r"""
    \r\n | [\r\np]                                # SB3, SB4
    | [.!] \)* [ ]* (?: \r\n | [\r\np] )          # SB9 to SB11
    | (?: ! | \. (?!n) (?! (?<=[ul]\.) u)         # SB6, SB7
          (?! \)* [ ]* [^oulp\r\n.!]* l) )        # SB8
      \)*+ [ ]*+ (?! [,.!])                       # SB8a
    """,
    re.VERBOSE,
)


def find_words(text: str) -> list[int]:
    """Return where words start, and what stands between them (UAX #29), but 0.

    Examples
    --------
    >>> find_words("Don't stop, at 3.5")
    [5, 6, 10, 11, 12, 14, 15]
    """
    starts: set[int] = set()
    # White space is never part of a word, and the words of a text repeat.
    for found in re.finditer(r"\s+|\S+", text):
        start, piece = found.start(), found[0]
        starts.add(start)
        if piece.isspace() or (piece.isascii() and piece.isalnum()):
            continue
        cut = _cut_short if len(piece) <= LONGEST_KEPT else word_boundaries
        starts.update(start + each for each in cut(piece))
    return sorted(starts - {0, len(text)})


def find_sentences(text: str) -> list[int]:
    r"""Return where sentences start (UAX #29), but 0; a line end ends one.

    Examples
    --------
    >>> find_sentences("At 3.5 p.m. she left. Why?\nNobody knew")
    [22, 27]
    """
    return [end for end in _end_sentences(text) if end < len(text)]


def find_lines(text: str) -> list[int]:
    r"""Return where lines start, but 0.

    Examples
    --------
    >>> find_lines("a\nb\n")
    [2]
    """
    ends = (found.end() for found in re.finditer("\n", text))
    return [end for end in ends if end < len(text)]


@lru_cache(maxsize=20_000)
def _cut_short(piece: str) -> tuple[int, ...]:
    return tuple(word_boundaries(piece))


def _end_sentences(text: str) -> Iterator[int]:
    """Yield the character after each sentence that ends with a mark or a line end.

    The rules are applied to the kinds of all characters at once: `uniseg` itself takes
    70 µs a character.
    """
    known = {ord(char): _KINDS[sentence_break(char)] for char in set(text)}
    kinds = text.translate(known)
    # Marks are one with the character that they stand on (SB5).
    kept = [0, *(i for i in range(1, len(kinds)) if not _is_absorbed(kinds, i))]
    for found in _END.finditer("".join(kinds[i] for i in kept) if kinds else ""):
        yield kept[found.end()] if found.end() < len(kept) else len(text)


def _is_absorbed(kinds: str, i: int) -> bool:
    return kinds[i] == "~" and kinds[i - 1] not in "\r\np"
