"""Attribution: how much each input mattered to each output, by any of the methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from textualheatmap.saliency.batches import iterate_batches
from textualheatmap.saliency.gradients import (
    IntegratedGradients,
    compute_gradients,
    describe_accuracy,
    integrate_gradients,
)
from textualheatmap.saliency.occlusion import occlude

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from textualheatmap.saliency.network import Network
    from textualheatmap.saliency.options import AttributionOptions
    from textualheatmap.saliency.targets import Target

# Rounding may leave this share of the largest attribution where a causal network can
# have none.
ROUNDING = 1e-3
# Occlusion subtracts outputs. Rounding may leave this share of the largest output:
# some hundred times the rounding error of one operation.
OUTPUT_ROUNDING = 1e-5


def attribute(
    network: Network,
    targets: Sequence[Target],
    options: AttributionOptions,
    report: Callable[[float], object],
) -> tuple[NDArray[np.float32], dict[str, float]]:
    """Return how much each column mattered to each target.

    In memory are at most `batch_size` sequences at a time, that is their activations,
    their logits and one gradient of shape (batch_size, length, d). If `batch_size` is
    1, the gradient has shape (16, length, d).

    Parameters
    ----------
    network
        The network to explain.
    targets
        The outputs to explain, in ascending order of sequence and position.
    options
        Method, output and batch size.
    report
        Called with the number of rows done so far, which may be a fraction.

    Returns
    -------
    attributions
        Shape (targets, columns), not negative. Of a causal network, columns after a
        target's position are exactly 0.
    provenance
        What to record besides the options: the accuracy of integrated gradients.

    Raises
    ------
    ValueError
        If the network is said to be causal, but is not.

    Examples
    --------
    >>> import torch
    >>> from textualheatmap.saliency.network import Network
    >>> from textualheatmap.saliency.options import AttributionOptions
    >>> from textualheatmap.saliency.targets import Target
    >>> inputs = torch.tensor([[[3.0, 4.0]]])
    >>> network = Network(
    ...     embed=lambda sequences: inputs[sequences],
    ...     forward=lambda inputs, positions: inputs[:, positions].square(),
    ...     columns=[[0]],
    ...     length=1,
    ...     classes=2,
    ...     baseline=torch.zeros(2),
    ... )
    >>> targets = [Target(0, (0,), (1,))]
    >>> attributions, _ = attribute(network, targets, AttributionOptions(), print)
    1
    >>> attributions.tolist()
    [[8.0]]
    """
    provenance: dict[str, float] = {}
    largest_output = 0.0
    if options.method == "occlusion":
        attributions, largest_output = occlude(network, targets, options, report)
    else:
        squares, provenance = _square_gradients(network, targets, options, report)
        grouped = [squares[:, column].sum(axis=1) for column in network.columns]
        attributions = np.sqrt(np.stack(grouped, axis=1))
    if network.is_causal:
        _clear_future(network, targets, attributions, largest_output)
    return attributions, provenance


def _square_gradients(
    network: Network,
    targets: Sequence[Target],
    options: AttributionOptions,
    report: Callable[[float], object],
) -> tuple[NDArray[np.float32], dict[str, float]]:
    """Return squared norms of the gradients, shape (targets, length), and provenance.

    The gradients are integrated ones if the options say so.
    """
    squares = np.zeros((len(targets), network.length), dtype=np.float32)
    integrated: list[IntegratedGradients] = []
    done = 0

    def report_share(share: float) -> None:
        report(done + share * len(batch))

    for batch, inputs in iterate_batches(network, targets, options):
        if options.method == "integrated-gradients":
            found = integrate_gradients(network, options, inputs, batch, report_share)
            integrated.append(found)
            gradients = found.value
        else:
            gradients = compute_gradients(network, options, inputs, batch)
        if network.gradient_transform is not None:
            gradients = gradients @ network.gradient_transform
        square = gradients.square().sum(dim=2).cpu().numpy()
        squares[done : done + len(batch), : square.shape[1]] = square
        done += len(batch)
        report(done)
    return squares, describe_accuracy(integrated) if integrated else {}


def _clear_future(
    network: Network,
    targets: Sequence[Target],
    attributions: NDArray[np.float32],
    largest_output: float,
) -> None:
    """Set attributions to later inputs to 0; raise if rounding does not explain them.

    `largest_output` is 0 unless attributions are differences of outputs.
    """
    last = np.array([target.positions[-1] for target in targets])
    first = np.array([column[0] for column in network.columns])
    future = first[np.newaxis] > last[:, np.newaxis]
    rounding = ROUNDING * attributions.max(initial=0) + OUTPUT_ROUNDING * largest_output
    if attributions[future].max(initial=0) > rounding:
        msg = (
            "the model looks ahead: what follows a token changes what it predicts "
            "there, expected a causal model"
        )
        raise ValueError(msg)
    attributions[future] = 0
