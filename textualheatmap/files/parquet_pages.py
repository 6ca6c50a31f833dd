"""What a Parquet file asks for, looked at before any of it is unpacked.

A few bytes can say that they are a billion values. All numbers that a reader of Parquet
allocates memory by stand in the metadata and in front of each page; they are added up
here. Only files as this package writes them pass: no dictionaries, by which one long
text may stand for a million, one way of packing, and pages of plain values.
The form: https://github.com/apache/parquet-format/blob/master/src/main/thrift
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import quote
from textualheatmap.facet.limits import (
    MAX_META,
    MAX_NUMBERS,
    MAX_TOKENS,
    check_count,
)
from textualheatmap.files.thrift import BINARY, I32, I64, LIST, STRUCT, StructReader

if TYPE_CHECKING:
    from textualheatmap.files.thrift import Struct, Value

MAGIC = b"PAR1"
# How the file ends: the length of the metadata, and the same four bytes as it starts.
END_BYTES = 8
MAX_VALUES = 300_000
"""How many values there may be in the metadata, each a number or a name."""
MAX_PAGES = 20_000
# In the enumerations of the format.
ZSTD, DATA_PAGE, PLAIN, RLE = 6, 0, 0, 3
WRITER = b"parquet-cpp-arrow"
BYTES_A_VALUE = 4


@dataclass
class Asked:
    """What the pages of a file ask for together, as far as they were looked at.

    Parameters
    ----------
    max_bytes
        How many bytes they may unpack to.
    """

    max_bytes: int
    pages: int = 0
    size: int = 0
    values: int = 0

    def add(self, size: int, values: int) -> None:
        """Count a page.

        Raises
        ------
        HeatmapDataError
            If a number is negative, or it is more than there may be.

        Examples
        --------
        >>> Asked(10).add(8, 2)
        """
        self.pages += 1
        self.size += size
        self.values += values
        check_count("pages", self.pages, MAX_PAGES)
        if min(size, values) < 0:
            msg = f"the file has a page of {size} bytes and {values} values"
            raise HeatmapDataError(msg)
        if self.size > self.max_bytes:
            msg = f"the file unpacks to more, expected at most {self.max_bytes} bytes"
            raise HeatmapDataError(msg)
        check_count("values", self.values, self.max_bytes // BYTES_A_VALUE)


def check_parquet(content: bytes, max_bytes: int) -> None:
    """Raise unless a Parquet file asks for no more than it may.

    Parameters
    ----------
    content
        The whole file, which may be anybody's.
    max_bytes
        How many bytes its pages may unpack to.

    Raises
    ------
    HeatmapDataError
        If it asks for more, or is no Parquet file as this package writes them.

    Examples
    --------
    >>> check_parquet(b"PAR1", 100)
    Traceback (most recent call last):
        ...
    textualheatmap.errors.HeatmapDataError: the file is no Parquet file, expected PAR1 \
at its start and end
    """
    about = _read_metadata(content)
    created_by = about.get((6, BINARY), b"")
    if not cast("bytes", created_by).startswith(WRITER):
        msg = (
            f"the file was written by {quote(created_by)}, expected one that "
            "`write_parquet` wrote"
        )
        raise HeatmapDataError(msg)
    groups = _get_structs(about, 4)
    rows = [_get(group, 3, I64) for group in groups]
    check_count("tokens", max(sum(rows), _get(about, 3, I64)), MAX_TOKENS)
    asked = Asked(max_bytes)
    counts: dict[tuple[Value, ...], int] = {}
    for group in groups:
        for chunk in _get_structs(group, 1):
            path, values = _check_chunk(content, chunk, asked)
            counts[path] = counts.get(path, 0) + values
    # An empty list is a value, too.
    for path, count in counts.items():
        if path[:1] == (b"meta",):
            check_count("entries of meta", count, MAX_META + MAX_TOKENS)
        if path[:1] == (b"numbers",):
            check_count("numbers", count, MAX_NUMBERS + MAX_TOKENS)


def _read_metadata(content: bytes) -> Struct:
    """Return what stands at the end of a file."""
    least = len(MAGIC) + END_BYTES
    if len(content) < least or not content[-4:] == content[:4] == MAGIC:
        msg = "the file is no Parquet file, expected PAR1 at its start and end"
        raise HeatmapDataError(msg)
    length = int.from_bytes(content[-END_BYTES:-4], "little")
    if length > len(content) - least:
        msg = f"the file says that its metadata have {length} bytes, expected fewer"
        raise HeatmapDataError(msg)
    start = len(content) - END_BYTES - length
    reader = StructReader(content[start:-END_BYTES], left=MAX_VALUES)
    return reader.read_struct()


def _check_chunk(
    content: bytes, chunk: Struct, asked: Asked
) -> tuple[tuple[Value, ...], int]:
    """Count the pages of a column's chunk; return the column's path and its values."""
    about = chunk.get((3, STRUCT))
    if not isinstance(about, dict):
        msg = "the file has a column without metadata, expected them beside it"
        raise HeatmapDataError(msg)
    items = cast("list[Value]", about.get((3, LIST), []))
    if items[:1] != [BINARY]:
        msg = "the file has a column without a name, expected its path"
        raise HeatmapDataError(msg)
    path = tuple(items[1:])
    name = path[0] if path else b""
    codec = _get(about, 4, I32)
    if codec != ZSTD or (11, I64) in about:
        came = f"packed by method {codec}" if codec != ZSTD else "a dictionary"
        msg = (
            f"the column {quote(name)} is {came}, expected plain values packed by zstd"
        )
        raise HeatmapDataError(msg)
    place = _get(about, 9, I64)
    end = place + _get(about, 7, I64)
    expected = _get(about, 5, I64)
    if not 0 <= place <= end <= len(content):
        msg = f"the column {quote(name)} is beyond the file, expected it in the file"
        raise HeatmapDataError(msg)
    values = 0
    while place < end:
        reader = StructReader(memoryview(content)[place:end])
        header = reader.read_struct()
        page = header.get((5, STRUCT))
        if _get(header, 1, I32) != DATA_PAGE or not isinstance(page, dict):
            msg = f"the column {quote(name)} has pages that are not plain values"
            raise HeatmapDataError(msg)
        encodings = [_get(page, k, I32) for k in (2, 3, 4)]
        if encodings != [PLAIN, RLE, RLE]:
            msg = (
                f"the column {quote(name)} has pages of encodings {encodings}, "
                f"expected {[PLAIN, RLE, RLE]} (plain values)"
            )
            raise HeatmapDataError(msg)
        count = _get(page, 1, I32)
        asked.add(_get(header, 2, I32), count)
        values += count
        packed = _get(header, 3, I32)
        if packed < 0:
            msg = f"the column {quote(name)} has a page of {packed} bytes"
            raise HeatmapDataError(msg)
        place += reader.place + packed
    if values != expected or place != end:
        msg = (
            f"the column {quote(name)} has pages of {values} values, "
            f"expected {expected}"
        )
        raise HeatmapDataError(msg)
    return path, values


def _get(struct: Struct, number: int, kind: int) -> int:
    """Return a number of a struct."""
    value = struct.get((number, kind))
    if not isinstance(value, int):
        msg = f"the file has no field {number} in its metadata, expected a number"
        raise HeatmapDataError(msg)
    return value


def _get_structs(struct: Struct, number: int) -> list[Struct]:
    """Return a list of structs in a struct."""
    items = struct.get((number, LIST))
    if not isinstance(items, list) or items[0] != STRUCT:
        msg = f"the file has no field {number} in its metadata, expected structs"
        raise HeatmapDataError(msg)
    return cast("list[Struct]", items[1:])
