"""Facets as JSON lines."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files.any_facet import assert_equal, facets
from textualheatmap import Facet, HeatmapDataError, write_file
from textualheatmap.facet import limits
from textualheatmap.files.json_lines import (
    iterate_json_lines,
    read_json_lines,
    write_json_lines,
)

LINE = b'{"tokens": [{"token": "ab", "heat": [1]}]}\n'


def fail(content: bytes, max_bytes: int = 1000) -> str:
    with pytest.raises(HeatmapDataError) as caught:
        read_json_lines(BytesIO(content), max_bytes=max_bytes)
    return str(caught.value)


@given(st.lists(facets(), min_size=1, max_size=3))
def test_facets_come_back_as_they_were(given_facets: list[Facet]) -> None:
    file = BytesIO()
    write_json_lines(file, given_facets)
    back = read_json_lines(BytesIO(file.getvalue()))
    for facet, other in zip(back, given_facets, strict=True):
        assert_equal(facet, other)
    lines = file.getvalue().split(b"\n")
    assert [bool(json.loads(line)) for line in lines[:-1]] == [True] * len(back)
    assert lines[-1] == b""


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"old" * 100)
    write_json_lines(str(path), [Facet.from_arrays(["ab"], [[1]])])
    assert len(read_json_lines(path)) == 1


def test_facets_are_read_one_after_another() -> None:
    stream = iterate_json_lines(BytesIO(LINE + b"\r\n" + LINE + b"?"))
    assert [next(stream).tokens.text, next(stream).tokens.text] == ["ab", "ab"]
    with pytest.raises(HeatmapDataError, match=r"facets\[2\] is not JSON"):
        next(stream)


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".JSONL.ZST"])
def test_packed_facets_are_read_one_after_another(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{ending}"
    write_file(path, [Facet.from_arrays([text], [[1]]) for text in "abc"])
    assert [facet.tokens.text for facet in iterate_json_lines(path)] == ["a", "b", "c"]
    with pytest.raises(HeatmapDataError, match="expected at most 60 bytes"):
        list(iterate_json_lines(path, max_bytes=60))


def test_what_is_wrong_is_told() -> None:
    assert fail(b"\n").startswith("the file is empty, expected a facet on each line")
    assert fail(b"[]").startswith("facets[0] is a list, expected an object")
    assert fail(LINE + b"{}").startswith("facets[1] has no tokens, expected each of")
    wrong = LINE.replace(b"[1]", b'["x"]')
    assert fail(LINE + wrong).startswith("facets[1].tokens[0].heat[0] is a str, expec")
    assert fail(LINE * 2, 60) == "the file is too large, expected at most 60 bytes"


def test_the_limits_are_those_of_all_lines_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_CHARACTERS", 3)
    assert fail(LINE * 2) == "the file has 4 characters, expected at most 3"
