"""Causal heat, kept as a triangle."""

import numpy as np
import pytest

from textualheatmap.facet.heat import HeatForm, read_heat
from textualheatmap.facet.store import Axis
from textualheatmap.facet.triangle_store import (
    TriangleStore,
    is_causal,
    pack_triangle,
)

HEAT = np.tril(np.random.default_rng(0).normal(size=(2, 5, 5))).astype(np.float32)
LAYER = Axis("layer", ("low", "high"))


def test_rows_and_columns_are_those_of_the_square_matrix() -> None:
    store = TriangleStore(pack_triangle(HEAT[0]), signed=True)
    assert store.shape == (5, 5)
    assert store.rows([4, 0, 2]).tolist() == HEAT[0][[4, 0, 2]].tolist()
    assert store.columns([4, 0, 2]).tolist() == HEAT[0].T[[4, 0, 2]].tolist()
    assert store.to_array().tolist() == HEAT[0].tolist()
    assert (store.minimum, store.maximum) == (HEAT[0].min(), HEAT[0].max())


def test_the_0_above_the_diagonal_counts_among_the_extremes() -> None:
    kept = np.array([2, 1, 3], dtype=np.float32)
    assert TriangleStore(kept).minimum == 0
    assert TriangleStore(-kept, signed=True).maximum == 0
    assert TriangleStore(kept[:1]).minimum == 2


def test_each_place_on_an_axis_has_a_triangle() -> None:
    store = TriangleStore(pack_triangle(HEAT), [LAYER], signed=True)
    assert store.to_array().tolist() == HEAT.tolist()
    assert store.at(layer="high").rows([3]).tolist() == HEAT[1][[3]].tolist()
    assert store.at(layer="high").signed
    np.testing.assert_allclose(
        store.at(layer="mean").to_array(), HEAT.mean(axis=0), rtol=1e-5
    )


def test_a_triangle_takes_half_of_the_memory() -> None:
    assert pack_triangle(np.eye(1000, dtype=np.float32)).size == 500_500


def test_the_whole_is_not_writeable() -> None:
    store = TriangleStore(pack_triangle(HEAT[0]))
    with pytest.raises(ValueError, match="read-only"):
        store.to_array()[0, 0] = 5


@pytest.mark.parametrize(
    ("heat", "causal"),
    [
        (HEAT, True),
        (HEAT[0], True),
        (HEAT[0].T, False),
        (HEAT[0] + np.eye(5, k=1) * [0, 0, 0, 0, 1], False),
        (np.ones((1, 1)), False),
        (np.tril(np.ones((2, 3))), False),
        (np.array([[1, np.nan], [0, 1]]), False),
    ],
)
def test_heat_is_causal_if_all_above_the_diagonal_is_0(
    heat: np.ndarray, causal: int
) -> None:
    assert is_causal(heat.astype(np.float32)) == bool(causal)


def test_causal_heat_is_read_into_a_triangle_and_other_heat_is_not() -> None:
    form = HeatForm("f", range(5), axes=["layer"])
    store = read_heat(HEAT, form)
    assert isinstance(store, TriangleStore)
    assert store.signed
    assert store.to_array().tolist() == HEAT.tolist()
    full = HEAT.copy()
    full[1, 0, 4] = 1
    assert not isinstance(read_heat(full, form), TriangleStore)


def test_causal_heat_may_be_missing() -> None:
    heat = HEAT[0].copy()
    heat[3, 1] = np.nan
    store = read_heat(heat, HeatForm("f", range(5), missing=True))
    assert isinstance(store, TriangleStore)
    assert store.missing
    np.testing.assert_array_equal(store.rows([3]), heat[[3]])
