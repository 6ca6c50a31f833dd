"""Saliency maps of causal language models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import torch

from textualheatmap.facet.fields import quote, read_flag
from textualheatmap.saliency.arguments.argument_checks import check_choice, read_integer
from textualheatmap.saliency.arguments.options import AttributionOptions
from textualheatmap.saliency.arguments.progress import report_progress
from textualheatmap.saliency.maps.saliency_map import Part, compute_saliency_map
from textualheatmap.saliency.maps.token_facet import build_facet
from textualheatmap.saliency.maps.windows import check_window, part_by_windows
from textualheatmap.saliency.maps.written_facets import WrittenFacets
from textualheatmap.saliency.methods.targets import Prediction, find_top_classes
from textualheatmap.saliency.models.evaluation_mode import evaluation_mode
from textualheatmap.saliency.models.generation import continue_text, drop_end
from textualheatmap.saliency.models.language_model import LanguageModel
from textualheatmap.saliency.models.model_checks import check_length
from textualheatmap.saliency.models.pieces import (
    JoinedPieces,
    Special,
    join_pieces,
)
from textualheatmap.saliency.models.spelling import WrittenText, find_anchor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
    from textualheatmap.saliency.methods.targets import TopClasses
    from textualheatmap.saliency.models.language_model import Encoding
    from textualheatmap.state.grouping import Unit

# What to do about a text that is too long.
ADVICE = "shorten the text, or have it read in parts: window=256, for example"


def causal(
    model: Any,  # noqa: ANN401 - any model of transformers, which is not imported here
    tokenizer: Any,  # noqa: ANN401 - likewise
    text: str,
    *,
    generate: int = 0,
    window: int | None = None,
    stride: int | None = None,
    method: Method | MethodClass = "gradient",
    reduce: Reduce | None = None,
    target: TargetClass | Contrast = "top",
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
    cap_first: bool = False,
    special: Special = "drop",
    top: int = 3,
    batch_size: int | None = None,
    memory: int | str | None = None,
    device: str | torch.device | None = None,
    precision: Arithmetic = "float32",
    progress: bool | Callable[[int, int], object] = True,
    on_rows: ShowRows | None = None,
) -> Facet:
    """Return how much each token mattered to a causal model's prediction of the next.

    Row i explains the prediction of the token after token i. Let y be the output of
    the model for class k there. By default, heat (i, j) is the norm of the gradient of
    y with respect to the embedded token j::

        heat[i, j] ~ || d y_k[i] / d x[j] ||_2                  (Madsen, Distill 2019)

    It is exactly 0 for every j after i. A token may consist of several pieces of the
    tokenizer. They share a column, where their vectors are taken as one long vector,
    and the last of them makes the prediction.

    Parameters
    ----------
    model, tokenizer
        A causal language model of Hugging Face's transformers, and its fast tokenizer.
        The model may be in float32, bfloat16 or float16, or run in `torch.autocast`.
        The model's mode, gradients and device are left as they were.
    text
        The text to read. It may have as many tokens as the model takes; a longer one
        needs a `window`, and is never cut.
    generate
        Number of tokens by which the model first continues the text, always with the
        most probable one, whatever its settings of generation say. They become part of
        the facet.
    window
        Number of the tokenizer's pieces that the model reads at once, from 2 to as many
        as it takes. None reads the whole text at once. Windows follow each other, and
        each row comes from the one that sees most of its past; tokens before the
        window are not read, so that their heat is exactly 0. Special tokens at the
        start of the text begin each window.
    stride
        Number of pieces from one window to the next, from 1 to `window` without the
        special ones; None is half the window. A row sees its own and at least `window`
        - `stride` earlier pieces, or all that there are. The smaller it is, the longer
        it takes.
    method
        `"gradient"`; `"gradient-x-input"`, the gradient times the embedded token
        j; `"occlusion"`, the change of y when token j is replaced by the baseline; or
        `"integrated-gradients"`, from the baseline to the text. `"shap"` takes Owen
        values, Shapley values of the tokens of words in sentences, by SHAP's partition
        explainer (Lundberg & Lee, 2017; the extra `shap`). A class of Captum, such as
        `captum.attr.GradientShap`, is called as its documentation says (the extra
        `captum`).
    reduce
        Whether heat is the `"norm"` over the dimensions of a token, or their `"sum"`,
        which is signed: positive heat raises y, negative heat lowers it. None means
        `"norm"` for gradients, occlusion and integrated gradients, and `"sum"` for the
        others. The norm of an occlusion is the absolute change, its sum the signed one.
    target
        Class k is the model's `"top"` prediction, or the `"true"` next token. The last
        token has no true next one, and its top prediction is explained. A pair asks why
        one class rather than another: y is then the logit of the first minus that of
        the second. The first may be `"true"`, `"top"` or a token's text (such as
        `" is"`, with its space), the second `"top"`, `"runner-up"` or a token's text
        (Yin & Neubig, 2022). Where the top one is the first class itself, the runner-up
        is the second, and the other way round.
    output
        y is the `"logit"` of class k, or its `"log-probability"`.
    wrt
        x is the `"embedding"` of a token, or the `"one-hot"` vector that the embedding
        matrix is multiplied by. The norm is then over the vocabulary.
    baseline
        What replaces a token: the `"mean"` of all embedded tokens, `"zero"`, or the
        embedded `"mask"` token where the tokenizer has one.
    by
        What occlusion takes out at once: a `"token"`, or all tokens of a `"word"`, a
        `"sentence"` or a `"line"`, which are those of a heatmap's `grouping`. Each of
        its tokens that the model has read then has the whole change as its heat.
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
    cap_first
        Whether to ignore the first column when heat is scaled. These models often
        attend to their first token when nothing else matters. Its heat is at most 1.
        With a `window` it is the first column of a row's window.
    special
        Whether special tokens such as `<s>` are left out (`"drop"`), shown as format
        tokens (`"format"`), or shown as tokens like the others (`"keep"`).
    top
        Number of top predictions with probabilities in the meta of each token.
    batch_size
        Number of neighbouring rows at a time, of which gradients share a pass over the
        tokens that they read; by default 16. In memory are the activations of one
        sequence, and so many gradients of each. For occlusion the number of sequences
        at a time, by default at most 64 and as many as keep the logits within 64 MB.
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
        `batch_size` is given: heat then differs in its last digits. With `generate` it
        is also called, without rows, with the text before the model writes, and then
        with each token once the model has read it and said what follows: `facet` is
        then longer, as `Heatmap.grow` takes it. `Heatmap.stream` shows all of this. An
        exception that it raises stops the work, between two tokens or two batches.

    Returns
    -------
    facet
        Its tokens spell the text and its continuation exactly, unless special tokens
        are shown. Its `provenance` says how heat was computed.

    Raises
    ------
    TypeError
        If the model or tokenizer is of the wrong kind. The message says what to use.
    MemoryError
        If not even one row fits into memory.
    ValueError
        If the text is empty or too long, an argument has none of its values, the model
        is not causal, or reads the numbers of the tokens beside their embeddings: a map
        of the embedded tokens would then be wrong.

    Examples
    --------
    >>> causal("a model", None, "a text")
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
    generate = read_integer("generate", generate, 0)
    cap_first = read_flag(cap_first, "cap_first")
    stride = _read_stride(window, stride)
    language = LanguageModel(model, tokenizer)
    with evaluation_mode(model, device=device, precision=precision):
        if window is not None:
            check_window(language, window)
        encoding = language.encode(text, is_checked=False)
        if window is None:
            check_length(model, tokenizer, len(encoding.ids), advice=ADVICE)
        provenance = {
            **language.describe(),
            "special": special,
            "cap_first": cap_first,
        }
        whole, written = text, None
        if generate:
            provenance["prompt characters"] = len(text)
            # A callable is called meanwhile, so that it can stop the work.
            watched = options.progress if callable(options.progress) else False
            rows = len(join_pieces(text, encoding.pieces, special).pieces) + generate
            with report_progress(watched, rows):
                if on_rows is not None:
                    written = _watch_writing(
                        language,
                        text,
                        drop_end(encoding),
                        options,
                        special=special,
                        provenance=provenance,
                    )
                whole, encoding = continue_text(
                    language, text, encoding, generate, written and written.add
                )
        tokens = join_pieces(whole, encoding.pieces, special)
        if not tokens.pieces:
            msg = f"text is {quote(text)}, which has no token to go on from"
            raise ValueError(msg)
        following = [*encoding.ids[1:], None]
        predictions = [
            Prediction(0, (places[-1],), (following[places[-1]],))
            for places in tokens.pieces
        ]
        if window is None:
            network = language.build_network(encoding, tokens.pieces, options)
            parts = [Part(network, predictions)]
        else:
            parts, record = part_by_windows(
                language,
                encoding,
                tokens,
                predictions,
                options,
                window=window,
                stride=stride,
            )
            provenance |= record
        return compute_saliency_map(
            parts,
            options,
            tokens,
            name_class=language.name_token,
            find_number=language.find_token,
            cap_first=cap_first,
            written=written.facets[0] if written and written.facets else None,
            provenance=provenance,
        )


def _watch_writing(
    language: LanguageModel,
    text: str,
    encoding: Encoding,
    options: AttributionOptions,
    *,
    special: Special,
    provenance: Mapping[str, object],
) -> WrittenFacets:
    """Give a text away, and return what gives away each token that follows it."""
    tokens = join_pieces(text, encoding.pieces, special)
    places = [own[-1] for own in tokens.pieces]
    beside = language.accompany([encoding.ids], encoding.token_types, reads_ids=True)
    with torch.no_grad():
        logits = language.run(places, **beside)[0] if places else []
    known = [
        find_top_classes(each, options.top, place)
        for each, place in zip(logits, places, strict=True)
    ]

    def build(new: JoinedPieces, classes: Sequence[TopClasses]) -> list[Facet]:
        count = len(places) + len(classes)
        return [
            build_facet(
                language,
                JoinedPieces(
                    tokens.texts + new.texts,
                    tokens.is_format + new.is_format,
                    tokens.pieces + new.pieces,
                ),
                np.zeros((count, count), dtype=np.float32),
                top_classes=[*known, *classes],
                signed=options.is_signed,
                provenance={**provenance, **options.describe()},
            )
        ]

    def show(facets: Sequence[Facet]) -> None:
        if options.on_rows is not None:
            rows = np.zeros((0, len(facets[0])), dtype=np.float32)
            options.on_rows(facets[0], 0, rows)

    written = WrittenFacets(
        language,
        WrittenText(language.tokenizer, find_anchor(language.tokenizer)),
        special=special,
        top=options.top,
        lag=1,
        build=build,
        show=show,
    )
    if places:
        written.begin()
    return written


def _read_stride(window: int | None, stride: int | None) -> int:
    """Return the number of pieces from one window to the next, checked."""
    if window is None:
        if stride is not None:
            msg = f"stride is {quote(stride)}, but there is no window: give window="
            raise ValueError(msg)
        return 1
    window = read_integer("window", window, 2)
    return window // 2 if stride is None else read_integer("stride", stride, 1, window)
