"""Attributions of methods that explain one output at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from torch import nn

from textualheatmap.saliency.methods.target_outputs import compute_all_outputs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from textualheatmap.saliency.arguments.options import Output
    from textualheatmap.saliency.methods.method_result import Report, ShowAttributions
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network


class OneOutput(nn.Module):
    """A network as a module with one output, whose parts are those of the network.

    Parameters
    ----------
    network
        The network.
    target, output
        Its output that is explained.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> import torch
    >>> network = Network(None, lambda x, p: x[:, p], [[0]], 1, 2, None)
    >>> module = OneOutput(network, Target(0, (0,), (1,)), "logit")
    >>> module(torch.ones(3, 1, 2))
    tensor([1., 1., 1.])
    """

    def __init__(self, network: Network, target: Target, output: Output) -> None:
        super().__init__()
        self.parts = nn.ModuleList(network.modules)
        self._network, self._target = network, target
        self._output: Output = output
        self.eval()

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the output of each of some inputs, shape (B,).

        Examples
        --------
        >>> from textualheatmap.saliency.models.network import Network
        >>> from textualheatmap.saliency.methods.targets import Target
        >>> import torch
        >>> network = Network(None, lambda x, p: x[:, p], [[0]], 1, 2, None)
        >>> module = OneOutput(network, Target(0, (0,), (1,)), "logit")
        >>> module.forward(torch.tensor([[[2.0, 3.0]]]))
        tensor([3.])
        """
        found = compute_all_outputs(self._network, inputs, [self._target], self._output)
        return found[:, 0]


def attribute_rows(
    network: Network,
    targets: Sequence[Target],
    report: Report,
    show: ShowAttributions,
    *,
    compute: Callable[[Tensor, Target], NDArray[np.float32]],
) -> NDArray[np.float32]:
    """Return attributions that are computed row by row.

    Parameters
    ----------
    network, targets, report, show
        As in `attribute`.
    compute
        Takes the inputs of one target, shape (1, up to length, d), of a causal network
        up to the target's position if it can be cut; and the target. Returns its row,
        shape (columns,).

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> import torch
    >>> network = Network(lambda _: torch.ones(1, 1, 2), None, [[0]], 1, 2, None)
    >>> targets = [Target(0, (0,), (1,))]
    >>> attribute_rows(
    ...     *(network, targets, print, print),
    ...     compute=lambda inputs, _: inputs.sum(dim=2)[0].numpy(),
    ... ).tolist()
    0 [[2.]] 0.0
    1
    [[2.0]]
    """
    rows = np.zeros((len(targets), len(network.columns)), dtype=np.float32)
    for number, target in enumerate(targets):
        inputs = network.embed([target.sequence])
        if network.is_causal and network.can_be_cut:
            inputs = inputs[:, : 1 + target.positions[-1]]
        rows[number] = compute(inputs, target)
        show(number, rows[number : number + 1], 0.0)
        report(number + 1)
    return rows


def list_players(network: Network, target: Target) -> list[int]:
    """Return the columns that can be taken out of a target's inputs.

    Of a causal network they are those that it has read, and of a masked one all but the
    masked one.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> network = Network(None, None, [[0], [1], [2]], 3, 1, None, is_causal=True)
    >>> list_players(network, Target(0, (1,), (0,)))
    [0, 1]
    """
    last = target.positions[-1]
    return [
        number
        for number, places in enumerate(network.columns)
        if not (network.is_causal and places[0] > last)
        and not (network.masks_targets and places[0] in target.positions)
    ]
