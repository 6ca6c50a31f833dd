"""Square-root codes of heat."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from textualheatmap.facet.codes import decode, encode, needs_two_bytes

NAN = float("nan")
SIGNED = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=8),
    elements=st.floats(width=32, allow_nan=False, allow_infinity=False) | st.just(NAN),
)


def array(rows: list[list[float]]) -> NDArray[np.float32]:
    return np.array(rows, dtype=np.float32)


@pytest.mark.parametrize("two_bytes", [False, True])
@pytest.mark.parametrize("signed", [False, True])
@given(values=SIGNED)
def test_decoded_heat_differs_in_its_root_by_at_most_half_a_step(
    values: NDArray[np.float32],
    signed: bool,  # noqa: FBT001
    two_bytes: bool,  # noqa: FBT001
) -> None:
    given_values = values if signed else abs(values)
    codes, largest = encode(given_values, signed=signed, two_bytes=two_bytes)
    assert codes.dtype == (np.uint16 if two_bytes else np.uint8)
    assert largest.dtype == np.float32
    back = decode(codes, largest, signed=signed)
    assert back.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(back), np.isnan(given_values))
    known = ~np.isnan(given_values)
    # Another way than the code goes: by the distance of the roots, in float64.
    exact = np.where(known, given_values, 0).astype(np.float64)
    most = abs(exact).max(axis=1, keepdims=True)
    most[most == 0] = 1
    root = np.sign(exact) * np.sqrt(abs(exact) / most)
    came = np.where(known, back, 0).astype(np.float64)
    came_root = np.sign(came) * np.sqrt(abs(came) / most)
    steps = (65534 if two_bytes else 254) // (2 if signed else 1)
    # Below float32's least number a value is rounded to it or to 0.
    rounding = 1e-6 + np.sqrt(np.finfo(np.float32).smallest_subnormal / most)
    assert np.all(abs(came_root - root) <= 0.5 / steps * (1 + 1e-3) + rounding)


@pytest.mark.parametrize("two_bytes", [False, True])
@given(values=SIGNED)
def test_the_largest_heat_of_a_row_comes_back_exactly(
    values: NDArray[np.float32],
    two_bytes: bool,  # noqa: FBT001
) -> None:
    back = decode(*encode(values, signed=True, two_bytes=two_bytes), signed=True)
    for row, other in zip(values, back, strict=True):
        if not np.isnan(row).all():
            place = np.nanargmax(abs(row))
            assert other[place] == row[place]


@pytest.mark.parametrize(
    ("values", "signed", "codes"),
    [
        ([1, 0.25, 0, NAN], 0, [254, 127, 0, 255]),
        ([-1, 0.25, 0, NAN], 1, [0, 191, 127, 255]),
        ([1, -0.25, 0, NAN], 1, [254, 63, 127, 255]),
        ([NAN, NAN], 0, [255, 255]),
        ([0, 0], 1, [127, 127]),
    ],
)
def test_one_byte_holds_254_steps_and_a_code_for_missing_heat(
    values: list[float], signed: int, codes: list[int]
) -> None:
    came, _ = encode(array([values]), signed=bool(signed), two_bytes=False)
    assert came.tolist() == [codes]


def test_two_bytes_hold_the_same_in_smaller_steps() -> None:
    values = array([[1, 0.25, 0, NAN]])
    assert encode(values, signed=False, two_bytes=True)[0].tolist() == [
        [65534, 32767, 0, 65535]
    ]
    assert encode(-values, signed=True, two_bytes=True)[0].tolist() == [
        [0, 16383, 32767, 65535]
    ]


def test_rows_without_heat_or_without_columns_are_encoded() -> None:
    _, largest = encode(array([[NAN], [0]]), signed=False)
    assert largest.tolist() == [0, 0]
    assert encode(np.zeros((2, 0), np.float32), signed=True)[1].tolist() == [0, 0]


def test_one_sink_does_not_make_the_other_heat_of_its_row_0() -> None:
    row = np.full((1, 1000), 0.06 / 999, dtype=np.float32)
    row[0, 0] = 0.94
    back = decode(*encode(row, signed=False, two_bytes=False), signed=False)
    np.testing.assert_allclose(back[0, 1:], row[0, 1:], rtol=0.25)


@pytest.mark.parametrize("sign", [1, -1])
def test_two_bytes_are_used_where_one_makes_more_than_a_20th_of_the_heat_0(
    sign: int,
) -> None:
    row = np.full((1, 41), 0.5, dtype=np.float32) * sign
    row[0, 0] = 1
    row[0, 1:3] = 1e-6 * sign
    row[0, 3] = NAN
    signed = sign < 0
    assert not needs_two_bytes([row], signed=signed)
    row[0, 4:20] = 0  # which is 0 anyway, and does not count
    assert needs_two_bytes([row], signed=signed)
    assert encode(row, signed=signed)[0].dtype == np.uint16
    assert not needs_two_bytes([row, *[np.ones_like(row)] * 2], signed=signed)


def test_missing_heat_does_not_make_what_is_lost_a_smaller_share() -> None:
    assert needs_two_bytes([array([[1, 1e-6, *[NAN] * 100]])], signed=False)


@given(SIGNED)
def test_the_heat_that_one_byte_makes_0_is_counted(values: NDArray[np.float32]) -> None:
    codes, _ = encode(values, signed=True, two_bytes=False)
    known = np.nan_to_num(values) != 0
    lost = np.count_nonzero((codes == 127) & known)
    expected = lost > 0.05 * np.count_nonzero(known)
    assert needs_two_bytes([values], signed=True) == expected
