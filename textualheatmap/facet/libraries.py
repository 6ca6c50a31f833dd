"""Turning objects of other libraries into arrays, without importing the libraries."""

from __future__ import annotations

import sys
from typing import Any, cast

import numpy as np


def convert_array(value: object) -> Any:  # noqa: ANN401 - an array, or what was given
    """Return a NumPy array of what holds numbers, and anything else unchanged.

    Parameters
    ----------
    value
        A frame of pandas or Polars, an array of xarray, a tensor of torch, a masked
        array, or whatever else has `__array__` or `__dlpack__`. What is missing becomes
        NaN. A tensor may need gradients, be on a GPU, or be of bfloat16.

    Examples
    --------
    >>> import pandas as pd
    >>> convert_array(pd.DataFrame({"a": [1.0], "b": [None]}, dtype="Float64"))
    array([[1.0, nan]], dtype=object)
    >>> convert_array("text")
    'text'
    """
    given = cast("Any", value)
    match value:
        case np.ma.MaskedArray():
            kind = np.float64 if given.dtype.kind in "fiu" else object
            return given.astype(kind).filled(np.nan)
        case _ if is_pandas(value):
            return given.to_numpy(na_value=np.nan)
        case _ if hasattr(value, "detach") and hasattr(value, "cpu"):
            return _convert_tensor(given.detach().cpu())
        case _ if hasattr(value, "__array__") and not isinstance(value, np.generic):
            return np.asarray(given)
        case _ if hasattr(value, "__dlpack__"):
            return np.from_dlpack(given)
        case _:
            return given


def is_pandas(value: object) -> bool:
    """Say whether a value is a frame or a series of pandas.

    Parameters
    ----------
    value
        Anything.

    Returns
    -------
    answer
        Without importing pandas: who has not imported it has no frame of it.

    Examples
    --------
    >>> is_pandas([1])
    False
    """
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series)


def find_axes(value: object) -> object:
    """Return the names and labels of the leading dimensions of an xarray array.

    Parameters
    ----------
    value
        Anything; None is returned for what has no named dimensions. The last two
        dimensions are rows and columns.

    Returns
    -------
    axes
        A mapping of each name to its coordinates, or to None where it has none.

    Examples
    --------
    >>> find_axes(np.ones((2, 2))) is None
    True
    """
    dims, coords = getattr(value, "dims", None), getattr(value, "coords", None)
    if not isinstance(dims, tuple) or coords is None:
        return None
    names = cast("tuple[object, ...]", dims)[:-2]
    return {
        name: np.asarray(coords[name]).tolist() if name in coords else None
        for name in names
    }


def _convert_tensor(tensor: Any) -> Any:  # noqa: ANN401 - torch is not imported
    """Return a tensor without gradients in the CPU's memory as an array."""
    if not hasattr(tensor, "__array__"):
        return np.from_dlpack(tensor)
    try:
        return np.asarray(tensor)
    except TypeError:  # of a type that NumPy does not have, such as bfloat16
        return np.asarray(tensor.float())
