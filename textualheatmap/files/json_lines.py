"""Facets in a file of JSON lines: one facet a line."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.limits import Contents, list_field
from textualheatmap.files.atomic_write import open_atomically
from textualheatmap.files.compression import ENDINGS, open_packed
from textualheatmap.files.facet_list import check_facets
from textualheatmap.files.facet_object import (
    find_meta_axis,
    find_records,
    read_facet_object,
    write_facet_object,
)
from textualheatmap.files.json_file import MAX_BYTES
from textualheatmap.files.json_text import parse_json
from textualheatmap.files.whole_file import check_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textualheatmap.facet.facet import Facet


def write_json_lines(file: str | PathLike[str] | IO[bytes], facets: object) -> None:
    r"""Write facets as JSON lines: on each line the object that `write_json` has.

    Parameters
    ----------
    file
        A path, or a file open for writing bytes. An old file at the path stays until
        all is written.
    facets
        A list of facets. Their heat is read a bounded number of rows at a time. More
        than 20 MB of it is only read back with a larger `max_bytes`.

    Raises
    ------
    HeatmapDataError
        If there are no facets, one is not a `Facet`, or together they hold more than
        is read from a file.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> from io import BytesIO
    >>> from textualheatmap import Facet
    >>> file = BytesIO()
    >>> write_json_lines(file, [Facet.from_arrays([text], [[1]]) for text in "ab"])
    >>> file.getvalue().count(b"\n")
    2
    """
    checked = check_facets(facets)
    if isinstance(file, str | PathLike):
        with open_atomically(file) as opened:
            write_json_lines(opened, checked)
        return
    for facet in checked:
        for piece in write_facet_object(facet, " "):
            file.write(piece.encode("utf-8", "surrogatepass"))
        file.write(b"\n")


def read_json_lines(
    file: str | PathLike[str] | IO[bytes], *, max_bytes: int = MAX_BYTES
) -> list[Facet]:
    """Read all facets of a file of JSON lines.

    Parameters
    ----------
    file, max_bytes
        The same as in `iterate_json_lines`.

    Raises
    ------
    HeatmapDataError
        If the file is too large, holds too much, holds nothing, or a line is no facet.
    OSError
        If there is no such file to read.

    Examples
    --------
    >>> from io import BytesIO
    >>> read_json_lines(BytesIO(b'{"tokens": [{"token": "a", "heat": [1]}]}'))
    [<Facet of 1 token: 'a'>]
    """
    facets = list(iterate_json_lines(file, max_bytes=max_bytes))
    if not facets:
        msg = "the file is empty, expected a facet on each line"
        raise HeatmapDataError(msg)
    return facets


def iterate_json_lines(
    file: str | PathLike[str] | IO[bytes], *, max_bytes: int = MAX_BYTES
) -> Iterator[Facet]:
    r"""Yield the facets of a file of JSON lines, of which one is in memory at a time.

    Anybody's file may be read: time and memory are bounded. Empty lines are skipped.

    Parameters
    ----------
    file
        A path, or a file open for reading bytes. A path that ends in ".gz" or ".zst" is
        that of a packed file, which is unpacked as it is read.
    max_bytes
        How large the file may be, and what it unpacks to. Reading takes up to 50 times
        as much memory as its longest line has.

    Yields
    ------
    facet
        One after another.

    Raises
    ------
    HeatmapDataError
        If the file is too large or holds too much, or a line is no facet.
    ModuleNotFoundError
        If the path ends in ".zst" and zstandard is not installed.
    OSError
        If there is no such file to read.

    Examples
    --------
    >>> from io import BytesIO
    >>> line = b'{"tokens": [{"token": "a", "heat": [1]}]}\n'
    >>> next(iterate_json_lines(BytesIO(line + b"?")))
    <Facet of 1 token: 'a'>
    """
    if isinstance(file, str | PathLike):
        with Path(file).open("rb") as opened:
            packing = Path(file).suffix.lower()
            is_packed = packing in ENDINGS
            lines = open_packed(opened, packing, max_bytes) if is_packed else opened
            yield from iterate_json_lines(lines, max_bytes=max_bytes)
        return
    contents, left, i = Contents(), max_bytes, 0
    while line := file.readline(left + 1):
        left -= len(check_bytes(line))
        if left < 0:
            msg = f"the file is too large, expected at most {max_bytes} bytes"
            raise HeatmapDataError(msg)
        if line.isspace():
            continue
        where = f"facets[{i}]"
        value = parse_json(line, where)
        records = find_records(value)
        contents.add(
            list_field(records, "token"),
            list_field(records, "meta"),
            list_field(records, "numbers"),
            find_meta_axis(value),
        )
        contents.check()
        yield read_facet_object(value, where)
        i += 1
