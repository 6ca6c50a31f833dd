"""Causal heat: 0 above the diagonal, since no token looks at those after it."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from math import isqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from textualheatmap.facet.store import Axis, HeatStore, find_extremes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class TriangleStore(HeatStore):
    """Square matrices of which only the lower triangle is kept: half of the memory.

    Parameters
    ----------
    kept
        Shape (*axes, n * (n + 1) / 2), as `pack_triangle` returns it.
    axes
        One for each leading dimension.
    signed
        Whether heat may be negative.
    missing
        Whether heat may be NaN on or below the diagonal.

    Examples
    --------
    >>> heat = np.array([[1, 0], [0.5, 0.25]], dtype=np.float32)
    >>> store = TriangleStore(pack_triangle(heat))
    >>> store.rows([0, 1]).tolist(), store.columns([0]).tolist()
    ([[1.0, 0.0], [0.5, 0.25]], [[1.0, 0.5]])
    """

    def __init__(
        self,
        kept: NDArray[np.float32],
        axes: Sequence[Axis] = (),
        *,
        signed: bool = False,
        missing: bool = False,
    ) -> None:
        n = (isqrt(8 * kept.shape[-1] + 1) - 1) // 2
        super().__init__((n, n), axes, signed=signed, missing=missing)
        self._kept = kept
        self._starts = find_starts(n)

    def to_array(self) -> NDArray[Any]:
        """Return all heat as one array, as `HeatStore.to_array` does.

        Examples
        --------
        >>> TriangleStore(np.float32([1, 0, 1])).to_array().tolist()
        [[1.0, 0.0], [0.0, 1.0]]
        """
        heat = np.zeros((*self._kept.shape[:-1], *self.shape), dtype=np.float32)
        for i, (start, end) in enumerate(pairwise(self._starts)):
            heat[..., i, : i + 1] = self._kept[..., start:end]
        heat.flags.writeable = False
        return heat

    @cached_property
    def _extremes(self) -> tuple[float | None, float | None]:
        """The least and the largest heat, the 0 above the diagonal included."""
        zeros = np.zeros(min(self.shape[0] - 1, 1), dtype=np.float32)
        return find_extremes(iter([self._kept, zeros]))

    def _read_rows(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        rows = np.zeros((len(indices), self.shape[1]), dtype=np.float32)
        for row, i in zip(rows, indices, strict=True):
            row[: i + 1] = self._kept[self._starts[i] : self._starts[i + 1]]
        return rows

    def _read_columns(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        columns = np.zeros((len(indices), self.shape[0]), dtype=np.float32)
        for column, j in zip(columns, indices, strict=True):
            column[j:] = self._kept[self._starts[j:-1] + j]
        return columns

    def _pick(self, places: tuple[int, ...]) -> HeatStore:
        return TriangleStore(
            self._kept[places], signed=self.signed, missing=self.missing
        )


def find_starts(n: int) -> NDArray[np.intp]:
    """Return where each of n rows starts in a packed triangle, and where the last ends.

    Examples
    --------
    >>> find_starts(3).tolist()
    [0, 1, 3, 6]
    """
    return np.cumsum(np.arange(n + 1), dtype=np.intp)


def pack_triangle(heat: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the lower triangles of square matrices, row by row.

    Parameters
    ----------
    heat
        Shape (*axes, n, n); what is above the diagonal is dropped.

    Returns
    -------
    kept
        Shape (*axes, n * (n + 1) / 2).

    Examples
    --------
    >>> pack_triangle(np.float32([[1, 0], [2, 3]])).tolist()
    [1.0, 2.0, 3.0]
    """
    starts = find_starts(heat.shape[-1])
    kept = np.empty((*heat.shape[:-2], int(starts[-1])), dtype=np.float32)
    for i, (start, end) in enumerate(pairwise(starts)):
        kept[..., start:end] = heat[..., i, : i + 1]
    return kept


def is_causal(heat: NDArray[np.float32]) -> bool:
    """Return whether matrices are square, larger than 1 x 1, and 0 above the diagonal.

    Examples
    --------
    >>> is_causal(np.eye(2, dtype=np.float32)), is_causal(np.ones((2, 2), np.float32))
    (True, False)
    """
    *_, rows, columns = heat.shape
    if rows != columns or rows == 1:
        return False
    # Row by row: for a full matrix the first row settles it.
    return not any(heat[..., i, i + 1 :].any() for i in range(rows))
