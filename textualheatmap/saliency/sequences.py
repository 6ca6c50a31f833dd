"""Saliency maps of any torch module that predicts at each step of a sequence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch

from textualheatmap.facet.fields import read_flag
from textualheatmap.saliency.arguments.options import AttributionOptions
from textualheatmap.saliency.maps.saliency_map import Part, compute_saliency_map
from textualheatmap.saliency.methods.targets import Prediction
from textualheatmap.saliency.models.devices import estimate_rounding, find_device
from textualheatmap.saliency.models.evaluation_mode import evaluation_mode
from textualheatmap.saliency.models.full_precision import describe_weights
from textualheatmap.saliency.models.network import Network, find_one_hot_transform
from textualheatmap.saliency.models.pieces import JoinedPieces
from textualheatmap.saliency.models.sequence_checks import (
    check_count,
    check_names,
    count_classes,
    find_class,
    read_logits,
    read_matrix,
    read_true_class,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike
    from torch import Tensor, nn

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


def sequence(
    module: nn.Module,
    inputs: Tensor | ArrayLike,
    tokens: Sequence[str],
    *,
    classes: Sequence[str] | None = None,
    true_classes: Sequence[int | None] | None = None,
    head: nn.Module | None = None,
    embedding: Tensor | ArrayLike | None = None,
    is_causal: bool = True,
    method: Method | MethodClass = "gradient",
    reduce: Reduce | None = None,
    target: TargetClass | Contrast = "top",
    output: Output = "logit",
    wrt: Wrt = "embedding",
    baseline: Baseline = "zero",
    by: Unit = "token",
    steps: int = 32,
    noise: float = 0.0,
    samples: int = 20,
    seed: int = 0,
    evaluations: int = 500,
    scale: Scale = "row",
    top: int = 3,
    batch_size: int | None = None,
    memory: int | str | None = None,
    device: str | torch.device | None = None,
    precision: Arithmetic = "float32",
    progress: bool | Callable[[int, int], object] = True,
    on_rows: ShowRows | None = None,
) -> Facet:
    """Return how much each input of a module mattered to each of its outputs.

    Let y be the output of the module for class k at step i. By default, heat (i, j) is
    the norm of the gradient of y with respect to the input at step j::

        heat[i, j] ~ || d y_k[i] / d x[j] ||_2                  (Madsen, Distill 2019)

    All steps are computed in one backward pass, or in several if `batch_size` is
    smaller than their number.

    Parameters
    ----------
    module
        Takes inputs of shape (B, steps, d) and returns logits of shape (B, steps,
        classes), in float32, bfloat16 or float16. Its mode, gradients and device are
        left as they were.
    inputs
        The embedded tokens, shape (steps, d).
    tokens
        The text of each step. A string is taken as its characters.
    classes
        The name of each class. Without names there is no meta.
    true_classes
        The number of the true class at each step, None where it is unknown.
    head
        Takes what `module` then returns, shape (B, steps, h), and returns logits. It
        runs only at the steps that are needed, which saves most of the work if there
        are many classes.
    embedding
        The embedding matrix, shape (vocabulary, d). It is needed for one-hot vectors
        and for the mean as baseline.
    is_causal
        Whether each output depends only on its own and earlier inputs, as in a
        recurrent network that is not bidirectional.
    method
        `"gradient"`; `"gradient-x-input"`, the gradient times the input j;
        `"occlusion"`, the change of y when input j is replaced by the baseline; or
        `"integrated-gradients"`, from the baseline to the inputs.
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
        Class k is the module's `"top"` prediction, or the `"true"` one of
        `true_classes`. Where that is unknown, the top prediction is explained. A pair
        asks why one class rather than another: y is then the logit of the first minus
        that of the second. The first may be `"true"`, `"top"` or a name of `classes`,
        the second `"top"`, `"runner-up"` or a name (Yin & Neubig, 2022). Where the top
        one is the first class itself, the runner-up is the second, and the other way
        round.
    output
        y is the `"logit"` of class k, or its `"log-probability"`.
    wrt
        x is the `"embedding"` of a token, or the `"one-hot"` vector that `embedding` is
        multiplied by. The norm is then over the vocabulary.
    baseline
        What replaces an input: `"zero"`, or the `"mean"` of `embedding`.
    by
        What occlusion takes out at once: a `"token"`, or all tokens of a `"word"`, a
        `"sentence"` or a `"line"`, which are those of a heatmap's `grouping`. Each of
        its tokens then has the whole change as its heat.
    steps
        Number of points of integrated gradients between baseline and inputs, from 1 to
        1000. It is doubled while the sums miss the change of y by more than 0.01 %.
    noise, samples, seed
        With `noise` above 0, a method of gradients is averaged over `samples` inputs
        with noise (SmoothGrad; Smilkov et al., 2017). It is the noise's standard
        deviation, as a share of the spread of the embedded inputs: the largest of all
        their numbers minus the least. The same seed gives the same map. A class of
        Captum that draws samples draws so many.
    evaluations
        Number of texts that `"shap"` reads for a row, at most: tokens squared are
        enough for all of them. With fewer, tokens of a word or a sentence share alike.
    scale
        Divide heat by the largest of its `"row"`, or of `"all"` rows, in magnitude.
        `"none"` leaves it in the unit of y: a row of summed integrated gradients then
        sums up to what y rises by from the baseline to the inputs.
    top
        Number of top predictions with probabilities in the meta of each token.
    batch_size
        Number of sequences at a time. By default at most 64, and as many as keep the
        logits within 64 MB. In memory are the activations of so many sequences and one
        gradient of shape (batch_size, steps, d), or (16, steps, d) if batch_size is 1.
    memory
        Bytes that batches may take, also with a unit, such as `"2 GiB"`; by default
        four fifths of what is free. A row is measured before long work begins, and
        batches are as small as it needs; a bar, and the logger
        `textualheatmap.saliency`, say what they take.
    device
        Where to run: a device's name, or `"auto"` for the first of `cuda`, `mps` and
        `cpu` that there is. By default where the module is.
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
        It has one token a step. Its `provenance` says how heat was computed.

    Raises
    ------
    MemoryError
        If not even one row fits into memory.
    TypeError, ValueError
        If an argument is not as described, or the module is not causal.

    Examples
    --------
    >>> import torch
    >>> module = torch.nn.Sequential(torch.nn.Linear(4, 3))
    >>> facet = sequence(module, torch.ones(2, 4), "ab", classes=["x", "y", "z"])
    >>> facet.heat.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
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
    if not isinstance(module, torch.nn.Module):
        msg = f"module is a {type(module).__name__}, expected a torch.nn.Module"
        raise TypeError(msg)
    if true_classes is None and "true" in (options.target, options.target[0]):
        msg = (
            f"target is {target!r}, which needs true classes: give them as "
            "true_classes="
        )
        raise ValueError(msg)
    is_causal = read_flag(is_causal, "is_causal")
    embedded = read_matrix("inputs", inputs)
    matrix = None if embedding is None else read_matrix("embedding", embedding)
    check_count("tokens", tokens, len(embedded), "input")
    if true_classes is not None:
        check_count("true_classes", true_classes, len(embedded), "input")
    modules = [module] if head is None else [module, head]
    with evaluation_mode(*modules, device=device, precision=precision):
        embedded = embedded.to(find_device(module))
        count = count_classes(module, head, embedded)
        if classes is not None:
            check_names(classes, count)
        network = Network(
            embed=lambda sequences: embedded.expand(len(sequences), -1, -1),
            forward=partial(read_logits, module, head),
            columns=[[step] for step in range(len(embedded))],
            length=len(embedded),
            classes=count,
            baseline=_find_baseline(baseline, matrix, embedded),
            gradient_transform=_find_transform(wrt, matrix, embedded),
            is_causal=is_causal,
            computes_asked_only=head is not None,
            rounding=estimate_rounding(module),
            modules=modules,
        )
        known = [None] * len(embedded) if true_classes is None else true_classes
        predictions = [
            Prediction(0, (step,), (read_true_class(step, true, count),))
            for step, true in enumerate(known)
        ]
        return compute_saliency_map(
            [Part(network, predictions)],
            options,
            JoinedPieces(list(tokens), [False] * len(embedded), network.columns),
            name_class=None if classes is None else classes.__getitem__,
            find_number=None if classes is None else partial(find_class, classes),
            provenance={
                "model": type(module).__name__,
                **describe_weights(*modules),
            },
        )


def _find_baseline(
    baseline: Baseline, matrix: Tensor | None, embedded: Tensor
) -> Tensor:
    """Return the input that replaces a missing one, shape (d,)."""
    if baseline == "mask":
        msg = (
            "baseline is 'mask', but a sequence has no mask: expected 'zero' or 'mean'"
        )
        raise ValueError(msg)
    if baseline == "zero":
        return torch.zeros_like(embedded[0])
    return _get_embedding(matrix, embedded, "baseline='mean'").mean(dim=0)


def _find_transform(wrt: Wrt, matrix: Tensor | None, embedded: Tensor) -> Tensor | None:
    """Return what gradients are multiplied by so that their norm is over one-hot."""
    if wrt != "one-hot":
        return None
    return find_one_hot_transform(_get_embedding(matrix, embedded, "wrt='one-hot'"))


def _get_embedding(matrix: Tensor | None, embedded: Tensor, argument: str) -> Tensor:
    """Return the embedding matrix; raise ValueError if an argument lacks it."""
    if matrix is None:
        msg = f"{argument} needs the embedding matrix: give it as embedding="
        raise ValueError(msg)
    if matrix.shape[1] != embedded.shape[1]:
        msg = (
            f"embedding has {matrix.shape[1]} columns, expected {embedded.shape[1]} "
            "(as many as inputs)"
        )
        raise ValueError(msg)
    return matrix.to(embedded.device)
