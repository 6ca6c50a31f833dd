"""The heat of one facet as arrays of an NPZ file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.codes import (
    LOST_SHARE,
    build_table,
    count_lost,
    decode,
    encode,
    encode_shares,
    get_code_range,
    needs_two_bytes,
)
from textualheatmap.facet.heat import build_store
from textualheatmap.facet.sparse_store import SparseStore
from textualheatmap.files.npz_arrays import read_member, write_member

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zipfile import ZipFile

    from numpy.typing import NDArray

    from textualheatmap.facet.codes import Codes
    from textualheatmap.facet.store import Axis, HeatStore

SCALES = np.dtype("<f4")
COLUMNS = np.dtype("<u4")
STARTS = np.dtype("<u8")
CODES: dict[int, np.dtype[Any]] = {1: np.dtype("u1"), 2: np.dtype("<u2")}
"""Type of the codes, by their number of bytes."""


def count_bytes(store: HeatStore) -> int:
    """Return the number of bytes that each code of a store has: 1 or 2.

    Examples
    --------
    >>> from textualheatmap.facet.dense_store import DenseStore
    >>> count_bytes(DenseStore(np.float32([[1, 0.5]])))
    1
    """
    if isinstance(store, SparseStore):
        values, largest = store.by_row.values, _spread_largest(store)[1]
        lost, total = count_lost(values, largest, signed=store.signed)
        return 2 if lost > LOST_SHARE * total else 1
    blocks = (block for matrix in store.matrices() for block in matrix.blocks())
    return 2 if needs_two_bytes(blocks, signed=store.signed) else 1


def write_heat(archive: ZipFile, i: int, store: HeatStore, code_bytes: int) -> None:
    """Write the heat of a facet, in the form that `write_npz` describes.

    Parameters
    ----------
    archive
        Open for writing.
    i
        Number of the facet, which the arrays are named by.
    store
        Its heat.
    code_bytes
        The number of bytes of each code, as of `count_bytes`.

    Examples
    --------
    >>> from io import BytesIO
    >>> from zipfile import ZipFile
    >>> from textualheatmap.facet.dense_store import DenseStore
    >>> with ZipFile(BytesIO(), "w") as archive:
    ...     write_heat(archive, 0, DenseStore(np.float32([[1, 0.5]])), 1)
    ...     archive.namelist()
    ['heat-0.npy', 'scale-0.npy']
    """
    dtype = CODES[code_bytes]
    if isinstance(store, SparseStore):
        values, columns, starts = store.by_row
        scales, largest = _spread_largest(store)
        two = code_bytes == 2  # noqa: PLR2004
        codes = encode_shares(values, largest, signed=store.signed, two_bytes=two)
        write_member(archive, f"heat-{i}", dtype, codes.shape, [codes])
        write_member(archive, f"scale-{i}", SCALES, scales.shape, [scales])
        write_member(archive, f"column-{i}", COLUMNS, columns.shape, [columns])
        write_member(archive, f"start-{i}", STARTS, starts.shape, [starts])
        return
    lengths = tuple(len(axis.labels) for axis in store.axes)
    block_scales: list[NDArray[np.float32]] = []
    parts = _encode_blocks(store, code_bytes, block_scales)
    write_member(archive, f"heat-{i}", dtype, (*lengths, *store.shape), parts)
    write_member(
        archive, f"scale-{i}", SCALES, (*lengths, store.shape[0]), block_scales
    )


def read_heat_arrays(
    archive: ZipFile,
    i: int,
    shape: tuple[int, int],
    axes: Sequence[Axis],
    *,
    code_bytes: int,
    is_sparse: bool,
    signed: bool,
    missing: bool,
) -> HeatStore:
    """Read what `write_heat` wrote.

    Parameters
    ----------
    archive
        As `open_npz` returns it.
    i
        Number of the facet.
    shape, axes, signed, missing
        Those of the store that is returned.
    code_bytes
        The number of bytes of each code.
    is_sparse
        Whether only values that are not 0 are kept.

    Raises
    ------
    HeatmapDataError
        If an array is missing or not of this form.

    Examples
    --------
    >>> from io import BytesIO
    >>> from zipfile import ZipFile
    >>> from textualheatmap.facet.dense_store import DenseStore
    >>> with ZipFile(BytesIO(), "w") as archive:
    ...     write_heat(archive, 0, DenseStore(np.float32([[1, 0.25]])), 1)
    ...     form = {"code_bytes": 1, "is_sparse": False, "signed": False}
    ...     read_heat_arrays(archive, 0, (1, 2), (), **form, missing=False).rows([0])
    array([[1.  , 0.25]], dtype=float32)
    """
    dtype = CODES[code_bytes]
    lengths = tuple(len(axis.labels) for axis in axes)
    if is_sparse:
        codes = read_member(archive, f"heat-{i}", dtype)
    else:
        codes = read_member(archive, f"heat-{i}", dtype, (*lengths, *shape))
    scales = read_member(archive, f"scale-{i}", SCALES, (*lengths, shape[0]))
    _check_scales(scales, i)
    if not missing:
        wrong = codes == get_code_range(dtype, signed=signed).missing
        if wrong.any():
            place = [int(k) for k in np.unravel_index(np.argmax(wrong), wrong.shape)]
            msg = f"heat-{i}{place} is missing, expected none (missing is false)"
            raise HeatmapDataError(msg)
    if not is_sparse:
        values = decode(codes, scales, signed=signed)
        del codes  # `build_store` needs memory too
        return build_store(values, axes, signed=signed, missing=missing)
    columns, starts = _read_places(archive, i, shape, len(codes))
    values = build_table(cast("np.dtype[Codes]", dtype), signed=signed)[codes]
    values *= np.repeat(scales, np.diff(starts))
    return SparseStore(values, columns, starts, shape, signed=signed, missing=missing)


def read_linear_heat(archive: ZipFile, i: int, n: int) -> HeatStore:
    """Read the heat of facet `i` from a file of version 1, which has linear codes.

    Raises
    ------
    HeatmapDataError
        If an array is missing or not of this form.

    Examples
    --------
    >>> from io import BytesIO
    >>> from zipfile import ZipFile
    >>> file = BytesIO()
    >>> arrays = {"heat-0": np.uint8([[255]]), "scale-0": np.float32([0.5])}
    >>> np.savez(file, **arrays)
    >>> read_linear_heat(ZipFile(file), 0, 1).rows([0]).tolist()
    [[0.5]]
    """
    codes = read_member(archive, f"heat-{i}", CODES[1], (n, n))
    scales = read_member(archive, f"scale-{i}", SCALES, (n,))
    wrong = np.flatnonzero(~((scales >= 0) & (scales <= 1)))
    if len(wrong):
        place = f"scale-{i}[{wrong[0]}]"
        msg = f"{place} is {scales[wrong[0]]}, expected a number from 0 to 1"
        raise HeatmapDataError(msg)
    heat = codes.astype(np.float32)
    # Divided first: `codes * scale / 255` is not always `scale` for code 255.
    heat /= np.float32(255)
    heat *= scales[:, np.newaxis]
    return build_store(heat, signed=False)


def _encode_blocks(
    store: HeatStore, code_bytes: int, scales: list[NDArray[np.float32]]
) -> Iterator[NDArray[Codes]]:
    """Yield the codes of all matrices, block by block, and append their scales."""
    for matrix in store.matrices():
        for block in matrix.blocks():
            two = code_bytes == 2  # noqa: PLR2004
            codes, largest = encode(block, signed=store.signed, two_bytes=two)
            scales.append(largest)
            yield codes


def _spread_largest(
    store: SparseStore,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the largest magnitude of each row, and for each value that of its row."""
    values, _, starts = store.by_row
    counts = np.diff(starts)
    largest = np.zeros(store.shape[0], dtype=np.float32)
    rows = np.repeat(np.arange(store.shape[0]), counts)
    np.fmax.at(largest, rows, np.abs(values))
    return largest, np.repeat(largest, counts)


def _check_scales(scales: NDArray[np.float32], i: int) -> None:
    """Raise if a scale is not a finite number of at least 0."""
    wrong = ~((scales >= 0) & np.isfinite(scales))
    if wrong.any():
        place = [int(k) for k in np.unravel_index(np.argmax(wrong), wrong.shape)]
        came = scales[tuple(place)]
        msg = f"scale-{i}{place} is {came}, expected a finite number of at least 0"
        raise HeatmapDataError(msg)


def _read_places(
    archive: ZipFile, i: int, shape: tuple[int, int], count: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Read the column of each value, and where each row starts among the values."""
    columns = read_member(archive, f"column-{i}", COLUMNS, (count,))
    starts = read_member(archive, f"start-{i}", STARTS, (shape[0] + 1,))
    signed_starts = starts.astype(np.int64)
    if (
        signed_starts[0] != 0
        or signed_starts[-1] != count
        or (np.diff(signed_starts) < 0).any()
    ):
        msg = f"start-{i} is wrong, expected to rise from 0 to {count} and never fall"
        raise HeatmapDataError(msg)
    if count and columns.max() >= shape[1]:
        msg = f"column-{i} has {columns.max()}, expected less than {shape[1]}"
        raise HeatmapDataError(msg)
    return columns, signed_starts
