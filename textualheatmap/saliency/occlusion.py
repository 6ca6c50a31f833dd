"""Occlusion: how much an output changes when an input is replaced by the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from textualheatmap.saliency.target_outputs import compute_all_outputs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from textualheatmap.saliency.network import Network
    from textualheatmap.saliency.options import AttributionOptions
    from textualheatmap.saliency.targets import Target


@torch.no_grad()
def occlude(
    network: Network,
    targets: Sequence[Target],
    options: AttributionOptions,
    report: Callable[[float], object],
) -> tuple[NDArray[np.float32], float]:
    """Replace each column's inputs by the baseline, and see how the outputs change.

    Parameters
    ----------
    network, targets, options
        As in `attribute`.
    report
        Called after each batch with the number of rows that this work amounts to.

    Returns
    -------
    changes
        Absolute changes of the outputs, shape (targets, columns) (Zeiler & Fergus,
        2014).
    largest
        The largest absolute output of the unchanged sequences. Rounding errors of the
        changes are relative to it.

    Examples
    --------
    >>> from textualheatmap.saliency.network import Network
    >>> from textualheatmap.saliency.options import AttributionOptions
    >>> from textualheatmap.saliency.targets import Target
    >>> inputs, zero = torch.tensor([[[3.0, 4.0]]]), torch.zeros(2)
    >>> network = Network(lambda s: inputs, lambda x, p: x[:, p], [[0]], 1, 2, zero)
    >>> changes, largest = occlude(
    ...     network, [Target(0, (0,), (1,))], AttributionOptions(), print
    ... )
    1.0
    >>> changes.tolist(), largest
    ([[4.0]], 4.0)
    """
    changes = np.zeros((len(targets), len(network.columns)), dtype=np.float32)
    size = options.batch_size or network.choose_batch_size()
    largest = rows_done = 0.0
    numbers: dict[int, list[int]] = {}
    for number, target in enumerate(targets):
        numbers.setdefault(target.sequence, []).append(number)
    for sequence, own in numbers.items():
        same = [targets[number] for number in own]
        whole = network.embed([sequence])
        outputs = compute_all_outputs(network, whole, same, options.output)
        largest = max(largest, outputs.abs().max().item())
        for start in range(0, len(network.columns), size):
            columns = network.columns[start : start + size]
            inputs = whole.repeat(len(columns), 1, 1)
            for occluded, column in zip(inputs, columns, strict=True):
                occluded[column] = network.baseline
            without = compute_all_outputs(network, inputs, same, options.output)
            end = start + len(columns)
            changes[own, start:end] = (without - outputs).abs().T.cpu().numpy()
            report(rows_done + len(own) * end / len(network.columns))
        rows_done += len(own)
    return changes, largest
