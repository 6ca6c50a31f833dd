"""Attention times the gradient of a prediction with respect to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from textualheatmap.saliency.arguments.progress import report_progress
from textualheatmap.saliency.maps.explained_rows import (
    clear_future,
    differentiate,
    is_masked,
    iterate_rows,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.targets import TopClasses
    from textualheatmap.saliency.models.language_model import Encoding, LanguageModel


def weigh_by_gradient(
    language: LanguageModel,
    encoding: Encoding,
    columns: Sequence[Sequence[int]],
    options: AttributionOptions,
) -> tuple[Tensor, list[TopClasses]]:
    """Return attention weights times gradients, a row for each prediction.

    Let y be the output that row i explains, and p the positions where it is predicted.
    Heat (i, j) is the sum over p of A[p, j] * dy / dA[p, j].

    Parameters
    ----------
    language, encoding
        The model, and the text of n pieces.
    columns
        The positions of each token.
    options
        Say which class is explained, whether its logit or log-probability, and how
        progress is reported.

    Returns
    -------
    heat
        Shape (layers, heads, tokens, n), signed.
    top_classes
        For each row the most probable classes.

    Raises
    ------
    TypeError
        If some layer has no attention between all tokens.
    ValueError
        If a model that should be causal looks ahead.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
    >>> from textualheatmap.saliency.models.language_model import LanguageModel
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> words = Tokenizer(models.WordLevel({"a": 0}, unk_token="a"))
    >>> tokenizer = PreTrainedTokenizerFast(tokenizer_object=words)
    >>> config = GPT2Config(vocab_size=1, n_embd=4, n_layer=1, n_head=1)
    >>> language = LanguageModel(GPT2LMHeadModel(config).eval(), tokenizer)
    >>> encoding, options = language.encode("a"), AttributionOptions()
    >>> weigh_by_gradient(language, encoding, [[0]], options)[0].shape
    torch.Size([1, 1, 1, 1])
    """
    rows: list[Tensor] = []
    positions: list[int] = []
    best: list[TopClasses] = []
    with report_progress(options.progress, len(columns)) as report:
        for row in iterate_rows(
            language, encoding, columns, options, report, attentions=True
        ):
            weights = row.states.attentions
            own = list(row.target.positions)
            gradients = differentiate(row.output, weights)
            rows.append(
                torch.stack(
                    [
                        (each[0, :, own] * gradient[0, :, own]).sum(dim=1).detach()
                        for each, gradient in zip(weights, gradients, strict=True)
                    ]
                )
            )
            positions.append(own[-1])
            best.append(row.top_classes)
    heat = torch.stack(rows, dim=2)
    return (heat if is_masked(language) else clear_future(heat, positions)), best
