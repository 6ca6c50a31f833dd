"""Facets of which rows of heat or tokens arrive later."""

import numpy as np
import pytest

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import MAX_NAMES
from textualheatmap.facet.growing import (
    append_rows,
    append_tokens,
    await_rows,
    continue_facet,
    fill_rows,
    is_grown,
)


@pytest.fixture
def facet() -> Facet:
    return Facet.from_arrays(
        ["a", " ", "b"], np.eye(2), format=[False, True, False], title="GRU", id="gru"
    )


def test_a_facet_that_is_no_growing_one_yet_is_copied_once(facet: Facet) -> None:
    first = fill_rows(facet, [1], [[0.5, 0.25]])
    assert facet.heat.tolist() == [[1, 0], [0, 1]]
    assert first.heat.tolist() == [[1, 0], [0.5, 0.25]]
    assert fill_rows(first, [0], [[0, 0.75]]) is first
    assert first.heat.tolist() == [[0, 0.75], [0.5, 0.25]]
    assert (first.tokens, first.title, first.id) == (facet.tokens, "GRU", "gru")


def test_tokens_are_appended_behind_format_tokens_too(facet: Facet) -> None:
    longer = append_tokens(facet, ["c"], [[0.5, 0, 1]], [["m"]])
    assert longer.tokens.text == "a bc"
    assert longer.tokens.positions.tolist() == [0, 2, 3]
    assert longer.tokens.meta[3] == (("m", None),)
    assert longer.heat.tolist() == [[1, 0, 0], [0, 1, 0], [0.5, 0, 1]]
    assert len(facet) == 2


def test_appended_tokens_have_numbers_and_others_none_of_new_names() -> None:
    facet = Facet.from_arrays(["a"], [[1]], numbers={"rank": [2]})
    longer = append_tokens(facet, ["b", "c"], numbers={"entropy": [0.5, None]})
    assert longer.tokens.numbers == {
        "rank": (2, None, None),
        "entropy": (None, 0.5, None),
    }
    longest = append_tokens(longer, ["d"], numbers={"rank": [1]})
    assert longest.tokens.numbers["rank"] == (2, None, None, 1)
    assert longest.tokens.numbers["entropy"][3] is None


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"rank": [1, 2]}, r"facet\.numbers\['rank'\] has 2 values, expected 1 \(one"),
        ({"rank": ["x"]}, r"facet\.numbers\['rank'\]\[0\] is 'x', expected a finite"),
        ({3: [1]}, r"facet\.numbers has the name 3, expected a string of 1 to 40"),
        ([1], r"facet\.numbers is a list, expected a mapping of names to numbers"),
        (
            {f"name {k}": [k] for k in range(MAX_NAMES)},
            rf"facet\.numbers has {MAX_NAMES + 1} names, expected at most {MAX_NAMES}",
        ),
    ],
)
def test_appended_numbers_of_another_form_are_refused(
    numbers: object, message: str
) -> None:
    facet = Facet.from_arrays(["a"], [[1]], numbers={"rank": [2]})
    with pytest.raises(HeatmapDataError, match=message):
        append_tokens(facet, ["b"], [[0.5, 1]], numbers=numbers)
    assert append_tokens(facet, ["b"], [[0.5, 1]]).heat.tolist() == [[1, 0], [0.5, 1]]


def test_format_tokens_may_be_appended_too(facet: Facet) -> None:
    longer = append_tokens(facet, [" ", "c"], [[0.5, 0, 1]], format=[True, False])
    assert longer.tokens.positions.tolist() == [0, 2, 4]
    assert longer.heat.tolist() == [[1, 0, 0], [0, 1, 0], [0.5, 0, 1]]


def test_a_whole_facet_goes_on_with_the_heat_of_its_beginning(facet: Facet) -> None:
    begun = fill_rows(await_rows(facet), [0], [[0.5, 0.25]])
    whole = Facet.from_arrays(
        ["a", " ", "b", "c"],
        np.eye(3),
        [["m"], [], [], []],
        format=[False, True, False, False],
        title="LSTM",
    )
    grown = continue_facet(begun, whole)
    assert (grown.tokens, grown.title) == (whole.tokens, "LSTM")
    assert grown.heat[0].tolist() == [0.5, 0.25, 0]
    assert np.isnan(grown.heat[1:]).all()
    assert is_grown(begun, grown)
    assert not is_grown(grown, begun)
    fill_rows(grown, [1], [[1, 1, 1]])
    assert begun.heat[1].tolist() == [1, 1]


@pytest.mark.parametrize(
    "texts", [["a", " ", "x", "c"], ["a", " "], ["a", "-", "b", "c"]]
)
def test_a_facet_of_other_tokens_takes_no_heat_over(
    facet: Facet, texts: list[str]
) -> None:
    begun = await_rows(facet)
    is_format = [text == " " for text in texts]
    count = is_format.count(False)
    other = Facet.from_arrays(texts, np.eye(count), format=is_format)
    grown = continue_facet(begun, other)
    assert grown.tokens is other.tokens
    assert np.isnan(grown.heat).all()
    assert not is_grown(begun, grown)


def test_rows_of_another_facet_are_missing_until_they_are_filled() -> None:
    facet = Facet.from_arrays(["a", "b"], [[1, 0]], rows_of="answer")
    longer = append_rows(facet, 2)
    assert longer.rows_of == "answer"
    assert np.isnan(longer.heat[1:]).all()
    assert fill_rows(longer, [2], [[0, 1]]).heat[2].tolist() == [0, 1]


def test_only_one_matrix_in_memory_grows() -> None:
    deep = Facet.from_arrays(["a"], [[[1]], [[0]]], axes=["layer"])
    with pytest.raises(
        ValueError, match=r"facet\.heat has axes, expected one matrix in memory"
    ):
        fill_rows(deep, [0], [[1]])
