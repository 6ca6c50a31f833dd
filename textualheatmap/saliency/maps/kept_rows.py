"""Rows of a saliency map on the disk, as soon as they are computed."""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from textualheatmap.facet.fields import is_object, quote
from textualheatmap.files.folder_lock import lock_folder
from textualheatmap.files.journal import JOURNAL, Journal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from textualheatmap.saliency.methods.targets import Target

ROWS = "rows.float32"
FLOAT_BYTES = 4
NUMBERS = np.dtype("<f4")


class KeptRows:
    """The rows of one map that were computed so far, in a folder.

    Rows go to the end of a file, and a journal says how many of them are whole: a
    process may be killed at any moment.

    Parameters
    ----------
    folder
        Its path. The folder is there.
    made_by
        What decides on the map, of what JSON can hold.

    Attributes
    ----------
    is_begun
        Whether a map was begun by this object.

    Raises
    ------
    ValueError
        If the folder has rows of something else.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     kept = KeptRows(Path(folder), {"method": "gradient"})
    ...     kept.begin([], 2)
    ...     kept.add(np.ones((3, 2)), {"gap": 0.5})
    ...     again = KeptRows(Path(folder), {"method": "gradient"})
    ...     again.begin([], 2)
    ...     again.rows.shape, again.accuracies
    ((3, 2), [{'gap': 0.5}])
    """

    def __init__(self, folder: Path, made_by: Mapping[str, object]) -> None:
        self._folder = folder
        self._journal = Journal(folder / JOURNAL)
        self.rows: NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)
        self.accuracies: list[dict[str, float | int]] = []
        self.is_begun = False
        if not self._journal.entries and (folder / ROWS).exists():
            msg = f"{folder} has a file {ROWS} of something else, expected another path"
            raise ValueError(msg)
        self._check("made by", made_by)

    def begin(self, targets: Sequence[Target], columns: int) -> None:
        """Read the rows that there are; a folder has those of one map.

        Parameters
        ----------
        targets
            What the rows explain.
        columns
            Number of columns of the map.

        Raises
        ------
        ValueError
            If the folder's rows explain something else, or another map was begun.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     kept = KeptRows(Path(folder), {})
        ...     kept.begin([], 2)
        ...     kept.rows.shape
        (0, 2)
        """
        if self.is_begun:
            msg = f"{self._folder} has rows of one map, but the function makes several"
            raise ValueError(msg)
        self.is_begun = True
        about = [tuple(target) for target in targets]
        digest = sha256(repr(about).encode()).hexdigest()[:16]
        self._check("explains", {"columns": columns, "predictions": digest})
        done = 0
        for entry in self._journal.entries:
            if type(entry.get("done")) is int:
                done = cast("int", entry["done"])
                accuracy = entry.get("accuracy")
                if is_object(accuracy):
                    known = cast("dict[str, float | int]", accuracy)
                    self.accuracies.append(known)
        size = done * columns
        path = self._folder / ROWS
        found = np.fromfile(path, NUMBERS, size) if size else np.zeros(0, dtype=NUMBERS)
        if found.size != size:
            msg = f"{path} has {found.size} numbers, expected {size}: it is damaged"
            raise ValueError(msg)
        self.rows = found.reshape(done, columns).astype(np.float32)

    def add(
        self,
        rows: NDArray[np.float32],
        accuracy: Mapping[str, float | int] | None = None,
    ) -> None:
        """Keep rows, those after the last.

        Parameters
        ----------
        rows
            Shape (rows, columns).
        accuracy
            What the method says of these rows, if it says anything.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     kept = KeptRows(Path(folder), {})
        ...     kept.begin([], 2)
        ...     kept.add(np.ones((3, 2)))
        ...     kept.rows.shape
        (3, 2)
        """
        with (self._folder / ROWS).open("ab") as file:
            # What is left of rows that were not finished is written over.
            file.truncate(self.rows.size * FLOAT_BYTES)
            file.write(np.ascontiguousarray(rows, NUMBERS).tobytes())
            file.flush()
            os.fsync(file.fileno())
        self.rows = np.concatenate([self.rows, rows.astype(np.float32)])
        entry: dict[str, object] = {"done": len(self.rows)}
        if accuracy:
            entry["accuracy"] = dict(accuracy)
            self.accuracies.append(dict(accuracy))
        self._journal.add(entry)

    def _check(self, key: str, expected: Mapping[str, object]) -> None:
        """Note something about the rows, or raise unless the same was noted."""
        for entry in self._journal.entries:
            came = entry.get(key)
            if not is_object(came):
                continue
            nothing = "nothing"
            for name in {**came, **expected}:
                theirs, ours = came.get(name, nothing), expected.get(name, nothing)
                if theirs != ours:
                    msg = (
                        f"{self._folder} has rows of {name} {quote(theirs)}, but this "
                        f"map has {quote(ours)}: expected the same, or another path"
                    )
                    raise ValueError(msg)
            return
        self._journal.add({key: dict(expected)})


_keeper: ContextVar[KeptRows | None] = ContextVar("_keeper", default=None)


@contextmanager
def keep_rows(
    path: str | os.PathLike[str], made_by: Mapping[str, object]
) -> Iterator[KeptRows]:
    """Keep the rows of the map that this thread computes meanwhile.

    Parameters
    ----------
    path
        Of a folder, which is made if there is none.
    made_by
        As `KeptRows` takes it.

    Raises
    ------
    ValueError, OSError
        If the folder has rows of something else, or somebody else writes to it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, keep_rows(f"{folder}/a", {}) as kept:
    ...     find_keeper() is kept
    True
    """
    with lock_folder(path):
        kept = KeptRows(Path(path), made_by)
        token = _keeper.set(kept)
        try:
            yield kept
        finally:
            _keeper.reset(token)


def find_keeper() -> KeptRows | None:
    """Return what keeps the rows of this thread's map; None if nothing does.

    Examples
    --------
    >>> find_keeper() is None
    True
    """
    return _keeper.get()


def begin_rows(targets: Sequence[Target], columns: int) -> None:
    """Begin a map, as `KeptRows.begin` does, if this thread's rows are kept.

    Examples
    --------
    >>> begin_rows([], 2)
    """
    kept = find_keeper()
    if kept is not None:
        kept.begin(targets, columns)
