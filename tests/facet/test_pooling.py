"""Pooling of several values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from textualheatmap.facet.pooling import Pool, pool, pool_groups

NAN = float("nan")
VALUES = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.floats(-100, 100, width=32) | st.just(NAN),
)


@pytest.mark.parametrize(
    ("how", "signed", "expected"),
    [
        ("max", 0, [3, 2, 1, NAN]),
        ("max", 1, [-4, 2, 1, NAN]),
        ("mean", 1, [-0.5, 2, 1, NAN]),
        ("sum", 1, [-1, 4, 1, NAN]),
    ],
)
def test_values_are_pooled_without_those_that_are_missing(
    how: Pool, signed: int, expected: list[float]
) -> None:
    values = np.array([[-4, 2, NAN, NAN], [3, 2, 1, NAN]], dtype=np.float32)
    pooled = pool(values, how, signed=bool(signed))
    assert pooled.dtype == np.float32
    np.testing.assert_array_equal(pooled, expected)


def test_of_two_values_that_are_as_far_from_0_the_positive_one_is_the_largest() -> None:
    for values in ([[-1.0], [1.0]], [[1.0], [-1.0]]):
        assert pool(np.array(values), "max", signed=True).tolist() == [1]


def test_a_sum_beyond_the_largest_float_is_the_largest_float() -> None:
    most = np.finfo(np.float32).max
    values = np.full((2, 1), most, dtype=np.float32)
    assert pool(values, "sum", signed=False).tolist() == [most]


@given(VALUES)
def test_what_is_largest_is_one_of_the_values(values: NDArray[np.float32]) -> None:
    pooled = pool(values, "max", signed=True)
    for column, largest in zip(values.T, pooled, strict=True):
        known = column[~np.isnan(column)]
        if len(known) == 0:
            assert np.isnan(largest)
        else:
            assert largest in known
            assert abs(largest) == abs(known).max()


@given(VALUES, st.data())
def test_groups_are_pooled_as_if_each_were_alone(
    values: NDArray[np.float32], data: st.DataObject
) -> None:
    places = st.lists(st.integers(0, len(values) - 1), min_size=1, max_size=4)
    groups = data.draw(st.lists(places, min_size=1, max_size=5))
    indexes = [np.array(group, dtype=np.intp) for group in groups]
    pooled = pool_groups(values, indexes, "sum", signed=True)
    expected = [pool(values[group], "sum", signed=True) for group in groups]
    np.testing.assert_array_equal(pooled, expected)
