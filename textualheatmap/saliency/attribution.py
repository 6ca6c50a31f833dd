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
    show: Callable[[int, NDArray[np.float32]], object],
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
    show
        Called with the number of a first row, and rows of attributions, as soon as
        these are computed; each row once, in their order.

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
    >>> options = AttributionOptions()
    >>> attributions, _ = attribute(network, targets, options, print, print)
    0 [[8.]]
    1
    >>> attributions.tolist()
    [[8.0]]
    """
    provenance: dict[str, float] = {}
    largest_output = 0.0
    future = _find_future(network, targets)

    def show_past(start: int, rows: NDArray[np.float32]) -> None:
        show(start, np.where(future[start : start + len(rows)], np.float32(0), rows))

    if options.method == "occlusion":
        attributions, largest_output = occlude(
            network, targets, options, report, show_past
        )
    else:
        attributions, provenance = _measure_gradients(
            network, targets, options, report, show_past
        )
    _clear_future(future, attributions, largest_output)
    return attributions, provenance


def _measure_gradients(
    network: Network,
    targets: Sequence[Target],
    options: AttributionOptions,
    report: Callable[[float], object],
    show: Callable[[int, NDArray[np.float32]], object],
) -> tuple[NDArray[np.float32], dict[str, float]]:
    """Return the norms of the gradients, shape (targets, columns), and provenance.

    The gradients are integrated ones if the options say so.
    """
    norms = np.zeros((len(targets), len(network.columns)), dtype=np.float32)
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
        squares = np.zeros((len(batch), network.length), dtype=np.float32)
        squares[:, : gradients.shape[1]] = gradients.square().sum(dim=2).cpu().numpy()
        grouped = [squares[:, column].sum(axis=1) for column in network.columns]
        rows = norms[done : done + len(batch)]
        np.sqrt(np.stack(grouped, axis=1), out=rows)
        show(done, rows)
        done += len(batch)
        report(done)
    return norms, describe_accuracy(integrated) if integrated else {}


def _find_future(network: Network, targets: Sequence[Target]) -> NDArray[np.bool_]:
    """Say which columns, of a causal network, follow each target's position."""
    if not network.is_causal:
        return np.zeros((len(targets), len(network.columns)), dtype=np.bool_)
    last = np.array([target.positions[-1] for target in targets])
    first = np.array([column[0] for column in network.columns])
    return first[np.newaxis] > last[:, np.newaxis]


def _clear_future(
    future: NDArray[np.bool_],
    attributions: NDArray[np.float32],
    largest_output: float,
) -> None:
    """Set attributions to later inputs to 0; raise if rounding does not explain them.

    `largest_output` is 0 unless attributions are differences of outputs.
    """
    rounding = ROUNDING * attributions.max(initial=0) + OUTPUT_ROUNDING * largest_output
    if attributions[future].max(initial=0) > rounding:
        msg = (
            "the model looks ahead: what follows a token changes what it predicts "
            "there, expected a causal model"
        )
        raise ValueError(msg)
    attributions[future] = 0
