"""Which outputs are explained: at each prediction the true class or the top class."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from textualheatmap.saliency.methods.class_choice import read_class_choice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.class_choice import ClassChoice
    from textualheatmap.saliency.models.network import Network

# (Class, probability) pairs of one prediction, the most probable first.
TopClasses = list[tuple[int, float]]


class Prediction(NamedTuple):
    """A prediction that gets a row of heat.

    Parameters
    ----------
    sequence
        Number of the sequence that the network reads for it.
    positions
        Where the network predicts. A masked word of several pieces has several.
    true_classes
        The true class at each position, None where it is unknown.
    """

    sequence: int
    positions: tuple[int, ...]
    true_classes: tuple[int | None, ...]


class Target(NamedTuple):
    """The output that a row of heat explains: the sum of one logit per position.

    With foils it is the sum of one difference of two logits per position.

    Parameters
    ----------
    sequence
        Number of the sequence that the network reads.
    positions
        Where the network predicts, in ascending order.
    classes
        The class at each position whose logit is explained.
    foils
        The class at each position whose logit is subtracted from that. Empty without a
        contrast.
    """

    sequence: int
    positions: tuple[int, ...]
    classes: tuple[int, ...]
    foils: tuple[int, ...] = ()


@torch.no_grad()
def choose_targets(
    network: Network,
    predictions: Sequence[Prediction],
    options: AttributionOptions,
    find_number: Callable[[str], int] | None = None,
) -> tuple[list[Target], list[TopClasses]]:
    """Run the network once, and choose the class to explain at each prediction.

    Parameters
    ----------
    network
        The network that predicts.
    predictions
        In ascending order of their sequences.
    options
        `target` chooses the class and its foil. `top` is the number of classes to
        return with their probabilities.
    find_number
        Takes the name of a class, and returns its number; None if there are no names.

    Returns
    -------
    targets
        One for each prediction.
    top_classes
        For each prediction the most probable classes at its last position.

    Raises
    ------
    FloatingPointError
        If the logits of a prediction have no softmax, because some are not a number.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> logits = torch.tensor([[[0.0, 1.0]]])
    >>> network = Network(lambda s: logits[s], lambda x, p: x[:, p], [], 1, 2, None)
    >>> predictions = [Prediction(0, (0,), (None,))]
    >>> targets, _ = choose_targets(network, predictions, AttributionOptions())
    >>> targets
    [Target(sequence=0, positions=(0,), classes=(1,), foils=())]
    """
    choice = read_class_choice(options.target, find_number)
    targets: list[Target] = []
    top_classes: list[TopClasses] = []
    size = network.choose_batch_size(options.batch_size)
    sequences = sorted({prediction.sequence for prediction in predictions})
    for start in range(0, len(sequences), size):
        batch = sequences[start : start + size]
        places = {sequence: place for place, sequence in enumerate(batch)}
        asked = [each for each in predictions if each.sequence in places]
        positions = sorted({position for each in asked for position in each.positions})
        logits = network.compute_logits(network.embed(batch), positions, batch)
        for prediction in asked:
            # One prediction at a time: all probabilities would double the memory.
            own = [positions.index(position) for position in prediction.positions]
            found = logits[places[prediction.sequence], own]
            targets.append(_choose_target(prediction, found, choice))
            top_classes.append(
                find_top_classes(found[-1], options.top, prediction.positions[-1])
            )
    return targets, top_classes


def find_top_classes(logits: Tensor, top: int, position: int) -> TopClasses:
    """Return the most probable classes, with their probabilities.

    Parameters
    ----------
    logits
        Shape (classes,).
    top
        How many; fewer if there are not so many.
    position
        Where the network predicts, for messages.

    Raises
    ------
    FloatingPointError
        If the logits have no softmax, because some are not a number.

    Examples
    --------
    >>> find_top_classes(torch.tensor([0.0, 0.0, 99.0]), 1, 0)
    [(2, 1.0)]
    """
    shares = logits.softmax(dim=0)
    if shares.isnan().any():
        msg = (
            f"the logits at position {position} have no softmax, expected finite "
            "numbers: the model overflows on this text"
        )
        raise FloatingPointError(msg)
    best = shares.topk(min(top, len(logits)))
    return list(zip(best.indices.tolist(), best.values.tolist(), strict=True))


def _choose_target(
    prediction: Prediction, logits: Tensor, choice: ClassChoice
) -> Target:
    """Return the target of a prediction, whose logits have shape (positions, classes).

    Raises
    ------
    ValueError
        If there is a contrast, but only one class.
    """
    if choice.foil is not None and logits.shape[1] == 1:
        msg = "target is a pair, expected 'top' or 'true': there is one class only"
        raise ValueError(msg)
    ranked = logits.topk(min(2, logits.shape[1])).indices.tolist()
    classes = [
        choice.find_class(true, best)
        for true, best in zip(prediction.true_classes, ranked, strict=True)
    ]
    foils = [
        choice.find_foil(kind, best) for kind, best in zip(classes, ranked, strict=True)
    ]
    return Target(
        prediction.sequence,
        prediction.positions,
        tuple(classes),
        tuple(foil for foil in foils if foil is not None),
    )
