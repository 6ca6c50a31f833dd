"""Reading facets from a JSON file."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.attempts import Attempts
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import read_list
from textualheatmap.facet.json_text import parse_json
from textualheatmap.facet.limits import (
    MAX_FACETS,
    check_count,
    check_limits,
    list_field,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BYTES = 20_000_000


def read_json(
    file: str | PathLike[str] | IO[bytes], *, max_bytes: int = MAX_BYTES
) -> list[Facet]:
    """Read the facets of a JSON file: a list of facets, each a list of records.

    Anybody's file may be read: time and memory are bounded.

    Parameters
    ----------
    file
        A path, or a file open for reading bytes. It holds JSON in UTF-8, and records
        as `Facet.from_records` describes them.
    max_bytes
        How large the file may be. Reading takes up to 50 times as much memory.

    Raises
    ------
    HeatmapDataError
        If the file is too large or holds too much, or is not of this form.
    OSError
        If there is no such file to read.

    Examples
    --------
    >>> from io import BytesIO
    >>> read_json(BytesIO(b'[[{"token": "a", "heat": [1]}]]'))
    [<Facet of 1 tokens: 'a'>]
    """
    if isinstance(file, str | PathLike):
        with Path(file).open("rb") as opened:
            return read_json(opened, max_bytes=max_bytes)
    content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        msg = f"the file is too large, expected at most {max_bytes} bytes"
        raise HeatmapDataError(msg)
    facets = read_list(parse_json(content, "the file"), "data", "facets")
    # First, since the lists below take memory for each of them.
    check_count("facets", len(facets), MAX_FACETS)
    lists = [
        cast("Sequence[object]", facet if isinstance(facet, list) else ())
        for facet in facets
    ]
    check_limits(
        [list_field(records, "token") for records in lists],
        [list_field(records, "meta") for records in lists],
        [list_field(records, "numbers") for records in lists],
    )
    attempts = Attempts()
    read = attempts.read_each(None, _read_facet, facets, "facets")
    attempts.finish()
    return [facet for facet in read if facet is not None]


def _read_facet(records: object, where: str) -> Facet | None:
    return Facet.from_records(records, where=where)
