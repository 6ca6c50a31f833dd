"""Which tokens of facets correspond: facets of one text share an axis of characters.

`js/align.ts` finds counterparts in the same way in the browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from textualheatmap.facet.matching import match_characters
from textualheatmap.facet.normalising import MIN_COVER, NormalText, normalise_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from textualheatmap.facet.tokens import Tokens

MOST_COMPARED = 2_000_000
"""How many characters of differing texts are compared, in all; it takes 2.5 seconds."""


class Counterparts(NamedTuple):
    """Tokens of one facet that stand for a span of another.

    Parameters
    ----------
    start, stop
        Their indexes, from `start` to `stop - 1`.
    exact
        Whether they share a character with the span; else this is the nearest token.
    """

    start: int
    stop: int
    exact: bool


@dataclass(frozen=True, eq=False)
class AlignedTokens:
    """The tokens of one facet on the axis that it shares with facets of the same text.

    Parameters
    ----------
    axis
        Facets of the same number are aligned.
    start, stop
        Shape (indexes,): the characters of each token, from `start` to `stop - 1`, on
        the axis. Both are non-decreasing. A token that has no character there is empty,
        and stands where the one before it stops.
    same_tokens
        Facets of the same number have the same tokens.
    cover
        How much of the facet's characters is on the axis, from 0 to 1.
    """

    axis: int
    start: NDArray[np.int32]
    stop: NDArray[np.int32]
    same_tokens: int
    cover: float


class Alignment:
    """Which tokens of the facets of one heatmap correspond.

    Parameters
    ----------
    tokens
        The tokens of each facet.
    linked
        Pairs of facets of which one has the other's tokens as its rows. They are never
        aligned with each other, even if they spell the same text.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> words = Facet.from_arrays(["the ", "cat"], [[1, 0], [0, 1]]).tokens
    >>> pieces = Facet.from_arrays(["The", "c", "##at"], np.eye(3)).tokens
    >>> alignment = Alignment([words, pieces])
    >>> alignment.find_counterparts(1, 0, 1, 2)
    Counterparts(start=1, stop=3, exact=True)
    """

    def __init__(
        self, tokens: Sequence[Tokens], linked: Collection[tuple[int, int]] = ()
    ) -> None:
        self.facets: tuple[AlignedTokens, ...] = tuple(_align(tokens, linked))

    def find_counterparts(
        self, painted: int, facet: int, start: int, stop: int
    ) -> Counterparts | None:
        """Return the tokens of one facet that correspond to a span of another.

        Parameters
        ----------
        painted
            The facet whose tokens are looked for.
        facet, start, stop
            The facet and the indexes of the span, which has at least one token.

        Returns
        -------
        Counterparts
            The same span where both have the same tokens; else the tokens that share a
            character with it; else the nearest one. None if they are not aligned.

        Examples
        --------
        >>> from textualheatmap.facet.facet import Facet
        >>> words = Facet.from_arrays(["a", "b"], [[1, 0], [0, 1]]).tokens
        >>> marked = Facet.from_arrays(["[CLS]", "ab"], [[1, 0], [0, 1]]).tokens
        >>> alignment = Alignment([words, marked])
        >>> alignment.find_counterparts(1, 0, 0, 1)
        Counterparts(start=1, stop=2, exact=True)
        >>> alignment.find_counterparts(0, 1, 0, 1)
        Counterparts(start=0, stop=1, exact=False)
        """
        here, there = self.facets[painted], self.facets[facet]
        if here.same_tokens == there.same_tokens:
            return Counterparts(start, stop, exact=True)
        if here.axis != there.axis:
            return None
        # An empty token stops where the one before it does, so the first index beyond
        # the span's start is that of its first token with characters.
        low = high = int(there.start[start])
        first = int(np.searchsorted(there.stop, low, "right"))
        if first < stop:
            low, high = int(there.start[first]), int(there.stop[stop - 1])
            found = int(np.searchsorted(here.stop, low, "right"))
            last = int(np.searchsorted(here.start, high, "left")) - 1
            if found <= last:
                # Without the empty tokens behind the last one that shares a character.
                last = _find_holder(here, last)
                return Counterparts(found, last + 1, exact=True)
        nearest = _find_nearest(here, low, high)
        return Counterparts(nearest, nearest + 1, exact=False)


def _find_holder(facet: AlignedTokens, index: int) -> int:
    """Return the token that has the last character up to an index."""
    return int(np.searchsorted(facet.stop, int(facet.stop[index]), "left"))


def _find_nearest(facet: AlignedTokens, low: int, high: int) -> int:
    """Return the index of the token nearest to characters that none of them has."""
    after = int(np.searchsorted(facet.stop, low, "right"))
    before = _find_holder(facet, max(after - 1, 0))
    if after == len(facet.stop) or after == 0:
        return min(after, before)
    is_before = facet.start[before] < facet.stop[before]
    is_nearer = low - facet.stop[before] < facet.start[after] - high
    return before if is_before and is_nearer else after


def _align(
    tokens: Sequence[Tokens], linked: Collection[tuple[int, int]]
) -> Iterator[AlignedTokens]:
    """Yield the tokens of each facet on its axis.

    A facet goes on the axis of an earlier one of the same tokens, else of the same
    characters, else of similar characters, else on a new axis.
    """
    texts = [normalise_text(each) for each in tokens]
    # The facets on each axis; the characters of the first one are the axis.
    axes: list[list[int]] = []
    aligned: list[AlignedTokens] = []
    left = MOST_COMPARED
    for i, text in enumerate(texts):
        free = _find_free_axes(i, axes, linked)
        found = _find_equal(i, texts, [axes[axis] for axis in free], aligned)
        for axis in free if found is None else ():
            first = texts[axes[axis][0]].characters
            left -= len(first) + len(text.characters)
            if left < 0:
                break
            found = _match_text(i, text, first, axis)
            if found is not None:
                break
        if found is None:
            found = _place_text(i, text, len(axes))
            axes.append([])
        axes[found.axis].append(i)
        aligned.append(found)
        yield found


def _find_free_axes(
    i: int, axes: Sequence[Sequence[int]], linked: Collection[tuple[int, int]]
) -> list[int]:
    """Return the axes that a facet may be on, the likeliest first."""
    others = {b if a == i else a for a, b in linked if i in {a, b}}
    free = [axis for axis, members in enumerate(axes) if others.isdisjoint(members)]
    # Where prompt and answer spell the same, a prompt belongs to another prompt.
    asking = {facet for facet, _ in linked}
    return sorted(free, key=lambda axis: (axes[axis][0] in asking) != (i in asking))


def _find_equal(
    i: int,
    texts: Sequence[NormalText],
    axes: Sequence[Sequence[int]],
    aligned: Sequence[AlignedTokens],
) -> AlignedTokens | None:
    """Align a facet with one of the same tokens, else of the same characters."""
    text = texts[i]
    for members in axes:
        for j in members:
            if texts[j].tokens == text.tokens:
                return aligned[j]
    for first, *_ in axes:
        if text.characters and texts[first].characters == text.characters:
            return _place_text(i, text, aligned[first].axis)
    return None


def _match_text(
    i: int, text: NormalText, first: str, axis: int
) -> AlignedTokens | None:
    """Align a facet with an axis of other characters, if enough of them match."""
    partners = match_characters(first, text.characters)
    places = partners[partners >= 0].astype(np.int32)
    if not len(places) or len(places) < MIN_COVER * max(len(first), len(partners)):
        return None
    # How many characters before each one match.
    counts = np.concatenate([[0], np.cumsum(partners >= 0)])
    low, high = counts[text.starts], counts[text.stops]
    # The last number stands in for tokens without characters, which are moved below.
    start = np.append(places, 0)[low]
    stop = np.where(low < high, places[high - 1] + 1, start)
    return _settle_empty(axis, start, stop, i, len(places) / len(partners))


def _place_text(i: int, text: NormalText, axis: int) -> AlignedTokens:
    """Put a facet on an axis of its own characters."""
    return _settle_empty(axis, text.starts, text.stops, i, 1.0)


def _settle_empty(
    axis: int,
    start: NDArray[np.int32],
    stop: NDArray[np.int32],
    same_tokens: int,
    cover: float,
) -> AlignedTokens:
    """Let tokens without characters stand where the one before them stops."""
    empty = start == stop
    last = np.maximum.accumulate(np.where(empty, 0, stop))
    return AlignedTokens(
        axis,
        np.where(empty, last, start).astype(np.int32),
        np.where(empty, last, stop).astype(np.int32),
        same_tokens,
        cover,
    )
