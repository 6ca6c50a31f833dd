"""Attributions by the states of each layer, by a class of Captum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from torch import nn

from textualheatmap.saliency.methods.attribution import (
    clear_later_columns,
    find_later_columns,
)
from textualheatmap.saliency.methods.captum_methods import (
    describe_gaps,
    find_gap,
    promises_completeness,
    run_method,
)
from textualheatmap.saliency.methods.single_rows import OneOutput, attribute_rows
from textualheatmap.saliency.methods.vectors import measure_columns
from textualheatmap.saliency.models.thread_hooks import ThreadHooks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from textualheatmap.saliency.arguments.options import LayerOptions
    from textualheatmap.saliency.methods.captum_methods import Gap
    from textualheatmap.saliency.methods.method_result import Report
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network


def attribute_layers(
    network: Network,
    targets: Sequence[Target],
    options: LayerOptions,
    report: Report,
    *,
    blocks: Sequence[nn.Module],
) -> tuple[NDArray[np.float32], dict[str, float | int]]:
    """Let a class of Captum explain each output by what each block reads.

    Captum is given a module that passes on the state which a block reads: so it sees
    one tensor, whatever else the block takes.

    Parameters
    ----------
    network, targets, options
        As in `attribute`. `options.method` is the class.
    report
        Called with the number of rows done, which may be a fraction.
    blocks
        The blocks of the network's model, one for each layer.

    Returns
    -------
    attributions
        Shape (layers, targets, columns).
    provenance
        What to record besides the options: of a method whose sums should be the change
        of the output from the baseline, by how much they miss it, at the worst layer.

    Raises
    ------
    ValueError
        If the network is said to be causal, but is not.

    Examples
    --------
    >>> import torch
    >>> from textualheatmap.saliency.arguments.options import LayerOptions
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> from textualheatmap.saliency.models.network import Network
    >>> class Double:
    ...     multiplies_by_inputs = True
    ...     def __init__(self, forward_func, layer): ...
    ...     def attribute(self, inputs, target=None):
    ...         return 2 * inputs
    >>> inputs, zero = torch.tensor([[[3.0, 4.0]]]), torch.zeros(2)
    >>> network = Network(lambda s: inputs, lambda x, p: x[:, p], [[0]], 1, 2, zero)
    >>> options, blocks = LayerOptions(method=Double), [nn.Identity()]
    >>> targets, ignore = [Target(0, (0,), (1,))], lambda *_: None
    >>> attribute_layers(network, targets, options, ignore, blocks=blocks)[0].tolist()
    [[[14.0]]]
    """
    kind: Any = options.method
    gaps: list[Gap] = []

    def compute(inputs: Tensor, target: Target) -> NDArray[np.float32]:
        module = OneOutput(network, target, options.output)
        method = kind(module, probe)
        baselines = network.baseline.expand_as(inputs)
        vectors = run_method(method, inputs, options, {"baselines": baselines})
        if promises_completeness(method):
            gaps.append(find_gap(module, inputs, baselines, vectors))
        return measure_columns(network, vectors, is_signed=options.is_signed)[0]

    def report_share(done: float) -> None:
        report((len(layers) * len(targets) + done) / len(blocks))

    layers: list[NDArray[np.float32]] = []
    records: list[dict[str, float | int]] = []
    for block in blocks:
        probe = nn.Identity()
        gaps.clear()
        with ThreadHooks() as hooks:
            hooks.before(block, probe)
            found = attribute_rows(
                network, targets, report_share, lambda *_: None, compute=compute
            )
        layers.append(found)
        records.append(describe_gaps(gaps, kind))
    worst = {name: max(each[name] for each in records) for name in records[0]}
    future = find_later_columns(network, targets)
    return clear_later_columns(future, np.stack(layers), rounding=0.0), worst
