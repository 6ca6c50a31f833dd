"""Saliency maps of models that read one text and write another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from textualheatmap.facet.fields import read_string
from textualheatmap.saliency.arguments.argument_checks import check_choice, read_integer
from textualheatmap.saliency.arguments.options import AttributionOptions
from textualheatmap.saliency.maps.pair_facets import (
    explain_pair,
    read_pair,
    watch_answer,
)
from textualheatmap.saliency.models.encoder_decoder import EncoderDecoder
from textualheatmap.saliency.models.evaluation_mode import evaluation_mode
from textualheatmap.saliency.models.pieces import Special
from textualheatmap.saliency.models.spelling import WrittenText

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from textualheatmap.saliency.arguments.options import (
        Arithmetic,
        Baseline,
        Contrast,
        Method,
        MethodClass,
        Output,
        Reduce,
        Scale,
        TargetClass,
        Wrt,
    )
    from textualheatmap.saliency.maps.pair_facets import (
        ReadPair,
        ShowPairs,
        SourceAndTarget,
    )
    from textualheatmap.saliency.maps.written_facets import WrittenFacets
    from textualheatmap.saliency.models.generation import WatchTokens
    from textualheatmap.state.grouping import Unit


def seq2seq(
    model: Any,  # noqa: ANN401 - any model of transformers, which is not imported here
    tokenizer: Any,  # noqa: ANN401 - likewise
    text: str,
    answer: str | None = None,
    *,
    generate: int = 64,
    method: Method | MethodClass = "gradient",
    reduce: Reduce | None = None,
    target: TargetClass | Contrast = "true",
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
    top: int = 3,
    target_id: str = "target",
    batch_size: int | None = None,
    memory: int | str | None = None,
    device: str | torch.device | None = None,
    precision: Arithmetic = "float32",
    progress: bool | Callable[[int, int], object] = True,
    on_rows: ShowPairs | None = None,
) -> SourceAndTarget:
    """Return how much each token mattered to each token that a model writes.

    The model reads a text, the source, and writes another, the target: a translation or
    a summary. Row i explains the prediction of token i of the target, from the source
    and from the tokens of the target before it. Let y be the output of the model for
    class k there. By default, heat (i, j) is the norm of the gradient of y with respect
    to the embedded token j, be it of the source or of the target::

        heat[i, j] ~ || d y_k[i] / d x[j] ||_2                  (Madsen, Distill 2019)

    In the target it is exactly 0 for every j after i, and for i itself, unless this is
    a character that the tokenizer cuts into several pieces. Such a token is explained
    by the sum of its pieces' outputs, of which the later ones depend on the earlier
    ones. Its pieces share a column, where their vectors are taken as one long vector.

    Parameters
    ----------
    model, tokenizer
        A model of Hugging Face's transformers with an encoder and a decoder, such as
        T5, BART or Marian, and its fast tokenizer. The model may be in float32,
        bfloat16 or float16, or run in `torch.autocast`. Its mode, gradients and device
        are left as they were.
    text
        The source. It may have as many tokens as the model takes.
    answer
        The target, as the tokenizer cuts it with `text_target`. None lets the model
        write it, always with the most probable token.
    generate
        The most tokens that the model writes, its end token included, from 1.
    method
        `"gradient"`; `"gradient-x-input"`, the gradient times the embedded token
        j; `"occlusion"`, the change of y when token j is replaced by the baseline; or
        `"integrated-gradients"`, from the baseline to both texts.
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
        Class k is the `"true"` token of the target, or the model's `"top"` prediction
        there. A pair asks why one class rather than another: y is then the logit of the
        first minus that of the second. The first may be `"true"`, `"top"` or a token's
        text, the second `"top"`, `"runner-up"` or a token's text (Yin & Neubig, 2022).
        Where the top one is the first class itself, the runner-up is the second, and
        the other way round.
    output
        y is the `"logit"` of class k, or its `"log-probability"`.
    wrt
        x is the `"embedding"` of a token, or the `"one-hot"` vector that the embedding
        matrix is multiplied by. The norm is then over the vocabulary.
    baseline
        What replaces a token of either text: the `"mean"` of all embedded tokens,
        `"zero"`, or the embedded `"mask"` token where the tokenizer has one.
    by
        What occlusion takes out at once: a `"token"`, or all tokens of a `"word"`, a
        `"sentence"` or a `"line"`, which are those of a heatmap's `grouping`. Each of
        its tokens that the model has read then has the whole change as its heat.
    steps
        Number of points of integrated gradients between baseline and texts, from 1 to
        1000. It is doubled while the sums miss the change of y by more than 0.01 %.
    noise, samples, seed
        With `noise` above 0, a method of gradients is averaged over `samples` texts
        with noise (SmoothGrad; Smilkov et al., 2017). It is the noise's standard
        deviation, as a share of the spread of the embedded tokens of both texts: the
        largest of all their numbers minus the least. The same seed gives the same map.
        A class of Captum that draws samples draws so many.
    evaluations
        Number of texts that `"shap"` reads for a row, at most: tokens squared are
        enough for all of them. With fewer, tokens of a word or a sentence share alike.
    scale
        Divide heat by the largest of its `"row"`, in both texts together, or of `"all"`
        rows, in magnitude. `"none"` leaves it in the unit of y: a row of summed
        integrated gradients then sums up, over both texts, to what y rises by from the
        baseline to them, if special tokens are kept.
    special
        Whether special tokens such as `</s>` are left out (`"drop"`), shown as format
        tokens (`"format"`), or shown as tokens like the others (`"keep"`). The start
        token that the decoder is given first is not shown: it is the same for all
        texts, and no method changes it.
    top
        Number of top predictions with probabilities in the meta of each token of the
        target.
    target_id
        The id of the target's facet, which the source's rows name. Two pairs in one
        heatmap need two ids.
    batch_size
        Number of neighbouring rows at a time, of which gradients share a pass over the
        tokens that they read; by default 16. For occlusion the number of sequences at a
        time, by default at most 64 and as many as keep the logits within 64 MB.
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
        Called with `(facets, start, rows)` as rows are computed, from the first to the
        last: `rows` is a pair, heat of the source and of the target, for the target's
        tokens from index `start` on; `facets` have all but heat, which is missing, for
        `Heatmap.fill_rows`. The first call, without rows, comes once the predictions
        are known; with `scale="all"` all rows come at the end. Where the model writes
        the target, it is also called, without rows, with each token that is written:
        the facets are then longer, as `Heatmap.grow` takes them. `Heatmap.stream` shows
        all of this. An exception that it raises stops the work, between two tokens or
        two batches.

    Returns
    -------
    facets
        A pair, `source` and `target`, for `Heatmap.set_data`. The source has heat of
        shape (T, S), the target (T, T), for S and T tokens. Their texts are spelt
        exactly, unless special tokens are shown. Their `provenance` says how heat was
        computed.

    Raises
    ------
    TypeError
        If the model or tokenizer is of the wrong kind. The message says what to use.
    MemoryError
        If not even one row fits into memory.
    ValueError
        If a text is empty or too long, an argument has none of its values, or the model
        reads the numbers of the tokens beside their embeddings: a map of the embedded
        tokens would then be wrong.

    Examples
    --------
    >>> seq2seq("a model", None, "a text")
    Traceback (most recent call last):
        ...
    TypeError: model is a str, expected a model of transformers with an encoder and a \
decoder (AutoModelForSeq2SeqLM.from_pretrained reads it)
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
    generate = read_integer("generate", generate, 1)
    target_id = read_string(target_id, "target_id")
    language = EncoderDecoder(model, tokenizer)
    forms: Any = {
        "target_id": target_id,
        "titles": ("source", "target"),
        "provenance": {"special": special},
    }
    written: list[WrittenFacets] = []

    def begin(pair: ReadPair) -> WatchTokens:
        text = WrittenText(tokenizer)
        written.append(
            watch_answer(language, pair, options, text=text, special=special, **forms)
        )
        return written[0].add

    with evaluation_mode(model, device=device, precision=precision):
        pair = read_pair(
            language,
            text,
            answer,
            generate=generate,
            special=special,
            progress=options.progress,
            begin=None if on_rows is None else begin,
        )
        start = language.find_start(pair.target.ids, is_written=answer is None)
        network = language.build_pair_network(
            pair.source, pair.target, start, pair.list_columns(), options
        )
        return explain_pair(
            language,
            network,
            pair,
            options,
            written=written[0].facets if written else (),
            **forms,
        )
