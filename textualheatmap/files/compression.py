"""Packing and unpacking whole files, by the ending of their names.

Anybody's file may be unpacked: no more comes out of it than is asked for.
"""

from __future__ import annotations

import gzip
import zlib
from typing import Any

from textualheatmap.errors import HeatmapDataError
from textualheatmap.files.extra import import_extra

# Packed files may be put behind one another. What is behind each is copied.
MAX_PIECES = 100
# How zlib is told that there is a header of gzip.
GZIP_BITS = 16 + zlib.MAX_WBITS
# How far back zstd may look, which is also how much memory it may take.
MAX_WINDOW = 2**27

ENDINGS = (".gz", ".zst")
"""Endings of packed files: gzip, and zstd, which needs the package zstandard."""


def compress(content: bytes, ending: str) -> bytes:
    """Return packed bytes; the same bytes always give the same.

    Parameters
    ----------
    content
        What is packed.
    ending
        ".gz" or ".zst".

    Raises
    ------
    ModuleNotFoundError
        If ".zst" is asked for and zstandard is not installed.

    Examples
    --------
    >>> decompress(compress(b"heat", ".gz"), ".gz", 100)
    b'heat'
    """
    if ending == ".gz":
        return gzip.compress(content, mtime=0)
    return _import_zstandard().ZstdCompressor().compress(content)


def decompress(content: bytes, ending: str, max_bytes: int) -> bytes:
    """Return unpacked bytes.

    Parameters
    ----------
    content
        One or several packed pieces, one behind the other.
    ending
        ".gz" or ".zst".
    max_bytes
        How many bytes may come out.

    Raises
    ------
    HeatmapDataError
        If it is not packed so, is cut off, or unpacks to more.
    ModuleNotFoundError
        If ".zst" is asked for and zstandard is not installed.

    Examples
    --------
    >>> decompress(compress(b"heat" * 1000, ".gz"), ".gz", 100)
    Traceback (most recent call last):
        ...
    textualheatmap.errors.HeatmapDataError: the file unpacks to more, expected at \
most 100 bytes
    """
    unpack = _unpack_gzip if ending == ".gz" else _unpack_zstd
    unpacked = unpack(content, max_bytes + 1)
    if len(unpacked) > max_bytes:
        msg = f"the file unpacks to more, expected at most {max_bytes} bytes"
        raise HeatmapDataError(msg)
    return unpacked


def _unpack_gzip(content: bytes, most: int) -> bytes:
    """Return at most so many bytes of what all pieces unpack to."""
    unpacked, rest, pieces = bytearray(), content, 0
    while len(unpacked) < most and (rest or not pieces):
        pieces += 1
        if pieces > MAX_PIECES:
            msg = f"the file has more than {MAX_PIECES} packed pieces, expected fewer"
            raise HeatmapDataError(msg)
        piece = zlib.decompressobj(GZIP_BITS)
        try:
            unpacked += piece.decompress(rest, most - len(unpacked))
        except zlib.error as error:
            msg = f"the file is not packed by gzip: {error!s:.60}"
            raise HeatmapDataError(msg) from None
        if not piece.eof and len(unpacked) < most:
            msg = "the file is cut off, expected the end of what gzip packed"
            raise HeatmapDataError(msg)
        rest = piece.unused_data
    return bytes(unpacked)


def _unpack_zstd(content: bytes, most: int) -> bytes:
    """Return at most so many bytes of what all pieces unpack to."""
    zstd = _import_zstandard()
    unpacker = zstd.ZstdDecompressor(max_window_size=MAX_WINDOW)
    try:
        size: int = zstd.frame_content_size(content)
        with unpacker.stream_reader(content, read_across_frames=True) as reader:
            unpacked: bytes = reader.read(most)
    except zstd.ZstdError as error:
        msg = f"the file is not packed by zstd: {error!s:.60}"
        raise HeatmapDataError(msg) from None
    # The reader does not tell that an end is missing; the size, where it stands, does.
    if len(unpacked) < min(size, most):
        msg = f"the file is cut off, expected {size} bytes of what zstd packed"
        raise HeatmapDataError(msg)
    return unpacked


def _import_zstandard() -> Any:  # noqa: ANN401 - it need not be installed
    return import_extra("zstandard", "files that end in .zst")
