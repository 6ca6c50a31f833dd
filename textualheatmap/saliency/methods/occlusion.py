"""Occlusion: how much an output changes when inputs are replaced by the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from textualheatmap.saliency.methods.batches import compute_in_halves, iterate_slices
from textualheatmap.saliency.methods.method_result import MethodResult
from textualheatmap.saliency.methods.target_outputs import compute_all_outputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.method_result import Report, ShowAttributions
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network


@torch.no_grad()
def occlude(
    network: Network,
    targets: Sequence[Target],
    options: AttributionOptions,
    report: Report,
    show: ShowAttributions,
) -> MethodResult:
    """Replace each span's inputs by the baseline, and see how the outputs change.

    A span is a column, or the columns of a word or a sentence: each of these has the
    whole change. Of a causal network, columns after a target are no part of its spans.

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
        By how much outputs sink without a span, or the size of their change if heat
        is not signed (Zeiler & Fergus, 2014). Rounding errors are relative to the
        largest output of the unchanged sequences.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.methods.targets import Target
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
    spans = network.spans or [[number] for number in range(len(network.columns))]
    numbers: dict[int, list[int]] = {}
    for number, target in enumerate(targets):
        numbers.setdefault(target.sequence, []).append(number)
    for sequence, own in numbers.items():
        same = [targets[number] for number in own]
        whole = network.embed([sequence])
        outputs = compute_all_outputs(network, whole, same, options.output)
        largest = max(largest, outputs.abs().max().item())
        shown = 0
        kept = same[0].positions if network.masks_targets else ()
        for part in iterate_slices(len(spans), network, options):
            taken = spans[part]
            inputs = whole.repeat(len(taken), 1, 1)
            for occluded, span in zip(inputs, taken, strict=True):
                places = {each for column in span for each in network.columns[column]}
                occluded[sorted(places.difference(kept))] = network.baseline
            without = compute_in_halves(
                lambda own, _, same=same: compute_all_outputs(
                    network, own, same, options.output
                ),
                inputs,
                taken,
            )
            lost = outputs - without
            if not options.is_signed:
                lost = lost.abs()
            for change, span in zip(lost.cpu().numpy(), taken, strict=True):
                rows = np.repeat(change[:, np.newaxis], len(span), axis=1)
                if network.is_causal:
                    rows[_find_rest(network, span, same)] = 0
                changes[np.ix_(own, span)] = rows
            end = taken[-1][-1] + 1
            complete = _count_complete(network, same, end)
            if complete > shown:
                rows = changes[own[shown:complete]]
                show(own[shown], rows, network.rounding * largest)
                shown = complete
            report(rows_done + len(own) * end / len(network.columns))
        rows_done += len(own)
    return MethodResult(changes, network.rounding * largest)


def _find_rest(
    network: Network, span: Sequence[int], targets: Sequence[Target]
) -> NDArray[np.bool_]:
    """Say which columns follow a target inside a span, shape (targets, span)."""
    starts = np.array([network.columns[column][0] for column in span])
    last = np.array([target.positions[-1] for target in targets])[:, np.newaxis]
    return (starts[0] <= last) & (starts > last)


def _count_complete(network: Network, targets: Sequence[Target], end: int) -> int:
    """Return how many targets are complete after the first columns, up to `end`."""
    if end == len(network.columns):
        return len(targets)
    if not network.is_causal:
        return 0
    following = network.columns[end][0]
    return sum(target.positions[-1] < following for target in targets)
