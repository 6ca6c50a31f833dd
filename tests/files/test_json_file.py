"""Facets in a JSON file, which may be anybody's."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tests.files.any_facet import TEXTS, assert_equal, facets
from textualheatmap import Facet, HeatmapDataError, read_json, write_json
from textualheatmap.facet import limits
from textualheatmap.facet.growing_store import GrowingStore
from textualheatmap.files import json_text
from textualheatmap.files.facet_object import write_numbers
from textualheatmap.files.json_file import read_style
from textualheatmap.files.json_text import parse_json

GOOD = [[{"token": "a", "meta": ["b", ["c", 0.5]], "heat": [1]}]]


def encode(data: object) -> bytes:
    return json.dumps(data).encode()


def fail(content: bytes, max_bytes: int = 100_000) -> str:
    with pytest.raises(HeatmapDataError) as caught:
        read_json(BytesIO(content), max_bytes=max_bytes)
    return str(caught.value)


def test_a_path_or_an_open_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "facets.json"
    path.write_bytes(encode(GOOD))
    for file in (path, str(path), BytesIO(encode(GOOD))):
        (facet,) = read_json(file)
        assert facet.tokens.meta == ((("b", None), ("c", 0.5)),)
        assert facet.heat.tolist() == [[1]]


def test_a_byte_order_mark_does_not_matter() -> None:
    assert len(read_json(BytesIO(b"\xef\xbb\xbf" + encode(GOOD)))) == 1


@given(st.lists(facets(), min_size=1, max_size=3), st.dictionaries(TEXTS, TEXTS))
def test_facets_and_their_style_come_back_as_they_were(
    given_facets: list[Facet], style: dict[str, str]
) -> None:
    file = BytesIO()
    write_json(file, given_facets, style=style)
    back = read_json(BytesIO(file.getvalue()))
    for facet, other in zip(back, given_facets, strict=True):
        assert_equal(facet, other)
    assert read_style(BytesIO(file.getvalue())) == style


@given(hnp.arrays(np.float32, 50, elements=st.floats(width=32, allow_infinity=False)))
def test_each_heat_is_the_same_float32_again(row: NDArray[np.float32]) -> None:
    back = [np.nan if x is None else x for x in json.loads(write_numbers(row))]
    np.testing.assert_array_equal(np.array(back, np.float32), row)


def test_heat_of_all_stores_is_written() -> None:
    heat = np.array([[0, 0.5], [0.25, 0]])
    growing = GrowingStore((2, 2))
    growing.fill([1], [[0.5, 1]])
    for given_heat, missing in ((csr_array(heat), False), (growing, True)):
        facet = Facet.from_arrays(["a", "b"], given_heat, missing=missing)
        file = BytesIO()
        write_json(file, [facet])
        (back,) = read_json(BytesIO(file.getvalue()))
        assert_equal(back, facet)


def test_what_is_written_is_what_the_readme_says() -> None:
    facet = Facet.from_arrays(
        ["to", " ", "be"],
        [[1, 0.25], [0.1, np.nan]],
        meta=[["a", ("b", 0.5)], None, []],
        format=[False, True, False],
        numbers={"rank": [1, None, None]},
        missing=True,
        title="GRU",
        id="gru",
        caption="See.",
        provenance={"method": "norm"},
    )
    answer = Facet.from_arrays(
        ["a"],
        [[[1], [0]], [[-1], [0]]],
        rows_of="gru",
        axes={"layer": ["first", "last"]},
    )
    file = BytesIO()
    write_json(file, [facet, answer], style={"gamma": 0.5})
    assert json.loads(file.getvalue()) == {
        "version": 1,
        "facets": [
            {
                "title": "GRU",
                "id": "gru",
                "rows_of": None,
                "axes": [],
                "signed": False,
                "missing": True,
                "caption": "See.",
                "provenance": {"method": "norm"},
                "tokens": [
                    {
                        "token": "to",
                        "meta": ["a", ["b", 0.5]],
                        "numbers": {"rank": 1.0},
                        "heat": [1, 0.25],
                    },
                    {"token": " ", "format": True},
                    {"token": "be", "numbers": {"rank": None}, "heat": [0.1, None]},
                ],
            },
            {
                "title": "",
                "id": None,
                "rows_of": "gru",
                "axes": [{"name": "layer", "labels": ["first", "last"]}],
                "signed": True,
                "missing": False,
                "caption": "",
                "provenance": {},
                "tokens": [{"token": "a"}],
                "heat": [[[1], [0]], [[-1], [0]]],
            },
        ],
        "style": {"gamma": 0.5},
    }


def test_a_list_of_facets_has_no_style() -> None:
    assert read_style(BytesIO(encode(GOOD))) == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"facets": [1]}, "facets[0] is an int, expected a Facet"),
        ({"style": 1}, "style is an int, expected a dict of JSON values"),
        ({"style": {"a": {1}}}, "style is not JSON: Object of type set is not JSON"),
        ({"style": {"a": float("nan")}}, "style is not JSON: Out of range float val"),
        ({"max_bytes": 100}, "the file has more than 100 bytes, which is what a JSON"),
    ],
)
def test_what_cannot_be_read_back_is_not_written(
    arguments: dict[str, Any], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "facets.json"
    path.write_bytes(b"old")
    with pytest.raises(HeatmapDataError) as caught:
        write_json(path, **{"facets": [Facet.from_arrays(["a"], [[1]])], **arguments})
    assert str(caught.value).startswith(message)
    assert path.read_bytes() == b"old"


def test_an_old_file_stays_until_the_new_one_is_written(tmp_path: Path) -> None:
    path = tmp_path / "facets.json"
    write_json(path, [Facet.from_arrays(["a"], [[1]])])
    write_json(str(path), [Facet.from_arrays(["b"], [[1]])])
    assert read_json(path)[0].tokens.text == "b"
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize("text", ['"\\ud800"', '"\ud800"'])
def test_half_a_surrogate_is_text(text: str) -> None:
    content = text.encode("utf-8", "surrogatepass")
    assert parse_json(content, "the file") == "\ud800"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"[[}]]", "the file is not JSON: Expecting value: line 1 column 3 (char 2)"),
        (b'"\xff"', "the file is not UTF-8 at byte 1, expected JSON in UTF-8"),
        (b"[" * 100_000, "the file is not JSON: maximum recursion depth"),
        (b"[" + b"9" * 5000 + b"]", "the file is not JSON: Exceeds the limit"),
        (b"{}", "data.version is None, expected 1"),
        (b"1", "data is an int, expected a list of facets"),
        (b"[]", "data is empty, expected at least one of its facets"),
        (b"[1]", "facets[0] is an int, expected a list of records"),
        (b"[[1]]", "facets[0].tokens[0] is an int, expected a mapping with a token"),
        (
            encode([[{"token": "a", "heat": [float("inf")]}]]),
            "facets[0].tokens[0].heat[0] is inf, expected a number of at most 3.4e+38",
        ),
        (
            encode([[{"token": "a", "heat": [1], "meta": [["b", 10**400]]}]]),
            "facets[0].tokens[0].meta[0][1] is too large, expected a probability from",
        ),
        (
            encode([[{"token": "a", "heat": [10**400]}]]),
            "facets[0].tokens[0].heat has a number that no float can hold, expected a",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_told(content: bytes, message: str) -> None:
    assert fail(content).startswith(message)


def test_a_file_beyond_the_limit_is_not_read() -> None:
    message = "the file is too large, expected at most 10 bytes"
    assert fail(encode(GOOD), max_bytes=10) == message


@pytest.mark.parametrize(
    ("name", "most", "message"),
    [
        ("MAX_FACETS", 1, "the file has 2 facets, expected at most 1"),
        ("MAX_TOKENS", 2, "the file has 3 tokens, expected at most 2"),
        ("MAX_META", 2, "the file has 3 entries of meta, expected at most 2"),
        ("MAX_NUMBERS", 1, "the file has 2 numbers, expected at most 1"),
        ("MAX_CHARACTERS", 8, "the file has 9 characters, expected at most 8"),
    ],
)
def test_a_file_that_holds_too_much_is_refused_with_the_numbers(
    monkeypatch: pytest.MonkeyPatch, name: str, most: int, message: str
) -> None:
    data = [
        [{"token": "abc", "meta": ["de", ["f", 0.5]], "heat": [1]}],
        [
            {"token": "g", "meta": ["h"], "heat": [1], "numbers": {"j": 1, "k": 2}},
            {"token": "i", "format": True, "meta": None},
        ],
    ]
    assert len(read_json(BytesIO(encode(data)))) == 2
    monkeypatch.setattr(limits, name, most)
    assert fail(encode(data)) == message


def test_brackets_are_counted_before_anything_is_made_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_text, "MAX_BRACKETS", 4)
    assert fail(b"[[[[{") == "the file has 5 brackets, expected at most 4"


@pytest.mark.parametrize(
    "data",
    [
        [["x" * 1000]],
        [[{"token": "a", "heat": [1], "x" * 1000: 1}]],
        [[{"token": "a", "heat": [1], "meta": [["x" * 1000] * 1000]}]],
        [[{"token": "a", "heat": [1], "meta": [[10**4299] * 2]}]],
        [[{"token": "a", "heat": [10**4000]}]],
    ],
)
def test_an_error_quotes_at_most_100_characters(data: object) -> None:
    message = fail(encode(data))
    assert len(message) < 200
    assert "x" * 61 not in message
    assert "0" * 61 not in message
