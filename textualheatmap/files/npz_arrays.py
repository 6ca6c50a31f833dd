"""Reading and writing the arrays of an NPZ file, which may come from anybody."""

from __future__ import annotations

import tokenize
import zlib
from io import BytesIO
from math import prod
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.files.whole_file import read_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from numpy.typing import NDArray

# What zipfile and NumPy raise for damaged bytes.
MALFORMED = (
    BadZipFile,
    EOFError,
    LookupError,
    MemoryError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    tokenize.TokenError,
    zlib.error,
)

ENCRYPTED = 1
"""The bit that an encrypted member of a zip archive has set in its flags."""


def open_npz(file: str | PathLike[str] | IO[bytes], max_bytes: int) -> ZipFile:
    """Open an archive, unless it is too large or says that it unpacks to too much.

    Parameters
    ----------
    file
        A path, or a file open for reading bytes.
    max_bytes
        How large the file may be, and all that is unpacked from it.

    Raises
    ------
    HeatmapDataError
        If it is larger, or is not a zip archive.
    OSError
        If there is no such file to read.

    Examples
    --------
    >>> file = BytesIO()
    >>> np.savez(file, a=np.zeros(2))
    >>> open_npz(BytesIO(file.getvalue()), 1000).namelist()
    ['a.npy']
    """
    content = read_whole(file, max_bytes)
    try:
        archive = ZipFile(BytesIO(content))
    except MALFORMED as error:
        msg = f"the file is no zip archive, expected an NPZ file: {error!s:.60}"
        raise HeatmapDataError(msg) from None
    size = sum(member.file_size for member in archive.infolist())
    if size > max_bytes:
        msg = f"the file unpacks to {size} bytes, expected at most {max_bytes}"
        raise HeatmapDataError(msg)
    return archive


def read_member(
    archive: ZipFile, name: str, dtype: np.dtype[Any], shape: tuple[int, ...] = ()
) -> NDArray[Any]:
    """Read an array from an archive, without unpickling anything.

    Parameters
    ----------
    archive
        As `open_npz` returns it.
    name
        Name of the array, without `.npy`.
    dtype
        The type that it must have; not object.
    shape
        The shape that it must have; () takes any array of one dimension.

    Raises
    ------
    HeatmapDataError
        If there is no such array of this type and shape.

    Examples
    --------
    >>> file = BytesIO()
    >>> np.savez(file, a=np.zeros(2))
    >>> archive = open_npz(BytesIO(file.getvalue()), 1000)
    >>> read_member(archive, "a", np.dtype("f8"))
    array([0., 0.])
    """
    try:
        member = archive.getinfo(f"{name}.npy")
    except KeyError:
        msg = f"{name} is missing, expected an array of {dtype}"
        raise HeatmapDataError(msg) from None
    if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        # zipfile unpacks the others without a bound.
        msg = f"{name} is packed by method {member.compress_type}, expected deflate"
        raise HeatmapDataError(msg)
    if member.flag_bits & ENCRYPTED:
        msg = f"{name} is encrypted, expected an array of {dtype}"
        raise HeatmapDataError(msg)
    try:
        with archive.open(member) as opened:
            # With the size: without it, zipfile may unpack more than that.
            stream = BytesIO(opened.read(member.file_size))
        np.lib.format.read_magic(stream)
        came, is_fortran, kind = np.lib.format.read_array_header_1_0(stream)
    except MALFORMED as error:
        msg = f"{name} is no array, expected one of {dtype}: {error!s:.60}"
        raise HeatmapDataError(msg) from None
    if kind != dtype or (came != shape if shape else len(came) != 1):
        expected = f"{dtype} of shape {shape or '(n,)'}"
        msg = f"{name} is {kind!s:.60} of shape {came!s:.60}, expected {expected}"
        raise HeatmapDataError(msg)
    content = stream.read()
    if len(content) != prod(came) * dtype.itemsize:
        msg = f"{name} has {len(content)} bytes, expected as many as {came!s:.60} need"
        raise HeatmapDataError(msg)
    array = np.frombuffer(content, dtype)
    return array.reshape(shape, order="F" if is_fortran else "C") if shape else array


def write_member(
    archive: ZipFile,
    name: str,
    dtype: np.dtype[Any],
    shape: tuple[int, ...],
    parts: Iterable[NDArray[Any]],
) -> None:
    """Write an array into an archive, part by part.

    Parameters
    ----------
    archive
        Open for writing.
    name
        Name of the array.
    dtype, shape
        Type and shape of the whole array.
    parts
        Arrays that make up the whole, in order.

    Examples
    --------
    >>> file = BytesIO()
    >>> with ZipFile(file, "w") as archive:
    ...     write_member(archive, "a", np.dtype("u1"), (2, 1), [np.ones(1), np.ones(1)])
    >>> np.load(BytesIO(file.getvalue()))["a"].tolist()
    [[1], [1]]
    """
    about = {
        "descr": np.lib.format.dtype_to_descr(dtype),
        "fortran_order": False,
        "shape": shape,
    }
    # The size is not known in advance, and plain zip holds at most 4 GB.
    with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
        np.lib.format.write_array_header_1_0(member, about)
        for part in parts:
            member.write(np.ascontiguousarray(part, dtype=dtype).tobytes())
