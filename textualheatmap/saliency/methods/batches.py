"""Targets in batches, each with the inputs that the network reads for it."""

from __future__ import annotations

from itertools import groupby
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from torch import Tensor

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network

Item = TypeVar("Item")
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

    Where `most` is given, and no batch size was asked for, they have up to so many
    items; and never more than as many targets as may share a sequence in memory.

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
    if most is None:
        most = network.choose_batch_size(options.batch_size)
    else:
        most = limit_sharing(network, options.batch_size or most)
    size = most
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
    shared = shares_inputs(network, options)
    if network.shares_inputs:
        slices = iterate_slices(len(targets), network, options, most=MAX_SHARING)
        batches = (own for part in slices for own in _part_sequences(targets[part]))
    elif shared:
        size = limit_sharing(network, MAX_SHARING)
        batches = (
            own[start : start + size]
            for own in _part_sequences(targets)
            for start in range(0, len(own), size)
        )
    else:
        slices = iterate_slices(len(targets), network, options)
        batches = (list(targets[each]) for each in slices)
    for batch in batches:
        sequences = [target.sequence for target in batch]
        inputs = network.embed(sequences[:1] if shared else sequences)
        if network.is_causal and network.can_be_cut:
            end = 1 + max(target.positions[-1] for target in batch)
            inputs = inputs[:, :end]
        yield batch, inputs


def shares_inputs(network: Network, options: AttributionOptions) -> bool:
    """Say whether targets of a batch share the inputs of one sequence.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> network = Network(None, None, [], 3, 1, None)
    >>> shares_inputs(network, AttributionOptions(batch_size=1))
    True
    """
    return network.shares_inputs or network.choose_batch_size(options.batch_size) == 1


def limit_sharing(network: Network, count: int) -> int:
    """Return how many targets may share a sequence, of so many that are to.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> limit_sharing(Network(None, None, [], 3, 1, None, most_sharing=2), 16)
    2
    """
    return min(count, network.most_sharing or count)


def compute_in_halves(
    compute: Callable[[Tensor, Sequence[Item]], Tensor],
    inputs: Tensor,
    items: Sequence[Item],
) -> Tensor:
    """Compute a batch, and where memory runs out, one half of it after the other.

    Parameters
    ----------
    compute
        Takes inputs and as many items, or one input that all items share. Returns a
        row for each item.
    inputs, items
        What it takes.

    Raises
    ------
    torch.OutOfMemoryError
        If memory runs out on a single item.

    Examples
    --------
    >>> import torch
    >>> def compute(inputs, items):
    ...     if len(items) > 1:
    ...         raise torch.OutOfMemoryError
    ...     return inputs
    >>> compute_in_halves(compute, torch.ones(3, 1), "abc").shape
    torch.Size([3, 1])
    """
    try:
        return compute(inputs, items)
    except torch.OutOfMemoryError:
        if len(items) == 1:
            raise
    # What the failed attempt has made is freed by now.
    if inputs.is_cuda:
        torch.cuda.empty_cache()
    middle = len(items) // 2
    own = len(inputs) == len(items)
    return torch.cat(
        [
            compute_in_halves(compute, inputs[part] if own else inputs, items[part])
            for part in (slice(middle), slice(middle, None))
        ]
    )


def _part_sequences(targets: Sequence[Target]) -> list[list[Target]]:
    """Return the targets of each sequence."""
    return [list(own) for _, own in groupby(targets, lambda each: each.sequence)]
