"""From attributions of any size to heat from 0 to 1."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from textualheatmap.saliency.maps.scaling import scale_attributions

SCORES = st.integers(1, 5).flatmap(
    lambda count: arrays(
        np.float32, (count, count), elements=st.floats(0, 2.0**100, width=32)
    )
)
OPTIONS = st.fixed_dictionaries(
    {"scale": st.sampled_from(["row", "all"]), "cap_first": st.booleans()}
)


@given(SCORES, OPTIONS)
def test_heat_is_from_0_to_1(
    attributions: np.ndarray, options: dict[str, object]
) -> None:
    heat = scale_attributions(attributions, **options)  # pyright: ignore[reportArgumentType]
    assert heat.dtype == np.float32
    assert ((heat >= 0) & (heat <= 1)).all()
    assert (heat[attributions == 0] == 0).all()


@given(SCORES)
def test_the_largest_attribution_of_a_row_with_one_is_1(
    attributions: np.ndarray,
) -> None:
    heat = scale_attributions(attributions, "row")
    assert ((heat.max(axis=1) == 1) == (attributions.max(axis=1) > 0)).all()


@given(SCORES)
def test_the_largest_attribution_of_all_is_1_if_there_is_one(
    attributions: np.ndarray,
) -> None:
    heat = scale_attributions(attributions, "all")
    assert (heat.max() == 1) == (attributions.max() > 0)
    assert (heat[attributions == attributions.max()] == heat.max()).all()


@given(SCORES)
def test_what_is_left_out_is_no_measure(attributions: np.ndarray) -> None:
    own = np.eye(len(attributions), dtype=bool)
    others = np.where(own, 0, attributions).astype(np.float32)
    heat = scale_attributions(attributions, "row", left_out=own)
    np.testing.assert_array_equal(heat, scale_attributions(others, "row"))


def test_a_capped_first_column_is_no_measure() -> None:
    attributions = np.array([[9, 0, 0], [9, 2, 1], [1, 2, 4]], dtype=np.float32)
    by_row = scale_attributions(attributions, "row", cap_first=True)
    assert by_row.tolist() == [[1, 0, 0], [1, 1, 0.5], [0.25, 0.5, 1]]
    of_all = scale_attributions(attributions, "all", cap_first=True)
    assert scale_attributions(attributions[1:], "all", cap_first=True).tolist() == [
        [1, 0.5, 0.25],
        [0.25, 0.5, 1],
    ]
    # The first row's only attribution is its own measure, and so the largest of all.
    assert of_all[2].tolist() == pytest.approx([1 / 9, 2 / 9, 4 / 9])


def test_a_row_has_a_first_column_of_its_own() -> None:
    attributions = np.array([[9, 2, 0], [0, 9, 3]], dtype=np.float32)
    options: Any = {"cap_first": True, "firsts": [0, 1]}
    by_row = scale_attributions(attributions, "row", **options)
    assert by_row.tolist() == [[1, 1, 0], [0, 1, 1]]
    of_all = scale_attributions(attributions, "all", **options)
    np.testing.assert_allclose(of_all, [[1, 2 / 3, 0], [0, 1, 1]], rtol=1e-6)


def test_scores_are_not_written_to() -> None:
    attributions = np.array([[2, 1], [4, 1]], dtype=np.float32)
    attributions.flags.writeable = False
    scale_attributions(
        attributions, "row", left_out=np.eye(2, dtype=bool), cap_first=True
    )


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_attribution_that_is_no_number_is_an_error(value: float) -> None:
    attributions = np.zeros((3, 3), dtype=np.float32)
    attributions[1, 2] = value
    with pytest.raises(FloatingPointError) as caught:
        scale_attributions(attributions, "row")
    assert str(caught.value) == (
        f"the attribution of token 2 to token 1 is {value}, expected a finite number: "
        "the model overflows on this text"
    )
