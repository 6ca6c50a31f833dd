"""Saliency maps of causal language models."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from textualheatmap.saliency.generation import generate_more
from textualheatmap.saliency.language_model import LanguageModel
from textualheatmap.saliency.mapping import map_saliency
from textualheatmap.saliency.predicting import Question, predict
from textualheatmap.saliency.recipe import Recipe, check_choice, check_integer
from textualheatmap.saliency.running import at_rest
from textualheatmap.saliency.spelling import Special, spell

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from textualheatmap.facet.facet import Facet
    from textualheatmap.saliency.recipe import (
        Baseline,
        Method,
        Output,
        Scale,
        Target,
        Wrt,
    )


def causal(
    model: Any,  # noqa: ANN401 - any model of transformers, which is not imported here
    tokenizer: Any,  # noqa: ANN401 - likewise
    text: str,
    *,
    generate: int = 0,
    method: Method = "gradient",
    target: Target = "top",
    output: Output = "logit",
    wrt: Wrt = "embedding",
    baseline: Baseline = "mean",
    steps: int = 32,
    scale: Scale = "row",
    cap_first: bool = False,
    special: Special = "drop",
    top: int = 3,
    batch_size: int | None = None,
    device: str | torch.device | None = None,
    progress: bool | Callable[[int, int], object] = True,
) -> Facet:
    """Return how much each token mattered to a causal language model's next token.

    Row i is about the prediction of what follows token i. Of its output y for class k,
    heat (i, j) is by default the norm of the gradient with respect to the embedded
    token j, and exactly 0 for every j after i::

        heat[i, j] ~ || d y_k[i] / d x[j] ||_2                  (Madsen, Distill 2019)

    A token is the text of its pieces, which share a column (their vectors count as
    one); the last of them is predicted from.

    Parameters
    ----------
    model, tokenizer
        A causal language model of Hugging Face's transformers, in float32, and its fast
        tokenizer. The model's mode, gradients and device are left as they were.
    text
        What is read, of at most as many tokens as the model takes.
    generate
        Number of tokens that the model goes on with, always its best; they are part of
        the facet's text.
    method
        `"gradient"`, `"occlusion"` (the change of y when token j is replaced by the
        baseline) or `"integrated-gradients"` (from the baseline to the text).
    target
        Class k: the model's `"top"` prediction, or the `"true"` next token (of the last
        token, which has none, the top prediction).
    output
        What y is: the `"logit"` of class k, or its `"log-probability"`.
    wrt
        Whether x is the `"embedding"` of a token, or the `"one-hot"` vector that is
        multiplied by the embedding matrix (the norm is then over the vocabulary).
    baseline
        What stands for a missing token: the `"mean"` of all embedded tokens, `"zero"`,
        or, where the tokenizer has one, the embedded `"mask"`.
    steps
        Points of integrated gradients between baseline and text, from 1 to 1000, at
        first: they are doubled while the sums miss the change of y by over 1 %.
    scale
        Whether heat 1 is the largest of its `"row"`, or of `"all"` rows.
    cap_first
        Whether the first column, to which these models often attend for want of
        anything better, is left out of the scale; its heat is then at most 1.
    special
        Whether special tokens such as `<s>` are left out (`"drop"`), shown as format
        tokens (`"format"`), or shown as tokens like the others (`"keep"`).
    top
        Number of best predictions, with probabilities, in each token's meta.
    batch_size
        Sequences at a time. By default at most 64, and as many as keep the logits
        within 64 MB. In memory are the activations of so many sequences, and one
        gradient of shape (batch_size, tokens, d), or of 16 rows if batch_size is 1.
    device
        Where to run; by default where the model is.
    progress
        Whether to show a bar on what takes more than two seconds; or what to call with
        the sequences done and their total.

    Returns
    -------
    facet
        Its tokens spell the text, with what was generated, exactly unless special
        tokens are shown. What was done is in its `provenance`.

    Raises
    ------
    TypeError
        If the model or tokenizer is of the wrong kind; the message names the way out.
    ValueError
        If the text is empty or too long, another argument is none of its choices, or
        the model looks ahead.

    Examples
    --------
    >>> causal("a model", None, "a text")
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
    check_integer("generate", generate, 0)
    language = LanguageModel(model, tokenizer)
    with at_rest(model, device):
        encoding = language.encode(text)
        whole, (ids, pieces) = generate_more(language, text, encoding, generate)
        spelling = spell(whole, pieces, special)
        if not spelling.pieces:
            msg = f"text is {text!r}, which has no token to go on from"
            raise ValueError(msg)
        problem = language.ask(
            lambda sources: language.embed([ids] * len(sources)),
            len(ids),
            spelling,
            recipe,
            looks_back=True,
        )
        follows = [*ids[1:], None]
        questions = [
            Question(0, (places[-1],), (follows[places[-1]],))
            for places in spelling.pieces
        ]
        rows, best = predict(problem, questions, recipe)
        record = {**language.describe(), "special": special, "cap_first": cap_first}
        if generate:
            record["prompt characters"] = len(text)
        return map_saliency(
            replace(problem, rows=rows),
            recipe,
            spelling,
            best,
            language.name_token,
            cap_first=cap_first,
            provenance=record,
        )
