"""Writing files so that nothing half written is ever seen."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
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
        If the file cannot be written.

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
    finally:
        new.unlink(missing_ok=True)
