"""Attributions of methods that compute a vector for each input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from textualheatmap.saliency.methods.batches import compute_in_halves, iterate_batches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.method_result import Report, ShowAttributions
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network


def attribute_by_vectors(
    network: Network,
    targets: Sequence[Target],
    options: AttributionOptions,
    report: Report,
    show: ShowAttributions,
    *,
    compute: Callable[[Tensor, list[Target], Report], Tensor],
) -> NDArray[np.float32]:
    """Return what the vectors of each column amount to, one row a target.

    Parameters
    ----------
    network, targets, options, report, show
        As in `attribute`.
    compute
        Takes the inputs of a batch, its targets, and a function to call with the share
        of the batch that is done. Returns vectors, shape (targets, up to length, d).

    Returns
    -------
    attributions
        Shape (targets, columns).

    Examples
    --------
    >>> import torch
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> inputs = torch.tensor([[[3.0, 4.0]]])
    >>> network = Network(lambda _: inputs, None, [[0]], 1, 2, None)
    >>> targets, options = [Target(0, (0,), (1,))], AttributionOptions()
    >>> attribute_by_vectors(
    ...     *(network, targets, options, print, print),
    ...     compute=lambda inputs, *_: inputs,
    ... ).tolist()
    0 [[5.]] 0.0
    1
    [[5.0]]
    """
    attributions = np.zeros((len(targets), len(network.columns)), dtype=np.float32)
    done = 0

    def report_share(share: float) -> None:
        report(done + share * len(batch))

    for batch, inputs in iterate_batches(network, targets, options):
        rows = attributions[done : done + len(batch)]
        vectors = compute_in_halves(
            lambda own, part: compute(own, list(part), report_share), inputs, batch
        )
        rows[:] = measure_columns(network, vectors, is_signed=options.is_signed)
        show(done, rows, 0.0)
        done += len(batch)
        report(done)
    return attributions


def measure_columns(
    network: Network, vectors: Tensor, *, is_signed: bool
) -> NDArray[np.float32]:
    """Return the L2 norm or the sum of each column's vectors, as one long vector.

    Parameters
    ----------
    network
        Says which inputs share a column.
    vectors
        Shape (targets, up to length, d); those of further inputs are 0.
    is_signed
        Whether to return sums.

    Examples
    --------
    >>> import torch
    >>> from textualheatmap.saliency.models.network import Network
    >>> network = Network(None, None, [[0, 1], [2]], 3, 1, None)
    >>> vectors = torch.tensor([[[3.0], [-4.0]]])
    >>> measure_columns(network, vectors, is_signed=False).tolist()
    [[5.0, 0.0]]
    >>> measure_columns(network, vectors, is_signed=True).tolist()
    [[-1.0, 0.0]]
    """
    sums = np.zeros((len(vectors), network.length), dtype=np.float32)
    terms = vectors if is_signed else vectors.square()
    sums[:, : vectors.shape[1]] = terms.sum(dim=2).cpu().numpy()
    columns = [sums[:, column].sum(axis=1) for column in network.columns]
    values = np.stack(columns, axis=1)
    return values if is_signed else np.sqrt(values)
