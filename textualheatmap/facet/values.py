"""Checks of single heat values: finite, of an allowed sign, NaN only where allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from textualheatmap.facet.fields import SLACK
from textualheatmap.facet.store import find_extremes

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIMIT = float(np.finfo(np.float32).max)
"""The largest magnitude that heat may have."""


class WrongValue(NamedTuple):
    """A value that heat may not have."""

    place: int
    """Where it is in the flattened array."""
    expected: str
    """The end of the error message, which begins with "expected"."""


def find_wrong_value(
    values: NDArray[np.float32], *, signed: bool | None, missing: bool
) -> WrongValue | None:
    """Return the first value that heat may not have, or None.

    Parameters
    ----------
    values
        Of any shape, with at least one value. Only finite values are allowed; a value
        beyond float32 has become infinite.
    signed
        Whether values may be negative; None allows it.
    missing
        Whether values may be NaN.

    Examples
    --------
    >>> find_wrong_value(np.float32([0, np.nan]), signed=False, missing=False)
    WrongValue(place=1, expected='expected a number (or missing=True)')
    """
    # The minimum of an array that holds a NaN is NaN.
    if not missing and np.isnan(values.min()):
        wrong, expected = np.isnan(values), "expected a number (or missing=True)"
        return WrongValue(int(np.argmax(wrong)), expected)
    least, largest = (extreme or 0.0 for extreme in find_extremes(iter([values])))
    if np.isinf(least) or np.isinf(largest):
        expected = f"expected a number of at most {LIMIT:.2g}"
        return WrongValue(int(np.argmax(np.isinf(values))), expected)
    if signed is False and least < -SLACK:
        expected = "expected at least 0 (or signed=True)"
        return WrongValue(int(np.argmax(values < -SLACK)), expected)
    return None


def settle_sign(values: NDArray[np.float32], signed: bool | None) -> bool:  # noqa: FBT001
    """Clip rounding errors in place, and return whether heat is signed.

    Values that exceed 0 to 1 (signed: -1 to 1) by at most 1e-6 are clipped, if none
    exceeds it by more. Unsigned values below 0 are always clipped.

    Parameters
    ----------
    values
        Of any shape, as `find_wrong_value` allows them.
    signed
        Whether values may be negative. None decides by the values: heat is signed if
        one of them is below -1e-6.

    Examples
    --------
    >>> values = np.float32([-1e-7, 1.0000001])
    >>> settle_sign(values, None), values.tolist()
    (False, [0.0, 1.0])
    """
    least, largest = (extreme or 0.0 for extreme in find_extremes(iter([values])))
    if signed is None:
        signed = least < -SLACK
    floor = -1.0 if signed else 0.0
    if floor - SLACK <= least and largest <= 1 + SLACK:
        np.clip(values, floor, 1, out=values)
    elif not signed:
        np.maximum(values, 0, out=values)
    return signed
