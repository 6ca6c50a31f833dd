"""The rows of a map that are left to compute, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from textualheatmap.saliency.arguments.method_class import is_method_class
from textualheatmap.saliency.maps.kept_rows import find_keeper
from textualheatmap.saliency.methods.attribution import attribute
from textualheatmap.saliency.methods.batches import MAX_SHARING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.method_result import Report
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network


def attribute_rest(
    network: Network,
    targets: Sequence[Target],
    options: AttributionOptions,
    report: Report,
    show: Callable[[int, NDArray[np.float32]], object],
    *,
    first: int,
    columns: Sequence[int] | None = None,
) -> tuple[NDArray[np.float32], dict[str, float | int]]:
    """Return what `attribute` does, and compute only the rows that are not kept yet.

    Where this thread's rows are kept (`keep_rows`), they are computed in blocks of
    neighbours that share passes through the network, and each block is kept before the
    next one. Occlusion, whose passes are for all rows, keeps each row as soon as it is
    complete.

    Parameters
    ----------
    network, targets, options, report, show
        As in `attribute`. Rows that were kept are shown, too.
    first
        The number of the first target's row in the map.
    columns
        Which columns of the map the network's columns are; None if they are all.

    Returns
    -------
    attributions
        Shape (targets, columns of the network).
    accuracy
        The largest numbers of all blocks so far.

    Examples
    --------
    >>> import torch
    >>> from tempfile import TemporaryDirectory
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.maps.kept_rows import keep_rows
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> from textualheatmap.saliency.models.network import Network
    >>> inputs, zero = torch.tensor([[[3.0, 4.0]]]), torch.zeros(2)
    >>> network = Network(lambda s: inputs[s], lambda x, p: x[:, p], [[0]], 1, 2, zero)
    >>> targets, options = [Target(0, (0,), (1,))], AttributionOptions()
    >>> given = (network, targets, options, print, lambda *_: None)
    >>> with TemporaryDirectory() as folder, keep_rows(folder, {}) as kept:
    ...     kept.begin(targets, 1)
    ...     found, _ = attribute_rest(*given, first=0)
    ...     found.tolist(), kept.rows.tolist()
    1
    ([[1.0]], [[1.0]])
    """
    kept = find_keeper()
    if kept is None:
        return attribute(network, targets, options, report, show)
    width = kept.rows.shape[1]

    def keep(
        rows: NDArray[np.float32], accuracy: dict[str, float | int] | None = None
    ) -> None:
        whole = rows
        if columns is not None:
            whole = np.zeros((len(rows), width), dtype=np.float32)
            whole[:, columns] = rows
        kept.add(whole, accuracy)

    done = min(max(len(kept.rows) - first, 0), len(targets))
    before = kept.rows[first : first + done]
    blocks = [before if columns is None else before[:, columns]]
    if done:
        show(0, blocks[0])
        report(done)
    while done < len(targets):
        at_once = options.method == "occlusion"
        end = len(targets) if at_once else done + _choose_size(options)

        def show_rows(
            start: int,
            rows: NDArray[np.float32],
            done: int = done,
            at_once: bool = at_once,  # noqa: FBT001 - as it is now
        ) -> None:
            if at_once:
                keep(rows)
            show(done + start, rows)

        found, accuracy = attribute(
            network,
            targets[done:end],
            options,
            lambda rows, done=done: report(done + rows),
            show_rows,
        )
        if not at_once:
            keep(found, accuracy)
        blocks.append(found)
        done += len(found)
    names = {name: None for each in kept.accuracies for name in each}
    worst = {
        name: max(each[name] for each in kept.accuracies if name in each)
        for name in names
    }
    return np.concatenate(blocks), worst


def _choose_size(options: AttributionOptions) -> int:
    """Return how many rows are a block: as many as share passes at least."""
    if options.method == "shap" or is_method_class(options.method):
        return 1
    return max(MAX_SHARING, options.batch_size or 1)
