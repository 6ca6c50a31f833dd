"""A file that entries are added to, which a killed process leaves readable."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import is_object, quote
from textualheatmap.files.json_text import parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

JOURNAL = ".journal.jsonl"
"""What the file is called. No facet of a store has such a name."""


class Journal:
    """Entries in a file, one JSON object a line.

    Adding one costs the same however many there are. A process that is killed while it
    adds one leaves a part of a line, which is not read, and written over.

    Parameters
    ----------
    path
        Of the file, which is made with the first entry.

    Attributes
    ----------
    entries
        What the file has.

    Raises
    ------
    HeatmapDataError
        If a line of the file is not of this form.
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     Journal(Path(folder, "a.jsonl")).add({"facet": "x"})
    ...     Journal(Path(folder, "a.jsonl")).entries
    [{'facet': 'x'}]
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        content = path.read_bytes() if path.exists() else b""
        self._size = content.rfind(b"\n") + 1
        self.entries = read_entries(content, path.name)

    def add(self, entry: Mapping[str, object]) -> None:
        """Add an entry, of what JSON can hold.

        Raises
        ------
        OSError
            If it cannot be written; the file is then read as it was.

        Examples
        --------
        >>> from pathlib import Path
        >>> Journal(Path("no/such/folder/a.jsonl")).add({})
        Traceback (most recent call last):
            ...
        FileNotFoundError: [Errno 2] No such file or directory: 'no/such/folder/a.jsonl'
        """
        line = json.dumps(entry, allow_nan=False).encode() + b"\n"
        with self._path.open("ab", buffering=0) as file:
            file.truncate(self._size)  # what is left of an entry that was not finished
            if file.write(line) != len(line):
                msg = f"an entry of {self._path} was written in part: the disk is full"
                raise OSError(msg)
        self._size += len(line)
        self.entries.append(dict(entry))


def read_entries(content: bytes, where: str) -> list[dict[str, object]]:
    r"""Return the entries of a journal, without one that was not finished.

    Parameters
    ----------
    content
        Of the file, which may be anybody's.
    where
        What errors call it.

    Raises
    ------
    HeatmapDataError
        If a line is not of this form.

    Examples
    --------
    >>> read_entries(b'{"a": 1}\n{"b"', "the journal")
    [{'a': 1}]
    """
    lines = content.split(b"\n")[:-1]
    entries: list[dict[str, object]] = []
    for number, line in enumerate(lines, 1):
        entry = parse_json(line, f"{where}, line {number}")
        if not is_object(entry):
            msg = f"{where}, line {number} is {quote(entry)}, expected an object"
            raise HeatmapDataError(msg)
        entries.append(entry)
    return entries


def find_facets(entries: list[dict[str, object]]) -> list[object]:
    """Return the names of facets that entries list, not yet checked.

    Examples
    --------
    >>> find_facets([{"facet": "x"}, {"failed": "y"}])
    ['x']
    """
    return [entry["facet"] for entry in entries if "facet" in entry]
