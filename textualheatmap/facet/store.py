"""Stores: what a facet keeps its heat in."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, SupportsIndex

import numpy as np

from textualheatmap.facet.fields import quote
from textualheatmap.facet.pooling import pool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

AxisPool = Literal["mean", "max"]
"""How the heat of all places on an axis, such as all layers, becomes one matrix."""

AXIS_POOLS: tuple[AxisPool, ...] = ("mean", "max")

BLOCK_VALUES = 1_000_000
"""How many values `blocks` reads at a time, at most, unless one row has more."""


@dataclass(frozen=True)
class Axis:
    """A leading dimension of heat, such as layer or head.

    Parameters
    ----------
    name
        Name of the dimension.
    labels
        One label for each place on it, all different, such as the layers' names.
    """

    name: str
    labels: tuple[str, ...]

    def find(self, choice: object) -> int | AxisPool:
        """Return the index that an index or a label stands for, or "mean" or "max".

        Raises
        ------
        ValueError
            If there is no such label or index.

        Examples
        --------
        >>> layer = Axis("layer", ("first", "second"))
        >>> layer.find("second"), layer.find(-1), layer.find("mean")
        (1, 1, 'mean')
        """
        if isinstance(choice, str):
            for known in AXIS_POOLS:
                if choice == known:
                    return known
            if choice in self.labels:
                return self.labels.index(choice)
        elif isinstance(choice, SupportsIndex) and not isinstance(choice, bool):
            index = operator.index(choice)
            if -len(self.labels) <= index < len(self.labels):
                return index % len(self.labels)
        msg = (
            f"axes[{quote(self.name)}] is {quote(choice)}, expected an index from 0 to "
            f"{len(self.labels) - 1}, one of its labels, 'mean' or 'max'"
        )
        raise ValueError(msg)


class HeatStore(ABC):
    """The heat of one facet: a matrix, or several of them along named axes.

    A row belongs to the token that is focused, a column to the token that is coloured.
    Where a store has axes, `at` picks one matrix as a store without axes, whose `rows`
    and `columns` can be read. A subclass says how the values are kept: it implements
    `to_array`, `_read_rows`, `_read_columns`, and `_pick` if it may have axes.

    Parameters
    ----------
    shape
        (rows, columns) of each matrix.
    axes
        The leading dimensions; none for a single matrix.
    signed
        Whether heat may be negative.
    missing
        Whether heat may be NaN, which stands for heat that is not known.

    Examples
    --------
    >>> from textualheatmap.facet.dense_store import DenseStore
    >>> store = DenseStore(np.array([[1, 0.5], [0, 1]], dtype=np.float32))
    >>> store.rows([0]).tolist(), store.columns([0]).tolist()
    ([[1.0, 0.5]], [[1.0, 0.0]])
    >>> store.shape, store.minimum, store.maximum, store.signed
    ((2, 2), 0.0, 1.0, False)
    """

    in_memory: bool = True
    """Whether the whole heat is in memory."""

    def __init__(
        self,
        shape: tuple[int, int],
        axes: Sequence[Axis] = (),
        *,
        signed: bool = False,
        missing: bool = False,
    ) -> None:
        self.shape = shape
        self.axes = tuple(axes)
        self.signed = signed
        self.missing = missing

    @property
    def minimum(self) -> float | None:
        """The least heat, axes included; None where it is not known.

        It is not known of heat in a file, which is not read as a whole, and where all
        heat is missing.
        """
        return self._extremes[0]

    @property
    def maximum(self) -> float | None:
        """The largest heat, axes included; None where `minimum` is."""
        return self._extremes[1]

    @property
    def reach(self) -> float | None:
        """How far heat reaches from 0: the largest heat, or magnitude if it is signed.

        None where it is not known.
        """
        least, largest = self._extremes
        if least is None or largest is None:
            return None
        return max(-least, largest) if self.signed else largest

    def rows(self, indices: Sequence[int] | NDArray[np.intp]) -> NDArray[np.float32]:
        """Return rows of the matrix, shape (indices, columns); NaN is missing.

        Raises
        ------
        IndexError
            If there is no such row, or an index is no whole number.
        ValueError
            If the store has axes.

        Examples
        --------
        >>> from textualheatmap.facet.dense_store import DenseStore
        >>> DenseStore(np.eye(3, dtype=np.float32)).rows([2, 0]).tolist()
        [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
        """
        return self._read_rows(self._check("row", indices, self.shape[0]))

    def columns(self, indices: Sequence[int] | NDArray[np.intp]) -> NDArray[np.float32]:
        """Return columns of the matrix, shape (indices, rows); NaN is missing.

        Raises
        ------
        IndexError
            If there is no such column, or an index is no whole number.
        ValueError
            If the store has axes.

        Examples
        --------
        >>> from textualheatmap.facet.dense_store import DenseStore
        >>> heat = np.array([[1, 0.5], [0, 1]], dtype=np.float32)
        >>> DenseStore(heat).columns([1]).tolist()
        [[0.5, 1.0]]
        """
        return self._read_columns(self._check("column", indices, self.shape[1]))

    def at(self, **choices: object) -> HeatStore:
        """Return the one matrix that a choice on each axis gives.

        Parameters
        ----------
        choices
            An index, a label, "mean" or "max" for each axis. "max" takes what is
            largest in magnitude where heat is signed. Where several axes are pooled,
            the last one is pooled first.

        Raises
        ------
        ValueError
            If an axis has no choice, or has no such index or label; or there is no
            such axis.

        Examples
        --------
        >>> from textualheatmap.facet.dense_store import DenseStore
        >>> heat = np.array([[[1]], [[0]]], dtype=np.float32)
        >>> store = DenseStore(heat, [Axis("layer", ("first", "second"))])
        >>> store.at(layer="second").rows([0]), store.at(layer="mean").rows([0])
        (array([[0.]], dtype=float32), array([[0.5]], dtype=float32))
        """
        names = [axis.name for axis in self.axes]
        if choices.keys() != set(names):
            came, expected = (", ".join(some) or "none" for some in (choices, names))
            msg = f"at() has a choice for {came:.60}, expected one for {expected:.60}"
            raise ValueError(msg)
        return self._choose((), [axis.find(choices[axis.name]) for axis in self.axes])

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Yield all rows in order, a bounded number at a time.

        Examples
        --------
        >>> from textualheatmap.facet.dense_store import DenseStore
        >>> [len(block) for block in DenseStore(np.eye(3, dtype=np.float32)).blocks()]
        [3]
        """
        step = max(1, BLOCK_VALUES // max(1, self.shape[1]))
        for start in range(0, self.shape[0], step):
            yield self.rows(range(start, min(start + step, self.shape[0])))

    def matrices(self) -> Iterator[HeatStore]:
        """Yield the matrix at each place on the axes, the last axis fastest.

        Examples
        --------
        >>> from textualheatmap.facet.dense_store import DenseStore
        >>> heat = np.zeros((2, 1, 1), dtype=np.float32)
        >>> len(list(DenseStore(heat, [Axis("layer", ("a", "b"))]).matrices()))
        2
        """
        for places in np.ndindex(*(len(axis.labels) for axis in self.axes)):
            yield self._choose((), places)

    @abstractmethod
    def to_array(self) -> NDArray[Any]:
        """Return all heat as one array that cannot be written to.

        Returns
        -------
        heat
            Shape (*axes, rows, columns): float32 in memory, or a memory-mapped array
            of whatever type its file has.

        Examples
        --------
        >>> from textualheatmap.facet.dense_store import DenseStore
        >>> DenseStore(np.ones((1, 1), dtype=np.float32)).to_array()
        array([[1.]], dtype=float32)
        """

    @abstractmethod
    def _read_rows(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return rows that are known to exist, of a store without axes."""

    @abstractmethod
    def _read_columns(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return columns that are known to exist, of a store without axes."""

    def _pick(self, places: tuple[int, ...]) -> HeatStore:
        """Return the matrix at one place on each axis, as a store without axes."""
        del places  # a store that may have axes overrides this
        return self

    def _choose(
        self, places: tuple[int, ...], choices: Sequence[int | AxisPool]
    ) -> HeatStore:
        """Return the matrix that is chosen on each axis.

        Parameters
        ----------
        places
            The places on the first axes.
        choices
            A place, "mean" or "max" on each of the other axes.
        """
        if not choices:
            return self._pick(places) if places else self
        first, *others = choices
        if first not in AXIS_POOLS:
            return self._choose((*places, int(first)), others)
        count = len(self.axes[len(places)].labels)
        stores = [self._choose((*places, place), others) for place in range(count)]
        return PooledStore(stores, first)

    def _check(
        self, what: str, indices: Sequence[int] | NDArray[np.intp], count: int
    ) -> NDArray[np.intp]:
        """Return indices as an array; raise if one is no index or out of range."""
        if self.axes:
            names = ", ".join(axis.name for axis in self.axes)
            msg = f"heat has the axes {names:.60}, expected a choice by at() first"
            raise ValueError(msg)
        array = np.asarray(indices)
        # NumPy takes an empty list for one of floats.
        if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
            msg = f"{what}s are {quote(indices)}, expected a list of indexes"
            raise IndexError(msg)
        wrong = array[(array < 0) | (array >= count)]
        if len(wrong):
            msg = f"{what} is {wrong[0]}, expected 0 to {count - 1}"
            raise IndexError(msg)
        return array.astype(np.intp, copy=False)

    @cached_property
    def _extremes(self) -> tuple[float | None, float | None]:
        """The least and the largest heat; None and None where they are not known."""
        if not self.in_memory:
            return None, None
        return find_extremes(
            block for matrix in self.matrices() for block in matrix.blocks()
        )


class PooledStore(HeatStore):
    """The mean or the maximum of several matrices, computed for the rows that are read.

    Parameters
    ----------
    stores
        Stores of one shape and without axes.
    how
        "mean" or "max".

    Examples
    --------
    >>> from textualheatmap.facet.dense_store import DenseStore
    >>> stores = [DenseStore(np.full((1, 1), x, dtype=np.float32)) for x in (0, 1)]
    >>> PooledStore(stores, "mean").rows([0]).tolist()
    [[0.5]]
    """

    def __init__(self, stores: Sequence[HeatStore], how: AxisPool) -> None:
        super().__init__(
            stores[0].shape,
            signed=any(store.signed for store in stores),
            missing=any(store.missing for store in stores),
        )
        self.in_memory = all(store.in_memory for store in stores)
        self._stores = stores
        self._how: AxisPool = how

    def to_array(self) -> NDArray[Any]:
        """Return all heat as one array, as `HeatStore.to_array` does.

        Examples
        --------
        >>> from textualheatmap.facet.dense_store import DenseStore
        >>> one = DenseStore(np.ones((1, 1), dtype=np.float32))
        >>> PooledStore([one, one], "max").to_array()
        array([[1.]], dtype=float32)
        """
        heat = np.concatenate(list(self.blocks()))
        heat.flags.writeable = False
        return heat

    def _read_rows(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        rows = np.stack([store.rows(indices) for store in self._stores])
        return pool(rows, self._how, signed=self.signed)

    def _read_columns(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        columns = np.stack([store.columns(indices) for store in self._stores])
        return pool(columns, self._how, signed=self.signed)


def find_extremes(
    blocks: Iterator[NDArray[np.float32]],
) -> tuple[float | None, float | None]:
    """Return the least and the largest value, NaN left out; None if there is none.

    Examples
    --------
    >>> find_extremes(iter([np.array([1, np.nan]), np.array([-2.0])]))
    (-2.0, 1.0)
    """
    least, largest = np.inf, -np.inf
    for block in blocks:
        if block.size:
            # `fmin` and `fmax` leave out NaN. Where all is NaN they return it, and
            # `min` and `max` keep their first argument.
            least = min(least, float(np.fmin.reduce(block, axis=None)))
            largest = max(largest, float(np.fmax.reduce(block, axis=None)))
    return (None, None) if least > largest else (least, largest)
