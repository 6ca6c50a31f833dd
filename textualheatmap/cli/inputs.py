"""Reading the files that a command is given."""

from __future__ import annotations

import sys
from errno import EISDIR, ENOTDIR
from os import strerror
from pathlib import Path
from typing import TYPE_CHECKING

from textualheatmap.files.kinds import FILE_ENDINGS, read_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textualheatmap.facet.facet import Facet

STANDARD = "-"
"""The name of a file that stands for stdin, or for stdout."""

FOLDER = "zarr"
"""The format of files that are folders."""


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
        If there is no such file to read; IsADirectoryError if it is a folder, and
        NotADirectoryError if it is none, where the format says otherwise.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.json")
    ...     _ = path.write_text('[[{"token": "a", "heat": [1]}]]')
    ...     read_input(str(path))
    [<Facet of 1 token: 'a'>]
    """
    if name == STANDARD:
        ending = choose_format(name, file_format, FILE_ENDINGS, "--from")
        return read_file(sys.stdin.buffer, name=f"file{ending}")
    path = Path(name)
    path.stat()  # what is not there is told before what it is called
    is_store = (file_format or path.suffix).lower().removeprefix(".") == FOLDER
    if path.is_dir() != is_store:
        wrong = EISDIR if path.is_dir() else ENOTDIR
        raise OSError(wrong, strerror(wrong), name)
    # Without a slash at the end, which a folder's name may have.
    ending = choose_format(str(path), file_format, FILE_ENDINGS, "--from")
    return read_file(path, name=f"file{ending}")


def name_input(name: str) -> str:
    """Return what messages call a file.

    Examples
    --------
    >>> name_input("-"), name_input("my.json")
    ('stdin', 'my.json')
    """
    return "stdin" if name == STANDARD else name


def choose_format(
    name: str, file_format: str | None, known: Iterable[str], option: str
) -> str:
    """Return the ending of names that stands for the format of a file.

    Parameters
    ----------
    name
        The file's name, or ``-``.
    file_format
        The format that an option says, or None.
    known
        The endings that there are.
    option
        The option that says the format, for errors.

    Raises
    ------
    ValueError
        If there is no such format, or neither says which.

    Examples
    --------
    >>> choose_format("A.JSON.GZ", None, FILE_ENDINGS, "--from")
    '.json.gz'
    >>> choose_format("-", "npz", FILE_ENDINGS, "--from")
    '.npz'
    """
    known = list(known)
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
    for ending in known:  # of ".json" and ".json.gz" a name can only end in one
        if name.lower().endswith(ending):
            return ending
    msg = (
        f"{name}: the name ends in {Path(name).suffix!r}, expected one of {endings}, "
        f"or {option} with one of these"
    )
    raise ValueError(msg)
