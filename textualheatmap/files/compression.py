"""Packing and unpacking whole files, by the ending of their names.

Anybody's file may be unpacked: time and memory are bounded.
"""

from __future__ import annotations

import gzip
import zlib
from io import BufferedReader, RawIOBase
from itertools import chain
from typing import IO, TYPE_CHECKING, Any

from textualheatmap.errors import HeatmapDataError
from textualheatmap.files.extra import import_extra
from textualheatmap.files.whole_file import check_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Packed files may be put behind one another. What is behind each is copied.
MAX_PIECES = 100
# How zlib is told that there is a header of gzip.
GZIP_BITS = 16 + zlib.MAX_WBITS
# How far back zstd may look, which is also how much memory it may take.
MAX_WINDOW = 2**27

# How many bytes are read and unpacked at a time.
PART = 1_000_000

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
    >>> gzip.decompress(compress(b"heat", ".gz"))
    b'heat'
    """
    if ending == ".gz":
        return gzip.compress(content, mtime=0)
    return _import_zstandard().ZstdCompressor().compress(content)


def open_packed(file: IO[bytes], ending: str, max_bytes: int) -> IO[bytes]:
    """Return a file of what a packed file holds, unpacked as it is read.

    Parameters
    ----------
    file
        One or several packed pieces, one behind the other, open for reading bytes.
    ending
        ".gz" or ".zst".
    max_bytes
        How large the file may be, and what it unpacks to.

    Returns
    -------
    unpacked
        Reading it raises `HeatmapDataError` if the file is not packed so, is cut off,
        is too large, or unpacks to too much.

    Raises
    ------
    ModuleNotFoundError
        If ".zst" is asked for and zstandard is not installed.

    Examples
    --------
    >>> from io import BytesIO
    >>> packed = compress(b"heat" * 1000, ".gz")
    >>> open_packed(BytesIO(packed), ".gz", 4000).read(8)
    b'heatheat'
    >>> open_packed(BytesIO(packed), ".gz", 100).read()
    Traceback (most recent call last):
        ...
    textualheatmap.errors.HeatmapDataError: the file unpacks to more, expected at \
most 100 bytes
    """
    packed = iter(lambda: check_bytes(file.read(PART)), b"")
    bounded = _bound(packed, max_bytes, "is too large")
    parts = _unpack_gzip(bounded) if ending == ".gz" else _unpack_zstd(bounded)
    return BufferedReader(_Parts(_bound(parts, max_bytes, "unpacks to more")))


class _Parts(RawIOBase):
    """A file that consists of parts, of which one after another is asked for."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writeable buffer
        while not self._left:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._left = memoryview(part)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _bound(parts: Iterable[bytes], most: int, what: str) -> Iterator[bytes]:
    """Yield parts, and raise once they have too many bytes together."""
    count = 0
    for part in parts:
        count += len(part)
        if count > most:
            msg = f"the file {what}, expected at most {most} bytes"
            raise HeatmapDataError(msg)
        yield part


def _unpack_gzip(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what all pieces unpack to, a bounded number of bytes at a time."""
    packed, pieces = next(parts, b""), 0
    while packed or not pieces:
        pieces += 1
        if pieces > MAX_PIECES:
            msg = f"the file has more than {MAX_PIECES} packed pieces, expected fewer"
            raise HeatmapDataError(msg)
        piece = zlib.decompressobj(GZIP_BITS)
        while not piece.eof:
            if not packed:
                msg = "the file is cut off, expected the end of what gzip packed"
                raise HeatmapDataError(msg)
            try:
                yield piece.decompress(packed, PART)
            except zlib.error as error:
                msg = f"the file is not packed by gzip: {error!s:.60}"
                raise HeatmapDataError(msg) from None
            packed = piece.unconsumed_tail or piece.unused_data or next(parts, b"")


def _unpack_zstd(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what all pieces unpack to, a bounded number of bytes at a time."""
    zstd = _import_zstandard()
    unpacker = zstd.ZstdDecompressor(max_window_size=MAX_WINDOW)
    first, count = next(parts, b""), 0
    try:
        size: int = zstd.frame_content_size(first)
        packed = _Parts(chain([first], parts))
        with unpacker.stream_reader(packed, read_across_frames=True) as reader:
            while part := reader.read(PART):
                count += len(part)
                yield part
    except zstd.ZstdError as error:
        msg = f"the file is not packed by zstd: {error!s:.60}"
        raise HeatmapDataError(msg) from None
    # The reader does not tell that an end is missing; the size, where it stands, does.
    if count < size:
        msg = f"the file is cut off, expected {size} bytes of what zstd packed"
        raise HeatmapDataError(msg)


def _import_zstandard() -> Any:  # noqa: ANN401 - it need not be installed
    return import_extra("zstandard", "files that end in .zst")
