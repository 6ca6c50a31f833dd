"""Heat matrices."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.heat import quantise, read_heat, restore

MATRICES = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=8),
    elements=st.floats(0, 1, width=32),
)


@pytest.mark.parametrize(
    "rows",
    [
        [[1, 0.5], [0, 1]],
        ((1, 0.5), (0, 1)),
        [np.array([1, 0.5]), [np.float32(0), Fraction(1)]],
        np.array([[1, 0.5], [0, 1]]),
        np.array([[1, 0.5], [0, 1]], dtype=np.float16, order="F"),
        np.array([[1, 0.5], [0, 1]], dtype=object),
    ],
)
def test_rows_and_arrays_become_one_float32_matrix(rows: object) -> None:
    heat = read_heat(rows, 2, "facet", [0, 2])
    assert heat.dtype == np.float32
    assert heat.flags.c_contiguous
    assert heat.tolist() == [[1, 0.5], [0, 1]]


def test_heat_is_a_copy_that_cannot_be_changed() -> None:
    given_heat = np.ones((2, 2), dtype=np.float32)
    heat = read_heat(given_heat, 2, "facet", [0, 1])
    given_heat[0, 0] = 0
    assert heat[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        heat[0, 0] = 0


@pytest.mark.parametrize("wrap", [np.array, list])
def test_what_is_out_of_range_by_rounding_is_clipped(wrap: type) -> None:
    heat = read_heat(wrap([[1 + 1e-7, -1e-7], [0.0, 1.0]]), 2, "facet", [0, 1])
    assert heat.tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("ab", "f.heat is a str, expected a 2-D array or rows"),
        ([[1, 0]], "f.heat has 1 rows, expected 2 (one per non-format token)"),
        ([[1, 0], [1]], "f.tokens[3].heat has 1 value, expected 2 (one per non-f"),
        ([[1, 0], 1], "f.tokens[3].heat is an int, expected 2 numbers"),
        ([[1, 0], [0, "1"]], "f.tokens[3].heat[1] is a str, expected a number"),
        ([[1, 0], [0, True]], "f.tokens[3].heat[1] is a bool, expected a number"),
        ([[1, 0], [0, None]], "f.tokens[3].heat[1] is None, expected a number"),
        ([[1, 0], [0, 1j]], "f.tokens[3].heat[1] is a complex, expected a number"),
        ([[1, 0], [0, [1]]], "f.tokens[3].heat[1] is a list, expected a number"),
        ([[1, 0], [0, 10**400]], "f.tokens[3].heat has a number that no float can"),
        ([[1, 0], [0, float("nan")]], "f.tokens[3].heat[1] is nan, expected a number"),
        ([[1, 0], [0, float("inf")]], "f.tokens[3].heat[1] is inf, expected a number"),
        ([[1, 0], [0, -0.5]], "f.tokens[3].heat[1] is -0.5, expected a number from 0"),
        ([[1, 0], [0, 1.00001]], "f.tokens[3].heat[1] is 1.00001, expected"),
        (np.ones((2, 3)), "f.heat has shape (2, 3), expected (2, 2)"),
        (np.ones(2), "f.heat has shape (2,), expected (2, 2)"),
        (np.array([[1, 0], [0, np.nan]]), "f.tokens[3].heat[1] is nan"),
        (np.array([[1, 0], [2, 0]]), "f.tokens[3].heat[0] is 2, expected"),
        (np.array([[1, 0], [0, 1.00001]]), "f.tokens[3].heat[1] is 1.00001, expected"),
        (np.eye(2, dtype=bool), "f.tokens[0].heat[0] is a bool, expected a number"),
        (np.eye(2, dtype=complex), "f.tokens[0].heat[0] is a complex128, expected"),
    ],
)
def test_an_error_in_heat_names_the_place(rows: object, message: str) -> None:
    with pytest.raises(HeatmapDataError) as caught:
        read_heat(rows, 2, "f", [0, 3])
    assert str(caught.value).startswith(message)


@given(MATRICES)
def test_quantised_heat_differs_by_at_most_half_a_step(
    heat: NDArray[np.float32],
) -> None:
    codes, scales = quantise(heat)
    assert codes.dtype == np.uint8
    assert scales.dtype == np.float32
    half_steps = scales[:, np.newaxis].astype(np.float64) / 510
    rounding = np.finfo(np.float32).eps * heat + np.finfo(np.float32).tiny
    difference = np.abs(restore(codes, scales) - heat.astype(np.float64))
    assert np.all(difference <= half_steps * (1 + 1e-4) + rounding)


@given(MATRICES)
def test_the_maximum_of_a_row_is_restored_as_it_was(heat: NDArray[np.float32]) -> None:
    codes, scales = quantise(heat)
    np.testing.assert_allclose(restore(codes, scales).max(axis=1), heat.max(axis=1))
