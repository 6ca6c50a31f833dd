"""A folder of Parquet files, one a facet, which are opened one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import quote
from textualheatmap.files.journal import JOURNAL, Journal, find_facets
from textualheatmap.files.parquet_file import read_parquet

if TYPE_CHECKING:
    from os import PathLike

ENDING = ".parquet"
NAME = re.compile(r"[A-Za-z0-9-][\w.-]{0,99}", re.ASCII)
"""What a facet may be called. Of a folder, pandas leaves out files in "_"."""


class ParquetFacets(Mapping[str, Facet]):
    """The facets of a folder by their names; each use reads one anew.

    Parameters
    ----------
    path
        Of the folder, whose files may be anybody's.

    Raises
    ------
    HeatmapDataError
        If a name is not as expected.
    OSError
        If there is no such folder.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from textualheatmap.files.parquet_file import write_parquet
    >>> with TemporaryDirectory() as folder:
    ...     write_parquet(f"{folder}/x.parquet", [Facet.from_arrays(["a"], [[1]])])
    ...     ParquetFacets(folder)["x"]
    <Facet of 1 token: 'a'>
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._path = Path(path)
        files = sorted(each.name for each in self._path.iterdir())
        names: list[object] = [
            name.removesuffix(ENDING)
            for name in files
            if name.endswith(ENDING) and not name.startswith(".")
        ]
        if JOURNAL in files:
            # In the order in which they were added.
            names = find_facets(Journal(self._path / JOURNAL).entries)
        self._names = dict.fromkeys(read_parquet_name(name) for name in names)

    def __getitem__(self, name: str) -> Facet:
        """Return a facet.

        Raises
        ------
        HeatmapDataError, OSError
            As `read_parquet` does, or if the file has several facets.
        """
        if name not in self._names:
            raise KeyError(name)
        facets = read_parquet(self._path / f"{name}{ENDING}")
        if len(facets) != 1:
            msg = f"{name}{ENDING} has {len(facets)} facets, expected one"
            raise HeatmapDataError(msg)
        return facets[0]

    def __iter__(self) -> Iterator[str]:
        """Yield the names, in the order in which facets were added if that is known."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return the number of facets."""
        return len(self._names)


def read_parquet_name(name: object) -> str:
    """Return the name of a facet, which becomes that of a file.

    Raises
    ------
    HeatmapDataError
        If it is no name that a facet of a folder can have.

    Examples
    --------
    >>> read_parquet_name("text-1")
    'text-1'
    """
    if not isinstance(name, str) or not NAME.fullmatch(name):
        msg = (
            f"the name of a facet is {quote(name)}, expected 1 to 100 letters and "
            "digits of ASCII, '_', '-' and '.', of which '_' and '.' are not the first"
        )
        raise HeatmapDataError(msg)
    return name
