"""Writing files and folders so that nothing half written is ever seen."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def open_atomically(path: str | os.PathLike[str]) -> Generator[IO[bytes]]:
    """Open a file for writing that replaces an old one only once it is complete.

    What is written goes into a new file in the same folder, which is renamed at the
    end. If anything fails, the disk being full for example, the new file is deleted and
    the old one stays as it was.

    Parameters
    ----------
    path
        Where the file will be. Links are followed; a device is written to directly.

    Raises
    ------
    OSError
        If the file cannot be written. The error names `path`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with open_atomically(f"{folder}/a.bin") as file:
    ...         before = os.path.exists(f"{folder}/a.bin"), file.write(b"text")
    ...     Path(f"{folder}/a.bin").read_bytes()
    b'text'
    >>> before
    (False, 4)
    """
    goal = Path(path).resolve()
    if goal.exists() and not goal.is_file():
        with goal.open("wb") as file:
            yield file
        return
    # Not the old name with a suffix, which may be longer than names may be.
    new = goal.parent / f".{token_hex(8)}.tmp"
    try:
        with new.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if goal.exists():
            new.chmod(goal.stat().st_mode)
        new.replace(goal)
    except OSError as error:
        _name_asked(error, new, path)
        raise
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def make_folder_atomically(path: str | os.PathLike[str]) -> Generator[Path]:
    """Make a folder that replaces an old one only once it is complete.

    What is put into the folder goes into a new one beside it, which is renamed at the
    end. If anything fails, the new folder is deleted and the old one stays as it was.

    Parameters
    ----------
    path
        Where the folder will be. Links are followed.

    Yields
    ------
    new
        The new folder, which is empty.

    Raises
    ------
    OSError
        If the folder cannot be made. The error names `path`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     with make_folder_atomically(f"{place}/a") as folder:
    ...         before = os.listdir(folder), os.path.exists(f"{place}/a")
    ...     before, os.path.exists(f"{place}/a")
    (([], False), True)
    """
    goal = Path(path).resolve()
    new, old = (goal.parent / f".{token_hex(8)}.tmp" for _ in range(2))
    try:
        new.mkdir()
        yield new
        if goal.exists():
            goal.rename(old)
        new.rename(goal)
    except OSError as error:
        if old.exists():
            old.rename(goal)
        _name_asked(error, new, path)
        raise
    finally:
        rmtree(new, ignore_errors=True)
        rmtree(old, ignore_errors=True)


def _name_asked(error: OSError, new: Path, path: str | os.PathLike[str]) -> None:
    """Let an error name the path that was asked for: nobody knows the new file."""
    if error.filename == str(new):
        error.filename = os.fspath(path)
