"""Sparse heat."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.sparse

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.heat import HeatForm, read_heat
from textualheatmap.facet.sparse_store import SparseStore

HEAT = np.zeros((4, 5), dtype=np.float32)
HEAT[0, 3], HEAT[2, 0], HEAT[2, 4] = 0.5, -2, 1
FORM = HeatForm("f", range(5), has_own_rows=False)


def fail(matrix: object, form: HeatForm) -> str:
    with pytest.raises(HeatmapDataError) as caught:
        read_heat(matrix, form)
    return str(caught.value)


@pytest.mark.parametrize(
    "make",
    [
        scipy.sparse.csr_matrix,
        scipy.sparse.csr_array,
        scipy.sparse.csc_array,
        scipy.sparse.coo_array,
        scipy.sparse.lil_matrix,
    ],
)
def test_a_sparse_matrix_is_kept_sparse(make: Callable[[object], object]) -> None:
    store = read_heat(make(HEAT), FORM)
    assert isinstance(store, SparseStore)
    assert store.shape == (4, 5)
    assert store.signed
    assert store.rows([2, 1]).tolist() == HEAT[[2, 1]].tolist()
    assert store.columns([4, 1, 0]).tolist() == HEAT.T[[4, 1, 0]].tolist()
    assert store.to_array().tolist() == HEAT.tolist()
    assert (store.minimum, store.maximum) == (-2, 1)


def test_values_given_twice_for_one_place_are_added() -> None:
    twice = scipy.sparse.coo_array(([0.5, 0.25], ([0, 0], [1, 1])), shape=(1, 5))
    # SciPy adds them as it makes rows of it, but rows may have them, too.
    rows = scipy.sparse.csr_array(([0.5, 0.25], [1, 1], [0, 2]), shape=(1, 5))
    for matrix in (twice, rows):
        store = read_heat(matrix, FORM)
        assert store.rows([0]).tolist() == [[0, 0.75, 0, 0, 0]]
        assert store.maximum == 0.75
    assert rows.nnz == 2


def test_columns_after_the_last_value_are_0() -> None:
    store = read_heat(scipy.sparse.csr_array(HEAT * (np.arange(5) < 2)), FORM)
    assert store.columns([4, 0]).tolist() == [[0] * 4, [0, 0, -2, 0]]


def test_what_is_not_kept_is_0_and_counts_among_the_extremes() -> None:
    store = read_heat(scipy.sparse.csr_array(abs(HEAT) + (HEAT != 0)), FORM)
    assert (store.minimum, store.maximum, store.signed) == (0, 3, False)
    full = read_heat(scipy.sparse.csr_array(np.ones((2, 5))), FORM)
    assert (full.minimum, full.maximum) == (1, 1)


def test_an_empty_matrix_is_0_everywhere() -> None:
    store = read_heat(scipy.sparse.csr_array((3, 5)), FORM)
    assert store.rows([0]).tolist() == [[0] * 5]
    assert (store.minimum, store.maximum, store.signed) == (0, 0, False)


def test_a_large_sparse_matrix_takes_the_memory_of_its_values() -> None:
    n = 1_000_000
    diagonal = scipy.sparse.diags_array(np.ones(n), format="csr")
    store = read_heat(diagonal, HeatForm("f", range(n)))
    assert store.rows([n - 1])[0].nonzero()[0].tolist() == [n - 1]
    assert store.columns([7])[0].nonzero()[0].tolist() == [7]


def test_the_values_are_a_copy() -> None:
    matrix = scipy.sparse.csr_array(HEAT)
    store = read_heat(matrix, FORM)
    matrix.data[:] = 9
    assert store.maximum == 1


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (np.nan, "f.heat[2][0] is nan, expected a number (or missing=True)"),
        (np.inf, "f.heat[2][0] is inf, expected a number of at most 3.4e+38"),
    ],
)
def test_an_error_in_a_sparse_matrix_names_the_place(
    changed: float, message: str
) -> None:
    heat = HEAT.copy()
    heat[2, 0] = changed
    assert fail(scipy.sparse.csc_array(heat), FORM) == message


@pytest.mark.parametrize(
    ("matrix", "form", "message"),
    [
        (HEAT, HeatForm("f", range(5)), "f.heat has shape (4, 5), expected (5, 5)"),
        (HEAT > 0, FORM, "f.heat is a sparse matrix of bool, expected real numbers"),
        (HEAT[0], FORM, "f.heat has 1 dimensions, expected 2"),
        (
            HEAT,
            HeatForm("f", range(5), has_own_rows=False, signed=False),
            "f.heat[2][0] is -2.0, expected at least 0 (or signed=True)",
        ),
    ],
)
def test_a_sparse_matrix_that_does_not_fit_is_refused(
    matrix: Any,  # noqa: ANN401
    form: HeatForm,
    message: str,
) -> None:
    assert fail(scipy.sparse.coo_array(matrix), form).startswith(message)
