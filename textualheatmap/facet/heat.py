"""Heat matrices: checking them, and packing them into bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard, cast

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import SLACK, is_list, is_number_type, name_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

STEPS = 255


def read_heat(
    rows: object, n: int, where: str, positions: Sequence[int] | NDArray[np.intp]
) -> NDArray[np.float32]:
    """Return heat as one checked matrix that nobody else can change.

    Parameters
    ----------
    rows
        A 2-D array, or a list of `n` rows of `n` numbers from 0 to 1. What is out of
        this range by no more than 1e-6 is clipped. Rows need not sum to 1.
    n
        The number of non-format tokens.
    where
        How errors call the facet.
    positions
        The position of each row's token, with which errors name the row.

    Returns
    -------
    heat
        Shape (n, n), C-contiguous, not writeable: row = focused token, column =
        coloured token.

    Raises
    ------
    HeatmapDataError
        If a length is wrong, or a value is not a finite number from 0 to 1.

    Examples
    --------
    >>> read_heat([[1, 0.5], [0, 1]], 2, "facet", [0, 1])
    array([[1. , 0.5],
           [0. , 1. ]], dtype=float32)
    """
    if _is_numeric(rows):
        heat = _read_matrix(rows, n, where, positions)
    else:
        heat = _read_rows(rows, n, where, positions)
    heat.flags.writeable = False
    return heat


def quantise(
    heat: NDArray[np.float32],
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Pack heat into one byte a value, scaled by each row's maximum.

    Parameters
    ----------
    heat
        Shape (rows, columns), from 0 to 1.

    Returns
    -------
    codes
        Shape (rows, columns), from 0 to 255.
    scales
        Shape (rows,): the maximum of each row. `codes * scale / 255` differs from
        `heat` by at most half a step, that is `scale / 510`.

    Examples
    --------
    >>> codes, scales = quantise(np.array([[0.5, 0.25]], dtype=np.float32))
    >>> codes.tolist(), scales.tolist()
    ([[255, 128]], [0.5])
    """
    scales = heat.max(axis=1)
    # A row without heat is divided by 1, not by 0.
    ratios = heat / np.where(scales > 0, scales, np.float32(1))[:, np.newaxis]
    return np.rint(ratios * np.float32(STEPS)).astype(np.uint8), scales


def restore(
    codes: NDArray[np.uint8], scales: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Unpack what `quantise` packed.

    Parameters
    ----------
    codes
        Shape (rows, columns), from 0 to 255.
    scales
        Shape (rows,): the heat that code 255 stands for.

    Examples
    --------
    >>> codes = np.array([[255, 51]], dtype=np.uint8)
    >>> restore(codes, np.array([0.5], dtype=np.float32)).round(3).tolist()
    [[0.5, 0.10000000149011612]]
    """
    return codes * scales[:, np.newaxis] / np.float32(STEPS)


def _read_matrix(
    matrix: NDArray[Any],
    n: int,
    where: str,
    positions: Sequence[int] | NDArray[np.intp],
) -> NDArray[np.float32]:
    """Check a numeric array at once."""
    if matrix.shape != (n, n):
        msg = (
            f"{where}.heat has shape {matrix.shape}, "
            f"expected {(n, n)} (one row and one column per non-format token)"
        )
        raise HeatmapDataError(msg)
    if not _in_range(matrix):
        for position, row in zip(positions, matrix, strict=True):
            _check_range(row, f"{where}.tokens[{position}].heat")
    heat = matrix.astype(np.float32, order="C")
    return np.clip(heat, 0, 1, out=heat)


def _read_rows(
    rows: object, n: int, where: str, positions: Sequence[int] | NDArray[np.intp]
) -> NDArray[np.float32]:
    """Check a list of rows one by one."""
    if not is_list(rows):
        msg = f"{where}.heat is {name_type(rows)}, expected a 2-D array or rows"
        raise HeatmapDataError(msg)
    given = cast("Sequence[object]", rows)
    if len(given) != n:
        msg = (
            f"{where}.heat has {len(given)} rows, "
            f"expected {n} (one per non-format token)"
        )
        raise HeatmapDataError(msg)
    heat = np.empty((n, n), dtype=np.float32)
    for index, (position, row) in enumerate(zip(positions, given, strict=True)):
        place = f"{where}.tokens[{position}].heat"
        values = _read_row(row, n, place)
        _check_range(values, place)
        heat[index] = np.clip(values, 0, 1)
    return heat


def _read_row(row: object, n: int, where: str) -> NDArray[Any]:
    """Return a row of the expected length that holds nothing but numbers."""
    if not is_list(row):
        msg = f"{where} is {name_type(row)}, expected {n} numbers"
        raise HeatmapDataError(msg)
    items = cast("Sequence[object]", row)
    if len(items) != n:
        raise HeatmapDataError.of_length(where, len(items), n, "non-format token")
    if _is_numeric(row) and row.ndim == 1:
        return row
    # One look per type, not per value: a row of a million floats has one type.
    strange = {kind for kind in set(map(type, items)) if not is_number_type(kind)}
    if strange:
        column = next(i for i, value in enumerate(items) if type(value) in strange)
        came = name_type(items[column])
        msg = f"{where}[{column}] is {came}, expected a number"
        raise HeatmapDataError(msg)
    try:
        return np.array(items, dtype=np.float64)
    except OverflowError:  # an int of more than 308 digits
        msg = f"{where} has a number that no float can hold, expected 0 to 1"
        raise HeatmapDataError(msg) from None


def _is_numeric(value: object) -> TypeGuard[NDArray[Any]]:
    """Return whether a value is an array of real numbers."""
    if not isinstance(value, np.ndarray):
        return False
    return cast("NDArray[Any]", value).dtype.kind in "fiu"


def _in_range(values: NDArray[Any]) -> bool:
    """Return whether all values are from 0 to 1, up to the slack."""
    # A NaN makes the minimum NaN, and a comparison with NaN is False.
    return bool(values.min() >= -SLACK and values.max() <= 1 + SLACK)


def _check_range(values: NDArray[Any], where: str) -> None:
    """Raise, naming the first value that is not a number from 0 to 1."""
    if _in_range(values):
        return
    fine = (values >= -SLACK) & (values <= 1 + SLACK)
    column = int(np.argmin(fine))
    msg = f"{where}[{column}] is {values[column]}, expected a number from 0 to 1"
    raise HeatmapDataError(msg)
