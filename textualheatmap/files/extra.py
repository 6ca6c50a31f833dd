"""Packages that files of some kinds need, and that not everybody has installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def import_extra(name: str, files: str) -> Any:  # noqa: ANN401 - it need not be there
    """Return a module of the extra `files`, imported only now.

    Parameters
    ----------
    name
        Its full name, such as ``"pyarrow.parquet"``.
    files
        What files need it, for the error, such as ``"Parquet files"``.

    Raises
    ------
    ModuleNotFoundError
        If it is not installed; the message says what to install.

    Examples
    --------
    >>> import_extra("no_such.package", "such files")
    Traceback (most recent call last):
        ...
    ModuleNotFoundError: such files need the package no_such: pip install \
'panel-textualheatmap[files]'
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        package = name.partition(".")[0]
        msg = (
            f"{files} need the package {package}: "
            "pip install 'panel-textualheatmap[files]'"
        )
        raise ModuleNotFoundError(msg, name=error.name) from None
