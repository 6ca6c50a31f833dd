"""From heat to a number that a palette turns into a colour."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap.facet.facet import Facet
from textualheatmap.state.colouring import (
    FAINT,
    Limits,
    PaintedFacet,
    compute_heat,
    find_limits,
    paint_facet,
)
from textualheatmap.state.heatmap import Heatmap
from textualheatmap.state.view_state import SCALES, Scale

UNSIGNED = [[1, 0.5, 0.25], [0, 0.125, 0.75], [0.5, 0, 0.25]]
LARGE = [[4, 2, 0], [1, 0, 2], [0, 0, 8]]
SIGNED = [[-0.5, 0.25, 0], [1, -0.75, 0.5], [0, 0.5, -0.25]]
HOLED = [[math.nan, 0.5, 0.25], [0.75, math.nan, math.nan], [math.nan] * 3]


def make_facet(
    heat: object,
    tokens: str = "abc",
    **more: Any,  # noqa: ANN401 - what `Facet` takes
) -> Facet:
    return Facet.from_arrays(list(tokens), heat, **more)


def paint(
    heat: object,
    span: tuple[int, int] = (0, 1),
    **state: Any,  # noqa: ANN401 - what `Heatmap` takes
) -> PaintedFacet:
    missing = bool(np.isnan(np.asarray(heat, dtype=float)).any())
    facet = make_facet(heat, missing=missing)
    return paint_facet(Heatmap(facets=[facet], focus_span=span, **state), 0)


def find_truth(
    row: list[float], limits: tuple[float, float], gamma: float
) -> list[float]:
    """Scale unsigned values in Python's own floats."""
    low, high = limits
    scaled = [min(max((value - low) / (high - low), 0.0), 1.0) for value in row]
    return [value**gamma for value in scaled]


@pytest.mark.parametrize(
    ("state", "limits"),
    [
        ({}, (0, 4)),
        ({"scale": "row"}, (0, 4)),
        ({"scale": "facet"}, (0, 8)),
        ({"scale": "none"}, (0, 1)),
        ({"scale": "all"}, (0, 8)),
        ({"high": 5}, (0, 5)),
        ({"low": 1}, (1, 4)),
        ({"low": 1, "high": 3, "scale": "facet"}, (1, 3)),
        ({"low": -4, "high": 4}, (-4, 4)),
    ],
)
@pytest.mark.parametrize("gamma", [1, 0.5, 2])
def test_unsigned_heat_is_scaled_between_its_limits(
    state: dict[str, Any], limits: tuple[float, float], gamma: float
) -> None:
    painted = paint(LARGE, gamma=gamma, **state)
    assert painted.value.tolist() == [4, 2, 0]
    assert painted.heat == pytest.approx(find_truth([4, 2, 0], limits, gamma))
    assert painted.shown.all()
    assert not painted.signed


@pytest.mark.parametrize(
    ("state", "reach"),
    [
        ({}, 1),
        ({"scale": "none"}, 1),
        ({"scale": "row"}, 0.5),
        ({"scale": "facet"}, 1),
        ({"low": -2}, 2),
        ({"high": 0.25}, 0.25),
        ({"low": -0.25, "high": 4, "scale": "row"}, 4),
        ({"low": 3, "high": 1}, 3),
    ],
)
@pytest.mark.parametrize("gamma", [1, 0.5, 2])
def test_signed_heat_is_scaled_about_its_middle(
    state: dict[str, Any], reach: float, gamma: float
) -> None:
    painted = paint(SIGNED, gamma=gamma, **state)
    assert painted.signed
    away = [min(max(value / reach, -1.0), 1.0) for value in (-0.5, 0.25, 0.0)]
    bent = [math.copysign(abs(value) ** gamma, value) for value in away]
    assert painted.heat == pytest.approx([0.5 + 0.5 * value for value in bent])


@pytest.mark.parametrize(
    ("heat", "reach"),
    [(UNSIGNED, 1), (LARGE, None), (SIGNED, 1), (np.array(SIGNED) * 4, None)],
)
def test_scale_auto_is_by_the_row_only_where_heat_is_above_one(
    heat: object, reach: float | None
) -> None:
    limits = find_limits(Heatmap(facets=[make_facet(heat)]), 0)
    assert limits.high == reach


def test_scale_auto_is_the_same_for_all_facets() -> None:
    heatmap = Heatmap(facets=[make_facet(UNSIGNED), make_facet(LARGE)])
    assert find_limits(heatmap, 0) == find_limits(heatmap, 1) == Limits(0, None)


def test_scale_all_takes_unsigned_and_signed_heat_apart() -> None:
    heats = [UNSIGNED, LARGE, SIGNED, np.array(SIGNED) * 4]
    heatmap = Heatmap(facets=list(map(make_facet, heats)), scale="all")
    assert [find_limits(heatmap, i) for i in range(4)] == [
        *(Limits(0, 8), Limits(0, 8), Limits(-4, 4), Limits(-4, 4))
    ]
    heatmap.scale = "facet"
    assert [find_limits(heatmap, i).high for i in range(4)] == [1, 8, 1, 4]


def test_heat_that_is_not_known_whole_is_scaled_by_the_row() -> None:
    unknown = make_facet(np.full((3, 3), math.nan), missing=True)
    heatmap = Heatmap(facets=[make_facet(UNSIGNED), unknown])
    for scale in ("auto", "all"):
        heatmap.scale = scale
        assert [find_limits(heatmap, i).high for i in (0, 1)] == [None, None]
    heatmap.scale = "facet"
    assert [find_limits(heatmap, i).high for i in (0, 1)] == [1, None]


@pytest.mark.parametrize(
    ("pool", "expected"),
    [
        ("max", [1, 0.5, 0.75]),
        ("mean", [0.5, 0.3125, 0.5]),
        ("sum", [1, 0.625, 1]),
    ],
)
def test_the_rows_of_a_span_are_pooled(pool: str, expected: list[float]) -> None:
    assert paint(UNSIGNED, (0, 2), pool=pool).value.tolist() == expected
    assert paint(UNSIGNED, (0, 1), pool=pool).value.tolist() == UNSIGNED[0]


def test_the_largest_of_signed_heat_is_the_largest_in_magnitude() -> None:
    assert paint(SIGNED, (0, 3)).value.tolist() == [1, -0.75, 0.5]


@pytest.mark.parametrize("pool", ["max", "mean", "sum"])
def test_missing_heat_is_left_out_and_stays_missing_where_all_is(pool: str) -> None:
    painted = paint(HOLED, (0, 2), pool=pool)
    assert painted.value.tolist() == [0.75, 0.5, 0.25]
    alone = paint(HOLED, (1, 2), pool=pool)
    assert alone.shown.tolist() == [True, False, False]
    assert np.isnan(alone.heat).tolist() == [False, True, True]
    assert alone.heat[0] == np.float32(0.75)


@pytest.mark.parametrize("scale", SCALES)
def test_a_row_without_any_heat_is_missing_or_none(scale: Scale) -> None:
    assert np.isnan(paint(HOLED, (2, 3), scale=scale).heat).all()
    assert paint(np.zeros((3, 3)), scale=scale).heat.tolist() == [0, 0, 0]
    signed = make_facet(np.zeros((3, 3)), signed=True)
    heatmap = Heatmap(facets=[signed], focus=0, scale=scale)
    assert paint_facet(heatmap, 0).heat.tolist() == [0.5, 0.5, 0.5]


def test_limits_the_wrong_way_round_leave_no_heat() -> None:
    assert paint(LARGE, low=3, high=1).heat.tolist() == [0, 0, 0]
    assert paint(LARGE, low=4).heat.tolist() == [0, 0, 0]


def test_a_column_says_who_looked_at_the_focus() -> None:
    painted = paint(UNSIGNED, (1, 2), direction="column")
    assert painted.value.tolist() == [0.5, 0.125, 0]
    pooled = paint(UNSIGNED, (1, 3), direction="column", pool="sum")
    assert pooled.value.tolist() == [0.75, 0.875, 0.25]


def test_source_and_target_answer_each_other() -> None:
    across = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]
    prompt = make_facet(across, rows_of="answer", id="prompt")
    answer = make_facet([[1, 0], [0.5, 1]], "xy", id="answer")
    heatmap = Heatmap(facets=[prompt, answer]).highlight(1, facet="answer")
    assert paint_facet(heatmap, 0).value == pytest.approx([0.4, 0.5, 0.6])
    assert paint_facet(heatmap, 0).counterparts is None
    assert paint_facet(heatmap, 1).value.tolist() == [0.5, 1]
    assert paint_facet(heatmap, 1).counterparts == (1, 2, True)
    heatmap.highlight(2, facet="prompt").direction = "column"
    assert paint_facet(heatmap, 1).value == pytest.approx([0.3, 0.6])
    assert not paint_facet(heatmap, 0).shown.any()
    assert paint_facet(heatmap, 0).counterparts == (2, 3, True)


def test_a_matrix_of_another_facet_is_scaled_by_its_own_extremes() -> None:
    prompt = make_facet([[0.5, -4, 0]], rows_of="answer")
    answer = make_facet([[0.25]], "x", id="answer")
    heatmap = Heatmap(facets=[prompt, answer], scale="facet", direction="column")
    painted = paint_facet(heatmap.highlight(0), 1)
    assert painted.signed
    assert painted.heat == pytest.approx([0.5 + 0.5 * 0.5 / 4])


def test_unsigned_heat_beside_signed_heat_takes_the_positive_half() -> None:
    across = [[0.5, -4, 0], [1, 0, 0]]
    prompt = make_facet(across, id="prompt", rows_of="answer")
    answer = make_facet([[0.5, 0.75], [0.125, 1]], "xy", id="answer")
    heatmap = Heatmap(facets=[prompt, answer], direction="column")
    painted = paint_facet(heatmap.highlight(0, facet="answer"), 1)
    assert painted.signed
    assert painted.value.tolist() == [0.5, 0.125]
    assert painted.heat == pytest.approx([0.5 + 0.5 * 1, 0.5 + 0.5 * 0.25])
    heatmap.direction = "row"
    painted = paint_facet(heatmap, 1)
    assert not painted.signed
    assert painted.heat == pytest.approx([0.5 / 0.75, 1])


def test_the_chosen_axes_are_what_is_painted() -> None:
    heat = np.array([UNSIGNED, LARGE])
    facet = make_facet(heat, axes={"layer": ["one", "two"]})
    heatmap = Heatmap(facets=[facet], focus=0)
    assert paint_facet(heatmap, 0).value.tolist() == [2.5, 1.25, 0.125]
    for choice, row in ((1, LARGE[0]), ("one", UNSIGNED[0]), ("max", [4, 2, 0.25])):
        heatmap.axes = {"layer": choice}
        assert paint_facet(heatmap, 0).value.tolist() == row


@pytest.mark.parametrize(
    ("scale", "highs"), [("facet", [1, 8, 4.125]), ("auto", [1, None, None])]
)
def test_heat_is_scaled_by_the_slice_that_is_shown(
    scale: Scale, highs: list[float | None]
) -> None:
    facet = make_facet(np.array([UNSIGNED, LARGE]), axes={"layer": ["one", "two"]})
    heatmap = Heatmap(facets=[facet], scale=scale)
    for choice, high in zip((0, 1, "mean"), highs, strict=True):
        heatmap.axes = {"layer": choice}
        assert find_limits(heatmap, 0) == Limits(0, high)


def test_the_nearest_token_is_drawn_faintly() -> None:
    words = Facet.from_arrays(["ab", "c"], [[1, 0.5], [0.25, 1]])
    signed = Facet.from_arrays(["ab", "c"], [[-1, 0.5], [0.25, 1]])
    spaced = Facet.from_arrays(["ab", " ", "c"], np.eye(3))
    heatmap = Heatmap(facets=[words, signed, spaced]).highlight(1, facet=2)
    assert paint_facet(heatmap, 0).heat == pytest.approx([0.25 * FAINT, FAINT])
    assert paint_facet(heatmap, 0).counterparts == (1, 2, False)
    assert paint_facet(heatmap, 0).shown.all()
    expected = [0.5 + 0.125 * FAINT, 0.5 + 0.5 * FAINT]
    assert paint_facet(heatmap, 1).heat == pytest.approx(expected)


@pytest.mark.parametrize(("heat", "none"), [(UNSIGNED, 0), (SIGNED, 0.5)])
def test_without_an_answer_nothing_is_shown(heat: object, none: float) -> None:
    other = Facet.from_arrays(["something", "else"], np.eye(2))
    heatmap = Heatmap(facets=[make_facet(heat), other])
    for heatmap_now in (heatmap, heatmap.highlight(0, facet=1)):
        painted = paint_facet(heatmap_now, 0)
        assert np.isnan(painted.value).all()
        assert painted.heat.tolist() == [none] * 3
        assert not painted.shown.any()
        assert painted.signed == (none > 0)
        assert painted.counterparts is None


gammas = st.floats(0.1, 10)
values = st.lists(
    st.floats(-(2.0**20), 2.0**20, width=32) | st.just(math.nan), min_size=1, max_size=9
)


@given(row=values, signed=st.booleans(), exact=st.booleans(), gamma=gammas)
def test_heat_is_from_0_to_1_and_keeps_the_order_of_values(
    *, row: list[float], signed: bool, exact: bool, gamma: float
) -> None:
    given = np.array(row if signed else np.abs(row), dtype=np.float32)
    heat = compute_heat(
        given, Limits(None, None), gamma=gamma, signed=signed, exact=exact
    )
    assert (np.isnan(heat) == np.isnan(given)).all()
    known = ~np.isnan(given)
    assert ((heat[known] >= 0) & (heat[known] <= 1)).all()
    order = np.argsort(given[known], kind="stable")
    assert (np.diff(heat[known][order]) >= 0).all()
    if known.any() and np.abs(given[known]).max() > 0:
        ends = np.abs(heat[known] - (0.5 if signed else 0)).max()
        assert ends == pytest.approx((0.5 if signed else 1) * (1 if exact else FAINT))


@given(values, gammas)
def test_signed_heat_of_the_opposite_sign_is_as_far_from_the_middle(
    row: list[float], gamma: float
) -> None:
    given = np.array(row, dtype=np.float32)
    one, other = (
        compute_heat(each, Limits(None, None), gamma=gamma, signed=True)
        for each in (given, -given)
    )
    # A small gamma enlarges what rounding loses beside the middle.
    assert (one + other)[~np.isnan(one)] == pytest.approx(1, abs=1e-5)


def test_the_largest_value_of_a_row_gets_the_full_colour_exactly() -> None:
    chance = np.random.default_rng(1)
    for row in chance.random((2000, 7), dtype=np.float32) * 3:
        assert compute_heat(row, Limits(0, None)).max() == 1
