"""What every store of heat does."""

import re
from typing import Any, cast

import numpy as np
import pytest

from textualheatmap.facet import store as store_module
from textualheatmap.facet.dense_store import DenseStore
from textualheatmap.facet.store import Axis, HeatStore, PooledStore

LAYER = Axis("layer", ("low", "high"))
HEAD = Axis("head", ("0", "1", "2"))
HEAT = np.random.default_rng(0).normal(size=(2, 3, 4, 5)).astype(np.float32)


@pytest.fixture
def store() -> HeatStore:
    """Return heat of two layers of three heads, four rows and five columns."""
    return DenseStore(HEAT, [LAYER, HEAD])


def test_a_place_on_each_axis_picks_a_matrix(store: HeatStore) -> None:
    for choices in ({"layer": 1, "head": 2}, {"layer": "high", "head": -1}):
        matrix = store.at(**choices)
        assert matrix.axes == ()
        assert matrix.signed
        assert matrix.rows([3, 0]).tolist() == HEAT[1, 2, [3, 0]].tolist()
        assert matrix.columns([4]).tolist() == HEAT[1, 2, :, [4]].tolist()


def test_an_axis_may_be_pooled_by_its_mean(store: HeatStore) -> None:
    mean = store.at(layer=0, head="mean")
    expected = HEAT[0].astype(np.float64).mean(axis=0)
    np.testing.assert_allclose(mean.rows(range(4)), expected, rtol=1e-5)
    np.testing.assert_allclose(mean.columns([1, 2]), expected.T[[1, 2]], rtol=1e-5)
    np.testing.assert_allclose(mean.to_array(), expected, rtol=1e-5)
    assert mean.shape == (4, 5)


def test_an_axis_may_be_pooled_by_what_is_largest_in_magnitude(
    store: HeatStore,
) -> None:
    largest = store.at(layer="max", head=1)
    pair = HEAT[:, 1]
    expected = np.where(abs(pair[0]) > abs(pair[1]), pair[0], pair[1])
    assert largest.to_array().tolist() == expected.tolist()
    assert largest.minimum == expected.min()
    assert largest.maximum == expected.max()
    assert largest.signed


def test_the_last_axis_is_pooled_first(store: HeatStore) -> None:
    means = HEAT.astype(np.float64).mean(axis=1)
    expected = np.where(abs(means[0]) > abs(means[1]), means[0], means[1])
    pooled = store.at(layer="max", head="mean")
    np.testing.assert_allclose(pooled.to_array(), expected, rtol=1e-5)


def test_pooling_leaves_out_what_is_missing() -> None:
    heat = np.array([[[1, np.nan]], [[3, np.nan]], [[np.nan, np.nan]]], np.float32)
    axis = Axis("layer", ("a", "b", "c"))
    store = DenseStore(heat, [axis], missing=True)
    assert store.at(layer="mean").missing
    for how, expected in (("mean", 2), ("max", 3)):
        np.testing.assert_array_equal(
            store.at(layer=how).rows([0]), [[expected, np.nan]]
        )


def test_the_extremes_are_those_of_all_matrices(store: HeatStore) -> None:
    assert store.minimum == HEAT.min()
    assert store.maximum == HEAT.max()
    assert store.at(layer=0, head=0).maximum == HEAT[0, 0].max()


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({}, "at() has a choice for none, expected one for layer, head"),
        ({"layer": 0}, "at() has a choice for layer, expected one for layer, head"),
        (
            {"layer": 0, "head": 0, "x": 0},
            "at() has a choice for layer, head, x, expected one for layer, head",
        ),
        (
            {"layer": 2, "head": 0},
            "axes['layer'] is 2, expected an index from 0 to 1, one of its labels, 'm",
        ),
        ({"layer": "middle", "head": 0}, "axes['layer'] is 'middle', expected an"),
        ({"layer": True, "head": 0}, "axes['layer'] is True, expected an index"),
        ({"layer": 0.0, "head": 0}, "axes['layer'] is 0.0, expected an index"),
    ],
)
def test_an_error_in_a_choice_names_the_axis(
    store: HeatStore, choices: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=r"axes|at\(\)") as caught:
        store.at(**choices)
    assert str(caught.value).startswith(message)


def test_a_numpy_integer_is_an_index() -> None:
    assert LAYER.find(np.int64(1)) == 1


def test_an_index_from_the_end_is_found_as_one_from_the_start() -> None:
    assert [HEAD.find(index) for index in (-1, -3)] == [2, 0]


def test_rows_and_columns_of_a_store_with_axes_need_a_choice(store: HeatStore) -> None:
    for read in (store.rows, store.columns):
        with pytest.raises(ValueError, match=r"axes layer, head, expected a choice"):
            read([0])


def test_an_index_out_of_range_is_told(store: HeatStore) -> None:
    matrix = store.at(layer=0, head=0)
    with pytest.raises(IndexError, match="row is 4, expected 0 to 3"):
        matrix.rows([0, 4])
    with pytest.raises(IndexError, match="column is -1, expected 0 to 4"):
        matrix.columns([-1])


@pytest.mark.parametrize(
    "rows", [[0.5], ["0"], [True, False], 0, [[0]], [None], [2**70]]
)
def test_an_index_is_a_whole_number(store: HeatStore, rows: object) -> None:
    expected = rf"rows are {re.escape(repr(rows))}, expected a list of indexes"
    with pytest.raises(IndexError, match=expected):
        store.at(layer=0, head=0).rows(cast("Any", rows))


def test_no_rows_are_an_empty_array(store: HeatStore) -> None:
    assert store.at(layer=0, head=0).rows([]).shape == (0, 5)
    assert store.at(layer=0, head="mean").columns([]).shape == (0, 4)


def test_a_matrix_without_axes_is_its_own_choice() -> None:
    store = DenseStore(HEAT[0, 0])
    assert store.at() is store
    assert list(store.matrices()) == [store]


def test_blocks_go_through_all_rows_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "BLOCK_VALUES", 10)
    blocks = list(DenseStore(HEAT[0, 0]).blocks())
    assert [len(block) for block in blocks] == [2, 2]
    assert np.concatenate(blocks).tolist() == HEAT[0, 0].tolist()


def test_pooled_matrices_are_in_memory_where_each_of_them_is() -> None:
    class Elsewhere(DenseStore):
        in_memory = False

    near, far = DenseStore(HEAT[0, 0]), Elsewhere(HEAT[0, 1], signed=True)
    assert PooledStore([near, near], "mean").in_memory
    mixed = PooledStore([near, far], "mean")
    assert not mixed.in_memory
    assert (mixed.minimum, mixed.maximum) == (None, None)
