"""Reading the files that a command is given."""

from __future__ import annotations

import sys
from errno import EISDIR
from os import strerror
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING

from textualheatmap.facet.json_file import read_json
from textualheatmap.facet.npz_file import read_npz

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textualheatmap.facet.facet import Facet

STANDARD = "-"
"""The name of a file that stands for stdin, or for stdout."""

READERS: Mapping[str, Callable[[str | IO[bytes]], list[Facet]]] = MappingProxyType(
    {".json": read_json, ".npz": read_npz}
)
"""By the ending of a file's name."""


def read_input(name: str, file_format: str | None = None) -> list[Facet]:
    """Read the facets of a file.

    Parameters
    ----------
    name
        A path, whose ending says which format the file has; or ``-`` for stdin.
    file_format
        The format, such as ``"json"``, where the name does not say it.

    Raises
    ------
    HeatmapDataError
        If the file does not hold facets.
    ValueError
        If the format is not known.
    OSError
        If there is no such file to read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.json")
    ...     _ = path.write_text('[[{"token": "a", "heat": [1]}]]')
    ...     read_input(str(path))
    [<Facet of 1 tokens: 'a'>]
    """
    if name != STANDARD and Path(name).stat() and Path(name).is_dir():
        raise IsADirectoryError(EISDIR, strerror(EISDIR), name)
    reader = READERS[choose_format(name, file_format, READERS, "--from")]
    return reader(sys.stdin.buffer if name == STANDARD else name)


def name_input(name: str) -> str:
    """Return what messages call a file.

    Examples
    --------
    >>> name_input("-"), name_input("my.json")
    ('stdin', 'my.json')
    """
    return "stdin" if name == STANDARD else name


def choose_format(
    name: str, file_format: str | None, known: Mapping[str, object], option: str
) -> str:
    """Return the ending of names that stands for the format of a file.

    Parameters
    ----------
    name
        The file's name, or ``-``.
    file_format
        The format that an option says, or None.
    known
        What there is, by ending.
    option
        The option that says the format, for errors.

    Raises
    ------
    ValueError
        If there is no such format, or neither says which.

    Examples
    --------
    >>> choose_format("A.JSON", None, READERS, "--from")
    '.json'
    >>> choose_format("-", "npz", READERS, "--from")
    '.npz'
    """
    endings = ", ".join(ending.removeprefix(".") for ending in known)
    if file_format is not None:
        ending = f".{file_format.lower().removeprefix('.')}"
        if ending not in known:
            msg = f"{option} is {file_format!r}, expected one of {endings}"
            raise ValueError(msg)
        return ending
    if name == STANDARD:
        msg = f"{option} is missing, expected with '-' one of {endings}"
        raise ValueError(msg)
    ending = Path(name).suffix.lower()
    if ending not in known:
        msg = (
            f"{name}: the name ends in {ending!r}, expected {', '.join(known)}, "
            f"or {option} with one of {endings}"
        )
        raise ValueError(msg)
    return ending
