"""Targets in batches, each with the inputs that the network reads for it."""

from __future__ import annotations

from itertools import groupby
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import Tensor

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network

# By default so many targets at most share a forward pass. A group of more targets has
# fewer forward passes, but the first of them goes through more inputs after it, and all
# take more memory. Measured on 64 to 256 tokens, 8, 12 and 16 are about alike.
MAX_SHARING = 16
# Where rows are shown as they are computed: so many are computed first, and twice as
# many as the last time wherever that took less than this.
FIRST_ROWS = 2
QUICK_SECONDS = 0.2


def iterate_slices(
    count: int,
    network: Network,
    options: AttributionOptions,
    *,
    most: int | None = None,
) -> Iterator[slice]:
    """Yield slices of `count` items, each as long as the batch size says.

    Where no batch size was asked for, they have up to `most` items, by default as many
    as the network chooses.

    Where rows are shown as they are computed, and no batch size was asked for, slices
    are short at first. While the work on one is quick, the next one is twice as long.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> network = Network(None, None, [], 3, 1, None)
    >>> list(iterate_slices(3, network, AttributionOptions(batch_size=2)))
    [slice(0, 2, None), slice(2, 4, None)]
    """
    size = most = options.batch_size or most or network.choose_batch_size()
    if options.on_rows is not None and options.batch_size is None:
        size = min(FIRST_ROWS, most)
    start = 0
    while start < count:
        began = monotonic()
        yield slice(start, start + size)
        start += size
        if monotonic() - began < QUICK_SECONDS:
            size = min(2 * size, most)


def iterate_batches(
    network: Network, targets: Sequence[Target], options: AttributionOptions
) -> Iterator[tuple[list[Target], Tensor]]:
    """Yield batches of targets with their inputs.

    A batch has as many targets as the batch size says, each with inputs of its own. If
    the batch size is 1, up to 16 targets of one sequence share their inputs: this
    keeps one sequence in memory, and saves forward passes.

    Where the network says that targets share inputs, a batch has as many neighbouring
    targets of one sequence as the batch size says, by default 16.

    Inputs of a causal network that can be cut end at the last position of the batch,
    because later inputs do not matter; this halves the work.

    Parameters
    ----------
    network
        The network that reads the inputs.
    targets
        In ascending order of sequence and position.
    options
        Give the batch size.

    Yields
    ------
    targets
        The targets of the batch.
    inputs
        Shape (targets, length, d), or (1, length, d) where the targets share them.

    Examples
    --------
    >>> import torch
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> targets = [Target(0, (i,), (0,)) for i in range(3)]
    >>> network = Network(lambda s: torch.ones(len(s), 3, 1), None, [], 3, 1, None)
    >>> options = AttributionOptions(batch_size=2)
    >>> for batch, inputs in iterate_batches(network, targets, options):
    ...     len(batch), inputs.shape
    (2, torch.Size([2, 3, 1]))
    (1, torch.Size([1, 3, 1]))
    """
    shared = True
    if network.shares_inputs:
        slices = iterate_slices(len(targets), network, options, most=MAX_SHARING)
        batches = (own for part in slices for own in _part_sequences(targets[part]))
    elif network.choose_batch_size(options.batch_size) == 1:
        batches = (
            own[start : start + MAX_SHARING]
            for own in _part_sequences(targets)
            for start in range(0, len(own), MAX_SHARING)
        )
    else:
        shared = False
        slices = iterate_slices(len(targets), network, options)
        batches = (list(targets[each]) for each in slices)
    for batch in batches:
        sequences = [target.sequence for target in batch]
        inputs = network.embed(sequences[:1] if shared else sequences)
        if network.is_causal and network.can_be_cut:
            end = 1 + max(target.positions[-1] for target in batch)
            inputs = inputs[:, :end]
        yield batch, inputs


def _part_sequences(targets: Sequence[Target]) -> list[list[Target]]:
    """Return the targets of each sequence."""
    return [list(own) for _, own in groupby(targets, lambda each: each.sequence)]
