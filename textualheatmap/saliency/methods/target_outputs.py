"""The outputs of a network that its targets name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from textualheatmap.saliency.arguments.options import Output
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network


def compute_outputs(
    network: Network, inputs: Tensor, targets: Sequence[Target], output: Output
) -> Tensor:
    """Return the output of each target at its own inputs.

    Parameters
    ----------
    network
        The network that reads the inputs.
    inputs
        Shape (targets, length, d), or (1, length, d) where the targets share them.
    targets
        The outputs to compute.
    output
        Whether to return logits or log-probabilities.

    Returns
    -------
    outputs
        Shape (targets,). A target of several positions gets the sum over them. With
        foils, their outputs are subtracted.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> inputs = torch.tensor([[[0.0, 1.0], [2.0, 3.0]]])
    >>> network = Network(None, lambda x, p: x[:, p], [], 2, 2, None)
    >>> targets = [Target(0, (0, 1), (1, 0))]
    >>> compute_outputs(network, inputs, targets, "logit").tolist()
    [3.0]
    """
    shared = len(inputs) != len(targets)
    own = [0] * len(targets) if shared else range(len(targets))
    sequences = [target.sequence for target in targets[: len(inputs)]]
    logits = network.compute_logits(inputs, _list_positions(targets), sequences)
    return _pick_outputs(logits, own, targets, output)


def compute_all_outputs(
    network: Network, inputs: Tensor, targets: Sequence[Target], output: Output
) -> Tensor:
    """Return the output of every target at each of the inputs.

    Parameters
    ----------
    network, output
        As in `compute_outputs`.
    inputs
        Shape (B, length, d).
    targets
        The outputs to compute, all of one sequence.

    Returns
    -------
    outputs
        Shape (B, targets).

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> inputs = torch.tensor([[[0.0, 1.0]], [[2.0, 3.0]]])
    >>> network = Network(None, lambda x, p: x[:, p], [], 1, 2, None)
    >>> targets = [Target(0, (0,), (1,))]
    >>> compute_all_outputs(network, inputs, targets, "logit").tolist()
    [[1.0], [3.0]]
    """
    sequences = [targets[0].sequence]
    logits = network.compute_logits(inputs, _list_positions(targets), sequences)
    return torch.stack(
        [
            _pick_outputs(logits, [place] * len(targets), targets, output)
            for place in range(len(logits))
        ]
    )


def _list_positions(targets: Sequence[Target]) -> list[int]:
    """Return the positions of all targets in ascending order, each once."""
    return sorted({position for target in targets for position in target.positions})


def _pick_outputs(
    logits: Tensor, places: Sequence[int], targets: Sequence[Target], output: Output
) -> Tensor:
    """Return the output of each target, read at its place in the batch of logits."""
    columns = {position: n for n, position in enumerate(_list_positions(targets))}
    wanted = [
        (place, columns[position], kind, number, sign)
        for number, (place, target) in enumerate(zip(places, targets, strict=True))
        for classes, sign in ((target.classes, 1), (target.foils, -1))
        # There are no foils without a contrast.
        for position, kind in zip(target.positions, classes, strict=bool(classes))
    ]
    own, at, kinds, numbers, signs = torch.tensor(wanted, device=logits.device).T
    chosen = logits[own, at]
    values = chosen.gather(1, kinds[:, None])[:, 0]
    if output == "log-probability":
        values = values - chosen.logsumexp(dim=1)
    return values.new_zeros(len(targets)).index_add(0, numbers, signs * values)
