"""Heat that arrives row by row."""

import numpy as np
import pytest

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.growing_store import GrowingStore

NAN = float("nan")


def assert_rows(store: GrowingStore, rows: list[list[float]]) -> None:
    np.testing.assert_array_equal(store.rows(range(store.shape[0])), rows)
    np.testing.assert_array_equal(
        store.columns(range(store.shape[1])), np.array(rows).T
    )
    np.testing.assert_array_equal(store.to_array(), rows)


def test_rows_are_missing_until_they_are_filled() -> None:
    store = GrowingStore((3, 2))
    assert store.missing
    assert (store.minimum, store.maximum) == (None, None)
    assert_rows(store, [[NAN] * 2] * 3)
    store.fill([2, 0], [[1, 0.5], [0.25, 0]])
    assert_rows(store, [[0.25, 0], [NAN, NAN], [1, 0.5]])
    assert (store.minimum, store.maximum) == (0, 1)
    store.fill([0], [[3, NAN]])
    assert_rows(store, [[3, NAN], [NAN, NAN], [1, 0.5]])
    assert (store.minimum, store.maximum) == (0, 3)


def test_tokens_are_appended_one_by_one_as_a_model_generates_them() -> None:
    store = GrowingStore((1, 1))
    store.fill([0], [[1]])
    for n in range(1, 40):
        store = store.extend(1, 1, heat=0)
        store.fill([n], [range(1, n + 2)])
    expected = np.tril(np.ones((40, 1)) * np.arange(1, 41))
    assert_rows(store, expected.tolist())
    assert (store.minimum, store.maximum) == (0, 40)


def test_what_is_behind_a_row_is_missing_unless_it_is_told() -> None:
    store = GrowingStore((2, 1))
    store.fill([0], [[1]])
    assert_rows(store.extend(1, 2), [[1, NAN, NAN], [NAN] * 3, [NAN] * 3])


def test_a_row_that_is_not_filled_is_missing_behind_as_well() -> None:
    store = GrowingStore((2, 1))
    store.fill([0], [[1]])
    assert_rows(store.extend(0, 1, heat=0), [[1, 0], [NAN, NAN]])


def test_rows_and_columns_grow_apart_where_rows_are_of_another_facet() -> None:
    store = GrowingStore((1, 3)).extend(rows=2)
    assert store.shape == (3, 3)
    assert store.extend(columns=1).shape == (3, 4)


def test_a_smaller_store_stays_as_large_as_it_was_and_sees_what_is_filled() -> None:
    small = GrowingStore((1, 1))
    large = small.extend(3, 3)
    large.fill([0], [[1, 2, 3, 4]])
    assert_rows(small, [[1]])
    with pytest.raises(
        ValueError, match=r"\(1, 1\) was extended before, .* shape \(4, 4\)"
    ):
        small.extend(1, 1)


def test_memory_is_asked_for_seldom() -> None:
    store = GrowingStore((1, 1))
    arrays = {id(store.to_array().base)}
    for _ in range(500):
        store = store.extend(1, 1)
        arrays.add(id(store.to_array().base))
    assert len(arrays) < 15


def test_new_rows_ask_for_no_memory_for_columns() -> None:
    store = GrowingStore((1, 3))
    for _ in range(500):
        store = store.extend(rows=1)
    base = store.to_array().base
    assert base is not None
    assert base.nbytes <= 2 * 501 * 3 * 4


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[1]], "rows has shape (1, 1), expected (1, 2)"),
        ([[1, "a"]], "rows is no array of numbers, expected one of shape (1, 2)"),
        ([[1, 2], [3]], "rows is no array of numbers, expected one of shape (1, 2)"),
        ([[1, 10**400]], "rows is no array of numbers, expected one of shape (1, 2)"),
        ([["0.5", "1"]], "rows is no array of numbers, expected one of shape (1, 2)"),
        ([[True, False]], "rows is no array of numbers, expected one of shape (1, 2)"),
        ([[0.5, None]], "rows is no array of numbers, expected one of shape (1, 2)"),
        (None, "rows has shape (), expected (1, 2)"),
        ([[0, np.inf]], "rows[0][1] is inf, expected a number of at most 3.4e+38"),
        ([[0, -1]], "rows[0][1] is -1.0, expected at least 0 (or signed=True)"),
    ],
)
def test_wrong_rows_are_told_and_not_filled_in(rows: object, message: str) -> None:
    store = GrowingStore((2, 2))
    with pytest.raises(HeatmapDataError) as caught:
        store.fill([1], rows)
    assert str(caught.value) == message
    assert_rows(store, [[NAN] * 2] * 2)
    with pytest.raises(IndexError, match="row is 2, expected 0 to 1"):
        store.fill([2], [[0, 0]])


def test_negative_heat_is_filled_in_where_it_is_told() -> None:
    store = GrowingStore((1, 1), signed=True)
    store.fill([0], [[-2]])
    assert (store.minimum, store.extend(1, 1).signed) == (-2, True)


def test_heat_below_0_by_rounding_is_0() -> None:
    store = GrowingStore((1, 2))
    store.fill([0], [[-1e-7, 1]])
    assert_rows(store, [[0, 1]])


def test_a_facet_takes_a_store_that_grows() -> None:
    store = GrowingStore((2, 2))
    facet = Facet.from_arrays(["a", "b"], store, missing=True)
    store.fill([1], [[0, 1]])
    np.testing.assert_array_equal(facet.heat, [[NAN, NAN], [0, 1]])
