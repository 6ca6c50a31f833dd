"""Heat that arrives row by row, while tokens may still be appended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import is_number_type
from textualheatmap.facet.libraries import convert_array
from textualheatmap.facet.store import HeatStore, find_extremes
from textualheatmap.facet.values import find_wrong_value, settle_sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class _Buffer:
    """The array that a store and those that extend it share; it may be larger."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.heat = np.full(shape, np.nan, dtype=np.float32)
        self.is_filled = np.zeros(shape[0], dtype=np.bool_)
        self.largest_shape = shape
        self.extremes: tuple[float | None, float | None] = None, None

    def reserve(self, rows: int, columns: int) -> None:
        """Make room for a shape. What is too small is doubled, to be copied seldom."""
        self.largest_shape = rows, columns
        have = self.heat.shape
        if rows <= have[0] and columns <= have[1]:
            return
        pairs = zip((rows, columns), have, strict=True)
        shape = [max(2 * old, need) if need > old else old for need, old in pairs]
        larger = np.full(shape, np.nan, dtype=np.float32)
        larger[: have[0], : have[1]] = self.heat
        self.heat = larger
        self.is_filled = np.append(self.is_filled, np.zeros(shape[0] - have[0], bool))

    def widen_extremes(self, values: NDArray[np.float32]) -> None:
        """Widen the least and the largest heat by values that were filled in."""
        known = np.array([x for x in self.extremes if x is not None], np.float32)
        self.extremes = find_extremes(iter([values, known]))


class GrowingStore(HeatStore):
    """A matrix whose rows are filled in one after another; until then they are missing.

    For more tokens, `extend` returns a larger store. Both stores share their memory: a
    row that is filled in one is filled in the other. Only the largest store may be
    extended.

    Parameters
    ----------
    shape
        (rows, columns) to begin with.
    signed
        Whether negative heat may be filled in.
    smaller
        A store that this one extends, and shares its memory with; or None.

    Examples
    --------
    >>> store = GrowingStore((2, 2))
    >>> store.fill([1], [[0.5, 1.0]])
    >>> store.rows([0, 1]).tolist(), store.maximum
    ([[nan, nan], [0.5, 1.0]], 1.0)
    """

    def __init__(
        self,
        shape: tuple[int, int],
        *,
        signed: bool = False,
        smaller: GrowingStore | None = None,
    ) -> None:
        super().__init__(shape, signed=signed, missing=True)
        self._buffer = _Buffer(shape) if smaller is None else smaller._buffer  # noqa: SLF001 - its class
        self._buffer.reserve(*shape)

    @property
    def minimum(self) -> float | None:
        """The least heat that was filled in, or None."""
        return self._buffer.extremes[0]

    @property
    def maximum(self) -> float | None:
        """The largest heat that was filled in, or None."""
        return self._buffer.extremes[1]

    def fill(
        self,
        indices: Sequence[int] | NDArray[np.intp],
        rows: object,
        *,
        where: str = "rows",
    ) -> None:
        """Fill in rows, or replace them.

        Parameters
        ----------
        indices
            Which rows.
        rows
            Shape (indices, columns), finite numbers; NaN is missing.
        where
            What errors call `rows`.

        Raises
        ------
        HeatmapDataError
            If `rows` is not of this shape or holds anything else. Nothing is then
            filled in.
        IndexError
            If there is no such row.

        Examples
        --------
        >>> store = GrowingStore((2, 1), signed=True)
        >>> store.fill([0, 1], [[-1.0], [0.5]])
        >>> store.to_array().tolist()
        [[-1.0], [0.5]]
        """
        places = self._check("row", indices, self.shape[0])
        expected = len(places), self.shape[1]
        values = _read_values(rows, expected, where)
        if values.size == 0:
            return
        wrong = find_wrong_value(values, signed=self.signed, missing=True)
        if wrong is not None:
            row, column = divmod(wrong.place, self.shape[1])
            came = values[row, column]
            msg = f"{where}[{row}][{column}] is {came}, {wrong.expected}"
            raise HeatmapDataError(msg)
        settle_sign(values, self.signed)
        self._buffer.heat[places, : self.shape[1]] = values
        self._buffer.is_filled[places] = True
        self._buffer.widen_extremes(values)

    def extend(
        self, rows: int = 0, columns: int = 0, *, heat: float = np.nan
    ) -> GrowingStore:
        """Return a store with more rows and columns, which shares this one's memory.

        Parameters
        ----------
        rows, columns
            How many to append. The new rows are missing until they are filled in.
        heat
            The heat of the rows that are filled already in the new columns: 0 if no
            token looks at those after it, NaN if it is not known.

        Raises
        ------
        ValueError
            If the store was extended before: extend the larger one.

        Examples
        --------
        >>> store = GrowingStore((1, 1))
        >>> store.fill([0], [[1.0]])
        >>> longer = store.extend(1, 1, heat=0)
        >>> longer.rows([0, 1]).tolist()
        [[1.0, 0.0], [nan, nan]]
        >>> store.shape, longer.shape
        ((1, 1), (2, 2))
        """
        have_rows, have_columns = self.shape
        if self._buffer.largest_shape != self.shape:
            msg = (
                f"the store of shape {self.shape} was extended before, expected the "
                f"larger one, of shape {self._buffer.largest_shape}"
            )
            raise ValueError(msg)
        shape = have_rows + rows, have_columns + columns
        longer = GrowingStore(shape, signed=self.signed, smaller=self)
        filled = np.flatnonzero(self._buffer.is_filled[:have_rows])
        values = np.full((len(filled), columns), heat, dtype=np.float32)
        self._buffer.heat[filled, have_columns : shape[1]] = values
        self._buffer.widen_extremes(values)
        return longer

    def shares_memory(self, other: GrowingStore) -> bool:
        """Say whether one of both stores extends the other, or is the same.

        Examples
        --------
        >>> store = GrowingStore((1, 1))
        >>> store.shares_memory(store.extend(1, 1))
        True
        """
        return self._buffer is other._buffer

    def to_array(self) -> NDArray[Any]:
        """Return all heat as one array, as `HeatStore.to_array` does.

        It changes as rows are filled in.

        Examples
        --------
        >>> GrowingStore((1, 2)).to_array()
        array([[nan, nan]], dtype=float32)
        """
        heat = self._heat.view()
        heat.flags.writeable = False
        return heat

    @property
    def _heat(self) -> NDArray[np.float32]:
        """The part of the shared memory that this store sees."""
        return self._buffer.heat[: self.shape[0], : self.shape[1]]

    def _read_rows(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        return self._heat[indices]

    def _read_columns(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        return np.ascontiguousarray(self._heat[:, indices].T)


def _read_values(
    rows: object, expected: tuple[int, int], where: str
) -> NDArray[np.float32]:
    """Return a copy of rows of numbers, and raise for another shape or anything else.

    What is too large for float32 becomes infinite.
    """
    strange = f"{where} is no array of numbers, expected one of shape {expected}"
    try:
        given = np.asarray(convert_array(rows))
    except (ValueError, TypeError):
        raise HeatmapDataError(strange) from None
    if given.shape != expected:
        msg = f"{where} has shape {given.shape!s:.60}, expected {expected}"
        raise HeatmapDataError(msg)
    # NumPy would make numbers of strings, bools and None.
    kinds = set(map(type, given.flat)) if given.dtype.kind == "O" else ()
    if given.dtype.kind not in "fiuO" or not all(map(is_number_type, kinds)):
        raise HeatmapDataError(strange)
    try:
        with np.errstate(over="ignore"):
            return np.array(given, dtype=np.float32)
    except OverflowError:  # an int of more than 308 digits
        raise HeatmapDataError(strange) from None
