"""Owen values by SHAP's partition explainer: Shapley values of words in sentences."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from textualheatmap.saliency.methods.method_result import MethodResult
from textualheatmap.saliency.methods.single_rows import (
    OneOutput,
    attribute_rows,
    list_players,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.method_result import Report, ShowAttributions
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network

EXTRA = (
    "method is 'shap', which needs shap: "
    'pip install "panel-textualheatmap[saliency,shap]"'
)


def attribute_owen_values(
    network: Network,
    targets: Sequence[Target],
    options: AttributionOptions,
    report: Report,
    show: ShowAttributions,
) -> MethodResult:
    """Return what each column adds to an output, as SHAP's partition explainer does.

    It is the mean of what a column adds to those before it, over the orders of all
    columns in which sentences, their words and the tokens of these stay together (Owen,
    1977). Columns that are not there are replaced by the baseline. A row sums up to
    what the output rises by from none of them to all. Where the `evaluations` do not
    suffice, columns of a word or a sentence share alike what it adds.

    Parameters
    ----------
    network, targets, options, report, show
        As in `attribute`.

    Raises
    ------
    ImportError
        If shap is missing.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> inputs, zero = torch.tensor([[[3.0, 4.0]]]), torch.zeros(2)
    >>> network = Network(lambda s: inputs, lambda x, p: x[:, p], [[0]], 1, 2, zero)
    >>> options, targets = AttributionOptions(method="shap"), [Target(0, (0,), (1,))]
    >>> ignore = lambda *_: None
    >>> found = attribute_owen_values(network, targets, options, ignore, ignore)
    >>> found.attributions.tolist()
    [[4.0]]
    """
    try:
        from shap.explainers import PartitionExplainer  # noqa: PLC0415 - an extra
        from shap.maskers import Partition  # noqa: PLC0415
    except ImportError:
        raise ImportError(EXTRA) from None

    def compute(inputs: Tensor, target: Target) -> NDArray[np.float32]:
        players = list_players(network, target)
        module = OneOutput(network, target, options.output)
        size = network.choose_batch_size(options.batch_size)

        @torch.no_grad()
        def evaluate(present: NDArray[Any]) -> NDArray[np.float64]:
            outputs: list[Tensor] = []
            for start in range(0, len(present), size):
                part = present[start : start + size]
                variants = inputs.repeat(len(part), 1, 1)
                for variant, here in zip(variants, part, strict=True):
                    for player in np.flatnonzero(here == 0):
                        variant[network.columns[players[player]]] = network.baseline
                outputs.append(module(variants))
            return torch.cat(outputs).double().cpu().numpy()

        count = len(players)
        row = np.zeros(len(network.columns), dtype=np.float32)
        if count == 1:
            none, whole = evaluate(np.array([[0], [1]]))
            row[players] = whole - none
        elif players:
            levels = [[own[player] for player in players] for own in network.levels]
            tree: Any = build_tree(count, levels)
            masker = Partition(np.zeros((1, count)), clustering=tree)
            found: Any = PartitionExplainer(evaluate, masker)(
                np.ones((1, count)),
                max_evals=options.evaluations,
                batch_size=size,
                silent=True,
            )
            row[players] = found.values[0]
        return row if options.is_signed else np.abs(row)

    attributions = attribute_rows(network, targets, report, show, compute=compute)
    return MethodResult(attributions)


def build_tree(count: int, levels: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Return a binary tree over columns, as those of `scipy.cluster.hierarchy`.

    Parameters
    ----------
    count
        Number of columns, from 2.
    levels
        From the largest spans to the least, the number of the span of each column.

    Returns
    -------
    tree
        Shape (count - 1, 4). Columns of a span are merged before they are merged with
        others; else halves of a row are merged.

    Examples
    --------
    >>> build_tree(3, [[0, 1, 1]])[:, :2].tolist()
    [[1.0, 2.0], [0.0, 3.0]]
    """
    rows: list[tuple[int, int, int, int]] = []
    sizes = [1] * count

    def merge(nodes: Sequence[int]) -> int:
        if len(nodes) == 1:
            return nodes[0]
        half = len(nodes) // 2
        left, right = merge(nodes[:half]), merge(nodes[half:])
        sizes.append(sizes[left] + sizes[right])
        rows.append((left, right, len(rows) + 1, sizes[-1]))
        return len(sizes) - 1

    def grow(columns: Sequence[int], depth: int) -> int:
        if depth == len(levels):
            return merge(columns)
        spans = groupby(columns, levels[depth].__getitem__)
        return merge([grow(list(own), depth + 1) for _, own in spans])

    grow(range(count), 0)
    return np.array(rows, dtype=np.float64)
