"""How far attributions say what matters: outputs without, and with only, the best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from textualheatmap.saliency.methods.target_outputs import compute_all_outputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from textualheatmap.saliency.arguments.options import Output
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network


@torch.no_grad()
def measure_faithfulness(
    network: Network,
    target: Target,
    output: Output,
    order: Sequence[int],
    shares: Sequence[float],
) -> NDArray[np.float64]:
    """Return how much an output loses without the best columns, and with only these.

    Parameters
    ----------
    network
        Its baseline replaces what is left out.
    target, output
        The output.
    order
        The columns that are asked about, the most important first. Others stay.
    shares
        Shares of these columns, from 0 to 1; of each at least one column.

    Returns
    -------
    losses
        Shape (2, shares), in the unit of the output: the comprehensiveness (without the
        best; more is better) and the sufficiency (with only the best; less is better)
        of DeYoung et al. (2020), there of probabilities.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> inputs, zero = torch.tensor([[[4.0], [1.0]]]), torch.zeros(1)
    >>> network = Network(
    ...     lambda _: inputs, lambda x, p: x.cumsum(1)[:, p], [[0], [1]], 2, 1, zero
    ... )
    >>> target = Target(0, (1,), (0,))
    >>> measure_faithfulness(network, target, "logit", [0, 1], [0.5]).tolist()
    [[4.0], [1.0]]
    """
    whole = network.embed([target.sequence])
    variants = [whole[0]]
    counts = [max(1, round(share * len(order))) for share in shares]
    for chosen in [order[:count] for count in counts] + [
        order[count:] for count in counts
    ]:
        variant = whole[0].clone()
        for column in chosen:
            variant[network.columns[column]] = network.baseline
        variants.append(variant)
    outputs = torch.cat(
        [
            compute_all_outputs(network, each[None], [target], output)[:, 0]
            for each in variants
        ]
    )
    losses = (outputs[0] - outputs[1:]).double().cpu().numpy()
    return losses.reshape(2, len(shares))
