"""The difference of two facets' heat, also where they cut one text differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import quote
from textualheatmap.facet.heat import build_store
from textualheatmap.facet.matching import match_characters
from textualheatmap.facet.normalising import (
    CONTINUATION,
    MIN_COVER,
    NormalText,
    normalise_text,
)
from textualheatmap.facet.pooling import Pool, pool_groups
from textualheatmap.facet.store import BLOCK_VALUES
from textualheatmap.facet.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from textualheatmap.facet.store import HeatStore


@dataclass(frozen=True, eq=False)
class CommonPieces:
    """The smallest pieces of a text that two facets both cut out whole.

    Parameters
    ----------
    tokens
        One token a piece, and between them, as format tokens, what belongs to one
        facet only.
    first, second
        For each piece the indexes of its tokens in either facet.
    """

    tokens: Tokens
    first: tuple[NDArray[np.intp], ...]
    second: tuple[NDArray[np.intp], ...]


def find_common_pieces(first: Tokens, second: Tokens) -> CommonPieces:
    """Cut a text into the smallest pieces that two facets both cut out whole.

    No token is divided, as nobody knows which part of it its heat belongs to. Where
    both have the same tokens, these are the pieces. Else the characters are compared
    that `normalise_token` leaves; a token whose characters the other facet lacks, such
    as ``[CLS]``, is in no piece.

    Raises
    ------
    HeatmapDataError
        If less than half of the characters match.

    Examples
    --------
    >>> from textualheatmap.facet.reading import read_arrays
    >>> words = read_arrays(["the ", "cat"], None, None, "words")
    >>> pieces = read_arrays(["[CLS]", "The", "c", "##at"], None, None, "pieces")
    >>> common = find_common_pieces(words, pieces)
    >>> common.tokens.texts, [indexes.tolist() for indexes in common.second]
    (('the ', 'cat'), [[1], [2, 3]])
    """
    a, b = normalise_text(first), normalise_text(second)
    if a.tokens == b.tokens:
        single = tuple(np.arange(len(a.tokens), dtype=np.intp)[:, None])
        no_meta = ((),) * len(first.texts)
        return CommonPieces(
            Tokens(first.texts, first.is_format, no_meta), single, single
        )
    partners = match_characters(a.characters, b.characters)
    # For each character of either text, whether a token has it in both.
    in_a, in_b = _mark_tokens(a), _mark_tokens(b)
    lengths = int(in_a.sum()), int(in_b.sum())
    # A character without a partner has the number -1: that of the last item.
    in_b &= np.append(in_a, False)[partners]
    in_a[:] = False
    in_a[partners[in_b]] = True
    if in_b.sum() < max(1.0, MIN_COVER * max(lengths)):
        share = in_b.sum() / max(*lengths, 1)
        msg = (
            f"the facets have {share:.0%} of their text in common, expected at least "
            f"{MIN_COVER:.0%}: they differ from {_name_first(a, in_a)} of the first "
            f"and {_name_first(b, in_b)} of the second on"
        )
        raise HeatmapDataError(msg)
    starts, stops = _count_common(a, in_a)
    others, ends = _count_common(b, in_b)
    borders = np.intersect1d(stops[starts < stops], ends[others < ends])
    pieces = list(_group(starts, stops, borders))
    return CommonPieces(
        _join_tokens(first, pieces), tuple(pieces), tuple(_group(others, ends, borders))
    )


def subtract_heat(
    first: HeatStore,
    second: HeatStore,
    pieces: CommonPieces,
    how: Pool,
    *,
    square: bool,
) -> HeatStore:
    """Return the heat of one store minus that of another, on their common pieces.

    Beside the result no more than a block of rows is in memory.

    Parameters
    ----------
    first, second
        Stores of the same axes.
    pieces
        The pieces of both facets.
    how
        How the heat of the tokens of a piece is pooled. With "sum" the columns are
        added up and the rows averaged, so that rows which sum to 1 still do.
    square
        Whether the rows belong to the same tokens as the columns. Else both have the
        same number of rows, which are kept.

    Examples
    --------
    >>> from textualheatmap.facet.dense_store import DenseStore
    >>> from textualheatmap.facet.reading import read_arrays
    >>> pieces = find_common_pieces(*[read_arrays(["a"], None, None, "")] * 2)
    >>> one = DenseStore(np.ones((1, 1), dtype=np.float32))
    >>> subtract_heat(one, one, pieces, "max", square=True).to_array().tolist()
    [[0.0]]
    """
    columns = len(pieces.first)
    rows = columns if square else first.shape[0]
    lengths = [len(axis.labels) for axis in first.axes]
    heat = np.empty((*lengths, rows, columns), dtype=np.float32)
    flat = heat.reshape(-1, rows, columns)
    for matrix, a, b in zip(flat, first.matrices(), second.matrices(), strict=True):
        minuend = _read_pieces(a, pieces.first, how, square=square)
        subtrahend = _read_pieces(b, pieces.second, how, square=square)
        for row, (one, other) in enumerate(zip(minuend, subtrahend, strict=True)):
            # Two numbers that float32 can hold may differ by more than it can.
            limit = np.finfo(np.float32).max
            matrix[row] = np.clip(one.astype(np.float64) - other, -limit, limit)
    missing = first.missing or second.missing
    return build_store(heat, first.axes, signed=True, missing=missing)


def _read_pieces(
    store: HeatStore, pieces: Sequence[NDArray[np.intp]], how: Pool, *, square: bool
) -> Iterator[NDArray[np.float32]]:
    """Yield each row of heat, pooled over the tokens of pieces."""
    row_pool = "mean" if how == "sum" else how
    for rows in _group_rows(pieces if square else store.shape[0], store.shape[1]):
        read = store.rows(np.concatenate(rows))
        ends = np.cumsum([len(some) for some in rows])
        taken = np.split(np.arange(len(read), dtype=np.intp), ends[:-1])
        few = pool_groups(read, taken, row_pool, signed=store.signed)
        yield from pool_groups(few.T, pieces, how, signed=store.signed).T


def _group_rows(
    pieces: Sequence[NDArray[np.intp]] | int, columns: int
) -> Iterator[list[NDArray[np.intp]]]:
    """Yield the rows of some pieces at a time: as many as a block may have."""
    if isinstance(pieces, int):
        pieces = list(np.arange(pieces, dtype=np.intp)[:, None])
    step = max(1, BLOCK_VALUES // max(1, columns))
    some: list[NDArray[np.intp]] = []
    count = 0
    for piece in pieces:
        if some and count + len(piece) > step:
            yield some
            some, count = [], 0
        some.append(piece)
        count += len(piece)
    yield some


def _mark_tokens(text: NormalText) -> NDArray[np.bool_]:
    """Return for each character whether it is a token's, and no format token's."""
    change = np.zeros(len(text.characters) + 1, dtype=np.int64)
    np.add.at(change, text.starts, 1)
    np.add.at(change, text.stops, -1)
    return np.cumsum(change[:-1]) > 0


def _count_common(
    text: NormalText, common: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which of the common characters each token has: its start and stop."""
    counts = np.concatenate([[0], np.cumsum(common)])
    return counts[text.starts], counts[text.stops]


def _group(
    starts: NDArray[np.int64], stops: NDArray[np.int64], borders: NDArray[np.int64]
) -> Iterator[NDArray[np.intp]]:
    """Yield the indexes of the tokens up to each border, without empty ones."""
    held = np.flatnonzero(starts < stops)
    ends = np.searchsorted(stops[held], borders, "right")
    yield from np.split(held, ends)[: len(borders)]


def _join_tokens(tokens: Tokens, pieces: Sequence[NDArray[np.intp]]) -> Tokens:
    """Return one token a piece, and what is between them as format tokens."""
    texts: list[str] = []
    is_format: list[bool] = []
    position = 0
    for piece in pieces:
        first, *_, last = (int(tokens.positions[i]) for i in (piece[0], piece[-1]))
        between = tokens.texts[position:first]
        others = (
            text.removeprefix(CONTINUATION) if text != CONTINUATION else text
            for text in tokens.texts[first + 1 : last + 1]
        )
        texts += [*between, "".join([tokens.texts[first], *others])]
        is_format += [True] * len(between) + [False]
        position = last + 1
    rest = tokens.texts[position:]
    texts += rest
    is_format += [True] * len(rest)
    return Tokens(tuple(texts), np.array(is_format, dtype=np.bool_), ((),) * len(texts))


def _name_first(text: NormalText, common: NDArray[np.bool_]) -> str:
    """Name the first token that has a character which the other text lacks."""
    lacking = np.concatenate([[0], np.cumsum(~common)])
    wrong = np.flatnonzero(lacking[text.stops] > lacking[text.starts])
    if not len(wrong):
        return "the end"
    first = int(wrong[0])
    return f"token {first} ({quote(text.tokens[first])})"
