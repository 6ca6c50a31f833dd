"""Saliency maps of models that classify texts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, get_args

import numpy as np
import torch
from numpy.typing import NDArray

from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import quote, read_string
from textualheatmap.facet.growing import await_rows
from textualheatmap.saliency.arguments.argument_checks import check_choice
from textualheatmap.saliency.arguments.options import AttributionOptions
from textualheatmap.saliency.maps.saliency_map import Part, compute_heat, group_columns
from textualheatmap.saliency.maps.token_facet import cut_text
from textualheatmap.saliency.methods.targets import Prediction
from textualheatmap.saliency.models.evaluation_mode import evaluation_mode
from textualheatmap.saliency.models.pieces import Special, find_spans
from textualheatmap.saliency.models.text_classifier import TextClassifier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textualheatmap.saliency.arguments.options import (
        Arithmetic,
        Baseline,
        Method,
        MethodClass,
        Output,
        Reduce,
        Scale,
        Wrt,
    )
    from textualheatmap.saliency.models.network import Network
    from textualheatmap.state.grouping import Unit


class TextAndClasses(NamedTuple):
    """Two facets that a heatmap shows together, as a list of both or as they are.

    Parameters
    ----------
    text
        The text. Its rows belong to the classes: heat (k, j) is that of token j for
        class k.
    classes
        A token for each class, in the model's order, one below the other. They have no
        heat of their own: it is 0.
    """

    text: Facet
    classes: Facet


# Takes facets whose heat is missing, the number of a first class, and rows of heat of
# the text and of the classes.
ShowClasses: TypeAlias = Callable[
    [TextAndClasses, int, tuple[NDArray[np.float32], NDArray[np.float32]]], Any
]


def classify(
    model: Any,  # noqa: ANN401 - any model of transformers, which is not imported here
    tokenizer: Any,  # noqa: ANN401 - likewise
    text: str,
    *,
    against: str | None = None,
    method: Method | MethodClass = "gradient",
    reduce: Reduce | None = None,
    output: Output = "logit",
    wrt: Wrt = "embedding",
    baseline: Baseline = "mean",
    by: Unit = "token",
    steps: int = 32,
    noise: float = 0.0,
    samples: int = 20,
    seed: int = 0,
    evaluations: int = 500,
    scale: Scale = "row",
    special: Special = "drop",
    classes_id: str = "classes",
    batch_size: int | None = None,
    memory: int | str | None = None,
    device: str | torch.device | None = None,
    precision: Arithmetic = "float32",
    progress: bool | Callable[[int, int], object] = True,
    on_rows: ShowClasses | None = None,
) -> TextAndClasses:
    """Return how much each token mattered to each class that a model gives a text.

    Row k explains class k. Let y be the model's output for it. By default, heat (k, j)
    is the norm of the gradient of y with respect to the embedded token j::

        heat[k, j] ~ || d y_k / d x[j] ||_2                     (Madsen, Distill 2019)

    A token may consist of several pieces of the tokenizer that share a character. They
    share a column, where their vectors are taken as one long vector.

    Parameters
    ----------
    model, tokenizer
        A model of Hugging Face's transformers that classifies texts, such as
        `BertForSequenceClassification`, and its fast tokenizer. The model may be in
        float32, bfloat16 or float16, or run in `torch.autocast`. Its mode, gradients
        and device are left as they were.
    text
        The text to read. It may have as many tokens as the model takes.
    against
        Why class k rather than another: y is then the logit of class k minus that of
        the `"top"` class, the `"runner-up"`, or a class of this name (Yin & Neubig,
        2022). Where the top one is k itself, the runner-up takes its place, and the
        other way round.
    method
        `"gradient"`; `"gradient-x-input"`, the gradient times the embedded token
        j; `"occlusion"`, the change of y when token j is replaced by the baseline; or
        `"integrated-gradients"`, from the baseline to the text.
        `"shap"` takes Owen values, Shapley values of the tokens of words in sentences,
        by SHAP's partition explainer (Lundberg & Lee, 2017; the extra `shap`). A class
        of Captum, such as `captum.attr.GradientShap`, is called as its documentation
        says (the extra `captum`).
    reduce
        Whether heat is the `"norm"` over the dimensions of a token, or their `"sum"`,
        which is signed: positive heat raises y, negative heat lowers it. None means
        `"norm"` for gradients, occlusion and integrated gradients, and `"sum"` for the
        others. The norm of an occlusion is the absolute change, its sum the signed one.
    output
        y is the `"logit"` of class k, or its `"log-probability"` where a text has one
        of several classes.
    wrt
        x is the `"embedding"` of a token, or the `"one-hot"` vector that the embedding
        matrix is multiplied by. The norm is then over the vocabulary.
    baseline
        What replaces a token: the `"mean"` of all embedded tokens, `"zero"`, or the
        embedded `"mask"` token where the tokenizer has one.
    by
        What occlusion takes out at once: a `"token"`, or all tokens of a `"word"`, a
        `"sentence"` or a `"line"`, which are those of a heatmap's `grouping`. Each of
        its tokens then has the whole change as its heat.
    steps
        Number of points of integrated gradients between baseline and text, from 1 to
        1000. It is doubled while the sums miss the change of y by more than 0.01 %.
    noise, samples, seed
        With `noise` above 0, a method of gradients is averaged over `samples` texts
        with noise (SmoothGrad; Smilkov et al., 2017). It is the noise's standard
        deviation, as a share of the spread of the embedded tokens: the largest of all
        their numbers minus the least. The same seed gives the same map. A class of
        Captum that draws samples draws so many.
    evaluations
        Number of texts that `"shap"` reads for a row, at most: tokens squared are
        enough for all of them. With fewer, tokens of a word or a sentence share alike.
    scale
        Divide heat by the largest of its `"row"`, or of `"all"` rows, in magnitude.
        `"none"` leaves it in the unit of y: a row of summed integrated gradients then
        sums up to what y rises by from the baseline to the text, if special tokens are
        kept.
    special
        Whether special tokens such as `[CLS]` are left out (`"drop"`), shown as format
        tokens (`"format"`), or shown as tokens like the others (`"keep"`).
    classes_id
        The id of the facet of classes, which the text's rows name. Two texts in one
        heatmap need two ids.
    batch_size
        Number of classes at a time, of which gradients share a pass; by default 16. For
        occlusion the number of sequences at a time, by default at most 64.
    memory
        Bytes that batches may take, also with a unit, such as `"2 GiB"`; by default
        four fifths of what is free. A row is measured before long work begins, and
        batches are as small as it needs; a bar, and the logger
        `textualheatmap.saliency`, say what they take.
    device
        Where to run: a device's name, or `"auto"` for the first of `cuda`, `mps` and
        `cpu` that there is. By default where the model is.
    precision
        Whether a model in bfloat16, float16 or `torch.autocast` computes in `"float32"`
        all the same, from its weights as they are, one at a time; or in the precision
        of the `"model"`, which is faster on many a GPU, and less exact: of occlusion,
        which subtracts outputs, most.
    progress
        True shows a bar when the work takes more than two seconds. A callable is
        called with the rows done and their total, again and again; an exception that
        it raises stops the work.
    on_rows
        Called with `(facets, start, rows)` as rows are computed, from the first class
        to the last: `rows` is a pair, heat of the text for the classes from index
        `start` on, and of the classes, which is 0; `facets` have all but heat, which is
        missing, for `Heatmap.fill_rows`. The first call, without rows, comes once the
        logits are known; with `scale="all"` all rows come at the end. `Heatmap.stream`
        shows all of this. An exception that it raises stops the work.

    Returns
    -------
    facets
        A pair, `text` and `classes`, for `Heatmap.set_data`: for n tokens and K classes
        the text has heat of shape (K, n). Each class has its `logit` as a number, and
        its `probability`: the softmax, or the sigmoid where a text has any number of
        classes (`problem_type="multi_label_classification"`). The `provenance` says how
        heat was computed.

    Raises
    ------
    TypeError
        If the model or tokenizer is of the wrong kind. The message says what to use.
    MemoryError
        If not even one row fits into memory.
    ValueError
        If the text is empty or too long, an argument has none of its values, or the
        model reads the numbers of the tokens beside their embeddings: a map of the
        embedded tokens would then be wrong.

    Examples
    --------
    >>> classify("a model", None, "a text")
    Traceback (most recent call last):
        ...
    TypeError: model is a str, expected a model of transformers that classifies texts \
(AutoModelForSequenceClassification.from_pretrained reads it)
    """
    if not (against is None or isinstance(against, str)):
        msg = f"against is {quote(against)}, expected the name of a class or None"
        raise TypeError(msg)
    options = AttributionOptions(
        method=method,
        reduce=reduce,
        target="true" if against is None else ("true", against),
        output=output,
        wrt=wrt,
        baseline=baseline,
        by=by,
        steps=steps,
        noise=noise,
        samples=samples,
        seed=seed,
        evaluations=evaluations,
        scale=scale,
        batch_size=batch_size,
        memory=memory,
        precision=precision,
        progress=progress,
        on_rows=on_rows,
    )
    check_choice("special", special, get_args(Special))
    classes_id = read_string(classes_id, "classes_id")
    language = TextClassifier(model, tokenizer)
    _check_classes(language, options, against)
    with evaluation_mode(model, device=device, precision=precision):
        encoding, tokens = cut_text(language, text, special)
        network = language.build_class_network(encoding, tokens.pieces, options)
        network = group_columns(network, options, partial(find_spans, tokens))
        predictions = [
            Prediction(0, (0,), (number,)) for number in range(network.classes)
        ]
        labels = language.labels
        numbers = {
            name: _put_between(values, gap=None)
            for name, values in _read_numbers(language, network).items()
        }
        record = {
            **language.describe(),
            "special": special,
            **options.describe(),
            "target": "each class",
            "torch": torch.__version__,
        }
        if against is not None:
            record["against"] = against
        nothing = np.zeros((len(labels), len(labels)), dtype=np.float32)

        def build(
            heat: NDArray[np.float32], accuracy: Mapping[str, float]
        ) -> TextAndClasses:
            provenance = {**record, **accuracy}
            return TextAndClasses(
                Facet.from_arrays(
                    tokens.texts,
                    heat,
                    format=tokens.is_format,
                    title="text",
                    rows_of=classes_id,
                    signed=options.is_signed,
                    provenance=provenance,
                ),
                Facet.from_arrays(
                    _put_between(labels, gap="\n"),
                    nothing,
                    format=_put_between([False] * len(labels), gap=True),
                    title="classes",
                    id=classes_id,
                    signed=options.is_signed,
                    numbers=numbers,
                    provenance=provenance,
                ),
            )

        begun: TextAndClasses | None = None

        def begin(_top_classes: object) -> None:
            nonlocal begun
            heat = np.zeros((len(labels), len(tokens.pieces)), dtype=np.float32)
            begun = TextAndClasses(*map(await_rows, build(heat, {})))
            show(0, heat[:0])

        def show(start: int, rows: NDArray[np.float32]) -> None:
            if on_rows is not None and begun is not None:
                on_rows(begun, start, (rows, nothing[: len(rows)]))

        found = compute_heat(
            [Part(network, predictions)],
            options,
            count=len(tokens.pieces),
            find_number=language.find_label,
            begin=begin,
            show=show,
        )
    return build(found.heat, found.accuracy)


def _check_classes(
    language: TextClassifier, options: AttributionOptions, against: str | None
) -> None:
    """Raise ValueError if an argument does not fit the classes of a model."""
    name, labels = type(language.model).__name__, language.labels
    for number, label in enumerate(labels):
        if not label:
            msg = f"class {number} of {name} has an empty name, expected some text"
            raise ValueError(msg)
    if options.output == "log-probability" and not language.are_exclusive:
        msg = (
            f"output is 'log-probability', but the classes of {name} are not those of "
            "which a text has one: expected 'logit'"
        )
        raise ValueError(msg)
    if against not in {None, "top", "runner-up"}:
        language.find_label(str(against))
    if against is not None and len(labels) == 1:
        msg = f"against is {quote(against)}, but {name} has one class: expected None"
        raise ValueError(msg)


@torch.no_grad()
def _read_numbers(language: TextClassifier, network: Network) -> dict[str, list[float]]:
    """Return the logits of all classes, and their probabilities if they have some."""
    (logits,) = network.compute_logits(network.embed([0]), [0], [0])[0].double()
    numbers = {"logit": logits.tolist()}
    if language.are_exclusive:
        numbers["probability"] = logits.softmax(dim=0).tolist()
    elif language.are_independent:
        numbers["probability"] = logits.sigmoid().tolist()
    return numbers


def _put_between(values: list[Any], *, gap: object) -> list[Any]:
    """Return values with another one between each two of them."""
    return [each for value in values for each in (gap, value)][1:]
