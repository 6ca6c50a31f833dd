"""Reading a file that may be anybody's as a whole, up to a size."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import IO

from textualheatmap.errors import HeatmapDataError


def read_whole(file: str | PathLike[str] | IO[bytes], max_bytes: int) -> bytes:
    """Return the bytes of a file.

    Parameters
    ----------
    file
        A path, or a file open for reading bytes.
    max_bytes
        How many there may be. No more is read than one beyond that.

    Raises
    ------
    HeatmapDataError
        If there are more, or the file is open for reading text.
    OSError
        If there is no such file to read.

    Examples
    --------
    >>> from io import BytesIO
    >>> read_whole(BytesIO(b"heat"), 3)
    Traceback (most recent call last):
        ...
    textualheatmap.errors.HeatmapDataError: the file is too large, expected at most \
3 bytes
    """
    if isinstance(file, str | PathLike):
        with Path(file).open("rb") as opened:
            return read_whole(opened, max_bytes)
    content = check_bytes(file.read(max_bytes + 1))
    if len(content) > max_bytes:
        msg = f"the file is too large, expected at most {max_bytes} bytes"
        raise HeatmapDataError(msg)
    return content


def check_bytes(content: bytes) -> bytes:
    """Return what was read from a file, and raise if it is text.

    Raises
    ------
    HeatmapDataError
        If the file is open for reading text.

    Examples
    --------
    >>> check_bytes(b"heat")
    b'heat'
    """
    if isinstance(content, str):
        msg = "the file is open for reading text, expected one open for bytes ('rb')"
        raise HeatmapDataError(msg)
    return content
