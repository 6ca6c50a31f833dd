"""Integrated gradients: gradients on the line from the baseline to the inputs."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from textualheatmap.saliency.methods.gradients import compute_gradients
from textualheatmap.saliency.methods.method_result import MethodResult
from textualheatmap.saliency.methods.target_outputs import compute_outputs
from textualheatmap.saliency.methods.vectors import attribute_by_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.method_result import Report, ShowAttributions
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network

# Integrated gradients are accurate enough once their sums miss at most this share of
# the change of the outputs. With a gap of a hundredth, heat may be a tenth of that off.
MAX_GAP = 1e-4
# A gap above this share is warned of.
LARGE_GAP = 0.01
# Steps are doubled up to this number.
MOST_STEPS = 2048
# Once they were doubled beyond this number, they crowd at the baseline by this power.
SPREAD_STEPS = 64
POWER = 4


class IntegratedGradients(NamedTuple):
    """Integrated gradients of some targets, and how accurate they are.

    Parameters
    ----------
    value
        Shape (targets, length, d).
    steps
        Number of steps that were taken.
    missing
        By how much the sums of `value` miss the changes of the outputs: absolute
        values, summed over the targets.
    largest_missing
        The largest of these absolute values.
    change
        The changes of the outputs from the baseline to the inputs: absolute values,
        summed over the targets.
    """

    value: Tensor
    steps: int
    missing: float
    largest_missing: float
    change: float


def attribute_integrated_gradients(
    network: Network,
    targets: Sequence[Target],
    options: AttributionOptions,
    report: Report,
    show: ShowAttributions,
) -> MethodResult:
    """Return norms or sums of the integrated gradients, and how complete these are.

    Parameters
    ----------
    network, targets, options, report, show
        As in `attribute`.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> inputs, zero = torch.tensor([[[3.0, 4.0]]]), torch.zeros(2)
    >>> network = Network(
    ...     lambda s: inputs[s], lambda x, p: x[:, p].square(), [[0]], 1, 2, zero
    ... )
    >>> ignore, targets = (lambda *_: None), [Target(0, (0,), (1,))]
    >>> options = AttributionOptions(method="integrated-gradients", steps=2)
    >>> found = attribute_integrated_gradients(
    ...     network, targets, options, ignore, ignore
    ... )
    >>> found.attributions.round().tolist()
    [[16.0]]
    """
    batches: list[IntegratedGradients] = []

    def compute(inputs: Tensor, batch: list[Target], report_share: Report) -> Tensor:
        found = integrate_gradients(network, options, inputs, batch, report_share)
        batches.append(found._replace(value=found.value[:0]))
        return found.value

    attributions = attribute_by_vectors(
        network, targets, options, report, show, compute=compute
    )
    accuracy = describe_accuracy(batches)
    warn_of_gap(accuracy)
    return MethodResult(attributions, accuracy=accuracy)


def integrate_gradients(
    network: Network,
    options: AttributionOptions,
    inputs: Tensor,
    targets: Sequence[Target],
    report: Report,
) -> IntegratedGradients:
    """Integrate gradients on the straight line from the baseline to the inputs.

    The result is (inputs - baseline) times the mean gradient on the line
    (Sundararajan et al., 2017). The mean is a Gauss-Legendre sum over the steps. Its
    sum over a target's inputs should equal the change of the target's output. While it
    misses this change by more than 0.01 %, the number of steps is doubled, up to 2048,
    and more than 64 steps crowd at the baseline (`place_steps`).

    Parameters
    ----------
    network, options, inputs, targets
        As in `compute_gradients`.
    report
        Called after each step with the share of the work that is done, below 1. Each
        pass over the line counts as half of what was left.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> inputs, zero = torch.tensor([[[3.0, 4.0]]]), torch.zeros(2)
    >>> network = Network(None, lambda x, p: x[:, p].square(), [], 1, 2, zero)
    >>> options, targets = AttributionOptions(steps=2), [Target(0, (0,), (1,))]
    >>> found = integrate_gradients(network, options, inputs, targets, print)
    0.25
    0.5
    >>> found.value.round().tolist()
    [[[0.0, 16.0]]]
    """
    line = inputs - network.baseline
    with torch.no_grad():
        ends = [
            compute_outputs(network, end, targets, options.output)
            for end in (inputs, network.baseline.expand_as(inputs))
        ]
    change = ends[0] - ends[1]
    rounding = network.rounding * sum(end.abs().sum().item() for end in ends)
    steps, left = options.steps, 1.0
    while True:
        mean = torch.zeros_like(line.expand(len(targets), -1, -1))
        crowded = steps > max(options.steps, SPREAD_STEPS)
        places = place_steps(steps, power=POWER if crowded else 1)
        for done, (share, weight) in enumerate(places, start=1):
            point = network.baseline + share * line
            gradients = compute_gradients(network, options, point, targets)
            mean += weight * gradients
            report(1 - left + left / 2 * done / steps)
        value = mean * line
        gaps = (change - value.sum(dim=(1, 2))).abs()
        missing = gaps.sum().item()
        whole = change.abs().sum().item()
        if missing <= MAX_GAP * whole + rounding or steps * 2 > MOST_STEPS:
            largest = gaps.max().item()
            return IntegratedGradients(value, steps, missing, largest, whole)
        steps, left = steps * 2, left / 2


@lru_cache
def place_steps(steps: int, *, power: int) -> list[tuple[float, float]]:
    """Return shares of the line from the baseline to the inputs, and their weights.

    They are those of a Gauss-Legendre sum over s, where a share is s to some power.
    From a baseline of zero, RMSNorm turns from 0 to its full length within a thousandth
    of the line, which a power of 4 makes a sixth of what is summed over.

    Parameters
    ----------
    steps
        Number of shares.
    power
        1 spreads them; with a larger one, they crowd at the baseline.

    Examples
    --------
    >>> place_steps(1, power=1)
    [(0.5, 1.0)]
    """
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    places = (1 + nodes) / 2
    weights = weights / 2 * power * places ** (power - 1)
    return list(zip((places**power).tolist(), weights.tolist(), strict=True))


def warn_of_gap(accuracy: dict[str, float]) -> None:
    """Warn if integrated gradients miss more than 1 % of the change of the outputs.

    Parameters
    ----------
    accuracy
        As `describe_accuracy` returns it.

    Examples
    --------
    >>> warn_of_gap({"steps": 32, "completeness gap": 0.005})
    """
    gap = accuracy["completeness gap"]
    if gap > LARGE_GAP:
        msg = (
            f"integrated gradients miss {100 * gap:.2g} % of the change of the outputs "
            f"after {accuracy['steps']} steps, expected at most 1 %: do not rely on "
            "this map, or take another baseline"
        )
        warnings.warn(msg, stacklevel=2)


def describe_accuracy(batches: Sequence[IntegratedGradients]) -> dict[str, float]:
    """Return the provenance of integrated gradients: their steps and their gap.

    The completeness gap is the share of the change of the outputs that the sums miss.
    The largest gap of a row is in the unit of the outputs.

    Examples
    --------
    >>> batches = [
    ...     IntegratedGradients(None, 32, 0.5, 0.25, 100),
    ...     IntegratedGradients(None, 64, 0.5, 0.5, 100),
    ... ]
    >>> describe_accuracy(batches)
    {'steps': 64, 'completeness gap': 0.005, 'largest gap of a row': 0.5}
    """
    change = sum(batch.change for batch in batches)
    missing = sum(batch.missing for batch in batches)
    return {
        "steps": max(batch.steps for batch in batches),
        "completeness gap": missing / change if change else 0.0,
        "largest gap of a row": max(batch.largest_missing for batch in batches),
    }
