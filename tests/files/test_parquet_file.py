"""Facets as a Parquet file, which other programs read as a table."""

import json
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from tests.files.any_facet import assert_equal, facets
from tests.files.test_old_files import build_facets
from textualheatmap import Facet, HeatmapDataError
from textualheatmap.facet import limits
from textualheatmap.files import parquet_pages
from textualheatmap.files.parquet_file import read_parquet, write_parquet


def pack(facets: list[Facet]) -> bytes:
    file = BytesIO()
    write_parquet(file, facets)
    return file.getvalue()


def unpack(content: bytes) -> list[Facet]:
    return read_parquet(BytesIO(content))


def fail(content: bytes, **options: Any) -> str:  # noqa: ANN401
    with pytest.raises(HeatmapDataError) as caught:
        read_parquet(BytesIO(content), **options)
    return str(caught.value)


def assert_comes_back(given_facets: list[Facet]) -> None:
    for facet, other in zip(unpack(pack(given_facets)), given_facets, strict=True):
        assert_equal(facet, other)


@settings(max_examples=40)
@given(st.lists(facets(), min_size=1, max_size=3))
def test_facets_come_back_equal(given_facets: list[Facet]) -> None:
    assert_comes_back(given_facets)


@pytest.mark.sweep
@settings(max_examples=1000)
@given(st.lists(facets(), min_size=1, max_size=3))
def test_a_thousand_facets_come_back_equal(given_facets: list[Facet]) -> None:
    assert_comes_back(given_facets)


def test_causal_sparse_and_mapped_heat_comes_back(tmp_path: Path) -> None:
    np.save(tmp_path / "heat.npy", np.random.default_rng(0).random((2, 3, 3)))
    tokens = ["a", "b", "c"]
    heats = [np.eye(3), csr_array(np.eye(3)[::-1])]
    mapped = Facet.from_arrays(tokens, tmp_path / "heat.npy", axes=["layer"])
    given_facets = [*(Facet.from_arrays(tokens, heat) for heat in heats), mapped]
    for facet, other in zip(unpack(pack(given_facets)), given_facets, strict=True):
        np.testing.assert_array_equal(facet.heat, np.float32(other.heat))


def test_heat_is_written_and_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textualheatmap.files.parquet_file.BLOCK_VALUES", 3)
    given_facets = build_facets()
    content = pack(given_facets)
    assert pq.ParquetFile(BytesIO(content)).num_row_groups > 3
    for facet, other in zip(unpack(content), given_facets, strict=True):
        assert_equal(facet, other)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of facets that have of everything something."""
    path = tmp_path_factory.mktemp("parquet") / "heatmap.parquet"
    write_parquet(path, build_facets())
    return path


COLUMNS = [
    *("facet", "token", "format", "meta", "heat", "column_heat", "numbers"),
    *("start", "end"),
]


def test_duckdb_reads_it(path: Path) -> None:
    with duckdb.connect() as connection:
        table = connection.read_parquet(str(path))
        table.create_view("heats")
        assert table.columns == COLUMNS
        rows = table.filter("facet = 0").project("token, heat, numbers").fetchall()
        assert rows == [
            ("to", [1, 0.25], {"rank": 3}),
            (" ", None, {}),
            ("bé", [0, 0.0625], {"rank": 1.5, "entropy": 0.1}),
        ]
        hottest = connection.sql(
            "select token, list_max(heat) from heats where not format and facet = 2"
        ).fetchall()
        assert hottest == [("c", 0.25), ("d", 0)]
        about = connection.sql(
            "select decode(value) from parquet_kv_metadata($path)",
            params={"path": str(path)},
        ).fetchall()[0][0]
    titles = [facet["title"] for facet in json.loads(about)["facets"]]
    assert titles == ["GRU", "", ""]


def test_polars_reads_it(path: Path) -> None:
    frame = pl.read_parquet(path)
    assert frame.columns == COLUMNS
    assert frame["token"].to_list() == ["to", " ", "bé", "a", "b", "c", "d"]
    assert frame["start"].to_list() == [0, 2, 3, 0, 1, 0, 1]
    assert frame["meta"][0].to_list() == [
        {"text": "a", "probability": None},
        {"text": "b", "probability": 0.5},
    ]
    assert frame["heat"].to_list()[3:] == [None, None, [0, 0.25], [0, 0]]
    # Layer by layer, the heat from both rows of the other facet; null is missing.
    assert frame["column_heat"].to_list()[3:] == [
        [1, -1, None, 4],
        [0, 1, 0, -4],
        None,
        None,
    ]


def test_pandas_reads_it(path: Path) -> None:
    frame = pd.read_parquet(path)
    assert frame.columns.tolist() == COLUMNS
    assert frame["format"].tolist() == [False, True, *[False] * 5]
    assert frame["heat"][0].tolist() == [1, 0.25]


def test_a_text_that_utf8_does_not_have_is_read_by_others_too() -> None:
    facet = Facet.from_arrays(
        ["\ud83d", "\ude00"],
        np.eye(2),
        [["\ud800"], []],
        title="\ud800",
        numbers={name: [1, None] for name in ["\ud800", "\udfff"]},
    )
    content = pack([facet])
    assert_equal(unpack(content)[0], facet)
    assert pl.read_parquet(content)["token"].to_list() == ["\ufffd", "\ufffd"]
    with duckdb.connect() as connection:
        table = (
            connection.sql("select token from tokens", alias="tokens") if 0 else None
        )
    assert table is None


def test_a_path_is_written_at_once(tmp_path: Path) -> None:
    path = tmp_path / "heatmap"
    path.write_bytes(b"old")
    with pytest.raises(HeatmapDataError):
        write_parquet(path, [])
    assert path.read_bytes() == b"old"
    write_parquet(str(path), build_facets())
    assert len(read_parquet(path)) == 3
    assert [*tmp_path.iterdir()] == [path]


def test_more_heat_than_is_read_back_is_not_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("textualheatmap.files.parquet_file.MAX_BYTES", 19)
    message = "the facets have 4 heats, expected at most 3, which is what"
    with pytest.raises(HeatmapDataError, match=message):
        pack([Facet.from_arrays(["a", "b"], np.eye(2))])


# Tables as others may make them: changed, and written as this package writes them.


def rewrite(
    change: Callable[[dict[str, Any]], object] = lambda _: None,
    about: Callable[[dict[str, Any]], object] = lambda _: None,
    **options: Any,  # noqa: ANN401
) -> bytes:
    """Return a file of three facets with some values in place of its own."""
    with pq.ParquetFile(BytesIO(pack(build_facets()))) as file:
        table, metadata = file.read(), file.metadata.metadata
    columns = table.to_pydict()
    change(columns)
    said = json.loads(metadata[b"textualheatmap"])
    about(said)
    schema = options.pop("schema", table.schema.remove_metadata())
    kept = {
        "compression": "zstd",
        "use_dictionary": False,
        "store_schema": False,
        "metadata": {"textualheatmap": json.dumps(said)},
        **options,
    }
    file, keys = BytesIO(), kept.pop("metadata")
    with pq.ParquetWriter(file, schema, **kept) as writer:
        writer.add_key_value_metadata(keys)
        writer.write_table(pa.table(columns, schema=schema))
    return file.getvalue()


def test_a_table_that_is_written_as_it_was_is_read() -> None:
    for facet, other in zip(unpack(rewrite()), build_facets(), strict=True):
        assert_equal(facet, other)


def put(column: str, row: int, value: object) -> Callable[[dict[str, Any]], None]:
    def change(columns: dict[str, Any]) -> None:
        columns[column][row] = value

    return change


def say(facet: int, key: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(about: dict[str, Any]) -> None:
        about["facets"][facet][key] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("facet", 2, 1), "facets[1].numbers has the unknown name 'entropy', ex"),
        (put("facet", 2, 2), "the column 'facet' is wrong, expected it to rise from"),
        (put("facet", 6, -1), "the column 'facet' is wrong, expected it to rise from"),
        (put("facet", 6, 3), "the column 'facet' is wrong, expected it to rise from 0"),
        (
            put("start", 2, 2),
            "facets[0].tokens[2] has start and end (2, 5), expected (",
        ),
        (
            put("token", 0, "t"),
            "facets[0].tokens[0] has start and end (0, 2), expected",
        ),
        (put("heat", 0, [1]), "facets[0].tokens[0].heat has 1 value, expected 2 (one"),
        (put("heat", 0, None), "facets[0].tokens[0].heat is null, expected 2 values"),
        (put("heat", 0, [1, -1]), "facets[0].tokens[0].heat[1] is -1.0, expected at"),
        (put("heat", 0, [1, None]), "facets[0].tokens[0].heat[1] is nan, expected a"),
        (put("heat", 0, [1, np.inf]), "facets[0].tokens[0].heat[1] is inf, expected"),
        (put("heat", 1, [1, 2]), "facets[0].tokens[1].heat is given, expected none"),
        (put("heat", 3, [1]), "facets[1].tokens[0].heat is given, expected null with"),
        (
            put("column_heat", 0, [1]),
            "facets[0].tokens[0].column_heat is given, expect",
        ),
        (
            put("column_heat", 3, [1]),
            "facets[1].tokens[0].heat has 1 value, expected 4",
        ),
        (
            put("format", 0, value=True),
            "facets[0].meta[0] is given, expected none for a form",
        ),
        (
            put("meta", 0, [{"text": "a", "probability": 2.0}]),
            "facets[0].meta[0][0][1] is 2.0, expected a probability from 0 to 1",
        ),
        (
            put("numbers", 0, [("b", 1.0)]),
            "facets[0].numbers has the unknown name 'b', expected ['rank', 'entropy']",
        ),
        (
            put("numbers", 0, [("rank", np.nan)]),
            "facets[0].numbers['rank'][0] is nan, expected a finite number or None",
        ),
    ],
)
def test_an_error_in_the_table_names_the_place(
    change: Callable[[dict[str, Any]], object], message: str
) -> None:
    assert fail(rewrite(change)).startswith(message)


@pytest.mark.parametrize(
    ("about", "message"),
    [
        (lambda about: about.update(version=2), "about.version is 2, expected 1"),
        (lambda about: about.update(facets=[]), "about.facets is empty, expected at"),
        (lambda about: about["facets"].pop(), "the column 'facet' is wrong, expected"),
        (lambda about: about.update(more=1), "about has an unknown key 'more', expec"),
        (say(0, "more", 1), "facets[0] has an unknown key 'more', expected axes, cap"),
        (say(0, "title", 1), "facets[0].title is an int, expected a string"),
        (say(0, "signed", 1), "facets[0].signed is an int, expected True or False"),
        (say(0, "rows_of", "x"), "facets[0].tokens[0].heat is null, expected 1 values"),
        (say(0, "numbers", 1), "facets[0].numbers is an int, expected a list of names"),
        (say(0, "numbers", [1]), "facets[0].numbers has the name 1, expected a string"),
        (say(0, "exact", 1), "facets[0].exact is an int, expected an object"),
        (
            say(0, "exact", {"token": [], "meta": [], "numbers": {}}),
            "facets[0].tokens is empty, expected at least one of its strings",
        ),
        (
            say(1, "axes", [{"name": "a", "labels": ["0", "1", "2"]}]),
            "facets[1].tokens[0].heat has 4 values, expected 3 (one per column of each",
        ),
        (say(1, "provenance", {"x": {}}), "facets[1].provenance['x'] is a dict, expe"),
    ],
)
def test_an_error_in_the_metadata_names_the_place(
    about: Callable[[dict[str, Any]], object], message: str
) -> None:
    assert fail(rewrite(about=about)).startswith(message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"use_dictionary": True}, "the column b'facet' is a dictionary, expected pl"),
        ({"compression": "gzip"}, "the column b'facet' is packed by method 2, expec"),
        ({"data_page_version": "2.0"}, "the column b'facet' has pages that are not"),
        (
            {"use_byte_stream_split": ["start"]},
            "the column b'start' has pages of encodings [9, 3, 3], expected [0, 3, 3]",
        ),
        ({"metadata": {}}, "the file's metadata have nothing, expected only the key"),
        ({"store_schema": True}, "the file's metadata have b'ARROW:schema', expected"),
        ({"metadata": {"textualheatmap": "["}}, "about is not JSON: Expecting value"),
    ],
)
def test_a_file_of_another_form_is_refused(
    options: dict[str, Any], message: str
) -> None:
    assert fail(rewrite(**options)).startswith(message)


def test_a_table_of_other_columns_is_refused() -> None:
    file = BytesIO()
    table = pa.table({"token": ["a"], "heat": [[1.0]]})
    kept = {"compression": "zstd", "use_dictionary": False, "store_schema": False}
    with pq.ParquetWriter(file, table.schema, **kept) as writer:
        writer.add_key_value_metadata({"textualheatmap": "{}"})
        writer.write_table(table)
    message = "the file has the columns token (string), heat (list<element: double>), e"
    assert fail(file.getvalue()).startswith(message)
    file = BytesIO()
    pl.DataFrame({"token": ["a"]}).write_parquet(file)
    assert fail(file.getvalue()).startswith("the file was written by b'Polars")


@pytest.mark.parametrize("content", [b"", b"PAR1", b"[[]]", b"PAR1" * 3, b"PK" * 9])
def test_what_is_no_parquet_file_is_told(content: bytes) -> None:
    assert fail(content).startswith("the file ")


# A small file that asks for much.


def test_a_billion_values_of_a_few_bytes_are_refused_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = pack([Facet.from_arrays(["a"] * 1000, np.zeros((1000, 1000)))])
    assert len(content) < 100_000
    monkeypatch.setattr(pq, "ParquetFile", None)
    assert fail(content, max_bytes=3_000_000) == (
        "the file unpacks to more, expected at most 3000000 bytes"
    )
    # Missing heat takes no bytes at all before it is read.
    heat = np.full((1000, 1000), np.nan)
    missing = pack([Facet.from_arrays(["a"] * 1000, heat, missing=True)])
    assert fail(missing, max_bytes=3_000_000) == (
        "the file has 1005000 values, expected at most 750000"
    )


@pytest.mark.parametrize(
    ("name", "most", "message"),
    [
        ("MAX_TOKENS", 6, "the file has 7 tokens, expected at most 6"),
        ("MAX_PAGES", 5, "the file has 6 pages, expected at most 5"),
        ("MAX_VALUES", 100, "the file has too many values in its metadata, expected"),
    ],
)
def test_what_a_file_asks_for_is_bounded_unread(
    name: str, most: int, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = pack(build_facets())
    monkeypatch.setattr(pq, "ParquetFile", None)
    monkeypatch.setattr(parquet_pages, name, most)
    assert fail(content).startswith(message)


def test_as_much_is_read_back_as_may_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Meta and numbers have two values in the file for each.
    facet = Facet.from_arrays(
        ["a", "b"],
        np.eye(2),
        meta=[["x"] * 9, []],
        numbers={str(k): [1, 2] for k in range(5)},
    )
    content = pack([facet])
    for name, most in (("MAX_META", 9), ("MAX_NUMBERS", 10), ("MAX_TOKENS", 2)):
        monkeypatch.setattr(parquet_pages, name, most)
    assert_equal(unpack(content)[0], facet)
    monkeypatch.setattr(parquet_pages, "MAX_META", 7)
    assert fail(content) == "the file has 10 entries of meta, expected at most 9"
    monkeypatch.setattr(parquet_pages, "MAX_META", 9)
    monkeypatch.setattr(parquet_pages, "MAX_NUMBERS", 7)
    assert fail(content) == "the file has 10 numbers, expected at most 9"


def test_what_a_file_holds_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    content = pack(build_facets())
    monkeypatch.setattr(limits, "MAX_CHARACTERS", 8)
    assert fail(content) == "the file has 11 characters, expected at most 8"
    assert fail(content, max_bytes=100).startswith("the file is too large, expected")
    assert fail(content, max_bytes=5000) == "about has 637 bytes, expected at most 500"


def mangle(data: st.DataObject, content: bytes) -> bytes:
    mangled = bytearray(content)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(mangled) - 1))
        length = data.draw(st.integers(0, 4))
        mangled[place : place + length] = data.draw(st.binary(max_size=4))
    return bytes(mangled)


MANGLED = pack(build_facets())


@given(st.data())
def test_mangled_bytes_are_data_that_are_wrong_or_still_facets(
    data: st.DataObject,
) -> None:
    with suppress(HeatmapDataError):
        assert unpack(mangle(data, MANGLED))


@given(st.integers(0, len(MANGLED) - 1))
def test_a_file_that_is_cut_off_is_told(length: int) -> None:
    assert fail(MANGLED[:length])


def test_a_flipped_bit_of_heat_is_told() -> None:
    content = bytearray(pack([Facet.from_arrays(["a"], [[1]])]))
    with pq.ParquetFile(BytesIO(content)) as file:
        group = file.metadata.row_group(0)
    columns = [group.column(k) for k in range(group.num_columns)]
    (heat,) = (each for each in columns if each.path_in_schema == "heat.list.element")
    # The page ends with the bytes of the value, which are too few to be packed.
    content[heat.data_page_offset + heat.total_compressed_size - 2] ^= 1
    assert fail(bytes(content)).startswith("the file is no sound Parquet file:")
