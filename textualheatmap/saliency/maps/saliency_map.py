"""From a network and its predictions to a facet: the steps that all functions share."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from textualheatmap.facet.facet import Facet
from textualheatmap.facet.growing import await_rows, continue_facet
from textualheatmap.saliency.arguments.progress import report_progress
from textualheatmap.saliency.maps.kept_rows import begin_rows
from textualheatmap.saliency.maps.observation import Computation, tell_observer
from textualheatmap.saliency.maps.resumed_rows import attribute_rest
from textualheatmap.saliency.maps.scaling import scale_attributions
from textualheatmap.saliency.methods.fitting import fit_batches
from textualheatmap.saliency.methods.targets import choose_targets
from textualheatmap.saliency.models.pieces import find_spans

LOGGER = logging.getLogger("textualheatmap.saliency")

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.targets import Prediction, TopClasses
    from textualheatmap.saliency.models.network import Network
    from textualheatmap.saliency.models.pieces import JoinedPieces
    from textualheatmap.state.grouping import Unit


class Part(NamedTuple):
    """Some of the predictions of a map, and the network that makes them.

    Parameters
    ----------
    network
        The network to explain.
    predictions
        In ascending order of sequence and position.
    columns
        Which columns of the map the network's columns are, in ascending order. The
        network does not read the others: their heat is 0. None where it reads all.
    """

    network: Network
    predictions: Sequence[Prediction]
    columns: Sequence[int] | None = None


def compute_saliency_map(
    parts: Sequence[Part],
    options: AttributionOptions,
    tokens: JoinedPieces,
    *,
    name_class: Callable[[int], str] | None = None,
    find_number: Callable[[str], int] | None = None,
    left_out: NDArray[np.bool_] | None = None,
    cap_first: bool = False,
    written: Facet | None = None,
    provenance: Mapping[str, object],
) -> Facet:
    """Explain predictions, and return a facet with a row of heat for each of them.

    Parameters
    ----------
    parts
        The predictions, together one for each token that is not a format token.
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
        As in `scale_attributions`. The first column of a row is that of its part.
    written
        What `on_rows` got of the facet while a model wrote its text: the facet that it
        gets now has grown from it.
    provenance
        What to record besides the options.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.models.pieces import JoinedPieces
    >>> from textualheatmap.saliency.methods.targets import Prediction
    >>> network = Network(
    ...     embed=lambda sequences: torch.ones(1, 1, 2),
    ...     forward=lambda inputs, positions: inputs,
    ...     columns=[[0]],
    ...     length=1,
    ...     classes=2,
    ...     baseline=torch.zeros(2),
    ... )
    >>> tokens = JoinedPieces(["a"], [False], [[0]])
    >>> parts = [Part(network, [Prediction(0, (0,), (1,))])]
    >>> options = AttributionOptions()
    >>> compute_saliency_map(parts, options, tokens, provenance={})
    <Facet of 1 token: 'a'>
    """
    begun: Facet | None = None

    def build(
        heat: NDArray[np.float32],
        top_classes: Sequence[TopClasses],
        accuracy: Mapping[str, float] | None = None,
    ) -> Facet:
        metas = iter(
            [(name_class(kind), share) for kind, share in best] if name_class else []
            for best in top_classes
        )
        record = {
            **provenance,
            **options.describe(),
            **(accuracy or {}),
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

    def begin(top_classes: Sequence[TopClasses]) -> None:
        nonlocal begun
        count = len(tokens.pieces)
        whole = build(np.full((count, count), np.nan, dtype=np.float32), top_classes)
        begun = await_rows(whole) if written is None else continue_facet(written, whole)
        show(0, np.zeros((0, count), dtype=np.float32))

    def show(start: int, rows: NDArray[np.float32]) -> None:
        if options.on_rows is not None and begun is not None:
            options.on_rows(begun, start, rows)

    parts = [_group_part(part, options, tokens) for part in parts]
    heat, top_classes, accuracy = compute_heat(
        parts,
        options,
        count=len(tokens.pieces),
        find_number=find_number,
        left_out=left_out,
        cap_first=cap_first,
        begin=begin,
        show=show,
    )
    return build(heat, top_classes, accuracy)


def group_columns(
    network: Network,
    options: AttributionOptions,
    find: Callable[[Unit], list[list[int]]],
) -> Network:
    """Return a network that knows which of its columns a method takes together.

    Parameters
    ----------
    network, options
        The network, and what is to be computed.
    find
        Returns the columns of each word, sentence or line.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> network = Network(None, None, [[0], [1], [2]], 3, 1, None)
    >>> spans = {"word": [[0], [1, 2]], "sentence": [[0, 1, 2]]}
    >>> options = AttributionOptions(method="occlusion", by="word")
    >>> group_columns(network, options, spans.get).spans
    [[0], [1, 2]]
    >>> options = AttributionOptions(method="shap")
    >>> group_columns(network, options, spans.get).levels
    [[0, 0, 0], [0, 1, 1]]
    """
    if options.method == "shap":
        units: tuple[Unit, ...] = ("sentence", "word")
        levels = [
            [number for number, span in enumerate(find(unit)) for _ in span]
            for unit in units
        ]
        return replace(network, levels=levels)
    if options.by == "token":
        return network
    return replace(network, spans=find(options.by))


class ComputedHeat(NamedTuple):
    """Heat of some predictions, with what is known of them.

    Parameters
    ----------
    heat
        Shape (predictions, columns), scaled as the options say.
    top_classes
        For each prediction the most probable classes, with their probabilities.
    accuracy
        What to record besides the options.
    """

    heat: NDArray[np.float32]
    top_classes: list[TopClasses]
    accuracy: dict[str, float | int]


def _group_part(part: Part, options: AttributionOptions, tokens: JoinedPieces) -> Part:
    """Let a part's network know which of its own columns a method takes together."""

    def find(unit: Unit) -> list[list[int]]:
        spans = find_spans(tokens, unit)
        if part.columns is None:
            return spans
        places = {column: place for place, column in enumerate(part.columns)}
        own = [[places[each] for each in span if each in places] for span in spans]
        return [span for span in own if span]

    return part._replace(network=group_columns(part.network, options, find))


def _fit_parts(
    parts: Sequence[Part], options: AttributionOptions
) -> tuple[list[Part], str]:
    """Let batches of all parts be as large as memory has room for, and say how large.

    The longest part is measured.
    """
    longest = max(parts, key=lambda part: (part.network.length, len(part.predictions)))
    network, statement = fit_batches(longest.network, longest.predictions, options)
    if statement:
        LOGGER.info("%s", statement)
    fitted = [
        part._replace(
            network=replace(
                part.network,
                most_sequences=network.most_sequences,
                most_sharing=network.most_sharing,
            )
        )
        for part in parts
    ]
    return fitted, statement


def compute_heat(
    parts: Sequence[Part],
    options: AttributionOptions,
    *,
    count: int,
    find_number: Callable[[str], int] | None = None,
    left_out: NDArray[np.bool_] | None = None,
    cap_first: bool = False,
    begin: Callable[[list[TopClasses]], object],
    show: Callable[[int, NDArray[np.float32]], object],
) -> ComputedHeat:
    """Explain predictions, and return their heat.

    Parameters
    ----------
    parts, options, find_number, left_out, cap_first
        As in `compute_saliency_map`.
    count
        Number of columns.
    begin
        Called with the most probable classes of each prediction before heat is
        computed, if the options ask for rows as they are computed.
    show
        Called then with the number of a first row and rows of heat, as soon as these
        are computed; where all rows are scaled together, with all of them at the end.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.methods.targets import Prediction
    >>> network = Network(
    ...     embed=lambda sequences: torch.ones(1, 2, 2),
    ...     forward=lambda inputs, positions: inputs[:, positions],
    ...     columns=[[0], [1]],
    ...     length=2,
    ...     classes=2,
    ...     baseline=torch.zeros(2),
    ... )
    >>> parts = [Part(network, [Prediction(0, (1,), (0,))])]
    >>> options = AttributionOptions()
    >>> found = compute_heat(parts, options, count=2, begin=print, show=print)
    >>> found.heat.tolist()
    [[0.0, 1.0]]
    """

    def scale(attributions: NDArray[np.float32], start: int) -> NDArray[np.float32]:
        rows = slice(start, start + len(attributions))
        return scale_attributions(
            attributions,
            options.scale,
            left_out=None if left_out is None else left_out[rows],
            cap_first=cap_first,
            firsts=firsts[rows],
            start=start,
        )

    def spread(part: Part, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return rows with a column for each of the map."""
        if part.columns is None:
            return rows
        whole = np.zeros((len(rows), count), dtype=np.float32)
        whole[:, part.columns] = rows
        return whole

    is_watched, at_the_end = options.on_rows is not None, options.scale == "all"
    firsts = [
        0 if part.columns is None else part.columns[0]
        for part in parts
        for _ in part.predictions
    ]
    starts = np.cumsum([0, *(len(part.predictions) for part in parts)]).tolist()
    blocks: list[NDArray[np.float32]] = []
    accuracies: list[dict[str, float | int]] = []
    computed: list[Computation] = []
    parts, statement = _fit_parts(parts, options)
    with report_progress(options.progress, starts[-1], statement) as report:
        chosen = [
            choose_targets(part.network, part.predictions, options, find_number)
            for part in parts
        ]
        top_classes = [best for _, own in chosen for best in own]
        begin_rows([target for own, _ in chosen for target in own], count)
        if is_watched:
            begin(top_classes)
        for part, (targets, _), first in zip(parts, chosen, starts, strict=False):

            def show_rows(
                start: int,
                rows: NDArray[np.float32],
                part: Part = part,
                first: int = first,
            ) -> None:
                if is_watched and not at_the_end:
                    show(first + start, scale(spread(part, rows), first + start))

            found, accuracy = attribute_rest(
                part.network,
                targets,
                options,
                lambda done, first=first: report(first + done),
                show_rows,
                first=first,
                columns=part.columns,
            )
            accuracies.append(accuracy)
            blocks.append(spread(part, found))
            rest = None if left_out is None else left_out[first : first + len(found)]
            computed.append(Computation(part.network, targets, options, found, rest))
    for each in computed:
        tell_observer(each)
    heat = scale(np.concatenate(blocks), 0)
    if is_watched and at_the_end:
        show(0, heat)
    worst = {name: max(each[name] for each in accuracies) for name in accuracies[0]}
    return ComputedHeat(heat, top_classes, worst)
