"""Sparse heat: only the values that are not 0 are kept."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from textualheatmap.facet.store import HeatStore, find_extremes

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Compressed(NamedTuple):
    """A matrix in CSR or CSC form: its kept values, line (row or column) by line."""

    values: NDArray[np.float32]
    """The values, those of the first line first."""
    places: NDArray[np.integer[Any]]
    """Where each value is in its line."""
    starts: NDArray[np.integer[Any]]
    """Where each line starts among the values, and where the last one ends."""

    def read(self, indices: NDArray[np.intp], length: int) -> NDArray[np.float32]:
        """Return some lines with their zeros, shape (indices, length)."""
        lines = np.zeros((len(indices), length), dtype=np.float32)
        for line, i in zip(lines, indices, strict=True):
            kept = slice(self.starts[i], self.starts[i + 1])
            line[self.places[kept]] = self.values[kept]
        return lines


class SparseStore(HeatStore):
    """A matrix of which only the values that are not 0 are kept, row by row (CSR).

    Parameters
    ----------
    values
        The values that are kept, those of the first row first.
    columns
        The column of each value.
    starts
        Where each row starts among the values, and where the last one ends.
    shape
        (rows, columns) of the matrix.
    signed
        Whether heat may be negative.
    missing
        Whether heat may be NaN.

    Examples
    --------
    >>> values, columns = np.float32([1, 0.5]), np.array([2, 0])
    >>> store = SparseStore(values, columns, np.array([0, 1, 2]), (2, 3))
    >>> store.rows([0, 1]).tolist(), store.columns([0]).tolist()
    ([[0.0, 0.0, 1.0], [0.5, 0.0, 0.0]], [[0.0, 0.5]])
    """

    def __init__(
        self,
        values: NDArray[np.float32],
        columns: NDArray[np.integer[Any]],
        starts: NDArray[np.integer[Any]],
        shape: tuple[int, int],
        *,
        signed: bool = False,
        missing: bool = False,
    ) -> None:
        super().__init__(shape, signed=signed, missing=missing)
        self._by_row = Compressed(values, columns, starts)

    @property
    def by_row(self) -> Compressed:
        """The kept values, row by row."""
        return self._by_row

    def to_array(self) -> NDArray[Any]:
        """Return all heat as one array, as `HeatStore.to_array` does.

        Examples
        --------
        >>> starts = np.array([0, 1])
        >>> SparseStore(np.float32([1]), np.array([0]), starts, (1, 2)).to_array()
        array([[1., 0.]], dtype=float32)
        """
        heat = self.rows(range(self.shape[0]))
        heat.flags.writeable = False
        return heat

    def _read_rows(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        return self._by_row.read(indices, self.shape[1])

    def _read_columns(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        return self._by_column.read(indices, self.shape[0])

    @cached_property
    def _by_column(self) -> Compressed:
        """The kept values, column by column (CSC)."""
        values, columns, starts = self._by_row
        rows = np.repeat(np.arange(self.shape[0]), np.diff(starts))
        order = np.argsort(columns, kind="stable")
        counts = np.bincount(columns, minlength=self.shape[1])
        ends = np.cumsum(counts)
        return Compressed(values[order], rows[order], np.concatenate([[0], ends]))

    @cached_property
    def _extremes(self) -> tuple[float | None, float | None]:
        """The least and the largest heat, with the 0 of values that are not kept."""
        values = self._by_row.values
        is_full = len(values) == self.shape[0] * self.shape[1]
        zeros = np.zeros(0 if is_full else 1, dtype=np.float32)
        return find_extremes(iter([values, zeros]))
