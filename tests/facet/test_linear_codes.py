"""Linear codes of heat."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from textualheatmap.facet.linear_codes import quantise, restore

MATRICES = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=8),
    elements=st.floats(0, 1, width=32),
)


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
    assert restore(codes, scales).max(axis=1).tolist() == heat.max(axis=1).tolist()


def test_the_maximum_of_a_row_is_restored_as_it_was_whatever_it_is() -> None:
    scales = np.linspace(0, 1, 100_000, dtype=np.float32)
    codes = np.full((100_000, 1), 255, dtype=np.uint8)
    assert restore(codes, scales)[:, 0].tolist() == scales.tolist()
