"""Batches that fit into memory, which is measured before the work begins."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import torch

from textualheatmap.saliency.arguments.byte_sizes import name_bytes
from textualheatmap.saliency.arguments.method_class import is_method_class
from textualheatmap.saliency.methods.batches import (
    MAX_SHARING,
    limit_sharing,
    shares_inputs,
)
from textualheatmap.saliency.methods.grouped_gradients import differentiate_each
from textualheatmap.saliency.methods.target_outputs import (
    compute_all_outputs,
    compute_outputs,
)
from textualheatmap.saliency.methods.targets import Target
from textualheatmap.saliency.models.memory import LiveMemory, find_free_memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.targets import Prediction
    from textualheatmap.saliency.models.network import Network

# Of the memory that is free, batches take this share at most.
SHARE = 0.8
# A batch may take so many times what was measured: of memory in pieces, and of what an
# operation frees before it returns.
MARGIN = 1.25
# Multiplications of inputs by weights that take a second or so, and little memory.
LITTLE_WORK = 2**31
FORWARD_ONLY = ("occlusion", "shap")


class Fitting(NamedTuple):
    """How large batches may be, and what they need.

    Parameters
    ----------
    network
        The network, which knows how large its batches may be.
    statement
        Says it: the length of a row, the rows of a batch, and its memory. Empty where
        nothing was measured.
    """

    network: Network
    statement: str = ""


class _Need(NamedTuple):
    """The bytes that a sequence needs, and each target that shares it."""

    kept: float
    each: float


def fit_batches(
    network: Network, predictions: Sequence[Prediction], options: AttributionOptions
) -> Fitting:
    """Measure what a row takes, and let batches be as large as memory has room for.

    The network is run on the longest inputs, once. Where the whole work is little, and
    no limit was asked for, nothing is measured; nor is it for a class of Captum, which
    computes a row at a time.

    Parameters
    ----------
    network
        The network.
    predictions
        What will be explained.
    options
        The method, and the `memory` that may be taken; None takes most of what is free.

    Raises
    ------
    MemoryError
        If not even one row fits.

    Examples
    --------
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.methods.targets import Prediction
    >>> from textualheatmap.saliency.models.network import Network
    >>> inputs = torch.ones(1, 1, 250)
    >>> network = Network(
    ...     lambda s: inputs, lambda x, p: x[:, p], [[0]], 1, 250, inputs[0, 0]
    ... )
    >>> options = AttributionOptions(method="occlusion", memory=10_000)
    >>> fitted = fit_batches(network, [Prediction(0, (0,), (None,))], options)
    >>> fitted.network.most_sequences > 1
    True
    """
    room = _find_room(network, len(predictions), options)
    if room is None or is_method_class(options.method):
        return Fitting(network)
    try:
        need = _measure(network, predictions, options)
    except torch.OutOfMemoryError:
        need = _Need(math.inf, 0)
    if need is None:
        return Fitting(network)
    alone = need.kept + need.each
    if alone > room:
        needed = "more" if alone == math.inf else name_bytes(alone)
        msg = (
            f"a row of {network.length:,} tokens takes {needed}, and there is room for "
            f"{name_bytes(room)}: expected a shorter text, or a smaller model"
        )
        raise MemoryError(msg)
    fitted = replace(
        network,
        most_sequences=max(1, int(room / max(alone, 1))),
        most_sharing=max(1, int((room - need.kept) / max(need.each, 1))),
    )
    if options.method not in FORWARD_ONLY and shares_inputs(fitted, options):
        size = limit_sharing(fitted, options.batch_size or MAX_SHARING)
        size = min(size, len(predictions))
        taken = need.kept + size * need.each
    else:
        rows = {"occlusion": len(network.columns), "shap": options.evaluations}
        size = fitted.choose_batch_size(options.batch_size)
        size = min(size, rows.get(str(options.method), len(predictions)))
        taken = size * alone
    rows_of = f"rows of {network.length:,} tokens in batches of {size}"
    return Fitting(fitted, f"{rows_of}, about {name_bytes(taken)}")


def _find_room(
    network: Network, rows: int, options: AttributionOptions
) -> int | float | None:
    """Return the bytes that batches may take; None where that does not matter."""
    if options.memory is not None:
        return int(options.memory)
    weights = sum(
        weight.numel() for module in network.modules for weight in module.parameters()
    )
    if weights * network.length * rows < LITTLE_WORK:
        return None
    free = find_free_memory(network.baseline.device)
    return None if free is None else SHARE * free


def _measure(
    network: Network, predictions: Sequence[Prediction], options: AttributionOptions
) -> _Need | None:
    """Return what a sequence needs; None if no gradient flows, which is said later."""
    last = max(predictions, key=lambda each: each.positions[-1])
    targets = [
        Target(each.sequence, each.positions, (0,) * len(each.positions))
        for each in predictions
        if each.sequence == last.sequence
    ]
    if options.method in FORWARD_ONLY:
        with LiveMemory() as memory, torch.no_grad():
            inputs = network.embed([last.sequence]).clone()
            own = targets if options.method == "occlusion" else targets[-1:]
            compute_all_outputs(network, inputs, own, options.output)
        return _Need(0, MARGIN * memory.most)
    # Gradients of two outputs show what each of a batch takes.
    targets = targets[-2:]
    with LiveMemory() as memory:
        inputs = network.embed([last.sequence])
        if network.is_causal and network.can_be_cut:
            inputs = inputs[:, : 1 + last.positions[-1]]
        inputs = inputs.detach().requires_grad_()
        with network.record_head() as head_inputs:
            outputs = compute_outputs(network, inputs, targets, options.output)
        if not outputs.requires_grad:
            return None
        kept = memory.now
        positions = [target.positions for target in targets]
        differentiate_each(outputs, inputs, positions, head_inputs)
    each = (memory.most - kept) / len(targets)
    return _Need(MARGIN * kept, MARGIN * each)
