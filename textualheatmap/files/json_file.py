"""Facets in a JSON file, as `heatmap.schema.json` describes it."""

from __future__ import annotations

import json
from io import BytesIO
from os import PathLike
from typing import IO, TYPE_CHECKING

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.attempts import Attempts
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import (
    is_object,
    name_type,
    read_list,
    read_object,
    read_version,
)
from textualheatmap.facet.limits import (
    MAX_FACETS,
    check_count,
    check_limits,
    list_field,
)
from textualheatmap.files.atomic_write import open_atomically
from textualheatmap.files.facet_list import check_facets
from textualheatmap.files.facet_object import (
    find_meta_axis,
    find_records,
    read_facet_object,
    write_facet_object,
)
from textualheatmap.files.json_text import parse_json
from textualheatmap.files.whole_file import read_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

VERSION = 1
MAX_BYTES = 20_000_000


def write_json(
    file: str | PathLike[str] | IO[bytes],
    facets: object,
    *,
    style: Mapping[str, object] | None = None,
    max_bytes: int = MAX_BYTES,
) -> None:
    """Write facets to a JSON file: an object with all that they have.

    `textualheatmap/files/heatmap.schema.json` describes the form. Read back, each heat
    is the same float32.

    Parameters
    ----------
    file
        A path, or a file open for writing bytes. Nothing is written before all is
        known to be right, and an old file at the path stays until all is written.
    facets
        A list of facets.
    style
        How the facets are to be shown: anything that JSON can hold, by name.
        `read_style` returns it.
    max_bytes
        How large the file may be. `read_json` takes as much, unless it is asked for
        more.

    Raises
    ------
    HeatmapDataError
        If there are no facets, one is not a `Facet`, together they hold more than
        `read_json` takes, or `style` is not JSON.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> file = BytesIO()
    >>> write_json(file, [Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]])])
    >>> json.loads(file.getvalue())["facets"][0]["tokens"]
    [{'token': 'a', 'heat': [1, 0]}, {'token': 'b', 'heat': [0.5, 1]}]
    """
    content = BytesIO()
    for piece in _write(check_facets(facets), style):
        # As `json` reads it: a lone surrogate, which UTF-8 has no bytes for, stays.
        content.write(piece.encode("utf-8", "surrogatepass"))
        if content.tell() > max_bytes:
            msg = (
                f"the file has more than {max_bytes} bytes, which is what a JSON file "
                "may have, expected less heat, or an NPZ file"
            )
            raise HeatmapDataError(msg)
    if isinstance(file, str | PathLike):
        with open_atomically(file) as opened:
            opened.write(content.getbuffer())
    else:
        file.write(content.getbuffer())


def read_json(
    file: str | PathLike[str] | IO[bytes], *, max_bytes: int = MAX_BYTES
) -> list[Facet]:
    """Read the facets of a JSON file.

    It holds an object, as `write_json` writes it, or a list of facets, each a list of
    records as `Facet.from_records` takes them. Anybody's file may be read: time and
    memory are bounded.

    Parameters
    ----------
    file
        A path, or a file open for reading bytes. It holds JSON in UTF-8.
    max_bytes
        How large the file may be. Reading takes up to 50 times as much memory.

    Returns
    -------
    facets
        The facets, in the order of the file.

    Raises
    ------
    HeatmapDataError
        If the file is too large or holds too much, or is not of this form.
    OSError
        If there is no such file to read.

    Examples
    --------
    >>> read_json(BytesIO(b'[[{"token": "a", "heat": [1]}]]'))
    [<Facet of 1 token: 'a'>]
    >>> file = BytesIO()
    >>> write_json(file, [Facet.from_arrays(["a"], [[1]], title="GRU")])
    >>> read_json(BytesIO(file.getvalue()))[0].title
    'GRU'
    """
    data = parse_json(read_whole(file, max_bytes), "the file")
    if is_object(data):
        items = read_list(_read_form(data)[0], "data.facets", "facets")
    else:
        items = read_list(data, "data", "facets")
    # First, since the lists below take memory for each of them.
    check_count("facets", len(items), MAX_FACETS)
    lists = [find_records(item) for item in items]
    check_limits(
        [list_field(records, "token") for records in lists],
        [list_field(records, "meta") for records in lists],
        [list_field(records, "numbers") for records in lists],
        [find_meta_axis(item) for item in items],
    )
    reader = read_facet_object if is_object(data) else _read_records
    attempts = Attempts()
    read = attempts.read_each(None, reader, items, "facets")
    attempts.finish()
    return [facet for facet in read if facet is not None]


def read_style(
    file: str | PathLike[str] | IO[bytes], *, max_bytes: int = MAX_BYTES
) -> dict[str, object]:
    """Read how the facets of a JSON file are to be shown, as `write_json` was told.

    Parameters
    ----------
    file, max_bytes
        The same as in `read_json`.

    Returns
    -------
    style
        Anybody's JSON, not checked; empty if the file says nothing of it.

    Raises
    ------
    HeatmapDataError
        If the file is too large, or not of this form; its facets are not looked at.
    OSError
        If there is no such file to read.

    Examples
    --------
    >>> file = BytesIO()
    >>> write_json(file, [Facet.from_arrays(["a"], [[1]])], style={"gamma": 0.5})
    >>> read_style(BytesIO(file.getvalue()))
    {'gamma': 0.5}
    """
    data = parse_json(read_whole(file, max_bytes), "the file")
    return _read_form(data)[1] if is_object(data) else {}


def _write(
    facets: Sequence[Facet], style: Mapping[str, object] | None
) -> Iterator[str]:
    """Yield the whole JSON, piece by piece."""
    yield f'{{"version": {VERSION}, "facets": ['
    for i, facet in enumerate(facets):
        yield ",\n" if i else "\n"
        yield from write_facet_object(facet)
    yield f'], "style": {_write_style({} if style is None else style)}}}\n'


def _write_style(style: object) -> str:
    """Return the JSON of a style, and raise if it can't be read back."""
    try:
        text = json.dumps(style, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        msg = f"style is not JSON: {error!s:.100}"
        raise HeatmapDataError(msg) from None
    if not isinstance(style, dict):
        msg = f"style is {name_type(style)}, expected a dict of JSON values"
        raise HeatmapDataError(msg)
    return text


def _read_form(data: dict[str, object]) -> tuple[object, dict[str, object]]:
    """Return the facets of a file, not checked, and its style."""
    read_version(data, "data", [VERSION])
    form = read_object(data, "data", ("version", "facets"), ("style",))
    style = form.get("style", {})
    if not is_object(style):
        msg = f"data.style is {name_type(style)}, expected an object"
        raise HeatmapDataError(msg)
    return form["facets"], style


def _read_records(records: object, where: str) -> Facet | None:
    """Read a facet from a list of records."""
    return Facet.from_records(records, where=where)
