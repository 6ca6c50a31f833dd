"""Single fields of the data format."""

from fractions import Fraction

import numpy as np
import pytest

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import read_flag, read_list, read_meta, read_string


def test_meta_of_strings_and_of_pairs_becomes_pairs() -> None:
    meta = read_meta(["a", ("b", 0.25), ["c", None], (np.str_("d"), 1)], "meta")
    assert meta == (("a", None), ("b", 0.25), ("c", None), ("d", 1.0))


def test_missing_meta_is_empty() -> None:
    assert read_meta(None, "meta") == ()


def test_arrays_are_taken_as_meta() -> None:
    assert read_meta(np.array(["a", "b"]), "meta") == (("a", None), ("b", None))
    pairs = np.array([("a", 0.5)], dtype=object)
    assert read_meta(pairs, "meta") == (("a", 0.5),)


def test_a_probability_out_of_range_by_rounding_is_clipped() -> None:
    assert read_meta([("a", 1 + 1e-9), ("b", -1e-9)], "meta") == (
        ("a", 1.0),
        ("b", 0.0),
    )


@pytest.mark.parametrize("value", [1.1, -0.1, float("nan"), float("inf")])
def test_a_probability_out_of_range_is_refused(value: float) -> None:
    with pytest.raises(HeatmapDataError, match=r"meta\[0\]\[1\] is .*from 0 to 1"):
        read_meta([("a", value)], "meta")


@pytest.mark.parametrize("number", [10**400, -(10**400), Fraction(10**400)])
def test_a_probability_that_no_float_can_hold_is_refused(number: object) -> None:
    with pytest.raises(HeatmapDataError) as caught:
        read_meta(["a", ("b", number)], "meta")
    assert str(caught.value) == (
        "meta[1][1] is too large, expected a probability from 0 to 1"
    )


@pytest.mark.parametrize(
    "item", [["a" * 1000] * 1000, (10**5000, 1), ("a", "b" * 1000), [["a"] * 100] * 9]
)
def test_an_error_quotes_little_of_a_large_item(item: object) -> None:
    with pytest.raises(HeatmapDataError) as caught:
        read_meta([item], "meta")
    assert len(str(caught.value)) < 140


@pytest.mark.parametrize(
    "item", [1, None, ("a",), ("a", "b"), ("a", True), (0.5, "a"), ("a", 0.5, 1), b"a"]
)
def test_meta_that_is_neither_string_nor_pair_is_refused(item: object) -> None:
    with pytest.raises(HeatmapDataError, match=r"meta\[1\] is .*expected a string or"):
        read_meta(["a", item], "meta")


def test_meta_that_is_one_string_is_no_list() -> None:
    with pytest.raises(HeatmapDataError, match="meta is a str, expected a list"):
        read_meta("abc", "meta")


def test_a_numpy_string_becomes_a_plain_string() -> None:
    assert type(read_string(np.str_("a"), "token")) is str


@pytest.mark.parametrize("token", [b"a", 1, None, ["a"]])
def test_a_token_that_is_no_string_is_refused(token: object) -> None:
    with pytest.raises(HeatmapDataError, match=r"token is .*, expected a string"):
        read_string(token, "token")


@pytest.mark.parametrize("flag", [1, "true", None])
def test_a_format_that_is_no_bool_is_refused(flag: object) -> None:
    with pytest.raises(HeatmapDataError, match=r"format is .*, expected True or False"):
        read_flag(flag, "format")


@pytest.mark.parametrize("value", ["abc", {"a": 1}, None, 3, np.array(3)])
def test_what_is_no_list_is_refused(value: object) -> None:
    with pytest.raises(
        HeatmapDataError, match=r"data is .*, expected a list of facets"
    ):
        read_list(value, "data", "facets")


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(HeatmapDataError, match="data is empty"):
        read_list(np.array([]), "data", "facets")
