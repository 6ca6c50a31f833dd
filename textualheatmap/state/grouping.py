"""Which tokens are shown and focused as one: those of a word, a sentence or a line.

`js/grouping.ts` has the groups from here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args
from weakref import WeakKeyDictionary

import numpy as np

from textualheatmap.facet.fields import quote
from textualheatmap.facet.normalising import CONTINUATION, SPACE_MARKS, SPECIAL
from textualheatmap.facet.pooling import pool_groups
from textualheatmap.state.patterns import read_pattern, write_pattern
from textualheatmap.state.segments import find_lines, find_sentences, find_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from textualheatmap.facet.pooling import Pool
    from textualheatmap.facet.tokens import Tokens

Unit = Literal["token", "word", "sentence", "line"]
Grouping: TypeAlias = Unit | re.Pattern[str]

UNITS: tuple[Unit, ...] = get_args(Unit)
MARKS = tuple(SPACE_MARKS)
WHITE_SPACE = str.maketrans({mark: " \n"[mark == "Ċ"] for mark in SPACE_MARKS})
# Special tokens that stand for a piece of the text.
_STAND_INS = re.compile(r"[\[<](unk|mask)[\]>]", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of a facet's tokens; each is some tokens in a row.

    Parameters
    ----------
    start, stop
        Shape (indexes,): the group of each token, from `start` to `stop - 1`.

    Examples
    --------
    >>> groups = Groups.of_sizes([2, 1])
    >>> groups.start.tolist(), groups.stop.tolist(), groups.widen(1, 2)
    ([0, 0, 2], [2, 2, 3], (0, 2))
    """

    start: NDArray[np.int32]
    stop: NDArray[np.int32]

    @classmethod
    def of_sizes(cls, sizes: Sequence[int] | NDArray[np.intp]) -> Groups:
        """Return the groups that have so many tokens, one after another.

        Examples
        --------
        >>> Groups.of_sizes([1, 2]).stop.tolist()
        [1, 3, 3]
        """
        stops = np.cumsum(sizes, dtype=np.int32)
        starts = np.concatenate([np.zeros(1, np.int32), stops[:-1]])
        return cls(np.repeat(starts, sizes), np.repeat(stops, sizes))

    @cached_property
    def starts(self) -> NDArray[np.intp]:
        """Shape (groups,): the first token of each group."""
        return np.flatnonzero(self.start == np.arange(len(self.start)))

    @property
    def sizes(self) -> NDArray[np.int32]:
        """Shape (groups,): how many tokens each group has."""
        return (self.stop - self.start)[self.starts]

    def widen(self, start: int, stop: int) -> tuple[int, int]:
        """Return the span of whole groups that has all tokens of a span.

        Examples
        --------
        >>> Groups.of_sizes([1, 2, 2]).widen(2, 4)
        (1, 5)
        """
        return int(self.start[start]), int(self.stop[stop - 1])

    def pool_columns(
        self, values: NDArray[np.float32], how: Pool, *, signed: bool
    ) -> NDArray[np.float32]:
        """Give each token the pooled value of its group.

        Parameters
        ----------
        values
            Shape (k, indexes).
        how, signed
            As of `facet.pooling.pool`.

        Examples
        --------
        >>> groups = Groups.of_sizes([2, 1])
        >>> groups.pool_columns(np.float32([[1, 3, 5]]), "sum", signed=False).tolist()
        [[4.0, 4.0, 5.0]]
        """
        pooled = pool_groups(values.T, self._members, how, signed=signed)
        return np.repeat(pooled, self.sizes, axis=0).T

    def pool_lines(
        self, values: NDArray[np.float32], start: int, how: Pool, *, signed: bool
    ) -> NDArray[np.float32]:
        """Pool rows or columns of heat, group by group.

        Parameters
        ----------
        values
            Shape (k, ...): those of k tokens, which are whole groups.
        start
            The first of these tokens.
        how, signed
            As of `facet.pooling.pool`.

        Returns
        -------
        pooled
            Shape (groups, ...).

        Examples
        --------
        >>> groups = Groups.of_sizes([1, 2])
        >>> lines = np.float32([[1], [3]])
        >>> groups.pool_lines(lines, 1, "mean", signed=False).tolist()
        [[2.0]]
        """
        first, end = np.searchsorted(self.starts, [start, start + len(values)])
        members = [each - start for each in self._members[first:end]]
        return pool_groups(values, members, how, signed=signed)

    @cached_property
    def _members(self) -> list[NDArray[np.intp]]:
        return np.split(np.arange(len(self.start)), self.starts[1:])


_known: WeakKeyDictionary[Tokens, dict[Grouping, Groups | None]] = WeakKeyDictionary()


def find_groups(tokens: Tokens, grouping: Grouping) -> Groups | None:
    """Return the groups of a facet's tokens.

    Words and sentences are those of UAX #29, and marks of tokenizers are understood.
    Where nothing in a text parts words, each token is one. A token belongs to the word,
    sentence or line of its first character that is not white space, and to the first
    match of a regular expression that has any of its characters. Special tokens such as
    ``[CLS]`` stay alone, and so do tokens that no match touches.

    Parameters
    ----------
    tokens
        Of one facet.
    grouping
        As of `read_grouping`.

    Returns
    -------
    groups
        None if each token is alone.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> facet = Facet.from_arrays(["[CLS]", "em", "##bed", "it", "."], np.eye(5))
    >>> find_groups(facet.tokens, "word").sizes.tolist()
    [1, 2, 1, 1]
    """
    if grouping == "token":
        return None
    known = _known.setdefault(tokens, {})
    if grouping not in known:
        for each in list(known):
            if isinstance(each, re.Pattern):
                del known[each]
        known[grouping] = _find_groups(tokens, grouping)
    return known[grouping]


def read_grouping(where: str, value: object) -> Grouping:
    """Return what makes groups of tokens, after checking it.

    Parameters
    ----------
    where
        What errors call it.
    value
        The name of a unit, or a regular expression, compiled or as of `write_grouping`.

    Raises
    ------
    ValueError
        If it is neither.

    Examples
    --------
    >>> read_grouping("grouping", "word")
    'word'
    >>> read_grouping("grouping", 5)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: grouping is 5, expected 'token', 'word', ...
    """
    pattern = read_pattern(where, value)
    if pattern is not None:
        return pattern
    for unit in UNITS:
        if isinstance(value, str) and value == unit:
            return unit
    names = ", ".join(map(repr, UNITS))
    msg = f"{where} is {quote(value)}, expected {names} or a regular expression"
    raise ValueError(msg)


def write_grouping(grouping: Grouping) -> str | dict[str, Any]:
    """Return what makes groups of tokens as a value that fits into JSON.

    Examples
    --------
    >>> write_grouping("word")
    'word'
    """
    return write_pattern(grouping) if isinstance(grouping, re.Pattern) else grouping


def _find_groups(tokens: Tokens, grouping: Grouping) -> Groups | None:
    if len(tokens) == 0:
        return None
    if isinstance(grouping, re.Pattern):
        numbers = list(_number_by_match(tokens, grouping))
    else:
        numbers = list(_number_by_unit(tokens, _FINDERS[grouping]))
    places: list[int] = tokens.positions.tolist()
    # A token that has no number is alone, and parts the tokens around it.
    unlike = [
        numbers[here] is None or numbers[here] != numbers[before]
        for before, here in pairwise(places)
    ]
    starts = np.flatnonzero([True, *unlike])
    if len(starts) == len(places):
        return None
    return Groups.of_sizes(np.diff(starts, append=len(places)))


_FINDERS: dict[Unit, Callable[[str], list[int]]] = {
    "word": find_words,
    "sentence": find_sentences,
    "line": find_lines,
}


def _number_by_unit(
    tokens: Tokens, find: Callable[[str], list[int]]
) -> Iterator[int | None]:
    """Yield the unit that each token belongs to, by position; None if it is alone."""
    pieces = _spell_out(tokens.texts)
    starts = find("".join(pieces))
    ends = accumulate(map(len, pieces))
    for token, piece, end in zip(tokens.texts, pieces, ends, strict=True):
        if not token or _is_special(token):
            yield None
            continue
        # Of white space alone, its first character.
        first = end - (len(piece.lstrip()) or len(piece))
        yield bisect_right(starts, first)


def _number_by_match(tokens: Tokens, pattern: re.Pattern[str]) -> Iterator[int | None]:
    """Yield the first match that each token has a character of, by position."""
    matches = [found.span() for found in pattern.finditer(tokens.text)]
    spans = zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)
    number = 0
    for start, end in spans:
        while number < len(matches) and matches[number][1] <= start:
            number += 1
        touches = number < len(matches) and matches[number][0] < end
        yield number if touches else None


def _spell_out(texts: Sequence[str]) -> list[str]:
    """Return tokens with white space in place of the marks of tokenizers.

    Where neither spaces nor marks part words, each token gets a space before it, unless
    it continues a word. A text with spaces has no marks for them.
    """
    has_spaces = any(" " in text for text in texts)
    has_marks = not has_spaces and any(text.startswith(MARKS) for text in texts)
    pieces: list[str] = []
    for text in texts:
        if _is_special(text):
            piece = "\n"
        elif text.startswith(CONTINUATION) and text != CONTINUATION:
            follows = bool(pieces) and not pieces[-1][-1:].isspace()
            piece = text.removeprefix(CONTINUATION) if follows else text
        elif has_marks:
            bare = text.lstrip(SPACE_MARKS)
            piece = text[: len(text) - len(bare)].translate(WHITE_SPACE) + bare
        else:
            piece = text if has_spaces else f" {text}"
        pieces.append(piece)
    return pieces


def _is_special(token: str) -> bool:
    bare = token.strip()
    return bool(SPECIAL.fullmatch(bare)) and not _STAND_INS.fullmatch(bare)
