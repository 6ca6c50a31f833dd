"""The record of how a facet's heat was made."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from numbers import Integral, Rational, Real
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import is_list, name_type, quote

if TYPE_CHECKING:
    from collections.abc import Sequence

Scalar = str | int | float | bool | None
"""A single value that JSON can hold."""

Provenance = dict[str, Scalar | list[Scalar]]
"""Each thing that was done, by its name."""

LARGE = 2**64
"""No int below it needs a look at whether a float can hold it."""

EXPECTED = "expected a string, a finite number, a bool or None"


def read_provenance(provenance: object, where: str) -> Provenance:
    """Return a checked copy of provenance, which JSON can hold.

    Parameters
    ----------
    provenance
        A mapping of strings to strings, finite numbers, bools, None, or lists of
        these. None means that there is none.
    where
        What errors call it.

    Raises
    ------
    HeatmapDataError
        If it is not of this form.

    Examples
    --------
    >>> read_provenance({"method": "norm", "layers": (0, 1)}, "facet.provenance")
    {'method': 'norm', 'layers': [0, 1]}
    """
    if provenance is None:
        return {}
    if not isinstance(provenance, Mapping):
        msg = f"{where} is {name_type(provenance)}, expected a mapping of strings"
        raise HeatmapDataError(msg)
    checked: Provenance = {}
    for key, value in cast("Mapping[object, object]", provenance).items():
        if not isinstance(key, str):
            place = f"{where}[{quote(key)}]"
            msg = f"{place} is named by {name_type(key)}, expected a string"
            raise HeatmapDataError(msg)
        checked[str(key)] = _read_value(value, where, key)
    return checked


def _read_value(value: object, where: str, key: str) -> Scalar | list[Scalar]:
    """Return a plain scalar, or a list of them."""
    if is_list(value):
        items = enumerate(cast("Sequence[object]", value))
        return [_read_scalar(item, where, key, i) for i, item in items]
    return _read_scalar(value, where, key)


def _read_scalar(value: object, where: str, key: str, i: int | None = None) -> Scalar:
    """Return a scalar as a plain type that `json` can write."""
    # Most values are of these, and there may be many; the others take far longer.
    if type(value) is str or (type(value) is int and abs(value) < LARGE):
        return value
    match value:
        case None:
            return None
        case str():
            return str(value)
        case bool() | np.bool():
            return bool(cast("object", value))
        case Integral() if _is_finite(value):
            return int(value)
        case Real() if _is_finite(value):
            return float(value)
        case Real():
            # Python writes no int of more than 4300 digits.
            came = "too large" if isinstance(value, Rational) else str(value)
        case _:
            came = name_type(value)
    place = f"{where}[{quote(key)}]"
    if i is None:
        msg = f"{place} is {came}, {EXPECTED}, or a list of these"
    else:
        msg = f"{place}[{i}] is {came}, {EXPECTED}"
    raise HeatmapDataError(msg)


def _is_finite(number: Any) -> bool:  # noqa: ANN401 - `Real` does not type as one
    """Return whether a number fits into a float; `json` takes no larger ones."""
    try:
        return isfinite(number)
    except OverflowError:
        return False
