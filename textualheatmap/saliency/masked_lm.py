"""Saliency maps of masked language models."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from textualheatmap.saliency.language_model import LanguageModel
from textualheatmap.saliency.mapping import map_saliency
from textualheatmap.saliency.predicting import Question, predict
from textualheatmap.saliency.recipe import Recipe, check_choice
from textualheatmap.saliency.running import at_rest
from textualheatmap.saliency.spelling import Special, spell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch
    from torch import Tensor

    from textualheatmap.facet.facet import Facet
    from textualheatmap.saliency.recipe import (
        Baseline,
        Method,
        Output,
        Scale,
        Target,
        Wrt,
    )


def masked(
    model: Any,  # noqa: ANN401 - any model of transformers, which is not imported here
    tokenizer: Any,  # noqa: ANN401 - likewise
    text: str,
    *,
    method: Method = "gradient",
    target: Target = "true",
    output: Output = "logit",
    wrt: Wrt = "embedding",
    baseline: Baseline = "mask",
    steps: int = 32,
    scale: Scale = "row",
    special: Special = "drop",
    top: int = 3,
    batch_size: int | None = None,
    device: str | torch.device | None = None,
    progress: bool | Callable[[int, int], object] = True,
) -> Facet:
    """Return how much each token mattered to a masked model's guess of another.

    Row i has token i masked, and only this one. Of the output y for class k there, heat
    (i, j) is by default the norm of the gradient with respect to the embedded token j::

        heat[i, j] ~ || d y_k[i] / d x[j] ||_2                  (Madsen, Distill 2019)

    The masked token's own column has no heat: it would always win. A token is the text
    of its pieces, which share a column (their vectors count as one) and are masked
    together where they share a character.

    Parameters
    ----------
    model, tokenizer
        A masked language model of Hugging Face's transformers, in float32, and its fast
        tokenizer. The model's mode, gradients and device are left as they were.
    text
        What is read, of at most as many tokens as the model takes.
    method
        `"gradient"`, `"occlusion"` (the change of y when token j is replaced by the
        baseline, too) or `"integrated-gradients"` (from the baseline to the text).
    target
        Class k: the `"true"` token, or the model's `"top"` prediction.
    output
        What y is: the `"logit"` of class k, or its `"log-probability"`.
    wrt
        Whether x is the `"embedding"` of a token, or the `"one-hot"` vector that is
        multiplied by the embedding matrix (the norm is then over the vocabulary).
    baseline
        What stands for a missing token: the embedded `"mask"`, the `"mean"` of all
        embedded tokens, or `"zero"`.
    steps
        Points of integrated gradients between baseline and text, from 1 to 1000, at
        first: they are doubled while the sums miss the change of y by over 1 %.
    scale
        Whether heat 1 is the largest of its `"row"`, or of `"all"` rows.
    special
        Whether special tokens such as `[CLS]` are left out (`"drop"`), shown as format
        tokens (`"format"`), or shown as tokens like the others (`"keep"`).
    top
        Number of best predictions, with probabilities, in each token's meta.
    batch_size
        Sequences at a time. By default at most 64, and as many as keep the logits
        within 64 MB. In memory are the activations of so many sequences, and one
        gradient of shape (batch_size, tokens, d).
    device
        Where to run; by default where the model is.
    progress
        Whether to show a bar on what takes more than two seconds; or what to call with
        the sequences done and their total.

    Returns
    -------
    facet
        Its tokens spell the text exactly unless special tokens are shown. What was done
        is in its `provenance`.

    Raises
    ------
    TypeError
        If the model or tokenizer is of the wrong kind; the message names the way out.
    ValueError
        If the text is empty or too long, or another argument is none of its choices.

    Examples
    --------
    >>> masked("a model", None, "a text")
    Traceback (most recent call last):
        ...
    TypeError: model is a str, expected a model of transformers (load_model reads one \
from a folder)
    """
    recipe = Recipe(
        *(method, target, output, wrt, baseline, steps, scale, top, batch_size),
        progress,
    )
    check_choice("special", special, get_args(Special))
    language = LanguageModel(model, tokenizer)
    mask = language.get_mask()
    with at_rest(model, device):
        ids, pieces = language.encode(text)
        spelling = spell(text, pieces, special)
        if not spelling.pieces:
            msg = f"text is {text!r}, which has no token that could be masked"
            raise ValueError(msg)

        def embed(sources: Sequence[int]) -> Tensor:
            copies = [list(ids) for _ in sources]
            for copy, source in zip(copies, sources, strict=True):
                for place in spelling.pieces[source]:
                    copy[place] = mask
            return language.embed(copies)

        problem = language.ask(embed, len(ids), spelling, recipe)
        questions = [
            Question(source, tuple(places), tuple(ids[place] for place in places))
            for source, places in enumerate(spelling.pieces)
        ]
        rows, best = predict(problem, questions, recipe)
        return map_saliency(
            replace(problem, rows=rows),
            recipe,
            spelling,
            best,
            language.name_token,
            left_out=np.eye(len(rows), dtype=bool),
            provenance={**language.describe(), "special": special},
        )
