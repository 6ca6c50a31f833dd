"""From a network and its predictions to a facet: the steps that all functions share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from textualheatmap.facet.facet import Facet
from textualheatmap.saliency.attribution import attribute
from textualheatmap.saliency.observation import Computation, tell_observer
from textualheatmap.saliency.pieces import find_spans
from textualheatmap.saliency.progress import report_progress
from textualheatmap.saliency.scaling import scale_attributions
from textualheatmap.saliency.targets import choose_targets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from textualheatmap.saliency.network import Network
    from textualheatmap.saliency.options import AttributionOptions
    from textualheatmap.saliency.pieces import JoinedPieces
    from textualheatmap.saliency.targets import Prediction


def compute_saliency_map(
    network: Network,
    predictions: Sequence[Prediction],
    options: AttributionOptions,
    tokens: JoinedPieces,
    *,
    name_class: Callable[[int], str] | None = None,
    find_number: Callable[[str], int] | None = None,
    left_out: NDArray[np.bool_] | None = None,
    cap_first: bool = False,
    provenance: Mapping[str, object],
) -> Facet:
    """Explain predictions, and return a facet with a row of heat for each of them.

    Parameters
    ----------
    network
        The network to explain.
    predictions
        One for each token that is not a format token.
    options
        How to compute attributions.
    tokens
        The tokens of the facet.
    name_class
        Takes the number of a class, and returns its name for the meta. Without it there
        is no meta.
    find_number
        Takes the name of a class, and returns its number. Without it no class can be
        named in `options.target`.
    left_out, cap_first
        As in `scale_attributions`.
    provenance
        What to record besides the options.

    Examples
    --------
    >>> from textualheatmap.saliency.network import Network
    >>> from textualheatmap.saliency.options import AttributionOptions
    >>> from textualheatmap.saliency.pieces import JoinedPieces
    >>> from textualheatmap.saliency.targets import Prediction
    >>> network = Network(
    ...     embed=lambda sequences: torch.ones(1, 1, 2),
    ...     forward=lambda inputs, positions: inputs,
    ...     columns=[[0]],
    ...     length=1,
    ...     classes=2,
    ...     baseline=torch.zeros(2),
    ... )
    >>> tokens = JoinedPieces(["a"], [False], [[0]])
    >>> predictions = [Prediction(0, (0,), (1,))]
    >>> options = AttributionOptions()
    >>> compute_saliency_map(network, predictions, options, tokens, provenance={})
    <Facet of 1 token: 'a'>
    """

    def build(heat: NDArray[np.float32], **accuracy: float) -> Facet:
        metas = iter(
            [(name_class(kind), share) for kind, share in best] if name_class else []
            for best in top_classes
        )
        record = {
            **provenance,
            **options.describe(),
            **accuracy,
            "torch": torch.__version__,
        }
        return Facet.from_arrays(
            tokens.texts,
            heat,
            [[] if is_gap else next(metas) for is_gap in tokens.is_format],
            tokens.is_format,
            signed=options.is_signed,
            missing=bool(np.isnan(heat).any()),
            provenance=record,
        )

    def scale(attributions: NDArray[np.float32], start: int) -> NDArray[np.float32]:
        rows = slice(start, start + len(attributions))
        return scale_attributions(
            attributions,
            options.scale,
            left_out=None if left_out is None else left_out[rows],
            cap_first=cap_first,
            start=start,
        )

    by_row = options.on_rows if options.scale != "all" else None
    at_the_end = options.on_rows if options.scale == "all" else None

    def show(start: int, attributions: NDArray[np.float32]) -> None:
        if by_row is not None and begun is not None:
            by_row(begun, start, scale(attributions, start))

    begun: Facet | None = None
    count = len(predictions)
    if options.by != "token":
        network = replace(network, spans=find_spans(tokens, options.by))
    with report_progress(options.progress, count) as report:
        targets, top_classes = choose_targets(
            network, predictions, options, find_number
        )
        if options.on_rows is not None:
            begun = build(np.full((count, count), np.nan, dtype=np.float32))
            options.on_rows(begun, 0, np.zeros((0, count), dtype=np.float32))
        attributions, accuracy = attribute(network, targets, options, report, show)
    tell_observer(Computation(network, targets, options, attributions, left_out))
    heat = scale(attributions, 0)
    if at_the_end is not None and begun is not None:
        at_the_end(begun, 0, heat)
    return build(heat, **accuracy)
