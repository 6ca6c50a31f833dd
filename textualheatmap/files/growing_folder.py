"""A folder that facets are added to, one after another: a Zarr store, or Parquet."""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import quote
from textualheatmap.files.atomic_write import open_atomically
from textualheatmap.files.journal import JOURNAL, Journal
from textualheatmap.files.parquet_file import write_parquet
from textualheatmap.files.parquet_folder import (
    ENDING,
    ParquetFacets,
    read_parquet_name,
)
from textualheatmap.files.stored_files import METADATA, StoredFiles
from textualheatmap.files.zarr_file import (
    open_zarr,
    read_name,
    write_names,
    write_stored_facet,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike

    from textualheatmap.facet.facet import Facet

PREFIX, SUFFIX = ".adding-", ".tmp"
"""How the name of a folder begins and ends that has a facet before it is added."""


class GrowingFolder:
    """A folder of facets, which can be read as such at any time.

    Where the path ends in ".parquet", each facet is a Parquet file, and otherwise the
    folder is a Zarr store. A facet is written beside the others, moved to its name, and
    only then listed in a journal. So a process may be killed at any moment: the folder
    has all facets that were added, and what is left of another one is cleared away when
    the folder is opened again. Adding one costs the same however many there are.

    One process at a time may add to a folder: see `lock_folder`.

    Parameters
    ----------
    path
        Of the folder, which is made with the first `add` or `note`. It may have facets
        already.

    Attributes
    ----------
    names
        The facets of the folder, in the order in which they were added.

    Raises
    ------
    HeatmapDataError
        If there is something else at the path.
    ModuleNotFoundError
        If Zarr, or pyarrow, is not installed.
    OSError
        If the folder cannot be read.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> with TemporaryDirectory() as folder:
    ...     store = GrowingFolder(f"{folder}/a.zarr")
    ...     store.add("x", Facet.from_arrays(["a"], [[1]]), {"by": "hand"})
    ...     store.open()["x"], GrowingFolder(f"{folder}/a.zarr").entries
    (<Facet of 1 token: 'a'>, [{'facet': 'x', 'by': 'hand'}])
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._path = Path(path)
        self._kind = PARQUET if self._path.suffix.lower() == ENDING else ZARR
        self.names: dict[str, None] = {}
        if self._path.exists():
            if not self._path.is_dir():
                msg = f"{self._path.name} is a file, expected a folder, or nothing"
                raise HeatmapDataError(msg)
            for left in self._path.glob(f"{PREFIX}*{SUFFIX}"):
                rmtree(left)
            if any(each.name[0] != "." for each in self._path.iterdir()):
                self.names = dict.fromkeys(self.open())
        self._journal = Journal(self._path / JOURNAL)

    @property
    def entries(self) -> list[dict[str, object]]:
        """What was noted: an object for each facet, and for each `note`."""
        return self._journal.entries

    def open(self) -> Mapping[str, Facet]:
        """Return the facets of the folder, which are read when they are asked for.

        Raises
        ------
        HeatmapDataError, OSError
            If they are not as expected, or there is no such folder.

        Examples
        --------
        >>> with TemporaryDirectory() as folder:
        ...     store = GrowingFolder(f"{folder}/a.zarr")
        ...     store.note({})
        ...     len(store.open())
        0
        """
        return self._kind.open(self._path)

    def check_name(self, name: str) -> None:
        """Raise unless a facet of this folder may have a name.

        Raises
        ------
        HeatmapDataError
            If it may not.

        Examples
        --------
        >>> GrowingFolder("a.zarr").check_name("text-1")
        """
        self._kind.read_name(name)

    def add(
        self, name: str, facet: Facet, entry: Mapping[str, object] | None = None
    ) -> None:
        """Add a facet.

        Parameters
        ----------
        name
            Its name, as `check_name` takes it.
        facet
            The facet.
        entry
            What to note of it, of what JSON can hold.

        Raises
        ------
        HeatmapDataError
            If the folder has a facet of this name, the name is not as expected, or the
            facet is too large for its kind of file.
        OSError
            If it cannot be written; the folder is then as it was.

        Examples
        --------
        >>> from textualheatmap.facet.facet import Facet
        >>> with TemporaryDirectory() as folder:
        ...     store = GrowingFolder(f"{folder}/a.parquet")
        ...     store.add("x", Facet.from_arrays(["a"], [[1]]))
        ...     list(store.names)
        ['x']
        """
        self.check_name(name)
        if name in self.names:
            msg = f"the store has a facet {quote(name)} already, expected a new name"
            raise HeatmapDataError(msg)
        self._begin()
        with TemporaryDirectory(prefix=PREFIX, suffix=SUFFIX, dir=self._path) as folder:
            written = self._kind.write(Path(folder), name, facet)
            goal = self._path / written.name
            if goal.is_dir():  # whole, but not listed: a process was killed just then
                rmtree(goal)
            written.replace(goal)
        self._journal.add({"facet": name, **(entry or {})})
        self.names[name] = None

    def note(self, entry: Mapping[str, object]) -> None:
        """Note something else, of what JSON can hold.

        Raises
        ------
        OSError
            If it cannot be written.

        Examples
        --------
        >>> with TemporaryDirectory() as folder:
        ...     GrowingFolder(f"{folder}/a.zarr").note({"by": "hand"})
        ...     GrowingFolder(f"{folder}/a.zarr").entries
        [{'by': 'hand'}]
        """
        self._begin()
        self._journal.add(entry)

    def _begin(self) -> None:
        """Make the folder, unless there is one."""
        self._path.mkdir(parents=True, exist_ok=True)
        self._kind.begin(self._path)


class FolderKind(NamedTuple):
    """How facets are kept in a folder.

    Parameters
    ----------
    begin
        Writes what a folder has before it has facets, unless it is there.
    write
        Writes a facet into a folder, and returns the path of what it wrote.
    open
        Opens the facets of a folder by their names.
    read_name
        Raises unless a facet may have a name.
    """

    begin: Callable[[Path], object]
    write: Callable[[Path, str, Facet], Path]
    open: Callable[[Path], Mapping[str, Facet]]
    read_name: Callable[[object], str]


def _begin_zarr(folder: Path) -> None:
    if not (folder / METADATA).exists():
        with open_atomically(folder / METADATA) as file:
            file.write(write_names([]))


def _write_zarr(folder: Path, name: str, facet: Facet) -> Path:
    write_stored_facet(StoredFiles(folder), name, facet)
    return folder / name


def _write_parquet(folder: Path, name: str, facet: Facet) -> Path:
    write_parquet(folder / f"{name}{ENDING}", [facet])
    return folder / f"{name}{ENDING}"


ZARR = FolderKind(_begin_zarr, _write_zarr, open_zarr, read_name)
PARQUET = FolderKind(lambda _: None, _write_parquet, ParquetFacets, read_parquet_name)
