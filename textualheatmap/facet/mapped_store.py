"""Heat in a file that is memory-mapped: read by row, never whole."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.file_store import FileStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from numpy.typing import NDArray

    from textualheatmap.facet.store import Axis, HeatStore


class MappedStore(FileStore):
    """Heat in a memory-mapped array, of which only what is asked for is read.

    Reading a row touches one place of the file, reading a column all of it.

    Parameters
    ----------
    heat
        Shape (*axes, rows, columns), of any type of real number.
    axes
        One for each leading dimension.
    signed
        Whether heat may be negative.
    missing
        Whether heat may be NaN.
    where
        What errors call the heat.

    Examples
    --------
    >>> from tempfile import TemporaryFile
    >>> with TemporaryFile() as file:
    ...     store = MappedStore(np.memmap(file, np.float32, "w+", shape=(2, 2)))
    >>> store.rows([1]).tolist(), store.in_memory, store.maximum
    ([[0.0, 0.0]], False, None)
    """

    def __init__(
        self,
        heat: np.memmap[Any, Any],
        axes: Sequence[Axis] = (),
        *,
        signed: bool = False,
        missing: bool = False,
        where: str = "facet.heat",
    ) -> None:
        *_, rows, columns = heat.shape
        super().__init__(
            (rows, columns), axes, signed=signed, missing=missing, where=where
        )
        self._heat = heat

    def to_array(self) -> NDArray[Any]:
        """Return the memory-mapped array, which cannot be written to.

        Examples
        --------
        >>> from tempfile import TemporaryFile
        >>> with TemporaryFile() as file:
        ...     heat = np.memmap(file, np.float32, "w+", shape=(2, 2))
        >>> MappedStore(heat).to_array().flags.writeable
        False
        """
        heat = self._heat.view()
        heat.flags.writeable = False
        return heat

    def _fetch_rows(self, indices: NDArray[np.intp]) -> NDArray[np.float32]:
        with np.errstate(over="ignore"):  # what becomes infinite is refused
            rows = np.array(self._heat[indices], dtype=np.float32)
        self._release()
        return rows

    def _fetch_value(self, row: int, column: int) -> object:
        return self._heat[row, column]

    def _pick(self, places: tuple[int, ...]) -> HeatStore:
        return MappedStore(
            cast("np.memmap[Any, Any]", self._heat[places]),
            signed=self.signed,
            missing=self.missing,
            where=self._name_part(places),
        )

    def _release(self) -> None:
        """Tell the system to drop the pages that were read, or all stay in memory."""
        # In mode "c" the pages hold changes that are not in the file.
        if self._heat.mode != "c":
            base: Any = self._heat
            while isinstance(base, np.ndarray):
                base = base.base
            # Windows has no `madvise`; it drops pages by itself.
            if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
                base.madvise(mmap.MADV_DONTNEED)


def open_npy(path: str | PathLike[str], where: str) -> np.memmap[Any, Any]:
    """Map a `.npy` file into memory, without reading it.

    Parameters
    ----------
    path
        Where the file is.
    where
        What errors call the heat.

    Raises
    ------
    HeatmapDataError
        If it is no `.npy` file, or holds no real numbers.
    OSError
        If there is no such file to read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     np.save(f"{folder}/heat.npy", np.eye(2))
    ...     open_npy(f"{folder}/heat.npy", "facet.heat").shape
    (2, 2)
    """
    try:
        heat = np.lib.format.open_memmap(Path(path), mode="r")
    except ValueError as error:
        msg = f"{where} is no .npy file that can be mapped: {error!s:.100}"
        raise HeatmapDataError(msg) from None
    return check_mapped(heat, where)


def check_mapped(heat: np.memmap[Any, Any], where: str) -> np.memmap[Any, Any]:
    """Return a memory-mapped array of real numbers as it is.

    Raises
    ------
    HeatmapDataError
        If it holds no real numbers.

    Examples
    --------
    >>> from tempfile import TemporaryFile
    >>> with TemporaryFile() as file:
    ...     heat = np.memmap(file, np.float32, "w+", shape=(2, 2))
    >>> check_mapped(heat, "facet.heat") is heat
    True
    """
    if heat.dtype.kind not in "fiu":
        msg = f"{where} is an array of {heat.dtype!s:.60}, expected real numbers"
        raise HeatmapDataError(msg)
    return heat
