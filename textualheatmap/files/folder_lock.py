"""A folder that one process at a time may write to."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import gethostname
from typing import IO, TYPE_CHECKING

from textualheatmap.errors import HeatmapDataError

if TYPE_CHECKING:
    from collections.abc import Generator

LOCK = ".lock"
# Where Windows locks a byte, which nobody else can then read.
FAR = 1 << 30
# Folder or file may be removed by somebody else between making and locking them.
TRIES = 100


@contextmanager
def lock_folder(path: str | os.PathLike[str]) -> Generator[None]:
    """Keep others from locking a folder, which is made if there is none.

    The system itself lets go of the lock once the process has ended, also if it was
    killed. A folder that is empty at the end is removed.

    Parameters
    ----------
    path
        Of the folder.

    Raises
    ------
    HeatmapDataError
        If there is a file at the path.
    BlockingIOError
        If somebody else has locked it. The message names the process.
    OSError
        If the folder cannot be made.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place, lock_folder(f"{place}/a"):
    ...     try:
    ...         with lock_folder(f"{place}/a"):
    ...             pass
    ...     except BlockingIOError as error:
    ...         str(error).endswith("writes to it, expected one at a time")
    True
    """
    folder = Path(path).resolve()
    file = _open_locked(folder)
    try:
        file.truncate(0)
        file.write(f"process {os.getpid()} on {gethostname()}".encode())
        file.flush()
        yield
    finally:
        if sys.platform == "win32":
            file.close()  # an open file cannot be removed there
        with suppress(OSError):
            (folder / LOCK).unlink()
        file.close()
        with suppress(OSError):
            folder.rmdir()


def _open_locked(folder: Path) -> IO[bytes]:
    """Return the file of a lock, open and locked."""
    place = folder / LOCK
    for _ in range(TRIES):
        try:
            # Asked once: it may be gone when it is asked again.
            if not stat.S_ISDIR(folder.stat().st_mode):
                msg = f"{folder.name} is a file, expected a folder, or nothing"
                raise HeatmapDataError(msg)
        except FileNotFoundError:
            pass
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = place.open("a+b")
        except (FileExistsError, FileNotFoundError):
            continue  # somebody has just removed the folder
        if not _lock(file):
            file.seek(0)
            owner = file.read(200).decode(errors="replace") or "another process"
            file.close()
            break
        # Whoever had it before may have removed the file, which then locks nothing.
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), place.stat()):
                return file
        file.close()
    else:
        owner = "another process"
    msg = f"{folder}: {owner} writes to it, expected one at a time"
    raise BlockingIOError(msg)


def _lock(file: IO[bytes]) -> bool:
    """Lock an open file until it is closed; say whether nobody else has it."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - Windows alone has it

            file.seek(FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - and Windows has not

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
