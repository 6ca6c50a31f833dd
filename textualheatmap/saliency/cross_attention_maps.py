"""Attention of models that read one text and write another, as heat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import torch

from textualheatmap.facet.fields import read_string
from textualheatmap.saliency.arguments.argument_checks import check_choice, read_integer
from textualheatmap.saliency.arguments.options import (
    SIGN,
    AttributionOptions,
    describe_precision,
)
from textualheatmap.saliency.arguments.progress import report_progress
from textualheatmap.saliency.maps.explained_rows import differentiate, iterate_outputs
from textualheatmap.saliency.maps.pair_facets import build_pair, read_pair
from textualheatmap.saliency.maps.token_facet import add_columns, average_rows
from textualheatmap.saliency.methods.targets import Prediction
from textualheatmap.saliency.models.encoder_decoder import EncoderDecoder
from textualheatmap.saliency.models.evaluation_mode import evaluation_mode
from textualheatmap.saliency.models.pair_states import read_pair_states
from textualheatmap.saliency.models.pieces import Special

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from textualheatmap.saliency.arguments.options import (
        Arithmetic,
        Output,
        TargetClass,
    )
    from textualheatmap.saliency.maps.pair_facets import ReadPair, SourceAndTarget
    from textualheatmap.saliency.methods.targets import TopClasses
    from textualheatmap.saliency.models.pair_states import PairStates

CrossKind = Literal["weights", "gradient"]


def cross_attention(
    model: Any,  # noqa: ANN401 - any model of transformers, which is not imported here
    tokenizer: Any,  # noqa: ANN401 - likewise
    text: str,
    answer: str | None = None,
    *,
    generate: int = 64,
    kind: CrossKind = "weights",
    target: TargetClass = "true",
    output: Output = "logit",
    special: Special = "keep",
    top: int = 3,
    target_id: str = "target",
    device: str | torch.device | None = None,
    precision: Arithmetic = "float32",
    progress: bool | Callable[[int, int], object] = True,
) -> SourceAndTarget:
    """Return what each head of each layer of a decoder reads, to predict each token.

    Row i is about the place of the decoder that predicts token i of the target. Let A
    be the attention weights of a head there: in the source, those of the
    cross-attention, in the target, those of the decoder's attention to what it was
    given before, the tokens of the target before i. Attention is what a head reads, and
    not yet what mattered to a prediction. Layers and heads are counted from 0.

    Parameters
    ----------
    model, tokenizer
        A model of Hugging Face's transformers with an encoder and a decoder, such as
        T5, BART or Marian, and its fast tokenizer. The model's mode, gradients, device
        and implementation of attention are left as they were.
    text
        The source. It may have as many tokens as the model takes.
    answer
        The target. None lets the model write it, always with the most probable token.
    generate
        The most tokens that the model writes, from 1.
    kind
        `"weights"`: heat is A. Rows of the source sum to 1 if special tokens are kept.
        Those of the target sum to 1 with the share of the start token, which is not
        shown.

        `"gradient"`: A[i, j] * dy / dA[i, j] (Serrano & Smith, *Is attention
        interpretable?*, 2019), where y is the output for token i. Positive heat raises
        y, negative heat lowers it.

        Rollout and norms of values, of which `attention` knows, were defined for
        attention to one text.
    target
        For gradients: the class of y, the `"true"` token or the `"top"` prediction.
    output
        For gradients: y is the `"logit"` of the class, or its `"log-probability"`.
    special
        Whether special tokens such as `</s>` are shown as tokens like the others
        (`"keep"`), as format tokens (`"format"`), or left out (`"drop"`). They often
        get most of the attention.
    top
        Number of top predictions with probabilities in the meta of each token of the
        target.
    target_id
        The id of the target's facet, which the source's rows name. Two pairs in one
        heatmap need two ids.
    device
        Where to run. By default where the model is.
    precision
        Whether a model in bfloat16, float16 or `torch.autocast` computes in `"float32"`
        all the same, or in the precision of the `"model"`.
    progress
        As `seq2seq` takes it. For weights the model is run once, whatever is shown.

    Returns
    -------
    facets
        A pair, `source` and `target`, for `Heatmap.set_data`. The source has heat of
        shape (layers, heads, T, S), the target (layers, heads, T, T), for S and T
        tokens, not scaled. A token of several pieces of the tokenizer has the sum of
        their columns and the mean of their rows; of gradients, the sum over the pieces
        that are predicted.

    Raises
    ------
    TypeError
        If the model or tokenizer is of the wrong kind, or a layer has no attention to
        all tokens.
    ValueError
        If a text is empty or too long, or an argument has none of its values.

    Examples
    --------
    >>> cross_attention("a model", None, "a text")
    Traceback (most recent call last):
        ...
    TypeError: model is a str, expected a model of transformers with an encoder and a \
decoder (AutoModelForSeq2SeqLM.from_pretrained reads it)
    """
    check_choice("kind", kind, get_args(CrossKind))
    check_choice("special", special, get_args(Special))
    generate = read_integer("generate", generate, 1)
    target_id = read_string(target_id, "target_id")
    options = AttributionOptions(
        target=target, output=output, top=top, precision=precision, progress=progress
    )
    language = EncoderDecoder(model, tokenizer)
    with evaluation_mode(model, device=device, precision=precision):
        pair = read_pair(
            language,
            text,
            answer,
            generate=generate,
            special=special,
            progress=options.progress,
        )
        start = language.find_start(pair.target.ids, is_written=answer is None)
        is_gradient = kind == "gradient"
        states = read_pair_states(
            language,
            pair.source.ids,
            pair.target.ids,
            start,
            differentiable=is_gradient,
        )
        measure = _weigh_by_gradient if is_gradient else _read_weights
        source, own, best = measure(pair, states, options)
    columns = pair.source_tokens.pieces, pair.target_tokens.pieces
    heat = add_columns(source.cpu().numpy(), columns[0])
    past = add_columns(own.cpu().numpy(), columns[1])
    if not is_gradient:
        heat, past = average_rows(heat, columns[1]), average_rows(past, columns[1])
    record: dict[str, object] = {"method": "cross-attention", "kind": kind}
    if is_gradient:
        record |= {"target": options.target, "output": output, "sign": SIGN}
    return build_pair(
        language,
        pair,
        (heat, past),
        target_id=target_id,
        top_classes=best,
        signed=is_gradient,
        axes=("layer", "head"),
        provenance={
            **record,
            "special": special,
            "scale": "none",
            **describe_precision(precision),
        },
    )


def _read_weights(
    pair: ReadPair, states: PairStates, options: AttributionOptions
) -> tuple[Tensor, Tensor, list[TopClasses]]:
    """Return weights, shapes (layers, heads, T, S) and (..., T), and predictions."""
    predictions = _list_predictions(pair)
    found = iterate_outputs(states.logits.detach(), predictions, options)
    best = [each.top_classes for each in found]
    return (
        torch.cat(states.source).detach(),
        _leave_out_start(torch.cat(states.target).detach()),
        best,
    )


def _weigh_by_gradient(
    pair: ReadPair, states: PairStates, options: AttributionOptions
) -> tuple[Tensor, Tensor, list[TopClasses]]:
    """Return weights times gradients, with a row for each token of the target."""
    rows: list[tuple[Tensor, Tensor]] = []
    best: list[TopClasses] = []
    predictions = _list_predictions(pair)
    both = (*states.source, *states.target)
    with report_progress(options.progress, len(predictions)) as report:
        for row in iterate_outputs(states.logits, predictions, options):
            gradients = differentiate(row.output, both)
            products = [
                (weights * gradient)[:, :, list(row.target.positions)].sum(dim=2)
                for weights, gradient in zip(both, gradients, strict=True)
            ]
            layers = len(states.source)
            rows.append((torch.cat(products[:layers]), torch.cat(products[layers:])))
            best.append(row.top_classes)
            report(len(rows))
    source, target = (torch.stack(each, dim=2) for each in zip(*rows, strict=True))
    return source.detach(), _leave_out_start(target.detach()), best


def _list_predictions(pair: ReadPair) -> list[Prediction]:
    """Return what the decoder predicts, a prediction for each token of the target."""
    return [
        Prediction(0, tuple(own), tuple(pair.target.ids[at] for at in own))
        for own in pair.target_tokens.pieces
    ]


def _leave_out_start(weights: Tensor) -> Tensor:
    """Return columns of a target, of those of the start token and all but the last."""
    return torch.cat([weights[..., 1:], torch.zeros_like(weights[..., :1])], dim=-1)
