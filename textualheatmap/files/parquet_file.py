"""Facets in a Parquet file: a table that pandas, Polars and DuckDB read."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from math import prod
from os import PathLike
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.attempts import Attempts
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import (
    name_type,
    quote,
    read_flag,
    read_id,
    read_list,
    read_names,
    read_object,
    read_version,
    refuse_on_format,
)
from textualheatmap.facet.limits import MAX_FACETS, check_count, check_limits
from textualheatmap.facet.reading import read_arrays
from textualheatmap.facet.store import BLOCK_VALUES
from textualheatmap.files.atomic_write import open_atomically
from textualheatmap.files.axis_objects import read_axis_objects
from textualheatmap.files.extra import import_extra
from textualheatmap.files.facet_list import check_facets
from textualheatmap.files.facet_object import (
    describe_facet,
    describe_meta,
)
from textualheatmap.files.parquet_pages import check_parquet
from textualheatmap.files.plain_json import (
    is_plain,
    make_plain,
    read_plain_json,
    write_plain_json,
)
from textualheatmap.files.whole_file import read_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from textualheatmap.facet.tokens import Tokens

VERSION = 1
ABOUT = b"textualheatmap"
"""The key of the file's metadata that has what is no column."""
MAX_BYTES = 200_000_000
FACET_KEYS = frozenset(
    {"title", "id", "rows_of", "axes", "signed", "missing", "caption", "provenance"}
    | {"numbers"}
)
OPTIONAL_KEYS = ("exact", "meta_axis")
EXACT_KEYS = ("token", "meta", "numbers")
# What is beside the table takes more memory as Python objects than in a file.
ABOUT_SHARE = 10
# What pyarrow raises for damaged bytes, beside its own errors.
MALFORMED = (
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    TypeError,
    ValueError,
)


def write_parquet(file: str | PathLike[str] | IO[bytes], facets: object) -> None:
    """Write facets to a Parquet file: a table with one row a token.

    It has these columns:

    - `facet`: the number of the facet, from 0; rows are in position order;
    - `token`, `format`: the text, and whether it is a format token;
    - `meta`: a list of `{text, probability}`, of which the probability may be null;
    - `heat`: the row of heat as a list of float32, null for a format token; null in the
      list is missing heat. With axes, one matrix's row after another, the last axis
      fastest. It is null where the rows belong to another facet, by `rows_of`;
    - `column_heat`: only there, the heat of this token in each of those rows, as in
      `heat`;
    - `numbers`: a map of names to numbers;
    - `start`, `end`: character offsets in the facet's text.

    What else facets have is JSON in the file's metadata, by the key `textualheatmap`:
    `{"version": 1, "facets": [...]}` with an object for each facet: its `title`, `id`,
    `caption`, `provenance`, `axes`, `signed`, `missing`, `rows_of`, and the names of
    its `numbers`. Heat is exact. A text that is not valid UTF-8 has replacement
    characters in the table, and stands in the JSON as it is (`exact`). Meta and numbers
    that follow an axis (`meta_axis`) stand there too, and not in the table.

    Parameters
    ----------
    file
        A path, or a file open for writing bytes. An old file at the path stays until
        all is written.
    facets
        A list of facets. Their heat is read a bounded number of rows at a time; where
        it is sparse or causal, all of it is written.

    Raises
    ------
    HeatmapDataError
        If there are no facets, one is not a `Facet`, or together they hold more than
        `read_parquet` takes.
    ModuleNotFoundError
        If pyarrow is not installed.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import pandas as pd
    >>> file = BytesIO()
    >>> write_parquet(file, [Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]])])
    >>> pd.read_parquet(file)["token"].tolist()
    ['a', 'b']
    """
    checked = check_facets(facets)
    _check_values(checked)
    if isinstance(file, str | PathLike):
        with open_atomically(file) as opened:
            _write(opened, checked)
    else:
        _write(file, checked)


def read_parquet(
    file: str | PathLike[str] | IO[bytes], *, max_bytes: int = MAX_BYTES
) -> list[Facet]:
    """Read the facets of a Parquet file that `write_parquet` wrote.

    Anybody's file may be read: nothing in it is run, and time and memory are bounded.

    Parameters
    ----------
    file
        A path, or a file open for reading bytes.
    max_bytes
        How large the file may be, and what it unpacks to. Reading takes up to 5 times
        as much memory.

    Raises
    ------
    HeatmapDataError
        If the file is too large, or is not of this form.
    ModuleNotFoundError
        If pyarrow is not installed.
    OSError
        If there is no such file to read.

    Examples
    --------
    >>> file = BytesIO()
    >>> write_parquet(file, [Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]])])
    >>> read_parquet(BytesIO(file.getvalue()))
    [<Facet of 2 tokens: 'ab'>]
    """
    table, about = _read_table(read_whole(file, max_bytes), max_bytes)
    if len(about) > max_bytes // ABOUT_SHARE:
        most = max_bytes // ABOUT_SHARE
        msg = f"about has {len(about)} bytes, expected at most {most}"
        raise HeatmapDataError(msg)
    items = _read_about(about)
    facets = _split_table(table, items)
    check_limits(
        [_as_list(each.texts) for each in facets],
        [_as_list(each.meta) for each in facets],
        [_as_values(each.numbers) for each in facets],
        [item.get("meta_axis") for item in items],
    )
    attempts = Attempts()
    read = [
        attempts.read(None, _read_facet, item, columns, f"facets[{i}]")
        for i, (item, columns) in enumerate(zip(items, facets, strict=True))
    ]
    attempts.finish()
    return [facet for facet in read if facet is not None]


def _check_values(facets: Sequence[Facet]) -> None:
    """Raise if there is more heat than is read back."""
    count = 0
    for facet in facets:
        store = facet.store
        lengths = [len(axis.labels) for axis in store.axes]
        count += int(np.prod([*lengths, *store.shape], dtype=np.float64))
    # Beside the heat there are the tokens, which take a few bytes of each.
    most = MAX_BYTES // 5
    if count > most:
        msg = (
            f"the facets have {count} heats, expected at most {most}, which is what a "
            "Parquet file may have"
        )
        raise HeatmapDataError(msg)


def _write(file: IO[bytes], facets: Sequence[Facet]) -> None:
    """Write the whole file."""
    arrow, parquet = _import_arrow()
    schema = _build_schema(arrow)
    about: dict[str, object] = {
        "version": VERSION,
        "facets": [_describe(facet) for facet in facets],
    }
    with parquet.ParquetWriter(
        file,
        schema,
        compression="zstd",
        # `check_parquet` says why.
        use_dictionary=False,
        store_schema=False,
        data_page_version="1.0",
        data_page_size=1_000_000,
        write_page_checksum=True,
    ) as writer:
        writer.add_key_value_metadata({ABOUT: write_plain_json(about)})
        pending: list[Any] = []
        values = 0
        for i, facet in enumerate(facets):
            for count, batch in _build_batches(arrow, schema, i, facet):
                if pending and values + count > BLOCK_VALUES:
                    writer.write_table(arrow.Table.from_batches(pending, schema))
                    pending, values = [], 0
                pending.append(batch)
                values += count
        writer.write_table(arrow.Table.from_batches(pending, schema))


def _import_arrow() -> tuple[Any, Any]:
    """Return pyarrow and its module for Parquet."""
    names = ("pyarrow", "pyarrow.parquet")
    arrow, parquet = (import_extra(name, "Parquet files") for name in names)
    return arrow, parquet


def _build_schema(arrow: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return the columns and their types."""
    text = arrow.string()
    item = arrow.struct(
        [arrow.field("text", text, nullable=False), ("probability", arrow.float64())]
    )
    return arrow.schema(
        [
            arrow.field("facet", arrow.int32(), nullable=False),
            arrow.field("token", text, nullable=False),
            arrow.field("format", arrow.bool_(), nullable=False),
            arrow.field("meta", arrow.list_(arrow.field("element", item))),
            arrow.field("heat", arrow.list_(arrow.field("element", arrow.float32()))),
            arrow.field(
                "column_heat", arrow.list_(arrow.field("element", arrow.float32()))
            ),
            arrow.field("numbers", arrow.map_(text, arrow.float64())),
            arrow.field("start", arrow.int32(), nullable=False),
            arrow.field("end", arrow.int32(), nullable=False),
        ]
    )


def _describe(facet: Facet) -> dict[str, object]:
    """Return what the metadata have of a facet."""
    tokens = facet.tokens
    about = {**describe_facet(facet), "numbers": [*tokens.numbers]}
    texts = [*tokens.texts, *(text for each in tokens.meta for text, _ in each)]
    is_same = all(map(is_plain, [*texts, *tokens.numbers]))
    if not is_same or tokens.axis_meta is not None:
        about["exact"] = {
            "token": tokens.texts,
            "meta": [describe_meta(tokens, k) for k in range(len(tokens.texts))],
            "numbers": tokens.given_numbers,
        }
    return about


def _build_batches(
    arrow: Any,  # noqa: ANN401 - pyarrow has no types
    schema: Any,  # noqa: ANN401
    i: int,
    facet: Facet,
) -> Iterator[tuple[int, Any]]:
    """Yield the rows of a facet, a bounded number at a time, and how many heats."""
    tokens = facet.tokens
    is_own = facet.rows_of is None
    for start, stop, heat in _iterate_heat(facet):
        part = slice(start, stop)
        is_format = tokens.is_format[part]
        lists = _build_lists(arrow, schema.field("heat").type, heat, is_format)
        nulls = arrow.nulls(stop - start, schema.field("heat").type)
        columns = {
            "facet": [i] * (stop - start),
            "token": [make_plain(text) for text in tokens.texts[part]],
            "format": is_format,
            "meta": [
                [{"text": make_plain(text), "probability": p} for text, p in meta]
                for meta in tokens.meta[part]
            ],
            "heat": lists if is_own else nulls,
            "column_heat": nulls if is_own else lists,
            # Two names may become one.
            "numbers": [
                {
                    make_plain(name): each[position]
                    for name, each in tokens.numbers.items()
                    if each[position] is not None
                }
                for position in range(start, stop)
            ],
            "start": tokens.starts[part],
            "end": tokens.ends[part],
        }
        arrays = [
            arrow.array(columns[field.name], field.type)
            if field.name not in {"heat", "column_heat"}
            else columns[field.name]
            for field in schema
        ]
        yield heat.size, arrow.RecordBatch.from_arrays(arrays, schema=schema)


def _iterate_heat(facet: Facet) -> Iterator[tuple[int, int, NDArray[np.float32]]]:
    """Yield positions from and to, and the heat of the tokens among them.

    Of each token it is the row of each matrix on the axes, one behind the other, or the
    column where the rows belong to another facet.
    """
    positions, matrices = facet.tokens.positions, list(facet.store.matrices())
    rows, columns = facet.store.shape
    is_own = facet.rows_of is None
    step = max(1, BLOCK_VALUES // (len(matrices) * (columns if is_own else rows)))
    for first in range(0, columns, step):
        indices = range(first, min(first + step, columns))
        start = int(positions[first]) if first else 0
        last = indices.stop
        stop = int(positions[last]) if last < columns else len(facet.tokens.texts)
        parts = [
            matrix.rows(indices) if is_own else matrix.columns(indices)
            for matrix in matrices
        ]
        yield start, stop, np.concatenate(parts, axis=1)


def _build_lists(
    arrow: Any,  # noqa: ANN401 - pyarrow has no types
    kind: Any,  # noqa: ANN401
    heat: NDArray[np.float32],
    is_format: NDArray[np.bool_],
) -> Any:  # noqa: ANN401
    """Return a list for each token that has one, and null for format tokens."""
    values = arrow.array(heat.ravel(), from_pandas=True)
    starts = np.concatenate([[0], np.cumsum(~is_format)]) * heat.shape[1]
    is_null = np.append(is_format, False)  # the last is an end
    offsets = arrow.array(starts, arrow.int32(), mask=is_null)
    return arrow.ListArray.from_arrays(offsets, values, type=kind)


class Lists(NamedTuple):
    """A column of lists of heat.

    Parameters
    ----------
    counts
        The number of values in each list, -1 where it is null.
    values
        Those of all lists.
    """

    counts: NDArray[np.int64]
    values: NDArray[np.float32]


class Columns(NamedTuple):
    """The rows of one facet in a table.

    Parameters
    ----------
    texts, meta, numbers
        As `read_arrays` takes them, not yet checked.
    is_format
        Whether each is a format token.
    spans
        Shape (positions, 2): start and end of each token.
    heat, column_heat
        Lists of heat.
    """

    texts: object
    meta: object
    numbers: object
    is_format: NDArray[np.bool_]
    spans: NDArray[np.int32]
    heat: Lists
    column_heat: Lists


def _read_table(content: bytes, max_bytes: int) -> tuple[Any, bytes]:
    """Return the table, of which the sizes were checked, and the JSON beside it."""
    check_parquet(content, max_bytes)
    arrow, parquet = _import_arrow()
    try:
        with parquet.ParquetFile(
            BytesIO(content), page_checksum_verification=True
        ) as file:
            about = _check_form(file, _build_schema(arrow))
            table = file.read(use_threads=False)
        table.validate(full=True)
    except HeatmapDataError:
        raise
    except (arrow.lib.ArrowException, *MALFORMED) as error:
        msg = f"the file is no sound Parquet file: {error!s:.100}"
        raise HeatmapDataError(msg) from None
    return table, about


def _check_form(file: Any, schema: Any) -> bytes:  # noqa: ANN401 - pyarrow has no types
    """Return the JSON of a file that is open, and raise unless it has our columns."""
    metadata: dict[bytes, bytes] = dict(file.metadata.metadata or {})
    about = metadata.pop(ABOUT, None)
    if about is None or metadata:
        came = ", ".join(map(quote, metadata)) or "nothing"
        msg = (
            f"the file's metadata have {came:.100}, expected only the key "
            f"{ABOUT.decode()!r}, as `write_parquet` writes it"
        )
        raise HeatmapDataError(msg)
    if not file.schema_arrow.equals(schema):
        came = ", ".join(f"{field.name} ({field.type})" for field in file.schema_arrow)
        msg = (
            f"the file has the columns {came:.300}, expected "
            f"{', '.join(schema.names)} as `write_parquet` writes them"
        )
        raise HeatmapDataError(msg)
    return about


def _read_about(content: bytes) -> list[dict[str, object]]:
    """Return an unchecked object for each facet."""
    about = read_plain_json(content, "about")
    read_version(about, "about", [VERSION])
    facets = read_object(about, "about", ("version", "facets"))["facets"]
    given = read_list(facets, "about.facets", "facets")
    # First, since the objects below take memory for each of them.
    check_count("facets", len(given), MAX_FACETS)
    attempts = Attempts()
    items = [
        attempts.read({}, read_object, item, f"facets[{i}]", FACET_KEYS, OPTIONAL_KEYS)
        for i, item in enumerate(given)
    ]
    attempts.finish()
    return items


def _split_table(table: Any, items: Sequence[dict[str, object]]) -> list[Columns]:  # noqa: ANN401
    """Return the rows of each facet."""
    facet = table["facet"].to_numpy()
    counts = np.bincount(facet[(facet >= 0) & (facet < len(items))])
    if (
        (np.diff(facet) < 0).any()
        or counts.sum() != len(facet)
        or len(counts) < len(items)
        or (counts == 0).any()
    ):
        msg = (
            f"the column 'facet' is wrong, expected it to rise from 0 to "
            f"{len(items) - 1} (the metadata have {len(items)} facets)"
        )
        raise HeatmapDataError(msg)
    ends = np.cumsum(counts)
    texts: list[str] = table["token"].to_pylist()
    flags = table["format"].to_numpy()
    meta = [
        [(each["text"], each["probability"]) for each in row or ()]
        for row in table["meta"].to_pylist()
    ]
    numbers: list[dict[str, float | None]] = [
        dict(row or ()) for row in table["numbers"].to_pylist()
    ]
    spans = np.stack([table[name].to_numpy() for name in ("start", "end")], axis=1)
    heats = [_split_lists(table[name], ends) for name in ("heat", "column_heat")]
    facets: list[Columns] = []
    for i, (start, end) in enumerate(pairwise([0, *ends.tolist()])):
        if "exact" in items[i]:
            exact = read_object(items[i]["exact"], f"facets[{i}].exact", EXACT_KEYS)
        else:
            names, rows = items[i]["numbers"], numbers[start:end]
            exact = {
                "token": texts[start:end],
                "meta": meta[start:end],
                "numbers": _name_numbers(rows, names, f"facets[{i}].numbers"),
            }
        facets.append(
            Columns(
                exact["token"],
                exact["meta"],
                exact["numbers"],
                flags[start:end],
                spans[start:end],
                heats[0][i],
                heats[1][i],
            )
        )
    return facets


def _name_numbers(
    rows: list[dict[str, float | None]], names: object, where: str
) -> dict[str, list[float | None]]:
    """Return the numbers of each name, of which the metadata have the order."""
    if not isinstance(names, list):
        msg = f"{where} is {name_type(names)}, expected a list of names"
        raise HeatmapDataError(msg)
    known = read_names(cast("list[object]", names), where)
    for row in rows:
        if not row.keys() <= set(known):
            name = min(row.keys() - set(known))
            msg = f"{where} has the unknown name {quote(name)}, expected {known}"
            raise HeatmapDataError(msg)
    return {name: [row.get(name) for row in rows] for name in known}


def _split_lists(column: Any, ends: NDArray[np.int64]) -> list[Lists]:  # noqa: ANN401
    """Return a column of lists, cut at the end of each facet."""
    counts = column.combine_chunks().value_lengths().fill_null(-1).to_numpy()
    counts = counts.astype(np.int64)
    values = [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in column.chunks]
    flat = np.concatenate(values)
    places = np.cumsum(np.maximum(counts, 0))[ends - 1]
    return [
        Lists(*each)
        for each in zip(
            np.split(counts, ends[:-1]), np.split(flat, places[:-1]), strict=True
        )
    ]


def _read_facet(about: dict[str, object], columns: Columns, where: str) -> Facet:
    """Build a facet from its rows and its object in the metadata."""
    tokens = read_arrays(
        columns.texts,
        columns.meta,
        columns.is_format.tolist(),
        where,
        numbers=columns.numbers,
        meta_axis=about.get("meta_axis"),
    )
    _check_spans(tokens, columns.spans, where)
    rows_of = read_id(about["rows_of"], f"{where}.rows_of")
    axes = read_axis_objects(about["axes"], where)
    lengths = [len(axis.labels) for axis in axes]
    flags = {
        key: read_flag(about[key], f"{where}.{key}") for key in ("signed", "missing")
    }
    n = len(tokens)
    if rows_of is None:
        heat = _shape_heat(tokens, columns.heat, (*lengths, n), where)
        heat = np.moveaxis(heat, 0, -2)
        other = ("column_heat", columns.column_heat)
    else:
        most = int(columns.column_heat.counts.max())
        rows = max(1, most // int(np.prod(lengths, dtype=np.int64)))
        heat = _shape_heat(tokens, columns.column_heat, (*lengths, rows), where)
        heat = np.moveaxis(heat, 0, -1)
        other = ("heat", columns.heat)
    if (other[1].counts >= 0).any():
        position = int(np.argmax(other[1].counts >= 0))
        beside = "without" if rows_of is None else "with"
        msg = (
            f"{where}.tokens[{position}].{other[0]} is given, expected null {beside} "
            "rows of another facet"
        )
        raise HeatmapDataError(msg)
    return Facet(
        tokens,
        heat,
        title=about["title"],
        id=about["id"],
        rows_of=rows_of,
        axes=list(axes),
        **flags,
        provenance=about["provenance"],
        caption=about["caption"],
        where=where,
    )


def _check_spans(tokens: Tokens, spans: NDArray[np.int32], where: str) -> None:
    """Raise if a start or an end is not where a token is."""
    expected = np.stack([tokens.starts, tokens.ends], axis=1)
    wrong = (spans != expected).any(axis=1)
    if wrong.any():
        position = int(np.argmax(wrong))
        came, right = (tuple(each[position].tolist()) for each in (spans, expected))
        msg = (
            f"{where}.tokens[{position}] has start and end {came}, expected {right} "
            "(from the tokens' lengths)"
        )
        raise HeatmapDataError(msg)


def _shape_heat(
    tokens: Tokens, lists: Lists, shape: tuple[int, ...], where: str
) -> NDArray[np.float32]:
    """Return the lists of all tokens as an array of shape (tokens, *shape)."""
    count = prod(shape)
    wrong = lists.counts != np.where(tokens.is_format, -1, count)
    if wrong.any():
        position = int(np.argmax(wrong))
        place, came = f"{where}.tokens[{position}].heat", int(lists.counts[position])
        if tokens.is_format[position]:
            refuse_on_format(lists.counts, place)
        if came < 0:
            msg = f"{place} is null, expected {count} values"
            raise HeatmapDataError(msg)
        each = "non-format token" if len(shape) == 1 else "column of each matrix"
        raise HeatmapDataError.of_length(place, came, count, each)
    return lists.values.reshape(len(tokens), *shape)


def _as_list(value: object) -> Sequence[object]:
    """Return a list that is not checked yet, or none."""
    return cast("Sequence[object]", value) if isinstance(value, list) else ()


def _as_values(value: object) -> Sequence[object]:
    """Return the values of a mapping that is not checked yet, or none."""
    if not isinstance(value, dict):
        return ()
    return [*cast("dict[str, object]", value).values()]
