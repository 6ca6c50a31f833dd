"""Integrated gradients, and how complete they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from tests.saliency.reference import ReferenceOutput
from textualheatmap.saliency.arguments.options import AttributionOptions
from textualheatmap.saliency.methods.integrated_gradients import (
    IntegratedGradients,
    describe_accuracy,
    integrate_gradients,
)
from textualheatmap.saliency.methods.targets import Target
from textualheatmap.saliency.models.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor, nn

    from textualheatmap.saliency.arguments.options import Output


def build_network(module: nn.Module, baseline: Tensor) -> Network:
    return Network(
        embed=lambda sequences: torch.zeros(len(sequences), 6, 8),
        forward=lambda inputs, positions: module(inputs)[:, positions],
        columns=[[step] for step in range(6)],
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
    targets = [Target(0, (4,), (3,)), Target(1, (2, 5), (7, 1))]
    options = AttributionOptions(method="integrated-gradients", output=output)
    network = build_network(rnn, baseline)
    found = integrate_gradients(network, options, inputs, targets, lambda _: None)
    precise: Any = type(rnn)()
    precise.load_state_dict(rnn.state_dict())
    precise.double()
    for value, given, target in zip(found.value, inputs.double(), targets, strict=True):
        reference = ReferenceOutput(
            precise, given, [], target.positions, target.classes, output
        )
        change = reference.change(baseline.double())
        assert value.sum().item() == pytest.approx(change, rel=0.01)
        whole = reference.integrate(baseline.double(), 500)
        torch.testing.assert_close(value, whole.float(), rtol=0.02, atol=0.002)
    assert found.missing <= 0.01 * found.change


def build_scalar_network(
    function: Callable[[Tensor], Tensor], baseline: float
) -> Network:
    """Return a network of one input, one position and one class."""
    return Network(
        lambda _: torch.ones(1, 1, 1),
        lambda inputs, positions: function(inputs[:, positions]),
        [[0]],
        1,
        1,
        torch.full((1,), baseline),
    )


def count_steps(power: int, steps: int) -> tuple[int, list[float]]:
    """Return the steps that an integral of x to a power took, and its reports."""
    reports: list[float] = []
    network = build_scalar_network(lambda inputs: inputs**power, 0.0)
    options = AttributionOptions(method="integrated-gradients", steps=steps)
    targets = [Target(0, (0,), (0,))]
    found = integrate_gradients(
        network, options, torch.ones(1, 1, 1), targets, reports.append
    )
    assert found.missing <= 0.01
    return found.steps, reports


def test_steps_are_doubled_only_while_an_integral_is_incomplete() -> None:
    # A Gauss-Legendre sum over n points integrates powers up to 2 n - 1 exactly.
    assert count_steps(4, 2)[0] == 2
    assert count_steps(8, 2)[0] == 4
    assert count_steps(40, 2)[0] > 4


def test_every_pass_over_the_line_is_half_of_the_work_that_was_left() -> None:
    assert count_steps(4, 2)[1] == [0.25, 0.5]
    assert count_steps(8, 2)[1] == [0.25, 0.5, *(0.5 + n / 16 for n in (1, 2, 3, 4))]


def test_steps_stay_within_the_most() -> None:
    network = build_scalar_network(lambda inputs: inputs.sign() + 0 * inputs, -1.0)
    options = AttributionOptions(method="integrated-gradients", steps=300)
    targets = [Target(0, (0,), (0,))]
    found = integrate_gradients(
        network, options, torch.ones(1, 1, 1), targets, lambda _: None
    )
    assert found.steps == 1200
    assert describe_accuracy([found]) == {
        "steps": 1200,
        "completeness gap": 1.0,
        "largest gap of a row": 2.0,
    }


def test_misses_of_opposite_signs_do_not_make_up_for_each_other() -> None:
    network = Network(
        lambda _: torch.ones(1, 1, 1),
        lambda x, p: torch.cat([x[:, p] ** 8, -(x[:, p] ** 8)], dim=2),
        [[0]],
        1,
        2,
        torch.zeros(1),
    )
    options = AttributionOptions(method="integrated-gradients", steps=2)
    targets = [Target(0, (0,), (kind,)) for kind in (0, 1)]
    found = integrate_gradients(
        network, options, torch.ones(1, 1, 1), targets, lambda _: None
    )
    assert found.steps == 4


def test_the_accuracy_is_that_of_all_batches() -> None:
    zero = torch.zeros(1)
    batches = [
        IntegratedGradients(zero, steps, missing, missing / 2, 10)
        for steps, missing in ((8, 1), (32, 0.5), (16, 0))
    ]
    assert describe_accuracy(batches) == {
        "steps": 32,
        "completeness gap": 0.05,
        "largest gap of a row": 0.5,
    }
    nothing = IntegratedGradients(zero, 8, 0, 0, 0)
    assert describe_accuracy([nothing]) == {
        "steps": 8,
        "completeness gap": 0,
        "largest gap of a row": 0,
    }
