"""Attention: what each head of each layer reads, as heat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import torch

from textualheatmap.saliency.arguments.argument_checks import check_choice
from textualheatmap.saliency.arguments.options import (
    SIGN,
    Arithmetic,
    describe_precision,
)
from textualheatmap.saliency.maps.attention_gradients import weigh_by_gradient
from textualheatmap.saliency.maps.explained_rows import read_target_options
from textualheatmap.saliency.maps.token_facet import (
    add_columns,
    average_rows,
    build_facet,
    cut_text,
)
from textualheatmap.saliency.maps.value_norms import measure_norms
from textualheatmap.saliency.models.evaluation_mode import evaluation_mode
from textualheatmap.saliency.models.inner_states import read_inner_states
from textualheatmap.saliency.models.language_model import LanguageModel
from textualheatmap.saliency.models.pieces import Special

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from textualheatmap.facet.facet import Facet
    from textualheatmap.saliency.arguments.options import Output, TargetClass
    from textualheatmap.saliency.methods.targets import TopClasses
    from textualheatmap.saliency.models.language_model import Encoding

AttentionKind = Literal["weights", "rollout", "gradient", "norm"]


def attention(
    model: Any,  # noqa: ANN401 - any model of transformers, which is not imported here
    tokenizer: Any,  # noqa: ANN401 - likewise
    text: str,
    *,
    kind: AttentionKind = "weights",
    target: TargetClass | None = None,
    output: Output = "logit",
    special: Special = "keep",
    top: int = 3,
    device: str | torch.device | None = None,
    precision: Arithmetic = "float32",
    progress: bool | Callable[[int, int], object] = True,
) -> Facet:
    """Return what each head of each layer of a language model reads.

    Let A be the attention weights of a head: A[i, j] is the share of token j in what
    the head reads at token i. Attention is what a head reads, and not yet what mattered
    to a prediction. Layers and heads are counted from 0.

    Parameters
    ----------
    model, tokenizer
        A masked or causal language model of Hugging Face's transformers, and its fast
        tokenizer; for an encoder with a decoder there is `cross_attention`. The model's
        mode, gradients, device and implementation of attention are left as they were.
    text
        The text to read. It may have as many tokens as the model takes. Nothing is
        masked in it, except for gradients.
    kind
        `"weights"`: heat is A, with the axes layer and head; rows sum to 1.

        `"rollout"`: how much of token j has reached token i after the layer, with the
        axis layer (Abnar & Zuidema, *Quantifying attention flow in transformers*, 2020,
        equation 1). It is the product of the layers' (mean of A over heads + I) / 2 up
        to this layer; rows sum to 1.

        `"gradient"`: A[i, j] * dy / dA[i, j], with the axes layer and head (Serrano &
        Smith, *Is attention interpretable?*, 2019), where y is the output that row i
        explains: of a causal model for the token after token i, of a masked one for
        token i, which is masked then. Positive heat raises y, negative heat lowers it.
        The mean over heads of what is positive is what Chefer et al., *Generic
        attention-model explainability*, 2021, start from.

        `"norm"`: || A[i, j] f(x[j]) ||_2, with the axes layer and head (Kobayashi et
        al., *Attention is not only a weight*, 2020), where f is the head's value and
        output projection. The sum over heads and j of A[i, j] f(x[j]) is the output of
        the layer's attention without its bias.
    target
        For gradients: the class of y, the `"true"` token or the `"top"` prediction. By
        default as of `causal` (top) and `masked` (true).
    output
        For gradients: y is the `"logit"` of the class, or its `"log-probability"`.
    special
        Whether special tokens such as `[CLS]` are shown as tokens like the others
        (`"keep"`), as format tokens (`"format"`), or left out (`"drop"`). Rows no
        longer sum to 1 without them, and they often get most of the attention.
    top
        For gradients: number of top predictions with probabilities in the meta.
    device
        Where to run. By default where the model is.
    precision
        Whether a model in bfloat16, float16 or `torch.autocast` computes in `"float32"`
        all the same, from its weights as they are, one at a time; or in the precision
        of the `"model"`, which is faster on many a GPU, and less exact: of occlusion,
        which subtracts outputs, most.
    progress
        For gradients: as `causal` and `masked` take it.

    Returns
    -------
    facet
        Heat has the shape (layers, heads, tokens, tokens), or (layers, tokens, tokens)
        for rollout, and is not scaled. A token of several pieces of the tokenizer has
        the sum of their columns and the mean of their rows; of gradients, which have
        rows of predictions, the sum over what is predicted.

    Raises
    ------
    TypeError
        If the model or tokenizer is of the wrong kind, or some layer has no attention
        between all tokens, or, for norms, values that are not found.
    ValueError
        If the text is empty or too long, an argument has none of its values, or a
        model that masks nothing looks ahead.

    Examples
    --------
    >>> attention("a model", None, "a text")
    Traceback (most recent call last):
        ...
    TypeError: model is a str, expected a model of transformers (load_model reads one \
from a folder)
    """
    check_choice("kind", kind, get_args(AttentionKind))
    check_choice("special", special, get_args(Special))
    check_choice("precision", precision, get_args(Arithmetic))
    language = LanguageModel(model, tokenizer)
    options = read_target_options(
        language, target=target, output=output, top=top, progress=progress
    )
    record: dict[str, object] = {"method": "attention", "kind": kind}
    best: list[TopClasses] | None = None
    with evaluation_mode(model, device=device, precision=precision):
        encoding, tokens = cut_text(language, text, special)
        if kind == "gradient":
            found, best = weigh_by_gradient(language, encoding, tokens.pieces, options)
            heat = add_columns(found.cpu().numpy(), tokens.pieces)
            record |= {"target": options.target, "output": output, "sign": SIGN}
        else:
            with torch.no_grad():
                found = _MEASURES[kind](language, encoding)
            heat = add_columns(found.cpu().numpy(), tokens.pieces)
            heat = average_rows(heat, tokens.pieces)
    return build_facet(
        language,
        tokens,
        heat,
        axes=("layer",) if kind == "rollout" else ("layer", "head"),
        top_classes=best,
        signed=kind == "gradient",
        provenance={
            **record,
            "special": special,
            "scale": "none",
            **describe_precision(precision),
        },
    )


def _read_weights(language: LanguageModel, encoding: Encoding) -> Tensor:
    """Return the attention weights, shape (layers, heads, n, n)."""
    return torch.cat(read_inner_states(language, encoding, attentions=True).attentions)


def _roll_out(language: LanguageModel, encoding: Encoding) -> Tensor:
    """Return the attention rollout after each layer, shape (layers, n, n)."""
    shares: list[Tensor] = []
    for weights in read_inner_states(language, encoding, attentions=True).attentions:
        mean = weights[0].mean(dim=0)
        passed = mean + torch.eye(len(encoding.ids), device=mean.device)
        # Where a head may read nothing, its weights sum to less than 1.
        passed = passed / passed.sum(dim=1, keepdim=True)
        shares.append(passed @ shares[-1] if shares else passed)
    return torch.stack(shares)


_MEASURES = {"weights": _read_weights, "rollout": _roll_out, "norm": measure_norms}
