"""What a failed command says, in one line, and its exit status."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from textualheatmap.errors import HeatmapDataError

if TYPE_CHECKING:
    from collections.abc import Generator

WRONG_DATA, WRONG_USE = 1, 2
"""The exit status where data or files are wrong, and where arguments are."""


@contextmanager
def tell_failures() -> Generator[None]:
    """Tell what a user can have done wrong in one line, without a traceback.

    Raises
    ------
    typer.Exit
        With the exit status, once the line stands on stderr.
    BrokenPipeError
        If whoever reads the output has left; Typer ends the process silently.

    Examples
    --------
    >>> try:
    ...     with tell_failures():
    ...         open("no/such/file")
    ... except typer.Exit as end:
    ...     end.exit_code
    1
    """
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            yield
    except BrokenPipeError:
        raise
    except (HeatmapDataError, ImportError, MemoryError, OSError) as error:
        _say(describe_failure(error))
        raise typer.Exit(WRONG_DATA) from None
    except (IndexError, ValueError) as error:
        _say(describe_failure(error))
        raise typer.Exit(WRONG_USE) from None


def describe_failure(error: BaseException) -> str:
    """Return what is wrong, beginning with the file where there is one.

    Examples
    --------
    >>> describe_failure(FileNotFoundError(2, "No such file or directory", "my.json"))
    'my.json: No such file or directory'
    """
    if isinstance(error, MemoryError):
        return "there is too little memory for this"
    if isinstance(error, OSError) and error.strerror:
        place = error.filename2 or error.filename
        return f"{place}: {error.strerror}" if place else error.strerror
    return str(error)


def _say(message: str) -> None:
    typer.echo(f"Error: {message}", err=True)


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    typer.echo(f"Warning: {message}", err=True)
