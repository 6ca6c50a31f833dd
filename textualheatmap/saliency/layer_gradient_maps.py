"""What mattered of the states that each layer of a language model reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import numpy as np
import torch

from textualheatmap.saliency.arguments.argument_checks import check_choice
from textualheatmap.saliency.arguments.options import (
    Arithmetic,
    LayerOptions,
    Scale,
    describe_precision,
)
from textualheatmap.saliency.arguments.progress import report_progress
from textualheatmap.saliency.maps.explained_rows import (
    clear_future,
    differentiate,
    is_masked,
    iterate_rows,
    list_readings,
    read_target_options,
)
from textualheatmap.saliency.maps.scaling import scale_attributions
from textualheatmap.saliency.maps.token_facet import add_columns, build_facet, cut_text
from textualheatmap.saliency.methods.layer_attributions import attribute_layers
from textualheatmap.saliency.methods.targets import choose_targets
from textualheatmap.saliency.models.evaluation_mode import evaluation_mode
from textualheatmap.saliency.models.inner_states import find_blocks
from textualheatmap.saliency.models.language_model import LanguageModel
from textualheatmap.saliency.models.pieces import Special

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from textualheatmap.facet.facet import Facet
    from textualheatmap.saliency.arguments.options import (
        AttributionOptions,
        Baseline,
        MethodClass,
        Output,
        Reduce,
        TargetClass,
    )
    from textualheatmap.saliency.methods.targets import TopClasses
    from textualheatmap.saliency.models.language_model import Encoding


def layer_gradients(
    model: Any,  # noqa: ANN401 - any model of transformers, which is not imported here
    tokenizer: Any,  # noqa: ANN401 - likewise
    text: str,
    *,
    method: Literal["gradient"] | MethodClass = "gradient",
    reduce: Reduce | None = None,
    target: TargetClass | None = None,
    output: Output = "logit",
    baseline: Baseline | None = None,
    steps: int = 32,
    scale: Scale = "row",
    special: Special = "drop",
    top: int = 3,
    device: str | torch.device | None = None,
    precision: Arithmetic = "float32",
    progress: bool | Callable[[int, int], object] = True,
) -> Facet:
    """Return how much each token's state, at each layer, mattered to each prediction.

    Let h be the residual stream that layer l reads, and y the output that row i
    explains: of a causal model for the token after token i, of a masked one for token
    i, which is masked then. Layers are counted from 0, as in the `hidden_states` of
    transformers: layer 0 reads the embedded text, with its positions::

        heat[l, i, j] ~ || d y[i] / d h[l, j] ||_2

    This is what `causal` and `masked` compute at the embedding (Madsen, Distill 2019),
    at every layer. After the last layer only the state of token i matters.

    A class of Captum for layers takes the place of the gradient (the extra `captum`):
    `LayerIntegratedGradients` integrates between the states of a text of baselines and
    those of the text, `LayerConductance` says what of the embedded tokens' integrated
    gradients goes through each state (Dhamdhere et al., 2019),
    `LayerGradientXActivation` multiplies gradient and state, and `InternalInfluence`
    averages gradients on the way from the baseline (Leino et al., 2018). By the first
    two, a row of each layer adds up to what y rises by from the baseline to the text,
    if special tokens are kept.

    Parameters
    ----------
    model, tokenizer
        A masked or causal language model of Hugging Face's transformers, and its fast
        tokenizer. The model's mode, gradients and device are left as they
        were.
    text
        The text to read. It may have as many tokens as the model takes.
    method
        `"gradient"`, or a class such as `captum.attr.LayerConductance`, which reads the
        text `steps` times for each row and layer.
    reduce
        Whether heat is the `"norm"` over the dimensions of a state, or their `"sum"`,
        which is signed: positive heat raises y. None means `"norm"` for gradients,
        multiplied by nothing, and `"sum"` for others.
    target
        The class of y, the `"true"` token or the `"top"` prediction. By default as of
        `causal` (top) and `masked` (true).
    output
        y is the `"logit"` of the class, or its `"log-probability"`.
    baseline, steps
        What a class of Captum begins at, and its number of points from there to the
        text, from 1 to 1000: the `"mean"` of all embedded tokens, `"zero"`, or the
        embedded `"mask"` token. By default as of `causal` (mean) and `masked` (mask).
    scale
        Divide heat by the largest of its `"row"`, each layer on its own; or by that of
        `"all"` rows and layers, which keeps layers comparable; or not (`"none"`).
    special
        Whether special tokens such as `<s>` are left out (`"drop"`), shown as format
        tokens (`"format"`), or shown as tokens like the others (`"keep"`).
    top
        Number of top predictions with probabilities in the meta of each token.
    device
        Where to run. By default where the model is.
    precision
        Whether a model in bfloat16, float16 or `torch.autocast` computes in `"float32"`
        all the same, from its weights as they are, one at a time; or in the precision
        of the `"model"`, which is faster on many a GPU, and less exact: of occlusion,
        which subtracts outputs, most.
    progress
        True shows a bar when the work takes more than two seconds. A callable is
        called with the rows done and their total, again and again; an exception that
        it raises stops the work.

    Returns
    -------
    facet
        Heat has the shape (layers, tokens, tokens), with the axis layer. A token of
        several pieces of the tokenizer has one column, where their vectors are taken as
        one long vector. By its gradient, a masked token has no heat in its own row, as
        it would always have the most. The provenance has the largest gap of sums that
        should add up.


    Raises
    ------
    TypeError
        If the model or tokenizer is of the wrong kind, or the model has no list of
        blocks, one a layer, that read the states of all tokens.
    ValueError
        If the text is empty or too long, an argument has none of its values, a model
        that masks nothing looks ahead, or the class explains no output by the states of
        a layer, or follows a model's modules, as DeepLIFT does: attention and norms are
        computed by none of these.

    Examples
    --------
    >>> layer_gradients("a model", None, "a text")
    Traceback (most recent call last):
        ...
    TypeError: model is a str, expected a model of transformers (load_model reads one \
from a folder)
    """
    check_choice("scale", scale, get_args(Scale))
    check_choice("special", special, get_args(Special))
    check_choice("precision", precision, get_args(Arithmetic))
    language = LanguageModel(model, tokenizer)
    usual = read_target_options(
        language, target=target, output=output, top=top, progress=progress
    )
    options: AttributionOptions = usual
    if method != "gradient":
        options = LayerOptions(
            method=method,
            reduce=reduce,
            target=usual.target,
            output=output,
            baseline=baseline or ("mask" if is_masked(language) else "mean"),
            steps=steps,
            scale=scale,
            top=top,
            precision=precision,
            progress=progress,
        )
    elif reduce == "sum":
        msg = "reduce is 'sum', but method is 'gradient': expected 'norm'"
        raise ValueError(msg)
    with evaluation_mode(model, device=device, precision=precision):
        encoding, tokens = cut_text(language, text, special)
        blocks = find_blocks(language)
        with report_progress(progress, len(tokens.pieces)) as report:
            given = language, encoding, tokens.pieces
            if isinstance(options, LayerOptions):
                found = _ask_class(*given, options, report, blocks=blocks)
            else:
                found = _differentiate_rows(*given, options, report, blocks=blocks)
    count = len(tokens.pieces)
    own = np.tile(np.eye(count, dtype=bool), (len(blocks), 1))
    is_left_out = is_masked(language) and options is usual
    heat = scale_attributions(
        found.heat.reshape(-1, count), scale, left_out=own if is_left_out else None
    )
    record = {
        "method": "gradient",
        "target": usual.target,
        "output": output,
        "scale": scale,
        **describe_precision(precision),
    }
    return build_facet(
        language,
        tokens,
        heat.reshape(found.heat.shape),
        axes=["layer"],
        top_classes=found.top_classes,
        signed=options.is_signed,
        provenance={
            **(record if options is usual else options.describe()),
            "wrt": "layers",
            "special": special,
            **found.accuracy,
        },
    )


class _LayerHeat(NamedTuple):
    """Heat of shape (layers, n, n), the top classes of n rows, and what to record."""

    heat: NDArray[np.float32]
    top_classes: list[TopClasses]
    accuracy: Mapping[str, float]


def _differentiate_rows(
    language: LanguageModel,
    encoding: Encoding,
    columns: list[list[int]],
    options: AttributionOptions,
    report: Callable[[float], object],
    *,
    blocks: list[nn.Module],
) -> _LayerHeat:
    """Return norms of gradients, of which all layers share a pass for each row."""
    squares: list[Tensor] = []
    positions: list[int] = []
    best: list[TopClasses] = []
    for row in iterate_rows(
        language, encoding, columns, options, report, blocks=blocks
    ):
        gradients = differentiate(row.output, row.states.stream[:-1])
        squares.append(torch.cat(gradients).square().sum(dim=2))
        positions.append(row.target.positions[-1])
        best.append(row.top_classes)
    found = torch.stack(squares, dim=1)
    if not is_masked(language):
        found = clear_future(found.sqrt(), positions).square()
    norms = np.sqrt(add_columns(found.cpu().numpy(), columns))
    return _LayerHeat(norms, best, {})


def _ask_class(
    language: LanguageModel,
    encoding: Encoding,
    columns: list[list[int]],
    options: LayerOptions,
    report: Callable[[float], object],
    *,
    blocks: list[nn.Module],
) -> _LayerHeat:
    """Return what a class of Captum finds of each row at each layer."""
    readings = list(list_readings(language, encoding, columns))
    network = language.build_network(
        encoding,
        columns,
        options,
        cover=(lambda number: readings[number][0].ids) if is_masked(language) else None,
    )
    predictions = [
        each._replace(sequence=number)
        for number, (_, own) in enumerate(readings)
        for each in own
    ]
    targets, best = choose_targets(network, predictions, options)
    heat, accuracy = attribute_layers(network, targets, options, report, blocks=blocks)
    return _LayerHeat(heat, best, accuracy)
