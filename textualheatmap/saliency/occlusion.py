"""Occlusion: how much an output changes when an input is replaced by the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from textualheatmap.saliency.batches import iterate_slices
from textualheatmap.saliency.method_result import MethodResult
from textualheatmap.saliency.target_outputs import compute_all_outputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.saliency.method_result import Report, ShowAttributions
    from textualheatmap.saliency.network import Network
    from textualheatmap.saliency.options import AttributionOptions
    from textualheatmap.saliency.targets import Target


@torch.no_grad()
def occlude(
    network: Network,
    targets: Sequence[Target],
    options: AttributionOptions,
    report: Report,
    show: ShowAttributions,
) -> MethodResult:
    """Replace each column's inputs by the baseline, and see how the outputs change.

    Parameters
    ----------
    network, targets, options
        As in `attribute`.
    report
        Called after each batch with the number of rows that this work amounts to.
    show
        Called as in `attribute`. Of a causal network a row is complete once the inputs
        up to its target were replaced, of another one once all were.

    Returns
    -------
    result
        By how much outputs sink without a column, or the size of their change if heat
        is not signed (Zeiler & Fergus, 2014). Rounding errors are relative to the
        largest output of the unchanged sequences.

    Examples
    --------
    >>> from textualheatmap.saliency.network import Network
    >>> from textualheatmap.saliency.options import AttributionOptions
    >>> from textualheatmap.saliency.targets import Target
    >>> inputs, zero = torch.tensor([[[3.0, 4.0]]]), torch.zeros(2)
    >>> network = Network(lambda s: inputs, lambda x, p: x[:, p], [[0]], 1, 2, zero)
    >>> targets, options = [Target(0, (0,), (1,))], AttributionOptions()
    >>> occlude(network, targets, options, print, print).attributions.tolist()
    0 [[4.]] 4e-05
    1.0
    [[4.0]]
    """
    changes = np.zeros((len(targets), len(network.columns)), dtype=np.float32)
    largest = rows_done = 0.0
    numbers: dict[int, list[int]] = {}
    for number, target in enumerate(targets):
        numbers.setdefault(target.sequence, []).append(number)
    for sequence, own in numbers.items():
        same = [targets[number] for number in own]
        whole = network.embed([sequence])
        outputs = compute_all_outputs(network, whole, same, options.output)
        largest = max(largest, outputs.abs().max().item())
        shown = 0
        for part in iterate_slices(len(network.columns), network, options):
            columns = network.columns[part]
            inputs = whole.repeat(len(columns), 1, 1)
            for occluded, column in zip(inputs, columns, strict=True):
                occluded[column] = network.baseline
            without = compute_all_outputs(network, inputs, same, options.output)
            lost = outputs - without
            if not options.is_signed:
                lost = lost.abs()
            end = part.start + len(columns)
            changes[own, part.start : end] = lost.T.cpu().numpy()
            complete = _count_complete(network, same, end)
            if complete > shown:
                rows = changes[own[shown:complete]]
                show(own[shown], rows, network.rounding * largest)
                shown = complete
            report(rows_done + len(own) * end / len(network.columns))
        rows_done += len(own)
    return MethodResult(changes, network.rounding * largest)


def _count_complete(network: Network, targets: Sequence[Target], end: int) -> int:
    """Return how many targets are complete after the first columns, up to `end`."""
    if end == len(network.columns):
        return len(targets)
    if not network.is_causal:
        return 0
    following = network.columns[end][0]
    return sum(target.positions[-1] < following for target in targets)
