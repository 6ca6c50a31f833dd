"""Heat in a file, of which only what is asked for is read."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.store import BLOCK_VALUES, Axis, HeatStore
from textualheatmap.facet.values import find_wrong_value, settle_sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class FileStore(HeatStore):
    """Heat in a file, of which rows are read when they are asked for.

    The values are checked as they are read, not before: `rows` and `columns` raise
    `HeatmapDataError` for a value that heat may not have. Reading a column reads all of
    the matrix, a part at a time.

    Parameters
    ----------
    shape, axes, signed, missing
        As `HeatStore` has them.
    where
        What errors call the heat.

    Examples
    --------
    >>> FileStore.in_memory
    False
    """

    in_memory = False

    def __init__(
        self,
        shape: tuple[int, int],
        axes: Sequence[Axis] = (),
        *,
        signed: bool = False,
        missing: bool = False,
        where: str = "facet.heat",
    ) -> None:
        super().__init__(shape, axes, signed=signed, missing=missing)
        self._where = where

    @abstractmethod
    def _fetch_rows(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return a new array of rows as they are in the file, not checked."""

    def _fetch_value(self, row: int, column: int) -> object:
        """Return a value as it is in the file, for an error."""
        return self._fetch_rows(np.array([row]))[0, column]

    def _read_rows(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        rows = self._fetch_rows(indices)
        if rows.size:
            wrong = find_wrong_value(rows, signed=self.signed, missing=self.missing)
            if wrong is not None:
                place, column = divmod(wrong.place, self.shape[1])
                self._refuse(int(indices[place]), column, wrong.expected)
            settle_sign(rows, self.signed)
        return rows

    def _read_columns(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        columns = np.empty((len(indices), self.shape[0]), dtype=np.float32)
        step = max(1, BLOCK_VALUES // self.shape[1])
        for start in range(0, self.shape[0], step):
            rows = self._read_rows(np.arange(start, min(start + step, self.shape[0])))
            columns[:, start : start + step] = rows[:, indices].T
        return columns

    def _name_part(self, places: tuple[int, ...]) -> str:
        """Return what errors call the matrix at some places on the axes."""
        return f"{self._where}[{', '.join(map(str, places))}]"

    def _refuse(self, row: int, column: int, expected: str) -> None:
        """Raise for a value that heat may not have."""
        value: Any = self._fetch_value(row, column)
        msg = f"{self._where}[{row}][{column}] is {value!s:.60}, {expected}"
        raise HeatmapDataError(msg)
