"""A Zarr store that facets are added to, one after another."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import is_object, quote
from textualheatmap.files.atomic_write import open_atomically
from textualheatmap.files.json_text import parse_json
from textualheatmap.files.plain_json import read_plain_value, write_plain_json
from textualheatmap.files.stored_files import METADATA, StoredFiles
from textualheatmap.files.zarr_file import (
    ZarrFacets,
    open_zarr,
    read_name,
    write_names,
    write_stored_facet,
)

if TYPE_CHECKING:
    from os import PathLike

    from textualheatmap.facet.facet import Facet

PREFIX, SUFFIX = ".adding-", ".tmp"
"""How the name of a folder begins and ends that has a facet before it is added."""


class GrowingZarr:
    """A folder that is a Zarr store of facets, and can be read as such at any time.

    A facet is written beside the others, moved to its name, and only then listed. So
    a process may be killed at any moment: the store has all facets that were added,
    and what is left of another one is cleared away when the store is opened again.
    One process at a time may add to a store.

    Parameters
    ----------
    path
        Of the folder, which is made with the first `add` or `note`. It may be a store
        of facets already.
    about
        The name of an attribute of the store for notes of whoever adds to it.

    Attributes
    ----------
    names
        The facets of the store, in the order in which they were added.
    notes
        What the attribute has, of what JSON can hold; empty where there is none.

    Raises
    ------
    HeatmapDataError
        If there is something else at the path.
    ModuleNotFoundError
        If Zarr is not installed.
    OSError
        If the store cannot be read.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> with TemporaryDirectory() as folder:
    ...     store = GrowingZarr(f"{folder}/a.zarr", "about")
    ...     store.notes["made by"] = "hand"
    ...     store.add("x", Facet.from_arrays(["a"], [[1]]))
    ...     store.open()["x"], GrowingZarr(f"{folder}/a.zarr", "about").notes
    (<Facet of 1 token: 'a'>, {'made by': 'hand'})
    """

    def __init__(self, path: str | PathLike[str], about: str) -> None:
        self._path = Path(path)
        self._about = about
        self.names: dict[str, None] = {}
        self.notes: dict[str, object] = {}
        if not self._path.exists():
            return
        if not self._path.is_dir():
            msg = f"{self._path.name} is a file, expected a folder, or nothing"
            raise HeatmapDataError(msg)
        for left in self._path.glob(f"{PREFIX}*{SUFFIX}"):
            rmtree(left)
        if any(self._path.iterdir()):
            self.names = dict.fromkeys(self.open())
            self.notes = self._read_notes()

    def open(self) -> ZarrFacets:
        """Return the facets of the store, which are read when they are asked for.

        Raises
        ------
        HeatmapDataError, OSError
            As `open_zarr` does.

        Examples
        --------
        >>> with TemporaryDirectory() as folder:
        ...     store = GrowingZarr(f"{folder}/a.zarr", "about")
        ...     store.note()
        ...     len(store.open())
        0
        """
        return open_zarr(self._path)

    def add(self, name: str, facet: Facet) -> None:
        """Add a facet, and write the notes as they are now.

        Parameters
        ----------
        name
            As `write_zarr` takes it.
        facet
            The facet.

        Raises
        ------
        HeatmapDataError
            If the store has a facet of this name, or the name is not as expected.
        OSError
            If it cannot be written; the store is then as it was.

        Examples
        --------
        >>> from textualheatmap.facet.facet import Facet
        >>> with TemporaryDirectory() as folder:
        ...     store = GrowingZarr(f"{folder}/a.zarr", "about")
        ...     store.add("x", Facet.from_arrays(["a"], [[1]]))
        ...     list(store.names)
        ['x']
        """
        read_name(name)
        if name in self.names:
            msg = f"the store has a facet {quote(name)} already, expected a new name"
            raise HeatmapDataError(msg)
        self._path.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=PREFIX, suffix=SUFFIX, dir=self._path) as folder:
            write_stored_facet(StoredFiles(Path(folder)), name, facet)
            goal = self._path / name
            if goal.exists():  # whole, but not listed: a process was killed just then
                rmtree(goal)
            Path(folder, name).rename(goal)
        self.names[name] = None
        self.note()

    def note(self) -> None:
        """Write the notes as they are now.

        Raises
        ------
        OSError
            If they cannot be written.

        Examples
        --------
        >>> with TemporaryDirectory() as folder:
        ...     store = GrowingZarr(f"{folder}/a.zarr", "about")
        ...     store.notes["made by"] = "hand"
        ...     store.note()
        ...     GrowingZarr(f"{folder}/a.zarr", "about").notes
        {'made by': 'hand'}
        """
        notes = json.loads(write_plain_json(self.notes))
        self._path.mkdir(parents=True, exist_ok=True)
        with open_atomically(self._path / METADATA) as file:
            file.write(write_names(self.names, {self._about: notes}))

    def _read_notes(self) -> dict[str, object]:
        """Return what the attribute of the store has."""
        group = parse_json(StoredFiles(self._path).read(METADATA), METADATA)
        attributes = group.get("attributes") if is_object(group) else None
        given = attributes.get(self._about) if is_object(attributes) else None
        notes = {} if given is None else read_plain_value(given, self._about)
        if not is_object(notes):
            msg = f"{self._about} of the store is {quote(notes)}, expected an object"
            raise HeatmapDataError(msg)
        return notes
