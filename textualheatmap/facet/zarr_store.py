"""Heat in an array of Zarr, read by row."""

from __future__ import annotations

from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.file_store import FileStore
from textualheatmap.facet.store import Axis, HeatStore, find_extremes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAX_VALUES = 250_000_000
"""How many values `to_array` reads into memory."""


class ZarrStore(FileStore):
    """Heat in an array of Zarr, of which only the chunks that are asked for are read.

    Parameters
    ----------
    array
        A `zarr.Array` of float32, shape (*axes, rows, columns).
    axes
        One for each leading dimension.
    signed, missing
        Whether heat may be negative, and NaN.
    extremes
        Shape (*axes, 2): the least and the largest heat of each matrix, as the file
        says; NaN if all is missing. Rows that hold other heat are refused.
    where
        What errors call the heat.

    Examples
    --------
    >>> import zarr
    >>> array = zarr.array(np.eye(2, dtype=np.float32))
    >>> store = ZarrStore(array, extremes=np.float32([0, 1]))
    >>> store.rows([1]).tolist(), store.in_memory, store.maximum
    ([[0.0, 1.0]], False, 1.0)
    """

    def __init__(
        self,
        array: Any,  # noqa: ANN401 - Zarr need not be installed
        axes: Sequence[Axis] = (),
        *,
        signed: bool = False,
        missing: bool = False,
        extremes: NDArray[np.float32],
        where: str = "facet.heat",
        places: tuple[int, ...] = (),
    ) -> None:
        *_, rows, columns = array.shape
        super().__init__(
            (rows, columns), axes, signed=signed, missing=missing, where=where
        )
        self._array = array
        self._matrix_extremes = extremes
        self._places = places

    def to_array(self) -> NDArray[np.float32]:
        """Return all heat as one array, as `HeatStore.to_array` does.

        Raises
        ------
        HeatmapDataError
            If there are more than 250 million values, or one is none that heat may
            have.

        Examples
        --------
        >>> import zarr
        >>> array = zarr.array(np.eye(2, dtype=np.float32))
        >>> ZarrStore(array, extremes=np.float32([0, 1])).to_array().tolist()
        [[1.0, 0.0], [0.0, 1.0]]
        """
        lengths = [len(axis.labels) for axis in self.axes]
        count = prod([*lengths, *self.shape])
        if count > MAX_VALUES:
            msg = (
                f"{self._where} has {count} values, expected at most {MAX_VALUES} to "
                "be read at once"
            )
            raise HeatmapDataError(msg)
        heat = np.concatenate(
            [block for matrix in self.matrices() for block in matrix.blocks()]
        ).reshape(*lengths, *self.shape)
        heat.flags.writeable = False
        return heat

    @cached_property
    def _extremes(self) -> tuple[float | None, float | None]:
        """The least and the largest heat, as the file says."""
        return find_extremes(iter([self._matrix_extremes]))

    def _fetch_rows(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        where = (*self._places, indices, slice(None))
        try:
            rows = np.array(self._array.oindex[where], dtype=np.float32)
        except HeatmapDataError:
            raise
        except (RuntimeError, TypeError, ValueError) as error:
            msg = f"{self._where} is damaged: {error!s:.60}"
            raise HeatmapDataError(msg) from None
        return rows.reshape(len(indices), self.shape[1])

    def _read_rows(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        rows = super()._read_rows(indices)
        least, largest = find_extremes(iter([rows]))
        if least is None or largest is None:
            return rows
        low, high = self._extremes
        if low is None or high is None or not low <= least <= largest <= high:
            msg = (
                f"{self._where} has heat from {least} to {largest}, expected none "
                f"outside of {low} to {high}, as the file says"
            )
            raise HeatmapDataError(msg)
        return rows

    def _pick(self, places: tuple[int, ...]) -> HeatStore:
        return ZarrStore(
            self._array,
            signed=self.signed,
            missing=self.missing,
            extremes=self._matrix_extremes[places],
            where=self._name_part(places),
            places=(*self._places, *places),
        )
