"""Where a command writes to."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import TYPE_CHECKING

from textualheatmap.cli.inputs import STANDARD

if TYPE_CHECKING:
    from collections.abc import Callable


def write_output(name: str, write: Callable[[str | BytesIO], None]) -> None:
    """Write a file to a path, or the whole of it to stdout.

    Parameters
    ----------
    name
        A path, or ``-`` for stdout.
    write
        Called with the path, or with a file that is open for writing bytes.

    Raises
    ------
    OSError
        If it cannot be written. The error names what was asked for, since a file is
        written under another name first, which a user does not know.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.files.npz_file import write_npz
    >>> facets = [Facet.from_arrays(["a"], [[1]])]
    >>> write_output("no/my.npz", lambda file: write_npz(file, facets))
    Traceback (most recent call last):
        ...
    FileNotFoundError: [Errno 2] No such file or directory: 'no/my.npz'
    """
    try:
        if name != STANDARD:
            write(name)
            return
        file = BytesIO()
        write(file)
        sys.stdout.buffer.write(file.getbuffer())
        sys.stdout.buffer.flush()
    except OSError as error:
        called = "stdout" if name == STANDARD else name
        raise OSError(error.errno, error.strerror, called) from error
