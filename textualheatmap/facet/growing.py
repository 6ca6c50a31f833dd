"""Facets whose rows of heat, or whose last tokens, arrive while they are shown.

Their heat becomes a `GrowingStore`: it is copied once and then written to in place, so
that all heatmaps that show the facet, such as clones, get the new rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from textualheatmap.facet.fields import quote, read_names
from textualheatmap.facet.growing_store import GrowingStore
from textualheatmap.facet.reading import read_arrays
from textualheatmap.facet.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.facet.facet import Facet
    from textualheatmap.facet.store import HeatStore


def fill_rows(
    facet: Facet, rows: Sequence[int], values: object, *, where: str = "facet"
) -> Facet:
    """Return a facet with some rows of its heat filled in or replaced.

    If the facet's heat is a `GrowingStore` already, it is the same facet.

    Parameters
    ----------
    facet
        The facet; its heat is one matrix in memory.
    rows
        The indexes of the rows.
    values
        Shape (rows, columns); NaN where heat is missing.
    where
        What errors call the facet.

    Raises
    ------
    IndexError
        If there is no such row.
    ValueError
        If the values are not those of heat, or the heat is not one matrix in memory.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> facet = Facet.from_arrays(["a"], [[np.nan]], missing=True)
    >>> fill_rows(facet, [0], [[0.5]]).heat.tolist()
    [[0.5]]
    """
    store = _find_growing(facet.store, where)
    store.fill(rows, values, where=f"{where}.rows")
    return facet if store is facet.store else facet.replace(store=store)


def append_tokens(
    facet: Facet,
    texts: object,
    values: object = None,
    meta: object = None,
    *,
    format: object = None,  # noqa: A002 - the word of the data format
    numbers: object = None,
    where: str = "facet",
) -> Facet:
    """Return a facet with more tokens at its end.

    Parameters
    ----------
    facet
        The facet; its heat is one matrix in memory, and its rows are its own tokens.
    texts
        The new tokens, format tokens included.
    values
        Their rows of heat, shape (new tokens, all tokens); None if they arrive later.
        The earlier rows get the heat 0 in the new columns.
    meta
        One list of strings or of (string, probability) pairs per new token.
    format
        One bool per new token, or None when none of them is a format token.
    numbers
        By name, one finite number or None per new token. Tokens have None under names
        that they are not given.
    where
        What errors call the facet.

    Raises
    ------
    HeatmapDataError
        If the tokens, meta or numbers are not as described.
    ValueError
        If the values are not those of heat, or the heat is not one matrix in memory, or
        the rows are another facet's.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> facet = Facet.from_arrays(["a"], [[1]])
    >>> append_tokens(facet, ["b"], [[0.5, 1]]).heat.tolist()
    [[1.0, 0.0], [0.5, 1.0]]
    """
    if facet.rows_of is not None:
        msg = (
            f"{where}.rows_of is {quote(facet.rows_of)}, expected None: "
            "new tokens get rows of their own"
        )
        raise ValueError(msg)
    added = read_arrays(texts, meta, format, where, numbers=numbers)
    old, count = facet.tokens, len(added)
    names = read_names({**old.numbers, **added.numbers}, f"{where}.numbers")
    before, after = (None,) * len(old.texts), (None,) * len(added.texts)
    tokens = Tokens(
        old.texts + added.texts,
        np.concatenate([old.is_format, added.is_format]),
        old.meta + added.meta,
        {
            name: old.numbers.get(name, before) + added.numbers.get(name, after)
            for name in names
        },
    )
    if values is not None:
        # Checked in a store of their own: the real one cannot shrink again.
        checked = GrowingStore((count, len(tokens)), signed=facet.store.signed)
        checked.fill(range(count), values, where=f"{where}.rows")
    store = _extend(_find_growing(facet.store, where), count, count)
    if values is not None:
        store.fill(range(len(old), len(tokens)), values)
    return facet.replace(tokens=tokens, store=store)


def append_rows(facet: Facet, count: int, *, where: str = "facet") -> Facet:
    """Return a facet with more rows, all missing, after another facet got more tokens.

    Its rows are the tokens of that facet (`rows_of`).

    Parameters
    ----------
    facet
        The facet; its heat is one matrix in memory.
    count
        How many rows to add.
    where
        What errors call the facet.

    Raises
    ------
    ValueError
        If the heat is not one matrix in memory.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> facet = Facet.from_arrays(["a"], [[1]], rows_of="answer")
    >>> append_rows(facet, 1).heat.tolist()
    [[1.0], [nan]]
    """
    store = _extend(_find_growing(facet.store, where), count, 0)
    return facet.replace(store=store)


def await_rows(facet: Facet) -> Facet:
    """Return a facet of which all rows are missing until they are filled in.

    Parameters
    ----------
    facet
        The facet, whose heat is one matrix.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> await_rows(Facet.from_arrays(["a"], [[1]])).heat.tolist()
    [[nan]]
    """
    store = GrowingStore(facet.store.shape, signed=facet.store.signed)
    return facet.replace(store=store)


def continue_facet(begun: Facet, whole: Facet) -> Facet:
    """Return a whole facet, with the heat of one that has its first tokens.

    Rows that are not known there are missing.

    Parameters
    ----------
    begun
        The facet that has grown so far.
    whole
        The facet that it has become. If it begins with other tokens, or belongs to
        other rows, nothing is taken from `begun`.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> begun = await_rows(Facet.from_arrays(["a"], [[1]]))
    >>> whole = Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]], title="GRU")
    >>> grown = continue_facet(begun, whole)
    >>> grown.heat.shape, grown.title, is_grown(begun, grown)
    ((2, 2), 'GRU', True)
    """
    rows, columns = (
        new - old for new, old in zip(whole.store.shape, begun.store.shape, strict=True)
    )
    is_longer = rows >= 0 and starts_alike(begun, whole)
    if not is_longer or begun.store.signed != whole.store.signed:
        return await_rows(whole)
    store = _extend(_find_growing(begun.store, "facet"), rows, columns)
    return whole.replace(store=store)


def is_grown(begun: Facet, grown: Facet) -> bool:
    """Say whether a facet has grown from another one, or is a copy of it.

    Both then keep their heat in the same memory.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> begun = await_rows(Facet.from_arrays(["a"], [[1]]))
    >>> is_grown(begun, append_tokens(begun, ["b"]))
    True
    >>> is_grown(begun, await_rows(begun))
    False
    """
    first, second = begun.store, grown.store
    if not isinstance(first, GrowingStore) or not isinstance(second, GrowingStore):
        return first is second
    return first.shares_memory(second) and starts_alike(begun, grown)


def starts_alike(begun: Facet, whole: Facet) -> bool:
    """Say whether a facet begins with all tokens of another one.

    Their meta may differ.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> begun = Facet.from_arrays(["a"], [[1]])
    >>> starts_alike(begun, append_tokens(begun, ["b"]))
    True
    """
    ours, theirs = begun.tokens, whole.tokens
    count = len(ours.texts)
    return ours.texts == theirs.texts[:count] and np.array_equal(
        ours.is_format, theirs.is_format[:count]
    )


def _find_growing(store: HeatStore, where: str) -> GrowingStore:
    """Return the store itself if it can grow, else a copy that can."""
    if isinstance(store, GrowingStore):
        return store
    if store.axes or not store.in_memory:
        came = "has axes" if store.axes else "is kept in a file"
        msg = (
            f"{where}.heat {came}, expected one matrix in memory, to which rows can be "
            "added"
        )
        raise ValueError(msg)
    return _copy(store)


def _copy(store: HeatStore) -> GrowingStore:
    """Return a store of the same heat that can grow."""
    copied = GrowingStore(store.shape, signed=store.signed)
    copied.fill(range(store.shape[0]), store.to_array())
    return copied


def _extend(store: GrowingStore, rows: int, columns: int) -> GrowingStore:
    """Return a larger store; the earlier rows have the heat 0 in its new columns."""
    try:
        return store.extend(rows, columns, heat=0)
    except ValueError:  # a copy of the facet was extended already
        return _copy(store).extend(rows, columns, heat=0)
