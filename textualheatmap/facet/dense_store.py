"""Heat as one array in memory."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from textualheatmap.facet.store import Axis, HeatStore, find_extremes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class DenseStore(HeatStore):
    """Heat as one float32 array in memory, every value of it kept.

    Parameters
    ----------
    heat
        Shape (*axes, rows, columns). It is not copied, and must not be changed.
    axes
        One for each leading dimension.
    signed
        Whether heat may be negative; None looks at the values.
    missing
        Whether heat may be NaN.

    Examples
    --------
    >>> store = DenseStore(np.array([[1, -0.5]], dtype=np.float32))
    >>> store.signed, store.minimum
    (True, -0.5)
    """

    def __init__(
        self,
        heat: NDArray[np.float32],
        axes: Sequence[Axis] = (),
        *,
        signed: bool | None = None,
        missing: bool = False,
    ) -> None:
        *_, rows, columns = heat.shape
        super().__init__((rows, columns), axes, missing=missing)
        self._heat = heat.view()
        self._heat.flags.writeable = False
        self.signed = (self.minimum or 0) < 0 if signed is None else signed

    def to_array(self) -> NDArray[np.float32]:
        """Return all heat as one array, as `HeatStore.to_array` does.

        Examples
        --------
        >>> DenseStore(np.ones((1, 1), dtype=np.float32)).to_array()
        array([[1.]], dtype=float32)
        """
        return self._heat

    @cached_property
    def _extremes(self) -> tuple[float | None, float | None]:
        """The least and the largest heat."""
        return find_extremes(iter([self._heat]))

    def _read_rows(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        return self._heat[indices]

    def _read_columns(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        return np.ascontiguousarray(self._heat[:, indices].T)

    def _pick(self, places: tuple[int, ...]) -> HeatStore:
        return DenseStore(self._heat[places], signed=self.signed, missing=self.missing)
