"""Reading tokens from records, arrays or a DataFrame; `heat` reads the heat.

The heat that stands in records and frames is returned as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from math import isnan
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.attempts import Attempts
from textualheatmap.facet.fields import (
    is_number_type,
    name_type,
    quote,
    read_flag,
    read_list,
    read_meta,
    read_meta_by_label,
    read_names,
    read_number,
    read_number_by_label,
    read_string,
    refuse_on_format,
)
from textualheatmap.facet.libraries import is_pandas
from textualheatmap.facet.tokens import AxisMeta, Tokens

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = ("token", "meta", "numbers", "heat", "format")


def read_records(
    records: object,
    where: str = "facet",
    *,
    heat_is_apart: bool = False,
    meta_axis: object = None,
) -> tuple[Tokens, list[object]]:
    """Read records into tokens, and return their rows of heat unchecked.

    Parameters
    ----------
    records
        A list of mappings with the keys `token`, `meta`, `numbers`, `heat` and
        `format`.
    where
        What errors call the facet.
    heat_is_apart
        Whether the heat stands elsewhere, so that no record may have any.
    meta_axis
        As in `read_arrays`.

    Returns
    -------
    tokens
        The checked tokens.
    rows
        The row of heat of each non-format token, as it was given; none where the heat
        is apart.

    Raises
    ------
    HeatmapDataError
        If the records, their keys, or their tokens are not as expected.

    Examples
    --------
    >>> tokens, rows = read_records([{"token": "a", "meta": ["b"], "heat": [1]}])
    >>> tokens.meta, rows
    (((('b', None),),), [[1]])
    """
    texts: list[str] = []
    is_format: list[bool] = []
    meta: list[Any] = []
    numbers: list[Mapping[str, object]] = []
    rows: list[object] = []
    # How many values a row of heat has depends on the first, and nothing on the others.
    counted, attempts = Attempts(), Attempts()
    reader = _choose_reader(meta_axis)
    for position, item in enumerate(read_list(records, where, "records")):
        place = f"{where}.tokens[{position}]"
        record = counted.read({"token": ""}, _read_record, item, place)
        attempts.read(None, _check_keys, record, place)
        texts.append(attempts.read("", _read_text, record, place))
        flag = record.get("format", False)
        is_format.append(counted.read(False, read_flag, flag, f"{place}.format"))  # noqa: FBT003
        meta.append(attempts.read((), reader, record.get("meta"), f"{place}.meta"))
        numbers.append(
            attempts.read({}, _read_mapping, record.get("numbers"), f"{place}.numbers")
        )
        heat = record.get("heat")
        if is_format[-1]:
            attempts.read(None, refuse_on_format, meta[-1], f"{place}.meta")
            attempts.read(None, refuse_on_format, heat, f"{place}.heat")
        elif heat_is_apart:
            attempts.read(None, _refuse_heat, heat, f"{place}.heat", where)
        elif counted.last is None:
            rows.append(attempts.read(None, _demand_heat, heat, f"{place}.heat"))
    names = dict.fromkeys(chain.from_iterable(numbers))
    columns = {name: [each.get(name) for each in numbers] for name in names}
    tokens = _build_tokens(texts, is_format, meta, columns, where, meta_axis=meta_axis)
    counted.finish()
    if attempts.last is not None:
        # For those without heat, which was told.
        rows = [np.zeros(len(rows)) if row is None else row for row in rows]
    return tokens, rows


def read_arrays(
    tokens: object,
    meta: object = None,
    format: object = None,  # noqa: A002 - the word of the data format
    where: str = "facet",
    *,
    numbers: object = None,
    meta_axis: object = None,
) -> Tokens:
    """Read parallel lists, one item per position, into tokens.

    Parameters
    ----------
    tokens
        One string per position, format tokens included.
    meta
        One list of strings or of (string, probability) pairs per position, or None.
    format
        One bool per position, or None when there are no format tokens.
    where
        What errors call the facet.
    numbers
        By name, one finite number or None per position; None when there are none.
    meta_axis
        Name of the axis that meta and numbers follow: instead of the meta of a
        position there is a list with one for each label of that axis, and instead of a
        number a list of numbers. `Facet` checks whether the heat has such an axis.

    Raises
    ------
    HeatmapDataError
        If an item is not as expected, or the lists differ in length.

    Examples
    --------
    >>> read_arrays(["a", "b"], meta=[["x"], [("y", 0.5)]]).meta
    ((('x', None),), (('y', 0.5),))
    """
    items = read_list(tokens, f"{where}.tokens", "strings")
    count = len(items)
    counted, attempts = Attempts(), Attempts()
    texts = attempts.read_each("", read_string, items, f"{where}.tokens")
    flags = counted.read(
        [False] * count, _read_parallel, format, count, f"{where}.format", default=False
    )
    metas = attempts.read(
        [None] * count, _read_parallel, meta, count, f"{where}.meta", default=None
    )
    is_format = counted.read_each(False, read_flag, flags, f"{where}.format")  # noqa: FBT003
    checked = attempts.read_each((), _choose_reader(meta_axis), metas, f"{where}.meta")
    for position, flag in enumerate(is_format):
        if flag:
            place = f"{where}.meta[{position}]"
            attempts.read(None, refuse_on_format, checked[position], place)
    columns = attempts.read({}, _read_mapping, numbers, f"{where}.numbers")
    result = _build_tokens(
        texts, is_format, checked, columns, where, meta_axis=meta_axis
    )
    counted.finish()
    return result


def read_frame(frame: object, where: str = "facet") -> tuple[Tokens, list[object]]:
    """Read a frame with one row a token into tokens, and return its heat unchecked.

    Parameters
    ----------
    frame
        A DataFrame of pandas or Polars with the columns `token` and `heat`, and
        optionally `meta`, `numbers`, `format`, `start`, `end`. Rows are in position
        order; the frame's own index is not looked at.
    where
        What errors call the facet.

    Returns
    -------
    tokens, rows
        As `read_records` returns them.

    Raises
    ------
    HeatmapDataError
        If a column is missing or unknown, a value is not as expected, or `start`
        and `end` disagree with the lengths of the tokens.

    Examples
    --------
    >>> import pandas as pd
    >>> read_frame(pd.DataFrame({"token": ["a"], "heat": [[1]]}))[0].texts
    ('a',)
    """
    spans = ("start", "end")
    whole = _read_columns(frame, where)
    if "token" not in whole:
        msg = f"{where} has no column 'token', expected a DataFrame with one"
        raise HeatmapDataError(msg)
    lists = {name: column for name, column in whole.items() if name not in spans}
    records = [
        {
            key: None if isinstance(value, float) and isnan(value) else value
            for key, value in zip(lists, row, strict=True)
        }
        for row in zip(*lists.values(), strict=True)
    ]
    tokens, rows = read_records(records, where)
    for span, expected in zip(spans, (tokens.starts, tokens.ends), strict=True):
        for position, value in enumerate(whole.get(span, ())):
            if not is_number_type(type(value)) or value != expected[position]:
                msg = (
                    f"{where}.tokens[{position}].{span} is {quote(value)}, "
                    f"expected {expected[position]} (from the tokens' lengths)"
                )
                raise HeatmapDataError(msg)
    return tokens, rows


def _read_columns(frame: object, where: str) -> dict[str, list[object]]:
    """Return the columns of a frame by name."""
    if is_pandas(frame) and hasattr(frame, "columns"):
        columns = cast("dict[object, list[object]]", cast("Any", frame).to_dict("list"))
        return {str(name): column for name, column in columns.items()}
    if hasattr(frame, "to_dicts"):  # Polars, which is not imported
        return cast("Any", frame).to_dict(as_series=False)
    msg = f"{where} is {name_type(frame)}, expected a DataFrame"
    raise HeatmapDataError(msg)


def _read_record(record: object, where: str) -> Mapping[str, object]:
    """Return a record, and raise if it is no mapping."""
    if not isinstance(record, Mapping):
        msg = f"{where} is {name_type(record)}, expected a mapping with a token"
        raise HeatmapDataError(msg)
    return cast("Mapping[str, object]", record)


def _check_keys(record: Mapping[str, object], where: str) -> None:
    """Raise if a record has an unknown key."""
    for key in record:
        if key not in KEYS:
            msg = f"{where} has an unknown key {quote(key)}, expected {', '.join(KEYS)}"
            raise HeatmapDataError(msg)


def _read_text(record: Mapping[str, object], where: str) -> str:
    """Return the text of a record."""
    if "token" not in record:
        msg = f"{where}.token is missing, expected a string"
        raise HeatmapDataError(msg)
    return read_string(record["token"], f"{where}.token")


def _demand_heat(heat: object, where: str) -> object:
    """Return the row of a token, and raise if it has none."""
    if heat is None:
        msg = f"{where} is missing, expected one value per non-format token"
        raise HeatmapDataError(msg)
    return heat


def _refuse_heat(heat: object, where: str, facet: str) -> None:
    """Raise if a token has a row although the heat stands elsewhere."""
    if heat is not None:
        msg = f"{where} is given, expected none beside {facet}.heat"
        raise HeatmapDataError(msg)


def _read_parallel(
    value: object, count: int, where: str, *, default: object
) -> Sequence[Any]:
    """Return a list with one item per position."""
    if value is None:
        return [default] * count
    items = read_list(value, where, "tokens")
    if len(items) != count:
        each = "token, format tokens included"
        raise HeatmapDataError.of_length(where, len(items), count, each)
    return items


def _read_mapping(value: object, where: str) -> Mapping[str, object]:
    """Return a mapping, and an empty one for None."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        msg = f"{where} is {name_type(value)}, expected a mapping of names to numbers"
        raise HeatmapDataError(msg)
    return cast("Mapping[str, object]", value)


def _choose_reader(meta_axis: object) -> Callable[[object, str], tuple[Any, ...]]:
    """Return what reads the meta of a token."""
    return read_meta if meta_axis is None else read_meta_by_label


def _build_tokens(
    texts: list[str],
    is_format: list[bool],
    meta: list[Any],
    numbers: Mapping[str, object],
    where: str,
    *,
    meta_axis: object,
) -> Tokens:
    """Build tokens, and raise if all are format tokens."""
    if all(is_format):
        msg = f"{where} has only format tokens, expected one token that can be focused"
        raise HeatmapDataError(msg)
    columns: dict[str, tuple[Any, ...]] = {}
    attempts = Attempts()
    reader: Callable[[object, str], object]
    reader = read_number if meta_axis is None else read_number_by_label
    for name in attempts.read([], read_names, numbers, f"{where}.numbers"):
        place = f"{where}.numbers[{name!r}]"
        items = attempts.read(
            (), _read_parallel, numbers[name], len(texts), place, default=None
        )
        columns[name] = tuple(attempts.read_each(None, reader, items, place))
        for position, (flag, number) in enumerate(
            zip(is_format, columns[name], strict=False)
        ):
            if flag:
                attempts.read(None, refuse_on_format, number, f"{place}[{position}]")
    flags = np.array(is_format, dtype=np.bool_)
    if meta_axis is None:
        return Tokens(tuple(texts), flags, tuple(meta), columns)
    axis = read_string(meta_axis, f"{where}.meta_axis")
    follows = AxisMeta(axis, tuple(meta), columns)
    return Tokens(tuple(texts), flags, ((),) * len(texts), axis_meta=follows)
