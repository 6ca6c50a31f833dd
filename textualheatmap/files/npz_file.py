"""Facets in an NPZ file, which is much smaller than JSON."""

from __future__ import annotations

import json
from os import PathLike
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.attempts import Attempts
from textualheatmap.facet.facet import Facet, read_description
from textualheatmap.facet.fields import (
    quote,
    read_flag,
    read_list,
    read_object,
    read_version,
)
from textualheatmap.facet.limits import (
    MAX_FACETS,
    check_count,
    check_limits,
)
from textualheatmap.facet.reading import read_arrays
from textualheatmap.facet.sparse_store import SparseStore
from textualheatmap.files.atomic_write import open_atomically
from textualheatmap.files.axis_objects import describe_axes, read_axis_objects
from textualheatmap.files.facet_list import check_facets
from textualheatmap.files.facet_object import describe_meta
from textualheatmap.files.json_text import parse_json
from textualheatmap.files.npz_arrays import open_npz, read_member, write_member
from textualheatmap.files.npz_heat import (
    CODES,
    count_bytes,
    read_heat_arrays,
    read_linear_heat,
    write_heat,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.facet.store import Axis, HeatStore
    from textualheatmap.facet.tokens import Tokens

VERSION = 2
ABOUT_KEYS = frozenset({"version", "facets"})
# The keys of a facet in version 1, and those that version 2 adds.
TOKEN_KEYS = frozenset({"token", "format", "meta", "provenance"})
HEAT_KEYS = frozenset(
    {"title", "id", "rows_of", "axes", "rows", "signed", "missing", "sparse", "bytes"}
    | {"caption", "numbers", "meta_axis"}
)
FACET_KEYS = {1: TOKEN_KEYS, 2: TOKEN_KEYS | HEAT_KEYS}
ABOUT_TYPE = np.dtype("u1")
MAX_BYTES = 100_000_000
# Tokens take far more memory as Python objects than in a file.
ABOUT_SHARE = 10


class StoredForm(NamedTuple):
    """What a file says of the heat of a facet."""

    rows: int
    code_bytes: int
    axes: tuple[Axis, ...]
    signed: bool
    missing: bool
    sparse: bool


def write_npz(file: str | PathLike[str] | IO[bytes], facets: object) -> None:
    """Write facets to a compressed NPZ file without pickles.

    It holds `about`, the bytes of a JSON object `{"version": 2, "facets": [...]}` with
    one object for each facet:

    - `token`, `format`, `meta`: lists with one item per position;
    - `provenance`, `title`, `id`, `rows_of`, `caption` (may be absent): as `Facet` has
      them;
    - `numbers` (may be absent): by name, a list with one number or null per position;
    - `meta_axis` (may be absent): the axis that `meta` and `numbers` follow, which then
      have a list with one meta, or number, for each of its labels per position;
    - `axes`: a list of `{"name": str, "labels": [...]}`; `rows`: the number of rows;
    - `signed`, `missing`: whether heat may be negative or missing;
    - `sparse`: whether only heat that is not 0 is kept; `bytes`: 1 or 2 a heat.

    The facet `i` with n non-format tokens has two arrays: `heat-{i}`, shape
    `(*axes, rows, n)`, uint8 or uint16, and `scale-{i}`, shape `(*axes, rows)`,
    float32, the largest magnitude of each row. Heat is `scale * (heat / 254)**2`;
    signed, `scale * t * abs(t)` with `t = heat / 127 - 1`; and 255 is missing heat. Of
    two bytes these are 65534, 32767 and 65535. Where it is sparse, `heat-{i}` has one
    value after another, `column-{i}` the column of each, and `start-{i}`, shape
    (rows + 1,), where each row starts.

    Parameters
    ----------
    file
        A path, or a file open for writing bytes. Nothing is written before all is
        known to be right, and an old file at the path stays until all is written.
    facets
        A list of facets. Heat in memory-mapped files is read in parts, and written out
        in full.

    Raises
    ------
    HeatmapDataError
        If there are no facets, one is not a `Facet`, or together they hold more than
        `read_npz` takes.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> from io import BytesIO
    >>> file = BytesIO()
    >>> write_npz(file, [Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]])])
    >>> list(np.load(BytesIO(file.getvalue())))
    ['about', 'heat-0', 'scale-0']
    """
    checked = check_facets(facets)
    about = [_describe(facet) for facet in checked]
    if isinstance(file, str | PathLike):
        with open_atomically(file) as opened:
            _write(opened, checked, about)
    else:
        _write(file, checked, about)


def read_npz(
    file: str | PathLike[str] | IO[bytes], *, max_bytes: int = MAX_BYTES
) -> list[Facet]:
    """Read the facets of an NPZ file, of the form that `write_npz` describes.

    Anybody's file may be read: nothing in it is run, and time and memory are bounded.
    Files of version 1, in which heat was `heat / 255 * scale`, are read as well.

    Parameters
    ----------
    file
        A path, or a file open for reading bytes.
    max_bytes
        How large the file, and all its arrays together, may be; its `about` may have
        a tenth of that. Reading takes up to 10 times as much memory.

    Returns
    -------
    facets
        The facets, in the order of the file.

    Raises
    ------
    HeatmapDataError
        If the file is too large, or anything in it is not of this form.
    OSError
        If there is no such file to read.

    Examples
    --------
    >>> from io import BytesIO
    >>> file = BytesIO()
    >>> write_npz(file, [Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]])])
    >>> read_npz(BytesIO(file.getvalue()))
    [<Facet of 2 tokens: 'ab'>]
    """
    archive = open_npz(file, max_bytes)
    content = read_member(archive, "about", ABOUT_TYPE).tobytes()
    if len(content) > max_bytes // ABOUT_SHARE:
        most = max_bytes // ABOUT_SHARE
        msg = f"about has {len(content)} bytes, expected at most {most}"
        raise HeatmapDataError(msg)
    version, items = _read_about(content)
    attempts = Attempts()
    read = [
        attempts.read(None, _read_facet, archive, i, item, version)
        for i, item in enumerate(items)
    ]
    attempts.finish()
    return [facet for facet in read if facet is not None]


def _describe(facet: Facet) -> dict[str, object]:
    """Return the object that `about` has for a facet."""
    store, tokens = facet.store, facet.tokens
    numbers = tokens.given_numbers
    return {
        "token": tokens.texts,
        "format": tokens.is_format.tolist(),
        "meta": [describe_meta(tokens, k) for k in range(len(tokens.texts))],
        "provenance": facet.provenance,
        "title": facet.title,
        "id": facet.id,
        "rows_of": facet.rows_of,
        "caption": facet.caption,
        "axes": describe_axes(store.axes),
        "rows": store.shape[0],
        "signed": store.signed,
        "missing": store.missing,
        "sparse": isinstance(store, SparseStore),
        "bytes": count_bytes(store),
        # Without them the file can be read by versions that know of none.
        **({"numbers": numbers} if numbers else {}),
        **({} if facet.meta_axis is None else {"meta_axis": facet.meta_axis}),
    }


def _write(
    file: IO[bytes], facets: Sequence[Facet], about: Sequence[dict[str, object]]
) -> None:
    """Write all arrays."""
    text = json.dumps({"version": VERSION, "facets": about}, ensure_ascii=False)
    # Not an array of strings, which would lose NULs at their ends; and not escaped,
    # which would join a lone high surrogate to a lone low one behind it.
    codes = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=ABOUT_TYPE)
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        write_member(archive, "about", ABOUT_TYPE, codes.shape, [codes])
        for i, (facet, item) in enumerate(zip(facets, about, strict=True)):
            write_heat(archive, i, facet.store, cast("int", item["bytes"]))


def _read_about(content: bytes) -> tuple[int, Sequence[dict[str, object]]]:
    """Return the version, and an unchecked object for each facet."""
    about = parse_json(content, "about")
    version = read_version(about, "about", [*FACET_KEYS])
    facets = read_object(about, "about", ABOUT_KEYS)["facets"]
    given = read_list(facets, "about.facets", "facets")
    # First, since the objects below take memory for each of them.
    check_count("facets", len(given), MAX_FACETS)
    attempts = Attempts()
    items = [
        attempts.read(
            {},
            read_object,
            _add_absent(item, version),
            f"facets[{i}]",
            FACET_KEYS[version],
        )
        for i, item in enumerate(given)
    ]
    attempts.finish()
    numbers = [
        [*cast("dict[str, object]", given).values()] if isinstance(given, dict) else []
        for given in (item.get("numbers") for item in items)
    ]
    check_limits(
        _get_lists(items, "token"),
        _get_lists(items, "meta"),
        numbers,
        [item.get("meta_axis") for item in items],
    )
    return version, items


def _add_absent(item: object, version: int) -> object:
    """Return the object of a facet with empty values for keys that may be absent."""
    if version == 1 or not isinstance(item, dict):
        return item
    absent = {"caption": "", "numbers": {}, "meta_axis": None}
    return {**absent, **cast("dict[str, object]", item)}


def _get_lists(
    items: Sequence[dict[str, object]], key: str
) -> Sequence[Sequence[object]]:
    """Return the list that each item has by a key, or an empty one if it has none."""
    values = [item[key] for item in items]
    return [
        cast("Sequence[object]", value) if isinstance(value, list) else []
        for value in values
    ]


def _read_facet(
    archive: ZipFile, i: int, about: dict[str, object], version: int
) -> Facet | None:
    """Build facet i from its object in `about` and its arrays."""
    where = f"facets[{i}]"
    attempts = Attempts()
    tokens = attempts.read(
        None,
        read_arrays,
        about["token"],
        about["meta"],
        about["format"],
        where,
        numbers=about.get("numbers"),
        meta_axis=about.get("meta_axis"),
    )
    provenance = about["provenance"]
    if version == 1:
        attempts.finish()
        columns = len(cast("Tokens", tokens))
        heat = read_linear_heat(archive, i, columns)
        return Facet(cast("Tokens", tokens), heat, provenance=provenance, where=where)
    described: dict[str, Any] = {
        key: about[key] for key in ("title", "id", "rows_of", "provenance", "caption")
    }
    form = attempts.read(None, _read_form, about, where)
    heat = None
    if tokens is not None and form is not None:
        heat = attempts.read(None, _read_store, archive, i, form, len(tokens))
    if heat is None or tokens is None:
        attempts.read({}, read_description, **described, where=where)
        attempts.finish()
    heat = cast("HeatStore", heat)
    return Facet(
        cast("Tokens", tokens), heat, missing=heat.missing, **described, where=where
    )


def _read_form(about: dict[str, object], where: str) -> StoredForm:
    """Return what the object of a facet says of its heat."""
    attempts = Attempts()
    rows, code_bytes = (
        attempts.read(1, _read_count, about, key, where) for key in ("rows", "bytes")
    )
    axes = attempts.read((), read_axis_objects, about["axes"], where)
    signed, missing, sparse = (
        attempts.read(False, read_flag, about[key], f"{where}.{key}")  # noqa: FBT003
        for key in ("signed", "missing", "sparse")
    )
    attempts.finish()
    if sparse and axes:
        msg = f"{where} is sparse and has axes, expected only one of them"
        raise HeatmapDataError(msg)
    return StoredForm(rows, code_bytes, axes, signed, missing, sparse)


def _read_count(about: dict[str, object], key: str, where: str) -> int:
    """Return the number of rows, or that of bytes."""
    count = about[key]
    if key == "rows" and (type(count) is not int or count < 1):
        msg = f"{where}.rows is {quote(count)}, expected the number of rows"
        raise HeatmapDataError(msg)
    if key == "bytes" and (type(count) is not int or count not in CODES):
        msg = f"{where}.bytes is {quote(count)}, expected 1 or 2"
        raise HeatmapDataError(msg)
    return cast("int", count)


def _read_store(archive: ZipFile, i: int, form: StoredForm, columns: int) -> HeatStore:
    """Build the heat of facet i from its arrays."""
    return read_heat_arrays(
        archive,
        i,
        (form.rows, columns),
        form.axes,
        code_bytes=form.code_bytes,
        is_sparse=form.sparse,
        signed=form.signed,
        missing=form.missing,
    )
