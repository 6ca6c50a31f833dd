"""The heat that tokens have on average: what is shown before anything is focused."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from textualheatmap.facet.growing_store import GrowingStore
from textualheatmap.facet.mapped_store import MappedStore

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from textualheatmap.facet.store import HeatStore
    from textualheatmap.state.view_state import Direction

# Heat that has more values, or that is in a file, is not read as a whole.
MOST_VALUES = 20_000_000
# A page is sent so many digits of an average, which is not worth more.
DIGITS = 5
# How many values are read at once.
CHUNK = 1_000_000

_known: WeakKeyDictionary[HeatStore, dict[Direction, NDArray[np.float32]]] = (
    WeakKeyDictionary()
)


def find_average(store: HeatStore, direction: Direction) -> NDArray[np.float32] | None:
    """Return the mean of all rows of heat, or of all columns.

    Parameters
    ----------
    store
        One matrix.
    direction
        ``"row"``: the mean of the rows, so how much each token was looked at;
        ``"column"``: that of the columns, so how much each token looked elsewhere.

    Returns
    -------
    average
        Shape (columns,) or (rows,), in the unit of the heat and with its sign, rounded
        to five digits; missing heat is left out, and NaN where there is none else. None
        where it is not computed: of heat in files, of more than 20 million values, and
        while rows still arrive.

    Examples
    --------
    >>> from textualheatmap.facet.dense_store import DenseStore
    >>> store = DenseStore(np.array([[1, 0], [0.5, 1]], dtype=np.float32))
    >>> find_average(store, "row").tolist(), find_average(store, "column").tolist()
    ([0.75, 0.5], [0.5, 0.75])
    """
    if isinstance(store, GrowingStore | MappedStore) or 0 in store.shape:
        return None
    if prod(store.shape) > MOST_VALUES:
        return None
    known = _known.setdefault(store, {})
    if direction not in known:
        known[direction] = _compute(store, direction)
    return known[direction]


def _compute(store: HeatStore, direction: Direction) -> NDArray[np.float32]:
    rows, columns = store.shape
    step = max(1, CHUNK // columns)
    means: list[NDArray[np.float64]] = []
    total = np.zeros(columns, dtype=np.float64)
    count = np.zeros(columns, dtype=np.float64)
    for start in range(0, rows, step):
        values = store.rows(range(start, min(start + step, rows))).astype(np.float64)
        known = ~np.isnan(values)
        if direction == "column":
            means.append(_divide(np.nansum(values, axis=1), known.sum(axis=1)))
        else:
            total += np.nansum(values, axis=0)
            count += known.sum(axis=0)
    mean = np.concatenate(means) if means else _divide(total, count)
    return np.array([float(f"{each:.{DIGITS}g}") for each in mean], dtype=np.float32)


def _divide(
    total: NDArray[np.float64], count: NDArray[np.number]
) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):  # 0 / 0 is NaN, as it should be here
        return np.divide(total, count, dtype=np.float64)
