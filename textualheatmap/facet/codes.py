"""Square-root codes: heat in one or two bytes a value.

A code stands for the square root of a value, as a share of the largest value of its
row. So small values keep their differences beside a large one: with codes that are
linear in the value, one sink of attention made nearly all others 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

Codes = np.uint8 | np.uint16

LOST_SHARE = 0.05
"""Of the values that are not 0, the share that one-byte codes may turn into 0."""

PART_CODES = 1_000_000
"""How many codes are decoded at a time, at most, unless one row has more."""


class CodeRange(NamedTuple):
    """What the codes of one type of integer stand for."""

    zero: int
    """The code of 0."""
    steps: int
    """How far from it the code of the largest value is."""
    missing: int
    """The code of missing heat."""


def get_code_range(dtype: np.dtype[Codes], *, signed: bool) -> CodeRange:
    """Return what codes of a type stand for.

    Parameters
    ----------
    dtype
        uint8 or uint16.
    signed
        Whether the values may be negative.

    Examples
    --------
    >>> get_code_range(np.dtype(np.uint8), signed=False)
    CodeRange(zero=0, steps=254, missing=255)
    >>> get_code_range(np.dtype(np.uint16), signed=True)
    CodeRange(zero=32767, steps=32767, missing=65535)
    """
    missing = int(np.iinfo(dtype).max)
    steps = missing // 2 if signed else missing - 1
    return CodeRange(steps if signed else 0, steps, missing)


def encode(
    values: NDArray[np.float32], *, signed: bool, two_bytes: bool | None = None
) -> tuple[NDArray[Codes], NDArray[np.float32]]:
    """Encode rows of heat.

    Parameters
    ----------
    values
        Shape (rows, columns). NaN is missing. No value is negative unless `signed`.
    signed
        Whether values may be negative.
    two_bytes
        Whether each code has two bytes; None uses two where one loses too much.

    Returns
    -------
    codes
        Shape (rows, columns), uint8 or uint16. With `t` the square root of
        `abs(value) / largest`: unsigned `rint(steps * t)`; signed
        `zero + rint(steps * t)`, or minus where the value is negative.
    largest
        Shape (rows,), float32: the largest magnitude in each row, 0 where all is
        missing.

    Examples
    --------
    >>> codes, largest = encode(np.float32([[1, 0.25, np.nan]]), signed=False)
    >>> codes.tolist(), largest.tolist()
    ([[254, 127, 255]], [1.0])
    >>> encode(np.float32([[-1, 0.25, 0]]), signed=True)[0].tolist()
    [[0, 191, 127]]
    """
    if two_bytes is None:
        two_bytes = needs_two_bytes([values], signed=signed)
    largest = find_largest(values)
    shares = largest[:, np.newaxis]
    return encode_shares(values, shares, signed=signed, two_bytes=two_bytes), largest


def encode_shares(
    values: NDArray[np.float32],
    largest: NDArray[np.float32],
    *,
    signed: bool,
    two_bytes: bool,
) -> NDArray[Codes]:
    """Encode values, each as a share of a largest magnitude.

    Parameters
    ----------
    values
        Of any shape.
    largest
        The magnitude that gets the largest code, of a shape that broadcasts to that of
        `values`.
    signed, two_bytes
        As in `encode`.

    Examples
    --------
    >>> values, largest = np.float32([1, 0.5]), np.float32([1, 2])
    >>> encode_shares(values, largest, signed=False, two_bytes=False).tolist()
    [254, 127]
    """
    dtype = np.dtype(np.uint16 if two_bytes else np.uint8)
    zero, steps, missing = get_code_range(dtype, signed=signed)
    roots = _compute_roots(values, largest)
    # In place, since the values may be many.
    roots *= np.float32(steps)
    np.rint(roots, out=roots)
    if signed:
        np.copysign(roots, values, out=roots)
        roots += np.float32(zero)
    roots[np.isnan(roots)] = missing
    return roots.astype(dtype)


def find_largest(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the largest magnitude of each row, 0 where all is missing.

    Examples
    --------
    >>> find_largest(np.float32([[1, -2], [np.nan, np.nan]])).tolist()
    [2.0, 0.0]
    """
    largest: NDArray[np.float32] = np.fmax.reduce(np.abs(values), axis=1, initial=0)
    return largest


def decode(
    codes: NDArray[Codes], largest: NDArray[np.float32], *, signed: bool
) -> NDArray[np.float32]:
    """Decode what `encode` encoded; the largest value comes back as it was.

    Parameters
    ----------
    codes
        Shape (..., columns), uint8 or uint16.
    largest
        Shape (...,): the largest magnitude in each row.
    signed
        As in `encode`.

    Examples
    --------
    >>> codes = np.uint8([[254, 127, 255]])
    >>> decode(codes, np.float32([0.5]), signed=False).tolist()
    [[0.5, 0.125, nan]]
    """
    table = build_table(codes.dtype, signed=signed)
    values = np.empty(codes.shape, dtype=np.float32)
    rows = values.reshape(-1, codes.shape[-1])
    given, most = codes.reshape(rows.shape), largest.reshape(-1, 1)
    # In parts, since NumPy makes eight bytes of each code that it looks up.
    step = max(1, PART_CODES // codes.shape[-1])
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        np.multiply(table[given[part]], most[part], out=rows[part])
    return values


def build_table(dtype: np.dtype[Codes], *, signed: bool) -> NDArray[np.float32]:
    """Return the share of the largest value that each code stands for.

    The value of a code is this share, as float32, times the row's largest value. A
    browser that does the same gets the very same float32.

    Examples
    --------
    >>> table = build_table(np.dtype(np.uint8), signed=True)
    >>> table[[0, 127, 254, 255]].tolist()
    [-1.0, 0.0, 1.0, nan]
    """
    zero, steps, missing = get_code_range(dtype, signed=signed)
    shares = (np.arange(missing + 1) - zero) / steps
    table = (np.sign(shares) * shares**2).astype(np.float32)
    table[missing] = np.nan
    return table


def needs_two_bytes(blocks: Iterable[NDArray[np.float32]], *, signed: bool) -> bool:
    """Return whether one-byte codes turn more than 5 % of the values into 0.

    Values that are 0 themselves do not count.

    Parameters
    ----------
    blocks
        Arrays of rows, such as a store's `blocks()`.
    signed
        Whether values may be negative.

    Examples
    --------
    >>> needs_two_bytes([np.float32([[1, 0.1, 0]])], signed=False)
    False
    >>> needs_two_bytes([np.float32([[1, 1e-6, 0]])], signed=False)
    True
    """
    lost = total = 0
    for block in blocks:
        largest = find_largest(block)[:, np.newaxis]
        each_lost, each_total = count_lost(block, largest, signed=signed)
        lost, total = lost + each_lost, total + each_total
    return lost > LOST_SHARE * total


def count_lost(
    values: NDArray[np.float32], largest: NDArray[np.float32], *, signed: bool
) -> tuple[int, int]:
    """Return how many values get the code of 0 in one byte, and how many are not 0.

    Parameters
    ----------
    values, largest, signed
        As in `encode_shares`.

    Examples
    --------
    >>> values, largest = np.float32([1, 1e-6, 0]), np.float32([1, 1, 1])
    >>> count_lost(values, largest, signed=False)
    (1, 2)
    """
    steps = get_code_range(np.dtype(np.uint8), signed=signed).steps
    roots = _compute_roots(values, largest)
    is_0 = np.rint(roots * np.float32(steps)) == 0
    some = np.nan_to_num(values) != 0
    return int(np.count_nonzero(is_0 & some)), int(np.count_nonzero(some))


def _compute_roots(
    values: NDArray[np.float32], largest: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the square roots of magnitudes as shares of the largest."""
    # Where there is no heat it is divided by 1, not by 0.
    roots = np.abs(values)
    roots /= np.where(largest > 0, largest, np.float32(1))
    return np.sqrt(roots, out=roots)
