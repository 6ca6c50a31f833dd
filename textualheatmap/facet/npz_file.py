"""Facets as an NPZ file: heats in bytes where JSON would be large."""

from __future__ import annotations

import json
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import name_type, read_list, simplify_meta
from textualheatmap.facet.linear_codes import quantise, restore
from textualheatmap.facet.npz_arrays import open_npz, read_member
from textualheatmap.facet.reading import read_arrays

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zipfile import ZipFile

    from numpy.typing import NDArray

VERSION = 1
ABOUT_KEYS = frozenset({"version", "facets"})
FACET_KEYS = frozenset({"token", "format", "meta", "provenance"})
CODES = np.dtype("u1")
SCALES = np.dtype("<f4")
MAX_BYTES = 200_000_000
# As Python objects, tokens take many times the bytes that they have in a file.
ABOUT_SHARE = 10


def write_npz(file: str | PathLike[str] | IO[bytes], facets: object) -> None:
    """Write facets to a compressed NPZ file without pickles.

    It holds `about`, the bytes of a JSON object `{"version": 1, "facets": [...]}` with
    one `{"token": [...], "format": [...], "meta": [...], "provenance": {...}}` a facet,
    and of the facet `i` with n non-format tokens `heat-{i}`, shape (n, n), uint8, and
    `scale-{i}`, shape (n,), float32: the heat of row r is `heat * scale[r] / 255`, and
    scale[r] the row's maximum.

    Parameters
    ----------
    file
        A path, or a file open for writing bytes. Nothing is written before all is
        known to be fine.
    facets
        A list of facets. Their heat differs from what is read again by at most
        scale / 510.

    Raises
    ------
    HeatmapDataError
        If there are no facets, or one is none.

    Examples
    --------
    >>> file = BytesIO()
    >>> write_npz(file, [Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]])])
    >>> list(np.load(BytesIO(file.getvalue())))
    ['about', 'heat-0', 'scale-0']
    """
    about: list[dict[str, object]] = []
    arrays: dict[str, NDArray[Any]] = {}
    for i, facet in enumerate(read_list(facets, "facets", "facets")):
        if not isinstance(facet, Facet):
            msg = f"facets[{i}] is {name_type(facet)}, expected a Facet"
            raise HeatmapDataError(msg)
        about.append(
            {
                "token": facet.tokens.texts,
                "format": facet.tokens.is_format.tolist(),
                "meta": [simplify_meta(meta) for meta in facet.tokens.meta],
                "provenance": facet.provenance,
            }
        )
        codes, scales = quantise(facet.heat)
        arrays |= {f"heat-{i}": codes, f"scale-{i}": scales.astype(SCALES)}
    text = json.dumps({"version": VERSION, "facets": about}, ensure_ascii=False)
    # Not an array of strings, which would lose NULs at their ends; and not escaped,
    # which would join a lone high surrogate to a lone low one behind it.
    codes = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=CODES)
    packed = BytesIO()
    # pyright takes an array for the one keyword that is not an array's name.
    np.savez_compressed(packed, about=codes, **arrays)  # pyright: ignore[reportArgumentType]
    if isinstance(file, str | PathLike):
        Path(file).write_bytes(packed.getvalue())
    else:
        file.write(packed.getvalue())


def read_npz(
    file: str | PathLike[str] | IO[bytes], *, max_bytes: int = MAX_BYTES
) -> list[Facet]:
    """Read the facets of an NPZ file, of the form that `write_npz` describes.

    Anybody's file may be read: nothing in it is run, and memory is bounded.

    Parameters
    ----------
    file
        A path, or a file open for reading bytes.
    max_bytes
        How large the file, and all its arrays together, may be; its `about` may have
        a tenth of that. Reading takes up to 10 times as much memory.

    Raises
    ------
    HeatmapDataError
        If the file is too large, or anything in it is not of this form.
    OSError
        If there is no such file to read.

    Examples
    --------
    >>> file = BytesIO()
    >>> write_npz(file, [Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]])])
    >>> read_npz(BytesIO(file.getvalue()))
    [<Facet of 2 tokens: 'ab'>]
    """
    if isinstance(file, str | PathLike):
        with Path(file).open("rb") as opened:
            return read_npz(opened, max_bytes=max_bytes)
    archive = open_npz(file, max_bytes)
    content = read_member(archive, "about", CODES).tobytes()
    if len(content) > max_bytes // ABOUT_SHARE:
        most = max_bytes // ABOUT_SHARE
        msg = f"about has {len(content)} bytes, expected at most {most}"
        raise HeatmapDataError(msg)
    items = _read_about(content)
    return [_read_facet(archive, i, item) for i, item in enumerate(items)]


def _read_about(content: bytes) -> Sequence[object]:
    """Return what there is to know about each facet, not yet checked."""
    try:
        about: object = json.loads(content.decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError as error:
        msg = f"about is not UTF-8 at byte {error.start}, expected JSON in UTF-8"
        raise HeatmapDataError(msg) from None
    except (ValueError, RecursionError) as error:
        msg = f"about is not JSON: {error}"
        raise HeatmapDataError(msg) from None
    version = _read_object(about, "about").get("version")
    if version != VERSION:
        msg = f"about.version is {version!r:.60}, expected {VERSION}"
        raise HeatmapDataError(msg)
    facets = _read_object(about, "about", ABOUT_KEYS)["facets"]
    return read_list(facets, "about.facets", "facets")


def _read_facet(archive: ZipFile, i: int, item: object) -> Facet:
    """Return a facet from what is said about it and its two arrays."""
    where = f"facets[{i}]"
    about = _read_object(item, where, FACET_KEYS)
    tokens = read_arrays(about["token"], about["meta"], about["format"], where)
    n = len(tokens)
    codes = read_member(archive, f"heat-{i}", CODES, (n, n))
    scales = read_member(archive, f"scale-{i}", SCALES, (n,))
    wrong = np.flatnonzero(~((scales >= 0) & (scales <= 1)))
    if len(wrong):
        place = f"scale-{i}[{wrong[0]}]"
        msg = f"{place} is {scales[wrong[0]]}, expected a number from 0 to 1"
        raise HeatmapDataError(msg)
    heat = restore(codes, scales)
    return Facet(tokens, heat, provenance=about["provenance"], where=where)


def _read_object(
    value: object, where: str, keys: frozenset[str] = frozenset()
) -> dict[str, object]:
    """Return a JSON object that has these keys and, if any are told, no others."""
    if not isinstance(value, dict):
        msg = f"{where} is {name_type(value)}, expected an object"
        raise HeatmapDataError(msg)
    known = cast("dict[str, object]", value)
    if keys and known.keys() != keys:
        came, expected = (", ".join(sorted(names)) for names in (known, keys))
        msg = f"{where} has the keys {came:.60}, expected {expected}"
        raise HeatmapDataError(msg)
    return known
