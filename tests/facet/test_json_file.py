"""Facets in a JSON file, which may be anybody's."""

import json
from io import BytesIO
from pathlib import Path

import pytest

from textualheatmap import HeatmapDataError, read_json
from textualheatmap.facet import json_text, limits
from textualheatmap.facet.json_text import parse_json

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
        (b"{}", "data is a dict, expected a list of facets"),
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
