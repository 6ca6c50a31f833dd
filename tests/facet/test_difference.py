"""The difference of two facets' heat."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap import Facet, HeatmapDataError, read_npz, write_npz
from textualheatmap.facet import difference

DATA = Path(__file__).parents[2] / "data"
NAN = float("nan")
WORD = st.text(st.sampled_from("abcdeéÉß"), min_size=1, max_size=6)


def cut(text: str, borders: set[int]) -> list[str]:
    """Cut a text at some places."""
    places = [0, *sorted(place for place in borders if 0 < place < len(text))]
    ends = [*places[1:], len(text)]
    return [text[i:j] for i, j in zip(places, ends, strict=True)]


def test_of_equal_tokens_heat_is_subtracted_and_format_tokens_stay() -> None:
    gaps = [False, True, False]
    a = Facet.from_arrays(["a", " ", "b"], [[1, 0], [0.5, 1]], format=gaps)
    b = Facet.from_arrays(["a", "b"], [[0.5, 0.25], [1, 1]], meta=[["x"], []])
    facet = Facet.difference(a, b)
    assert facet.tokens.texts == ("a", " ", "b")
    assert facet.tokens.is_format.tolist() == gaps
    assert facet.heat.tolist() == [[0.5, -0.25], [-0.5, 0]]
    assert facet.store.signed
    assert facet.tokens.meta == ((), (), ())


def test_of_signed_heat_a_difference_may_be_two() -> None:
    a = Facet.from_arrays(["a"], [[-1]], signed=True)
    b = Facet.from_arrays(["a"], [[1]])
    assert Facet.difference(a, b).heat.tolist() == [[-2]]


def test_a_difference_is_signed_even_where_no_heat_is_negative() -> None:
    a = Facet.from_arrays(["a"], [[1]])
    assert Facet.difference(a, a).store.signed


def test_numbers_too_large_for_float32_become_its_largest() -> None:
    limit = float(np.finfo(np.float32).max)
    a, b = (Facet.from_arrays(["a"], [[x]], signed=True) for x in (limit, -limit))
    assert Facet.difference(a, b).heat.tolist() == [[limit]]


def test_pieces_are_what_both_facets_cut_out_whole() -> None:
    a = Facet.from_arrays(["[CLS]", "un", "##able", "now", "."], np.eye(5))
    b = Facet.from_arrays(["Ġuna", "ble", "Ġnow", "!"], np.eye(4))
    facet = Facet.difference(a, b)
    assert facet.tokens.texts == ("[CLS]", "unable", "now", ".")
    assert facet.tokens.is_format.tolist() == [True, False, False, True]
    assert facet.heat.tolist() == [[0, 0], [0, 0]]


def test_a_format_token_takes_no_part_even_where_the_other_facet_has_a_token() -> None:
    a = Facet.from_arrays(["x", "yes"], [[1]], format=[True, False])
    b = Facet.from_arrays(["x", "yes"], [[9, 9], [9, 0.5]])
    facet = Facet.difference(a, b)
    assert facet.tokens.texts == ("x", "yes")
    assert facet.heat.tolist() == [[0.5]]


@pytest.mark.parametrize(
    ("pool", "expected"),
    [("max", [[4.0, 1.0], [1.0, 1.0]]), ("mean", [[2.5, 0.5], [0.5, 1.0]])],
)
def test_heat_of_several_tokens_is_pooled_in_rows_and_columns(
    pool: difference.Pool, expected: list[list[float]]
) -> None:
    a = Facet.from_arrays(["a", "b", "c"], [[1, 2, 0], [3, 4, 1], [1, 0, 1]])
    b = Facet.from_arrays(["ab", "c"], np.zeros((2, 2)))
    assert Facet.difference(a, b, pool=pool).heat.tolist() == expected


def test_rows_that_sum_to_1_still_do_after_a_sum() -> None:
    a = Facet.from_arrays(
        ["a", "b", "c"], [[1, 0, 0], [0.5, 0.5, 0], [0.25] * 2 + [0.5]]
    )
    b = Facet.from_arrays(["ab", "c"], np.zeros((2, 2)))
    assert Facet.difference(a, b, pool="sum").heat.tolist() == [[1, 0], [0.5, 0.5]]


def test_what_is_missing_in_one_facet_is_missing() -> None:
    a = Facet.from_arrays(["a", "b"], [[NAN, 1], [1, 1]], missing=True)
    b = Facet.from_arrays(["a", "b"], np.zeros((2, 2)))
    for facet in (Facet.difference(a, b), Facet.difference(b, a)):
        assert np.isnan(facet.heat).tolist() == [[True, False], [False, False]]
        assert facet.store.missing


def test_each_matrix_on_the_axes_is_subtracted_on_its_own() -> None:
    axes = {"layer": ["first", "last"]}
    a = Facet.from_arrays(["a"], [[[1]], [[3]]], axes=axes)
    b = Facet.from_arrays(["a"], [[[1]], [[1]]], axes=axes)
    facet = Facet.difference(a, b)
    assert facet.store.axes == a.store.axes
    assert facet.heat.tolist() == [[[0]], [[2]]]


def test_rows_of_another_facet_are_kept() -> None:
    a = Facet.from_arrays(["a", "b"], [[1, 2]] * 3, rows_of="answer")
    b = Facet.from_arrays(["ab"], [[1]] * 3, rows_of="other")
    facet = Facet.difference(a, b)
    assert (facet.rows_of, facet.heat.tolist()) == ("answer", [[1], [1], [1]])


def test_a_difference_says_what_both_were_made_by() -> None:
    a = Facet.from_arrays(["a"], [[1]], provenance={"model": "GRU"}, title="GRU")
    b = Facet.from_arrays(["a"], [[1]], provenance={"model": "LSTM"})
    facet = Facet.difference(a, b)
    assert facet.title == "GRU"
    assert facet.provenance == {
        "method": "difference",
        "first: model": "GRU",
        "second: model": "LSTM",
    }
    assert Facet.difference(a, b, title="more").title == "more"


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (
            Facet.from_arrays(["to ", "be"], np.eye(2)),
            Facet.from_arrays(["no", "thing"], np.eye(2)),
            (
                "the facets have 0% of their text in common, expected at least 50%: "
                "they differ from token 0 ('to ') of the first and token 0 ('no') of "
                "the second on"
            ),
        ),
        (
            Facet.from_arrays(["the ", "cat", " that sat on"], np.eye(3)),
            Facet.from_arrays(["the", "cat"], np.eye(2)),
            (
                "the facets have 40% of their text in common, expected at least 50%: "
                "they differ from token 2 (' that sat on') of the first and the end of "
                "the second on"
            ),
        ),
        (
            Facet.from_arrays(["[CLS]"], [[1]]),
            Facet.from_arrays(["a"], [[1]]),
            (
                "the facets have 0% of their text in common, expected at least 50%: "
                "they differ from the end of the first and token 0 ('a') of the second "
                "on"
            ),
        ),
        (
            Facet.from_arrays(["a"], [[[1]]], axes=["layer"]),
            Facet.from_arrays(["a"], [[1]]),
            (
                "the axes of the first facet are layer (1), of the second none, "
                "expected the same names and labels"
            ),
        ),
        (
            Facet.from_arrays(["a"], [[1]], rows_of="b"),
            Facet.from_arrays(["a"], [[1]]),
            "rows_of is 'b' and None, expected both to have it or neither",
        ),
        (
            Facet.from_arrays(["a"], [[1]], rows_of="b"),
            Facet.from_arrays(["a"], [[1], [1]], rows_of="b"),
            "the first facet has 1 rows of another one, the second 2, expected as many",
        ),
    ],
)
def test_what_cannot_be_compared_is_said_with_its_place(
    a: Facet, b: Facet, message: str
) -> None:
    with pytest.raises(HeatmapDataError) as error:
        Facet.difference(a, b)
    assert str(error.value) == message


@given(
    st.lists(WORD, min_size=1, max_size=6),
    st.sets(st.integers(1, 30)),
    st.sets(st.integers(1, 30)),
)
def test_however_a_text_is_cut_pieces_are_the_smallest_that_both_cut_out(
    words: list[str], borders: set[int], others: set[int]
) -> None:
    text = "".join(words)
    first, second = cut(text, borders), cut(text, others)
    a = Facet.from_arrays(first, np.eye(len(first)))
    b = Facet.from_arrays([token.upper() for token in second], np.eye(len(second)))
    facet = Facet.difference(a, b)
    assert list(facet.tokens.texts) == cut(text, borders & others)


@given(st.integers(1, 12), st.sets(st.integers(1, 11)), st.integers(0, 1000))
def test_blocks_of_any_size_give_the_same_difference(
    length: int, borders: set[int], seed: int
) -> None:
    text = "abcdefghijkl"[:length]
    random = np.random.default_rng(seed)
    tokens = cut(text, borders)
    a = Facet.from_arrays(list(text), random.random((length, length)))
    b = Facet.from_arrays(tokens, random.random((len(tokens), len(tokens))))
    expected = Facet.difference(a, b).heat
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(difference, "BLOCK_VALUES", 1)
        np.testing.assert_array_equal(Facet.difference(a, b).heat, expected)


def test_beside_the_result_only_a_block_of_rows_is_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(difference, "BLOCK_VALUES", 100_000)
    n = 2000
    path = tmp_path / "heat.npy"
    np.save(path, np.ones((n, n), dtype=np.float16))
    tokens = [f"{i} " for i in range(n)]
    a = Facet.from_arrays(tokens, path)
    b = Facet.from_arrays([*tokens[:-2], "".join(tokens[-2:])], np.ones((n - 1, n - 1)))
    tracemalloc.start()
    try:
        Facet.difference(a, b)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # A second copy of the result would take twice its 4 bytes a value.
    assert peak < 1.75 * 4 * n * n


def test_two_networks_that_read_one_text_differ_where_their_memory_does(
    tmp_path: Path,
) -> None:
    gru, lstm = read_npz(DATA / "autocomplete.npz")
    facet = Facet.difference(gru, lstm)
    assert facet.tokens.texts == gru.tokens.texts
    np.testing.assert_array_equal(facet.heat, gru.heat - lstm.heat)
    write_npz(tmp_path / "difference.npz", [facet])
    (again,) = read_npz(tmp_path / "difference.npz")
    assert np.abs(again.heat - facet.heat).max() < 0.02


def test_exhibits_of_other_tokens_are_compared_word_by_word() -> None:
    facets = read_npz(DATA / "tokens.npz")
    for b in facets[1:]:
        facet = Facet.difference(facets[0], b)
        assert len(facet) > len(facets[0].tokens.text.split()) / 2
        assert facet.tokens.text.replace("##", "")


def test_what_is_no_facet_or_no_pool_is_refused() -> None:
    facet: Any = Facet.from_arrays(["a"], [[1]])
    with pytest.raises(HeatmapDataError, match="b is a str, expected a Facet"):
        Facet.difference(facet, cast("Any", "LSTM"))
    with pytest.raises(HeatmapDataError, match="'median', expected one of max, mean"):
        Facet.difference(facet, facet, pool=cast("Any", "median"))
