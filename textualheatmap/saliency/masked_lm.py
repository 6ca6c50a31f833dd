"""Saliency maps of masked language models."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from textualheatmap.facet.fields import quote
from textualheatmap.saliency.arguments.argument_checks import check_choice
from textualheatmap.saliency.arguments.options import AttributionOptions
from textualheatmap.saliency.maps.saliency_map import Part, compute_saliency_map
from textualheatmap.saliency.methods.targets import Prediction
from textualheatmap.saliency.models.evaluation_mode import evaluation_mode
from textualheatmap.saliency.models.language_model import LanguageModel
from textualheatmap.saliency.models.pieces import Special, join_pieces

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from textualheatmap.facet.facet import Facet
    from textualheatmap.saliency.arguments.options import (
        Arithmetic,
        Baseline,
        Contrast,
        Method,
        MethodClass,
        Output,
        Reduce,
        Scale,
        ShowRows,
        TargetClass,
        Wrt,
    )
    from textualheatmap.state.grouping import Unit


def masked(
    model: Any,  # noqa: ANN401 - any model of transformers, which is not imported here
    tokenizer: Any,  # noqa: ANN401 - likewise
    text: str,
    *,
    method: Method | MethodClass = "gradient",
    reduce: Reduce | None = None,
    target: TargetClass | Contrast = "true",
    output: Output = "logit",
    wrt: Wrt = "embedding",
    baseline: Baseline = "mask",
    by: Unit = "token",
    steps: int = 32,
    noise: float = 0.0,
    samples: int = 20,
    seed: int = 0,
    evaluations: int = 500,
    scale: Scale = "row",
    special: Special = "drop",
    top: int = 3,
    batch_size: int | None = None,
    memory: int | str | None = None,
    device: str | torch.device | None = None,
    precision: Arithmetic = "float32",
    progress: bool | Callable[[int, int], object] = True,
    on_rows: ShowRows | None = None,
) -> Facet:
    """Return how much each token mattered to a masked model's prediction of another.

    Row i explains the prediction of token i when this token alone is masked. Let y be
    the output of the model for class k there. By default, heat (i, j) is the norm of
    the gradient of y with respect to the embedded token j::

        heat[i, j] ~ || d y_k[i] / d x[j] ||_2                  (Madsen, Distill 2019)

    The masked token itself gets no heat, because it would always have the most. A
    token may consist of several pieces of the tokenizer that share a character. They
    are masked together and share a column, where their vectors are taken as one long
    vector.

    Parameters
    ----------
    model, tokenizer
        A masked language model of Hugging Face's transformers, and its fast tokenizer.
        The model may be in float32, bfloat16 or float16, or run in `torch.autocast`.
        The model's mode, gradients and device are left as they were.
    text
        The text to read. It may have as many tokens as the model takes.
    method
        `"gradient"`; `"gradient-x-input"`, the gradient times the embedded token
        j; `"occlusion"`, the change of y when token j is replaced by the baseline as
        well; or `"integrated-gradients"`, from the baseline to the text.
        `"shap"` takes Owen values, Shapley values of the tokens of words in sentences,
        by SHAP's partition explainer (Lundberg & Lee, 2017; the extra `shap`). A class
        of Captum, such as `captum.attr.GradientShap`, is called as its documentation
        says (the extra `captum`).
    reduce
        Whether heat is the `"norm"` over the dimensions of a token, or their `"sum"`,
        which is signed: positive heat raises y, negative heat lowers it. None means
        `"norm"` for gradients, occlusion and integrated gradients, and `"sum"` for the
        others. The norm of an occlusion is the absolute change, its sum the signed one.
    target
        Class k is the `"true"` token, or the model's `"top"` prediction. A pair asks
        why one class rather than another: y is then the logit of the first minus that
        of the second. The first may be `"true"`, `"top"` or a token's text, the second
        `"top"`, `"runner-up"` or a token's text (Yin & Neubig, 2022). Where the top one
        is the first class itself, the runner-up is the second, and the other way round.
    output
        y is the `"logit"` of class k, or its `"log-probability"`.
    wrt
        x is the `"embedding"` of a token, or the `"one-hot"` vector that the embedding
        matrix is multiplied by. The norm is then over the vocabulary.
    baseline
        What replaces a token: the embedded `"mask"` token, the `"mean"` of all embedded
        tokens, or `"zero"`.
    by
        What occlusion takes out at once: a `"token"`, or all tokens of a `"word"`, a
        `"sentence"` or a `"line"`, which are those of a heatmap's `grouping`. Each of
        its tokens then has the whole change as its heat. Token i stays masked.
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
    top
        Number of top predictions with probabilities in the meta of each token.
    batch_size
        Number of sequences at a time. By default at most 64, and as many as keep the
        logits within 64 MB. In memory are the activations of so many sequences and one
        gradient of shape (batch_size, tokens, d).
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
        Called with `(facet, start, rows)` as rows are computed, from the first to the
        last: `rows` is heat of the tokens from index `start` on, and `facet` has all
        but heat, which is missing, for `Heatmap.fill_rows`. The first call, without
        rows, comes once the predictions are known; with `scale="all"` all rows come
        at the end. So that they come soon, batches are small at first, unless
        `batch_size` is given. An exception that it raises stops the work.

    Returns
    -------
    facet
        Its tokens spell the text exactly, unless special tokens are shown. Its
        `provenance` says how heat was computed.

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
    >>> masked("a model", None, "a text")
    Traceback (most recent call last):
        ...
    TypeError: model is a str, expected a model of transformers (load_model reads one \
from a folder)
    """
    options = AttributionOptions(
        method=method,
        reduce=reduce,
        target=target,
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
        top=top,
        batch_size=batch_size,
        memory=memory,
        precision=precision,
        progress=progress,
        on_rows=on_rows,
    )
    check_choice("special", special, get_args(Special))
    language = LanguageModel(model, tokenizer)
    mask = language.get_mask_id()
    with evaluation_mode(model, device=device, precision=precision):
        encoding = language.encode(text)
        ids = encoding.ids
        tokens = join_pieces(text, encoding.pieces, special)
        if not tokens.pieces:
            msg = f"text is {quote(text)}, which has no token that could be masked"
            raise ValueError(msg)

        def cover(sequence: int) -> list[int]:
            covered = set(tokens.pieces[sequence])
            return [
                mask if place in covered else ids[place] for place in range(len(ids))
            ]

        network = language.build_network(encoding, tokens.pieces, options, cover=cover)
        network = replace(network, masks_targets=True)
        predictions = [
            Prediction(sequence, tuple(places), tuple(ids[place] for place in places))
            for sequence, places in enumerate(tokens.pieces)
        ]
        return compute_saliency_map(
            [Part(network, predictions)],
            options,
            tokens,
            name_class=language.name_token,
            find_number=language.find_token,
            left_out=np.eye(len(predictions), dtype=bool),
            provenance={**language.describe(), "special": special},
        )
