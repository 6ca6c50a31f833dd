"""Gradients of outputs with respect to inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from textualheatmap.saliency.methods.grouped_gradients import differentiate_each
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


def attribute_gradients(
    network: Network,
    targets: Sequence[Target],
    options: AttributionOptions,
    report: Report,
    show: ShowAttributions,
) -> MethodResult:
    """Return the norms of the gradients, or sums or norms of gradients x inputs.

    The norm of a gradient is the method of Madsen (Distill 2019), gradient x input that
    of Shrikumar et al. (2017).

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
    >>> options = AttributionOptions()
    >>> found = attribute_gradients(network, targets, options, ignore, ignore)
    >>> found.attributions.tolist()
    [[8.0]]
    """

    def compute(inputs: Tensor, batch: list[Target], _: Report) -> Tensor:
        gradients = compute_gradients(network, options, inputs, batch)
        if options.method == "gradient-x-input":
            return gradients * inputs[:, : gradients.shape[1]]
        if network.gradient_transform is not None:
            with torch.autocast(gradients.device.type, enabled=False):
                gradients = gradients @ network.gradient_transform
        return gradients

    return MethodResult(
        attribute_by_vectors(network, targets, options, report, show, compute=compute)
    )


def compute_gradients(
    network: Network,
    options: AttributionOptions,
    inputs: Tensor,
    targets: Sequence[Target],
) -> Tensor:
    """Return the gradient of each target's output with respect to its own inputs.

    Parameters
    ----------
    network, options
        The network, and whether logits or log-probabilities are differentiated.
    inputs
        Shape (targets, length, d), or (1, length, d) where the targets share them.
    targets
        The outputs to differentiate.

    Returns
    -------
    gradients
        Shape (targets, length, d).

    Raises
    ------
    ValueError
        If autograd cannot follow how the outputs depend on the inputs.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> inputs = torch.tensor([[[3.0, 4.0]]])
    >>> network = Network(None, lambda x, p: x[:, p].square(), [], 1, 2, None)
    >>> targets = [Target(0, (0,), (1,))]
    >>> compute_gradients(network, AttributionOptions(), inputs, targets).tolist()
    [[[0.0, 8.0]]]
    """
    inputs = inputs.detach().requires_grad_()
    with network.record_head() as head_inputs:
        outputs = compute_outputs(network, inputs, targets, options.output)
    if not outputs.requires_grad:
        msg = (
            "the outputs do not depend on the inputs, as far as autograd can see: "
            "expected a model without detach() or no_grad() between them (occlusion "
            "needs no gradients)"
        )
        raise ValueError(msg)
    if len(inputs) == len(targets):
        return torch.autograd.grad(outputs.sum(), inputs)[0]
    positions = [target.positions for target in targets]
    return differentiate_each(outputs, inputs, positions, head_inputs)
