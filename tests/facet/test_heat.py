"""Heat matrices."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.heat import HeatForm, read_axes, read_heat
from textualheatmap.facet.store import Axis, HeatStore


def read(rows: object, **changed: object) -> HeatStore:
    """Read heat of two tokens, between which stand two format tokens."""
    return read_heat(rows, HeatForm("f", [0, 3], **changed))  # pyright: ignore[reportArgumentType]


def fail(rows: object, **changed: object) -> str:
    with pytest.raises(HeatmapDataError) as caught:
        read(rows, **changed)
    return str(caught.value)


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
    heat = read(rows).to_array()
    assert heat.dtype == np.float32
    assert heat.flags.c_contiguous
    assert heat.tolist() == [[1, 0.5], [0, 1]]


def test_heat_is_a_copy_that_cannot_be_changed() -> None:
    given_heat = np.ones((2, 2), dtype=np.float32)
    heat = read(given_heat).to_array()
    given_heat[0, 0] = 0
    assert heat[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        heat[0, 0] = 0


@pytest.mark.parametrize("wrap", [np.array, list])
def test_what_is_out_of_range_by_rounding_is_clipped(wrap: type) -> None:
    heat = read(wrap([[1 + 1e-7, -1e-7], [0.0, 1.0]]))
    assert heat.to_array().tolist() == [[1, 0], [0, 1]]
    assert not heat.signed


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
        ([[1, 0], [0, 1e39]], "f.tokens[3].heat[1] is 1e+39, expected a number of at"),
        (np.ones((2, 3)), "f.heat has shape (2, 3), expected (2, 2)"),
        (np.ones(2), "f.heat has shape (2,), expected (2, 2)"),
        (np.array([[1, 0], [0, np.nan]]), "f.tokens[3].heat[1] is nan"),
        (np.array([[1, 0], [-np.inf, 0]]), "f.tokens[3].heat[0] is -inf, expected a"),
        (np.ones((1, 2, 2)), "f.heat has 3 dimensions, expected 2 (axes, rows and co"),
        (np.eye(2, dtype=bool), "f.tokens[0].heat[0] is a bool, expected a number"),
        (np.eye(2, dtype=complex), "f.tokens[0].heat[0] is a complex128, expected"),
    ],
)
def test_an_error_in_heat_names_the_place(rows: object, message: str) -> None:
    assert fail(rows).startswith(message)


@pytest.mark.parametrize("wrap", [np.array, list])
def test_heat_may_be_of_any_finite_range(wrap: type) -> None:
    unsigned = read(wrap([[2.5, 0.0], [0.0, 3e38]]))
    assert unsigned.to_array().tolist() == [[2.5, 0], [0, float(np.float32(3e38))]]
    assert not unsigned.signed
    signed = read(wrap([[-3.0, 0.5], [0.25, 1.0]]))
    assert signed.signed
    assert (signed.minimum, signed.maximum) == (-3, 1)


def test_signed_heat_that_is_out_of_range_by_rounding_is_clipped_to_minus_1() -> None:
    heat = read([[-1 - 1e-7, 0.0], [0.5, 1 + 2e-7]])
    assert (heat.minimum, heat.maximum) == (-1, 1)


def test_a_small_negative_value_is_kept_where_heat_is_said_to_be_signed() -> None:
    heat = read([[-1e-7, 0.0], [0.5, 1.0]], signed=True)
    assert heat.minimum == float(np.float32(-1e-7))


def test_a_small_negative_value_is_clipped_beside_large_ones() -> None:
    heat = read([[-1e-7, 0.0], [0.5, 7.0]])
    assert (heat.minimum, heat.maximum, heat.signed) == (0, 7, False)


def test_negative_heat_is_refused_where_heat_is_said_to_be_unsigned() -> None:
    assert fail([[1, 0], [0, -0.5]], signed=False) == (
        "f.tokens[3].heat[1] is -0.5, expected at least 0 (or signed=True)"
    )


def test_whether_heat_is_signed_or_missing_is_said_by_bools() -> None:
    assert fail([[1, 0], [0, 1]], signed="no") == (
        "f.signed is a str, expected True or False"
    )
    assert fail([[1, 0], [0, 1]], missing=0) == (
        "f.missing is an int, expected True or False"
    )
    assert "expected at least 0" in fail([[1, 0], [0, -0.5]], signed=np.False_)


def test_nan_is_taken_only_as_missing_heat() -> None:
    rows = [[1.0, np.nan], [0.0, -2.0]]
    assert fail(rows) == (
        "f.tokens[0].heat[1] is nan, expected a number (or missing=True)"
    )
    heat = read(rows, missing=True)
    assert heat.missing
    assert (heat.minimum, heat.maximum) == (-2, 1)
    np.testing.assert_array_equal(heat.rows([0]), [[1, np.nan]])


def test_heat_that_is_missing_everywhere_has_no_extremes() -> None:
    heat = read(np.full((2, 2), np.nan), missing=True)
    assert (heat.minimum, heat.maximum, heat.signed) == (None, None, False)


def test_infinite_heat_is_refused_even_where_heat_may_be_missing() -> None:
    rows = [[np.nan, 0.0], [np.inf, 0.0]]
    assert fail(rows, missing=True).startswith("f.tokens[3].heat[0] is inf, expected")


def test_lengths_are_checked_before_memory_is_asked_for() -> None:
    n = 300_000
    form = HeatForm("f", range(n))
    with pytest.raises(HeatmapDataError, match="heat has 1 value, expected 300000"):
        read_heat([[1.0]] * n, form)


def test_rows_of_another_facet_may_be_any_number() -> None:
    heat = read(np.ones((3, 2)), has_own_rows=False)
    assert heat.shape == (3, 2)
    assert read([[1, 0]] * 5, has_own_rows=False).shape == (5, 2)
    assert fail(np.ones((3, 3)), has_own_rows=False) == (
        "f.heat has shape (3, 3), expected (any, 2) (one column per non-format token)"
    )
    assert fail([[1, 0], [0, "a"]], has_own_rows=False) == (
        "f.heat[1][1] is a str, expected a number"
    )
    assert fail([], has_own_rows=False) == "f.heat is empty, expected at least one item"
    assert fail(np.ones((0, 2)), has_own_rows=False).startswith("f.heat has shape (0,")


@pytest.mark.parametrize("wrap", [np.array, np.ndarray.tolist])
def test_heat_may_have_axes(wrap: Callable[[NDArray[np.float64]], object]) -> None:
    given = np.arange(24, dtype=float).reshape(2, 3, 2, 2)
    heat = read(wrap(given), axes={"layer": ["low", "high"], "head": None})
    assert heat.axes == (Axis("layer", ("low", "high")), Axis("head", ("0", "1", "2")))
    assert heat.shape == (2, 2)
    assert heat.to_array().tolist() == given.tolist()


@pytest.mark.parametrize(
    ("heat", "axes", "message"),
    [
        (np.ones((2, 2)), ["layer"], "f.heat has 2 dimensions, expected 3 (axes, rows"),
        (np.ones((1, 2, 3)), ["layer"], "f.heat has shape (2, 3), expected (2, 2)"),
        ([[[1, 0]]], ["layer"], "f.heat[0] has 1 rows, expected 2 (one per non-format"),
        ([[[1, 0], [0]]], ["a"], "f.heat[0, 1] has 1 value, expected 2 (one per non-f"),
        ([[[1, 0], [0, 1j]]], ["a"], "f.heat[0, 1][1] is a complex, expected a number"),
        ([[[1, 0], [0, np.inf]]], ["a"], "f.heat[0, 1][1] is inf, expected a number"),
        ([1], ["a"], "f.heat[0] is an int, expected a 2-D array or rows"),
        (1, ["a"], "f.heat is an int, expected a list"),
    ],
)
def test_an_error_in_heat_with_axes_names_the_place(
    heat: object, axes: object, message: str
) -> None:
    assert fail(heat, axes=axes).startswith(message)


def test_lists_that_differ_in_size_along_an_axis_are_refused() -> None:
    two, one = [[1, 0], [0, 1]], [[1, 0]]
    assert fail([two, one], axes=["a"], has_own_rows=False) == (
        "f.heat has matrices that differ in size, expected the same"
    )


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ("ab", "f.axes is a str, expected a mapping of names to labels"),
        ([1], "a name in f.axes is an int, expected a string"),
        ([""], "a name in f.axes is empty, expected a string"),
        (["a", "a"], "f.axes has the name 'a' twice, expected all to differ"),
        ({"a": 3}, "f.axes['a'] is an int, expected a list of labels"),
        (
            {"a": ["x"]},
            "f.axes['a'] has 1 value, expected 2 (one per place on the axis",
        ),
        ({"a": ["x", "x"]}, "f.axes['a'] has the label 'x' twice, expected all to"),
        ({"a": ["x", "max"]}, "f.axes['a'] has the label 'max', expected another"),
    ],
)
def test_an_error_in_axes_names_the_place(axes: object, message: str) -> None:
    lengths = (2, 2) if isinstance(axes, list) and len(axes) > 1 else (2,)
    with pytest.raises(HeatmapDataError) as caught:
        read_axes(axes, lengths, "f")
    assert str(caught.value).startswith(message)


def test_axes_are_taken_as_a_store_has_them() -> None:
    axes = (Axis("layer", ("a", "b")),)
    assert read_axes(axes, (2,), "f") == axes


def test_a_store_is_taken_as_it_is() -> None:
    store = read([[1, -2], [0, np.nan]], missing=True)
    assert read(store, missing=True, signed=True) is store
    assert fail(store).startswith("f.heat is a store with missing heat, expected")
    for other in ({"signed": False}, {"axes": ["a"]}):
        message = fail(store, missing=True, **other)
        assert message.startswith("f.heat is a store with axes and a sign of its own")
    with pytest.raises(HeatmapDataError, match=r"shape \(2, 2\), expected \(3, 3\)"):
        read_heat(store, HeatForm("f", [0, 1, 2], missing=True))
