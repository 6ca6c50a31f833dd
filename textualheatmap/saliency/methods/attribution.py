"""Attribution: how much each input mattered to each output, by any of the methods."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from textualheatmap.saliency.methods.captum_methods import attribute_by_captum
from textualheatmap.saliency.methods.gradients import attribute_gradients
from textualheatmap.saliency.methods.integrated_gradients import (
    attribute_integrated_gradients,
)
from textualheatmap.saliency.methods.occlusion import occlude
from textualheatmap.saliency.methods.owen_values import attribute_owen_values
from textualheatmap.saliency.methods.smoothing import smooth_attributions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.method_result import AttributionMethod, Report
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network

METHODS: dict[object, AttributionMethod] = {
    "gradient": attribute_gradients,
    "gradient-x-input": attribute_gradients,
    "occlusion": occlude,
    "integrated-gradients": attribute_integrated_gradients,
    "shap": attribute_owen_values,
}
# Rounding may leave this share of the largest attribution where a causal network can
# have none.
ROUNDING = 1e-4


def attribute(
    network: Network,
    targets: Sequence[Target],
    options: AttributionOptions,
    report: Report,
    show: Callable[[int, NDArray[np.float32]], object],
) -> tuple[NDArray[np.float32], dict[str, float | int]]:
    """Return how much each column mattered to each target.

    In memory are at most `batch_size` sequences at a time, that is their activations,
    their logits and one gradient of shape (batch_size, length, d). Where targets share
    inputs, also if `batch_size` is 1, it is one sequence, and a gradient of each of its
    activations for each of `batch_size` or 16 targets.

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
        Shape (targets, columns), not negative unless the options say that heat is
        signed. Of a causal network, columns after a target's position are exactly 0.
    provenance
        What to record besides the options: the accuracy, where a method knows it.

    Raises
    ------
    ValueError
        If the network is said to be causal, but is not. Rows are checked before they
        are shown.

    Examples
    --------
    >>> import torch
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.methods.targets import Target
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
    future = find_later_columns(network, targets)

    def show_past(start: int, rows: NDArray[np.float32], rounding: float) -> None:
        show(
            start,
            clear_later_columns(future[start : start + len(rows)], rows, rounding),
        )

    # Any other method is a class of Captum.
    method = METHODS.get(options.method, attribute_by_captum)
    if options.noise:
        method = partial(smooth_attributions, method=method)
    found = method(network, targets, options, report, show_past)
    attributions = clear_later_columns(future, found.attributions, found.rounding)
    return attributions, dict(found.accuracy)


def find_later_columns(
    network: Network, targets: Sequence[Target]
) -> NDArray[np.bool_]:
    """Say which columns, of a causal network, follow each target's position.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> network = Network(None, None, [[0], [1, 2]], 3, 1, None, is_causal=True)
    >>> find_later_columns(network, [Target(0, (0,), (0,))]).tolist()
    [[False, True]]
    """
    if not network.is_causal:
        return np.zeros((len(targets), len(network.columns)), dtype=np.bool_)
    last = np.array([target.positions[-1] for target in targets])
    first = np.array([column[0] for column in network.columns])
    return first[np.newaxis] > last[:, np.newaxis]


def clear_later_columns(
    future: NDArray[np.bool_], attributions: NDArray[np.float32], rounding: float
) -> NDArray[np.float32]:
    """Set attributions to later inputs to 0; raise if rounding does not explain them.

    Parameters
    ----------
    future
        As `find_later_columns` returns it, shape (targets, columns).
    attributions
        Shape (..., targets, columns).
    rounding
        What it may leave besides a share of the largest attribution.

    Raises
    ------
    ValueError
        If there are others: the network is not causal.

    Examples
    --------
    >>> attributions = np.float32([[1, 1e-6]])
    >>> clear_later_columns(np.array([[False, True]]), attributions, 0.0).tolist()
    [[1.0, 0.0]]
    """
    sizes = np.abs(attributions)
    most = ROUNDING * sizes.max(initial=0) + rounding
    if sizes[..., future].max(initial=0) > most:
        msg = (
            "the model looks ahead: what follows a token changes what it predicts "
            "there, expected a causal model"
        )
        raise ValueError(msg)
    return np.where(future, np.float32(0), attributions)
