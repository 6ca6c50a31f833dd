"""A facet as one JSON object, as `heatmap.schema.json` describes it."""

from __future__ import annotations

import json
from itertools import takewhile
from math import nan
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from textualheatmap.facet.attempts import Attempts
from textualheatmap.facet.facet import Facet, read_description
from textualheatmap.facet.fields import (
    is_object,
    read_flag,
    read_list,
    read_object,
    read_optional_flag,
    simplify_meta,
)
from textualheatmap.facet.reading import read_records
from textualheatmap.files.axis_objects import describe_axes, read_axis_objects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from textualheatmap.facet.store import HeatStore
    from textualheatmap.facet.tokens import Tokens

OPTIONAL_KEYS = (
    "title",
    "id",
    "rows_of",
    "axes",
    "signed",
    "missing",
    "caption",
    "provenance",
    "meta_axis",
    "heat",
)


def describe_facet(facet: Facet) -> dict[str, object]:
    """Return all that a facet has but its tokens and heat, as JSON can hold it.

    Examples
    --------
    >>> about = describe_facet(Facet.from_arrays(["a"], [[1]], title="GRU"))
    >>> about["title"], about["signed"], about["missing"]
    ('GRU', False, False)
    """
    return {
        "title": facet.title,
        "id": facet.id,
        "rows_of": facet.rows_of,
        "axes": describe_axes(facet.store.axes),
        "signed": facet.store.signed,
        "missing": facet.store.missing,
        "caption": facet.caption,
        "provenance": facet.provenance,
        # Without it the file can be read by versions that know of none.
        **({} if facet.meta_axis is None else {"meta_axis": facet.meta_axis}),
    }


def describe_meta(tokens: Tokens, position: int) -> list[Any]:
    """Return the meta of a token, as JSON can hold it.

    Where meta follow an axis, it is a list with those for each of its labels, and empty
    for a token that has none.

    Examples
    --------
    >>> facet = Facet.from_arrays(["a"], [[1]], [["b", ("c", 0.5)]])
    >>> describe_meta(facet.tokens, 0)
    ['b', ('c', 0.5)]
    """
    if tokens.axis_meta is None:
        return simplify_meta(tokens.meta[position])
    return [simplify_meta(meta) for meta in tokens.axis_meta.meta[position]]


def describe_token(tokens: Tokens, position: int) -> dict[str, object]:
    """Return all that a token has but its heat, as JSON can hold it.

    Examples
    --------
    >>> facet = Facet.from_arrays(["a"], [[1]], [["b"]], numbers={"rank": [3]})
    >>> describe_token(facet.tokens, 0)
    {'token': 'a', 'meta': ['b'], 'numbers': {'rank': 3.0}}
    """
    record: dict[str, object] = {"token": tokens.texts[position]}
    if tokens.is_format[position]:
        return {**record, "format": True}
    meta, numbers = describe_meta(tokens, position), tokens.given_numbers
    if meta:
        record["meta"] = meta
    if numbers:
        record["numbers"] = {name: each[position] for name, each in numbers.items()}
    return record


def write_facet_object(facet: Facet, gap: str = "\n") -> Iterator[str]:
    """Yield the JSON of a facet, piece by piece.

    A token has its row of heat, unless heat has axes or rows of another facet: then
    `heat` stands beside the tokens. Heat is written in as few digits as give the same
    float32 back.

    Parameters
    ----------
    facet
        Any facet. Its heat is read a bounded number of rows at a time.
    gap
        What stands between two tokens, and between two rows.

    Examples
    --------
    >>> text = "".join(write_facet_object(Facet.from_arrays(["a"], [[1]])))
    >>> json.loads(text)["tokens"]
    [{'token': 'a', 'heat': [1]}]
    """
    about, tokens, store = describe_facet(facet), facet.tokens, facet.store
    yield f'{_write(about)[:-1]}, "tokens": ['
    heat_is_apart = bool(store.axes) or facet.rows_of is not None
    rows = iter(()) if heat_is_apart else _write_rows(store)
    between = ""
    for position in range(len(tokens.texts)):
        record = _write(describe_token(tokens, position))
        yield between + gap + record[:-1]
        if not heat_is_apart and not tokens.is_format[position]:
            yield f', "heat": {next(rows)}'
        yield "}"
        between = ","
    yield "]"
    if heat_is_apart:
        yield ', "heat": '
        yield from _write_heat(store, gap)
    yield "}"


def read_facet_object(value: object, where: str) -> Facet:
    """Read a facet from an object as `write_facet_object` writes it.

    Parameters
    ----------
    value
        What was parsed from JSON; it may be anybody's.
    where
        What errors call the facet.

    Raises
    ------
    HeatmapDataError
        If it is not of this form.

    Examples
    --------
    >>> facet = {"title": "GRU", "tokens": [{"token": "a", "heat": [1]}]}
    >>> read_facet_object(facet, "facets[0]").title
    'GRU'
    """
    about = read_object(value, where, ("tokens",), OPTIONAL_KEYS)
    heat, attempts = about.get("heat"), Attempts()
    read = attempts.read(
        None,
        _read_tokens,
        about["tokens"],
        where,
        heat_is_apart=heat is not None,
        meta_axis=about.get("meta_axis"),
    )
    axes = attempts.read((), read_axis_objects, about.get("axes", []), where)
    signed = attempts.read(
        None, read_optional_flag, about.get("signed"), f"{where}.signed"
    )
    flag = about.get("missing", False)
    missing = attempts.read(False, read_flag, flag, f"{where}.missing")  # noqa: FBT003
    described = {
        "title": about.get("title", ""),
        "id": about.get("id"),
        "rows_of": about.get("rows_of"),
        "provenance": about.get("provenance"),
        "caption": about.get("caption", ""),
    }
    if read is None or attempts.last is not None:
        # What the heat should be depends on all of these, and nothing else does.
        attempts.read({}, read_description, **described, where=where)
        attempts.finish()
    tokens, rows = cast("tuple[Tokens, list[object]]", read)
    given = rows if heat is None else heat
    return Facet(
        tokens,
        _replace_null(given, len(axes) + 1) if missing else given,
        axes={axis.name: axis.labels for axis in axes},
        signed=signed,
        missing=missing,
        **described,
        where=where,
    )


def _read_tokens(
    tokens: object, where: str, *, heat_is_apart: bool, meta_axis: object
) -> tuple[Tokens, list[object]]:
    """Read the records of a facet, and return their rows of heat unchecked."""
    records = read_list(tokens, f"{where}.tokens", "tokens")
    return read_records(
        records, where, heat_is_apart=heat_is_apart, meta_axis=meta_axis
    )


def find_records(value: object) -> Sequence[object]:
    """Return the records of a facet that is not checked yet, none if it has no list.

    Parameters
    ----------
    value
        What was parsed from JSON: a facet's object, or its list of records.

    Examples
    --------
    >>> find_records({"tokens": [{"token": "a"}]}), find_records(1)
    ([{'token': 'a'}], ())
    """
    records = value.get("tokens") if is_object(value) else value
    return cast("Sequence[object]", records) if isinstance(records, list) else ()


def find_meta_axis(value: object) -> object:
    """Return what a facet that is not checked yet says of the axis of its meta.

    Examples
    --------
    >>> find_meta_axis({"meta_axis": "layer"}), find_meta_axis([])
    ('layer', None)
    """
    return value.get("meta_axis") if is_object(value) else None


def write_numbers(row: NDArray[np.float32]) -> str:
    """Return heat as a JSON list, with null for NaN.

    Parameters
    ----------
    row
        Shape (columns,).

    Examples
    --------
    >>> write_numbers(np.float32([1, 0.1, np.nan, 1 / 3]))
    '[1, 0.1, null, 0.33333334]'
    """
    values: list[float] = row.tolist()
    # Seven digits do for most, and nine for every float32.
    texts = [f"{value:.7g}" for value in values]
    longer = np.flatnonzero(np.array(texts, dtype=np.float64).astype(np.float32) != row)
    for k in longer.tolist():
        value = row[k]
        # NaN differs from itself.
        texts[k] = "null" if np.isnan(value) else str(value)
    return f"[{', '.join(texts)}]"


def _write(value: Mapping[str, object]) -> str:
    """Return the JSON of an object, not escaped.

    Escaped, a lone high surrogate would be joined to a lone low one behind it.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _write_rows(store: HeatStore) -> Iterator[str]:
    """Yield the JSON of each row of a store without axes."""
    for block in store.blocks():
        for row in block:
            yield write_numbers(row)


def _write_heat(store: HeatStore, gap: str) -> Iterator[str]:
    """Yield the JSON of all heat: a list of rows, within one more for each axis."""
    lengths = [len(axis.labels) for axis in store.axes]
    lasts = [length - 1 for length in lengths]
    for places, matrix in zip(np.ndindex(*lengths), store.matrices(), strict=True):
        # A list begins at its first place, and ends at its last.
        begun = _count_same(places, [0] * len(lengths))
        yield ("" if begun == len(lengths) else "," + gap) + "[" * begun
        between = "["
        for row in _write_rows(matrix):
            yield between + row
            between = "," + gap
        yield "]" + "]" * _count_same(places, lasts)


def _count_same(places: tuple[int, ...], others: list[int]) -> int:
    """Return how many of the last places are the same in both."""
    pairs = zip(reversed(places), reversed(others), strict=True)
    return len([*takewhile(lambda pair: pair[0] == pair[1], pairs)])


def _replace_null(heat: object, depth: int) -> object:
    """Return heat with NaN for None, within lists that are at most `depth` deep."""
    if not isinstance(heat, list):
        return heat
    items = cast("list[Any]", heat)
    if depth > 0:
        return [_replace_null(item, depth - 1) for item in items]
    return [nan if item is None else item for item in items] if None in items else items
