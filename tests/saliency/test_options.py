"""The choices that every way of making a saliency map shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from textualheatmap.saliency.arguments.options import AttributionOptions

if TYPE_CHECKING:
    from tests.saliency.conftest import Call

METHODS = (
    "'gradient', 'gradient-x-input', 'occlusion', 'integrated-gradients' or 'shap'"
)
TARGETS = (
    "'true', 'top' or a pair of the names of a class and its foil, such as ('true', "
    "'runner-up')"
)
WRONG = [
    ("method", "saliency", METHODS),
    ("target", "best", TARGETS),
    ("target", ("true",), TARGETS),
    ("target", ("true", 3), TARGETS),
    ("target", None, TARGETS),
    ("output", "probability", "'logit' or 'log-probability'"),
    ("wrt", "token", "'embedding' or 'one-hot'"),
    ("baseline", "pad", "'mask', 'mean' or 'zero'"),
    ("reduce", "mean", "'norm' or 'sum'"),
    ("scale", "column", "'row', 'all' or 'none'"),
    ("scale", None, "'row', 'all' or 'none'"),
    ("steps", 0, "an integer from 1 to 1000"),
    ("steps", 1001, "an integer from 1 to 1000"),
    ("top", -1, "an integer from 0"),
    ("batch_size", 0, "an integer from 1"),
]
NO_NUMBERS = [("steps", 2.0), ("top", "3"), ("batch_size", True), ("top", None)]


@pytest.mark.parametrize(("name", "value", "expected"), WRONG)
def test_a_choice_that_does_not_exist_is_an_error(
    call: Call, name: str, value: object, expected: str
) -> None:
    with pytest.raises(ValueError, match=f"^{name} is ") as caught:
        call.explain(**{name: value})
    assert str(caught.value) == f"{name} is {value!r}, expected {expected}"


@pytest.mark.parametrize(("name", "value"), NO_NUMBERS)
def test_a_number_that_is_none_is_an_error(
    call: Call, name: str, value: object
) -> None:
    with pytest.raises(TypeError) as caught:
        call.explain(**{name: value})
    assert str(caught.value) == f"{name} is {value!r}, expected an integer"


def test_a_number_may_be_one_of_numpy() -> None:
    options = AttributionOptions(steps=np.int64(4), top=np.uint8(2))  # pyright: ignore[reportArgumentType]
    assert [type(each) for each in (options.steps, options.top)] == [int, int]


def test_progress_that_cannot_be_called_is_an_error(call: Call) -> None:
    with pytest.raises(TypeError, match="progress is 'bar', expected a bool or a call"):
        call.explain(progress="bar")


def test_a_gradient_alone_has_no_sum(call: Call) -> None:
    with pytest.raises(ValueError, match="reduce is 'sum', but method is 'gradient'"):
        call.explain(reduce="sum")


@pytest.mark.parametrize(
    "method", ["gradient-x-input", "occlusion", "integrated-gradients"]
)
def test_only_a_gradient_can_be_with_respect_to_one_hot(
    call: Call, method: str
) -> None:
    with pytest.raises(ValueError, match=f"wrt is 'one-hot', but method is '{method}'"):
        call.explain(wrt="one-hot", method=method)


@pytest.mark.parametrize("number", [1, 1000])
def test_steps_may_be_at_their_limits(number: int) -> None:
    assert AttributionOptions(steps=number, top=0, batch_size=1).steps == number


@pytest.mark.parametrize(
    ("method", "more"),
    [
        ("gradient", {"wrt": "embedding"}),
        ("occlusion", {"baseline": "zero", "reduce": "norm"}),
        (
            "integrated-gradients",
            {"wrt": "embedding", "baseline": "zero", "steps": 32, "reduce": "norm"},
        ),
    ],
)
def test_only_what_was_used_is_recorded(method: Any, more: dict[str, object]) -> None:  # noqa: ANN401
    shared = {"target": "true", "output": "logit", "scale": "row"}
    assert AttributionOptions(method=method).describe() == {
        "method": method,
        **shared,
        **more,
    }


def test_an_error_quotes_little_of_what_was_given() -> None:
    with pytest.raises(ValueError, match="method is 'aaa") as caught:
        AttributionOptions(method="a" * 10_000)  # pyright: ignore[reportArgumentType]
    assert len(str(caught.value)) < 200
