"""SmoothGrad: a method's attributions, averaged over inputs with noise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from textualheatmap.saliency.methods.method_result import MethodResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.method_result import (
        AttributionMethod,
        Report,
        ShowAttributions,
    )
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network


def smooth_attributions(
    network: Network,
    targets: Sequence[Target],
    options: AttributionOptions,
    report: Report,
    show: ShowAttributions,
    *,
    method: AttributionMethod,
) -> MethodResult:
    """Return the mean of a method's attributions over samples of noisy inputs.

    This is SmoothGrad (Smilkov et al., 2017). The noise is normal. Its standard
    deviation is `noise` times the spread of the embedded inputs of a sequence, from the
    least of all their numbers to the largest. It depends on the seed, and on neither
    batch size nor device.

    Parameters
    ----------
    network, targets, options, report, show
        As in `attribute`. Rows are shown while the last sample is computed.
    method
        A method of gradients.

    Returns
    -------
    result
        Its accuracy has the largest of all samples' numbers, and how far samples are
        apart: the standard deviation of an attribution, as the mean over the map, a
        share of the map's mean magnitude.

    Examples
    --------
    >>> from textualheatmap.saliency.methods.gradients import attribute_gradients
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> inputs, zero = torch.tensor([[[3.0, 4.0]]]), torch.zeros(2)
    >>> network = Network(
    ...     lambda s: inputs[s], lambda x, p: x[:, p].square(), [[0]], 1, 2, zero
    ... )
    >>> ignore, targets = (lambda *_: None), [Target(0, (0,), (1,))]
    >>> options = AttributionOptions(noise=0.1, samples=3)
    >>> found = smooth_attributions(
    ...     *(network, targets, options, ignore, ignore), method=attribute_gradients
    ... )
    >>> found.attributions.shape, found.accuracy["spread of samples"] > 0
    ((1, 1), True)
    """
    total = np.zeros((len(targets), len(network.columns)))
    squares = np.zeros_like(total)
    accuracies: list[dict[str, float | int]] = []
    rounding = 0.0
    for sample in range(options.samples):

        def report_sample(done: float, before: int = sample) -> None:
            report((before * len(targets) + done) / options.samples)

        def show_mean(
            start: int, rows: NDArray[np.float32], rounding: float, now: int = sample
        ) -> None:
            if now + 1 == options.samples:
                before = total[start : start + len(rows)]
                mean = (before + rows) / options.samples
                show(start, mean.astype(np.float32), rounding)

        noisy = add_noise(network, options.noise, options.seed, sample)
        found = method(noisy, targets, options, report_sample, show_mean)
        np.add(total, found.attributions, out=total)
        np.add(squares, np.square(found.attributions, dtype=np.float64), out=squares)
        rounding = max(rounding, found.rounding)
        accuracies.append(dict(found.accuracy))
    mean = total / options.samples
    deviations = np.sqrt(np.maximum(squares / options.samples - mean**2, 0))
    size = np.abs(mean).mean()
    accuracy = {name: max(each[name] for each in accuracies) for name in accuracies[0]}
    accuracy["spread of samples"] = float(deviations.mean() / size) if size else 0.0
    return MethodResult(mean.astype(np.float32), rounding, accuracy)


def add_noise(network: Network, noise: float, seed: int, sample: int) -> Network:
    """Return a network whose embedded inputs have normal noise.

    Parameters
    ----------
    network
        The network without noise.
    noise
        Standard deviation of the noise, as a share of the spread of a sequence's
        embedded inputs (the largest of all their numbers minus the least).
    seed, sample
        Numbers from 0 that the noise follows from, with the number of the sequence.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> network = Network(lambda s: torch.ones(len(s), 1, 1), None, [], 1, 1, None)
    >>> add_noise(network, 0.1, 0, 0).embed([0]).tolist()
    [[[1.0]]]
    """

    def embed(sequences: Sequence[int]) -> Tensor:
        inputs = network.embed(sequences)
        flat = inputs.flatten(start_dim=1)
        spreads = flat.amax(dim=1) - flat.amin(dim=1)
        draws = [
            np.random.default_rng([seed, sample, sequence]).standard_normal(
                inputs.shape[1:], dtype=np.float32
            )
            for sequence in sequences
        ]
        drawn = torch.from_numpy(np.stack(draws)).to(inputs.device, inputs.dtype)
        return inputs + noise * spreads[:, None, None] * drawn

    return replace(network, embed=embed)
