"""Gradients of outputs with respect to inputs, and their integrals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from tests.saliency.truths import Truth
from textualheatmap.saliency.gradients import integrate, summarise
from textualheatmap.saliency.problem import Problem, Row
from textualheatmap.saliency.recipe import Recipe

if TYPE_CHECKING:
    from torch import Tensor, nn

    from textualheatmap.saliency.recipe import Output


def ask(module: nn.Module, rows: list[Row], baseline: Tensor) -> Problem:
    columns = [[step] for step in range(6)]
    return Problem(
        embed=lambda sources: torch.zeros(len(sources), 6, 8),
        forward=lambda inputs, positions: module(inputs)[:, positions],
        rows=rows,
        columns=columns,
        length=6,
        classes=11,
        baseline=baseline,
    )


@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_an_integral_is_complete_before_its_norm(
    rnn: nn.Module, output: Output
) -> None:
    baseline = torch.full((8,), 0.3)
    inputs = torch.linspace(-2, 2, 96).view(2, 6, 8)
    rows = [Row(0, (4,), (3,)), Row(1, (2, 5), (7, 1))]
    recipe = Recipe(method="integrated-gradients", output=output)
    found = integrate(ask(rnn, rows, baseline), recipe, inputs, rows, lambda _: None)
    twin: Any = type(rnn)()
    twin.load_state_dict(rnn.state_dict())
    twin.double()
    for value, given, row in zip(found.value, inputs.double(), rows, strict=True):
        truth = Truth(twin, given, [], row.positions, row.classes, output)
        change = truth.change(baseline.double())
        assert value.sum().item() == pytest.approx(change, rel=0.01)
        whole = truth.integrate(baseline.double(), 500)
        torch.testing.assert_close(value, whole.float(), rtol=0.02, atol=0.002)
    assert found.missing <= 0.01 * found.change


def count_steps(power: int, steps: int) -> tuple[int, list[int]]:
    """Return the steps that an integral of x to a power took, and its progress."""
    calls: list[int] = []
    problem = Problem(
        lambda _: torch.ones(1, 1, 1),
        lambda inputs, positions: inputs[:, positions] ** power,
        [],
        [[0]],
        1,
        1,
        torch.zeros(1),
    )
    recipe = Recipe(method="integrated-gradients", steps=steps)
    rows = [Row(0, (0,), (0,))]
    found = integrate(problem, recipe, torch.ones(1, 1, 1), rows, calls.append)
    assert found.missing <= 0.01
    return found.steps, calls


def test_steps_are_doubled_only_while_an_integral_is_incomplete() -> None:
    # Of Gauss and Legendre's points n integrate a power of 2 n - 1 exactly.
    assert count_steps(4, 2) == (2, [1, 1])
    assert count_steps(8, 2) == (4, [1, 1])
    assert count_steps(40, 2)[0] > 4


def test_steps_stay_within_a_thousand() -> None:
    problem = Problem(
        lambda _: torch.ones(1, 1, 1),
        lambda inputs, positions: inputs[:, positions].sign() + 0 * inputs,
        [],
        [[0]],
        1,
        1,
        torch.full((1,), -1.0),
    )
    recipe = Recipe(method="integrated-gradients", steps=300)
    found = integrate(
        problem, recipe, torch.ones(1, 1, 1), [Row(0, (0,), (0,))], lambda _: None
    )
    assert found.steps == 600
    assert summarise([found]) == {"steps": 600, "completeness gap": 1.0}
