"""Records, arrays and DataFrames to tokens."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.reading import read_arrays, read_frame, read_records

RECORDS = [
    {"token": "to", "meta": ["a", ("b", 0.5)], "heat": [1, 0]},
    {"token": " ", "format": True},
    {"token": "be", "heat": np.array([0.5, 1])},
]


def test_records_become_tokens_and_the_heat_rows_of_non_format_tokens() -> None:
    tokens, rows = read_records(RECORDS)
    assert tokens.texts == ("to", " ", "be")
    assert tokens.is_format.tolist() == [False, True, False]
    assert tokens.meta == ((("a", None), ("b", 0.5)), (), ())
    assert rows[0] == [1, 0]
    assert rows[1] is RECORDS[2]["heat"]


def test_indexes_count_non_format_tokens_and_positions_count_all() -> None:
    tokens, _ = read_records(RECORDS)
    assert len(tokens) == 2
    assert tokens.positions.tolist() == [0, 2]


@given(st.lists(st.text(), min_size=1))
def test_starts_and_ends_cut_the_text_into_the_tokens(texts: list[str]) -> None:
    tokens = read_arrays(texts)
    spans = zip(tokens.starts, tokens.ends, strict=True)
    assert [tokens.text[start:end] for start, end in spans] == texts


def test_lone_surrogates_are_text() -> None:
    assert read_arrays(["\ud800"], meta=[["\udfff"]]).text == "\ud800"


def test_arrays_and_tuples_are_taken_as_lists() -> None:
    tokens = read_arrays(
        np.array(["a", " "]), ((), None), np.array([False, True]), "facet"
    )
    assert tokens.texts == ("a", " ")
    assert type(tokens.texts[0]) is str


def test_the_flags_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        read_arrays(["a"]).is_format[0] = True


@pytest.mark.parametrize("name", ["positions", "starts", "ends"])
def test_what_follows_from_the_tokens_cannot_be_changed(name: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        getattr(read_arrays(["a"]), name)[0] = 1


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ({}, "facets[1] is a dict, expected a list of records"),
        ([], "facets[1] is empty"),
        (["a"], "facets[1].tokens[0] is a str, expected a mapping"),
        ([{"heat": [1]}], "facets[1].tokens[0].token is missing, expected a string"),
        ([{"token": 3, "heat": [1]}], "facets[1].tokens[0].token is an int"),
        ([{"token": b"a", "heat": [1]}], "facets[1].tokens[0].token is a bytes"),
        ([{"token": "a", "heats": [1]}], "facets[1].tokens[0] has an unknown key 'h"),
        ([{"token": "a"}], "facets[1].tokens[0].heat is missing"),
        ([{"token": "a", "heat": None}], "facets[1].tokens[0].heat is missing"),
        ([{"token": "a", "heat": [1], "format": 1}], "facets[1].tokens[0].format is"),
        (
            [{"token": "a", "heat": [1], "meta": ["b", 2]}],
            "facets[1].tokens[0].meta[1] is an int",
        ),
        (
            [{"token": "a", "heat": [1], "format": True}],
            "facets[1].tokens[0].heat is given, expected none for a format token",
        ),
        (
            [{"token": "a", "meta": ["b"], "format": True}],
            "facets[1].tokens[0].meta is given, expected none for a format token",
        ),
        ([{"token": "a", "format": True}], "facets[1] has only format tokens"),
    ],
)
def test_an_error_in_records_names_the_place(records: object, message: str) -> None:
    with pytest.raises(HeatmapDataError) as caught:
        read_records(records, "facets[1]")
    assert str(caught.value).startswith(message)


def test_format_tokens_may_carry_empty_fields() -> None:
    empty = {"token": " ", "format": True, "meta": [], "heat": None}
    assert len(read_records([*RECORDS, empty])[0]) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ab",), "facet.tokens is a str, expected a list of strings"),
        ((["a", 1],), "facet.tokens[1] is an int, expected a string"),
        ((["a"], [["b"], ["c"]]), "facet.meta has 2 values, expected 1 (one per token"),
        ((["a"], [3]), "facet.meta[0] is an int, expected a list"),
        ((["a", "b"], None, [True]), "facet.format has 1 value, expected 2"),
        ((["a", "b"], None, [0, 1]), "facet.format[0] is an int"),
        ((["a", "b"], [[], ["c"]], [False, True]), "facet.meta[1] is given"),
        ((["a"], None, [True]), "facet has only format tokens"),
    ],
)
def test_an_error_in_arrays_names_the_place(
    arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(HeatmapDataError) as caught:
        read_arrays(*arguments)
    assert str(caught.value).startswith(message)


def test_a_frame_may_have_gaps_where_records_have_missing_keys() -> None:
    frame = pd.DataFrame(RECORDS, index=[5, 5, 7])
    frame["format"] = [False, True, False]
    tokens, rows = read_frame(frame)
    assert tokens.texts == ("to", " ", "be")
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"heat": [[1]]}, "facet has no column 'token'"),
        ({"token": ["a"], "heat": [[1]], "x": [0]}, "facet.tokens[0] has an unknown k"),
        (
            {"token": [float("nan")], "heat": [[1]]},
            "facet.tokens[0].token is None, expected a string",
        ),
        (
            {"token": ["ab"], "heat": [[1]], "start": [1]},
            "facet.tokens[0].start is 1, expected 0 (from the tokens' lengths)",
        ),
        (
            {"token": ["ab"], "heat": [[1]], "start": [0], "end": [3]},
            "facet.tokens[0].end is 3, expected 2 (from the tokens' lengths)",
        ),
        (
            {"token": ["ab"], "heat": [[1]], "start": [[0, 1]]},
            "facet.tokens[0].start is [0, 1], expected 0 (from the tokens' lengths)",
        ),
    ],
)
def test_an_error_in_a_frame_names_the_place(
    columns: dict[str, list[object]], message: str
) -> None:
    with pytest.raises(HeatmapDataError) as caught:
        read_frame(pd.DataFrame(columns))
    assert str(caught.value).startswith(message)


def test_numbers_are_read_from_records_arrays_and_frames() -> None:
    records = [
        {"token": "a", "heat": [1, 0], "numbers": {"rank": 3}},
        {"token": " ", "format": True},
        {"token": "b", "heat": [0, 1], "numbers": {"entropy": 0.5, "rank": np.int8(1)}},
    ]
    expected = {"rank": (3, None, 1), "entropy": (None, None, 0.5)}
    facet = Facet.from_records(records)
    assert facet.tokens.numbers == expected
    is_format = [False, True, False]
    arrays = read_arrays(["a", " ", "b"], format=is_format, numbers=expected)
    assert arrays.numbers == expected
    assert Facet.from_frame(facet.to_frame()).tokens.numbers == expected


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"r": [1]}, r"facet.numbers\['r'\] has 1 value, expected 2"),
        ({"": [1, 2]}, "facet.numbers has the name '', expected a string of 1 to 40"),
        ({3: [1, 2]}, "facet.numbers has the name 3, expected a string"),
        ({"n" * 41: [1, 2]}, "expected a string of 1 to 40 characters"),
        ({"r": [1, np.nan]}, r"numbers\['r'\]\[1\] is nan, expected a finite number"),
        ({"r": [1, np.inf]}, r"numbers\['r'\]\[1\] is inf"),
        ({"r": ["1", 1]}, r"numbers\['r'\]\[0\] is '1', expected a finite number or"),
        ({"r": [True, 1]}, r"numbers\['r'\]\[0\] is True"),
        ({"r": [10**400, 1]}, r"numbers\['r'\]\[0\] is 1000"),
        ({str(k): [1, 2] for k in range(17)}, "has 17 names, expected at most 16"),
        ([1, 2], "facet.numbers is a list, expected a mapping of names to numbers"),
    ],
)
def test_what_is_no_number_is_refused(numbers: object, message: str) -> None:
    with pytest.raises(HeatmapDataError, match=message):
        read_arrays(["a", "b"], numbers=numbers)


def test_a_format_token_has_no_number() -> None:
    records = [
        {"token": "a", "heat": [1]},
        {"token": " ", "format": True, "numbers": {"rank": 1}},
    ]
    with pytest.raises(HeatmapDataError, match=r"numbers\['rank'\]\[1\] is given"):
        Facet.from_records(records)
