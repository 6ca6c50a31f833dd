"""Pooling: several values of one place become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Pool = Literal["max", "mean", "sum"]
"""How several values become one."""

POOLS: tuple[Pool, ...] = get_args(Pool)


def pool(
    values: NDArray[np.floating[Any]], how: Pool, *, signed: bool
) -> NDArray[np.float32]:
    """Pool values over their first dimension, and leave out those that are missing.

    Parameters
    ----------
    values
        Shape (k, ...), with k at least 1. NaN is missing.
    how
        "max", "mean" or "sum".
    signed
        Whether "max" takes the value that is largest in magnitude, with its sign.

    Returns
    -------
    pooled
        Shape (...). It is NaN where all k values are missing.

    Examples
    --------
    >>> values = np.array([[0.5, -1.0, np.nan], [0.25, 0.5, np.nan]])
    >>> pool(values, "max", signed=True).tolist()
    [0.5, -1.0, nan]
    >>> pool(values, "mean", signed=True).tolist()
    [0.375, -0.25, nan]
    """
    if len(values) == 1:
        return values[0].astype(np.float32)
    if how == "max":
        # Unlike `max` these leave out NaN.
        largest: NDArray[Any] = np.fmax.reduce(values, axis=0)
        if signed:
            least: NDArray[Any] = np.fmin.reduce(values, axis=0)
            largest = np.where(-least > largest, least, largest)
        return largest.astype(np.float32)
    known = ~np.isnan(values)
    counts = known.sum(axis=0)
    total = np.sum(values, axis=0, where=known, dtype=np.float64)
    with np.errstate(invalid="ignore"):  # 0 / 0 is NaN, as it should be here
        mean = total / counts
    pooled = mean if how == "mean" else np.where(counts > 0, total, np.nan)
    return _to_float32(pooled)


def pool_groups(
    values: NDArray[np.floating[Any]],
    groups: Sequence[NDArray[np.intp]],
    how: Pool,
    *,
    signed: bool,
) -> NDArray[np.float32]:
    """Pool the values of each of some groups.

    Parameters
    ----------
    values
        Shape (k, ...). NaN is missing.
    groups
        For each group indexes of its values, at least one.
    how, signed
        As for `pool`.

    Returns
    -------
    pooled
        Shape (groups, ...).

    Examples
    --------
    >>> groups = [np.array([0, 1]), np.array([2])]
    >>> pool_groups(np.array([1.0, 3.0, 5.0]), groups, "mean", signed=False).tolist()
    [2.0, 5.0]
    """
    pooled = np.empty((len(groups), *values.shape[1:]), dtype=np.float32)
    sizes = np.array([len(group) for group in groups])
    # All groups of one size at once: a loop over groups would take most of the time.
    for size in np.unique(sizes):
        numbers = np.flatnonzero(sizes == size)
        same: list[int] = numbers.tolist()
        places = np.stack([groups[number] for number in same], axis=1)
        pooled[numbers] = pool(values[places], how, signed=signed)
    return pooled


def _to_float32(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return values as float32, where a sum that is too large is the largest."""
    limit = float(np.finfo(np.float32).max)
    return np.clip(values, -limit, limit).astype(np.float32)
