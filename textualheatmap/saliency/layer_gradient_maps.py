"""Gradients with respect to what each layer of a language model reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import torch

from textualheatmap.saliency.arguments.argument_checks import check_choice
from textualheatmap.saliency.arguments.options import (
    Arithmetic,
    Scale,
    describe_precision,
)
from textualheatmap.saliency.arguments.progress import report_progress
from textualheatmap.saliency.maps.explained_rows import (
    clear_future,
    differentiate,
    is_masked,
    iterate_rows,
    read_target_options,
)
from textualheatmap.saliency.maps.scaling import scale_attributions
from textualheatmap.saliency.maps.token_facet import add_columns, build_facet, cut_text
from textualheatmap.saliency.models.evaluation_mode import evaluation_mode
from textualheatmap.saliency.models.inner_states import find_blocks
from textualheatmap.saliency.models.language_model import LanguageModel
from textualheatmap.saliency.models.pieces import Special

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from textualheatmap.facet.facet import Facet
    from textualheatmap.saliency.arguments.options import Output, TargetClass
    from textualheatmap.saliency.methods.targets import TopClasses


def layer_gradients(
    model: Any,  # noqa: ANN401 - any model of transformers, which is not imported here
    tokenizer: Any,  # noqa: ANN401 - likewise
    text: str,
    *,
    target: TargetClass | None = None,
    output: Output = "logit",
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

    Parameters
    ----------
    model, tokenizer
        A masked or causal language model of Hugging Face's transformers, and its fast
        tokenizer. The model's mode, gradients and device are left as they
        were.
    text
        The text to read. It may have as many tokens as the model takes.
    target
        The class of y, the `"true"` token or the `"top"` prediction. By default as of
        `causal` (top) and `masked` (true).
    output
        y is the `"logit"` of the class, or its `"log-probability"`.
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
        one long vector. A masked token has no heat in its own row, as it would always
        have the most.

    Raises
    ------
    TypeError
        If the model or tokenizer is of the wrong kind, or the model has no list of
        blocks, one a layer, that read the states of all tokens.
    ValueError
        If the text is empty or too long, an argument has none of its values, or a
        model that masks nothing looks ahead.

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
    options = read_target_options(
        language, target=target, output=output, top=top, progress=progress
    )
    squares: list[Tensor] = []
    positions: list[int] = []
    best: list[TopClasses] = []
    with evaluation_mode(model, device=device, precision=precision):
        encoding, tokens = cut_text(language, text, special)
        blocks, count = find_blocks(language), len(tokens.pieces)
        with report_progress(progress, count) as report:
            for row in iterate_rows(
                language, encoding, tokens.pieces, options, report, blocks=blocks
            ):
                gradients = differentiate(row.output, row.states.stream[:-1])
                squares.append(torch.cat(gradients).square().sum(dim=2))
                positions.append(row.target.positions[-1])
                best.append(row.top_classes)
        found = torch.stack(squares, dim=1)
        if not is_masked(language):
            found = clear_future(found.sqrt(), positions).square()
    norms = np.sqrt(add_columns(found.cpu().numpy(), tokens.pieces))
    own = np.tile(np.eye(count, dtype=bool), (len(norms), 1))
    heat = scale_attributions(
        norms.reshape(-1, count),
        scale,
        left_out=own if is_masked(language) else None,
    )
    return build_facet(
        language,
        tokens,
        heat.reshape(norms.shape),
        axes=["layer"],
        top_classes=best,
        provenance={
            "method": "gradient",
            "target": options.target,
            "output": output,
            "wrt": "layers",
            "special": special,
            "scale": scale,
            **describe_precision(precision),
        },
    )
