"""Saliency maps of any network that predicts at each step of a sequence."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import torch

from textualheatmap.saliency.mapping import map_saliency
from textualheatmap.saliency.matrices import (
    check_lengths,
    count_classes,
    read_logits,
    read_matrix,
    read_truth,
)
from textualheatmap.saliency.predicting import Question, predict
from textualheatmap.saliency.problem import Problem, find_metric
from textualheatmap.saliency.recipe import Recipe
from textualheatmap.saliency.running import at_rest, find_device
from textualheatmap.saliency.spelling import Spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike
    from torch import Tensor, nn

    from textualheatmap.facet.facet import Facet
    from textualheatmap.saliency.recipe import (
        Baseline,
        Method,
        Output,
        Scale,
        Target,
        Wrt,
    )


def sequence(
    module: nn.Module,
    inputs: Tensor | ArrayLike,
    tokens: Sequence[str],
    *,
    classes: Sequence[str] | None = None,
    truths: Sequence[int | None] | None = None,
    head: nn.Module | None = None,
    embedding: Tensor | ArrayLike | None = None,
    looks_back: bool = True,
    method: Method = "gradient",
    target: Target = "top",
    output: Output = "logit",
    wrt: Wrt = "embedding",
    baseline: Baseline = "zero",
    steps: int = 32,
    scale: Scale = "row",
    top: int = 3,
    batch_size: int | None = None,
    device: str | torch.device | None = None,
    progress: bool | Callable[[int, int], object] = True,
) -> Facet:
    """Return how much each input of a network mattered to each of its outputs.

    Of the output y of class k at step i, heat (i, j) is by default the norm of the
    gradient with respect to the input at step j::

        heat[i, j] ~ || d y_k[i] / d x[j] ||_2                  (Madsen, Distill 2019)

    All steps are computed in one batched backward pass, or as many as `batch_size`
    makes of it.

    Parameters
    ----------
    module
        From inputs of shape (B, steps, d) to logits of shape (B, steps, classes), in
        float32. Its mode, gradients and device are left as they were.
    inputs
        Shape (steps, d): the embedded tokens.
    tokens
        One string a step; a string is taken as its characters.
    classes
        What each class is called, for the meta; without it there is no meta.
    truths
        The true class of each step, or None where there is none.
    head
        From what `module` then returns, shape (B, steps, h), to logits. It is computed
        only at the steps that are asked for: where there are many classes, this is
        most of the work.
    embedding
        Shape (vocabulary, d): what one-hot vectors are multiplied by, for `wrt` and for
        the mean as `baseline`.
    looks_back
        Whether an output depends only on its own and earlier inputs, as a recurrent
        network's does unless it is bidirectional.
    method
        `"gradient"`, `"occlusion"` (the change of y when input j is replaced by the
        baseline) or `"integrated-gradients"` (from the baseline to the inputs).
    target
        Class k: the module's `"top"` prediction, or the `"true"` one of `truths`.
    output
        What y is: the `"logit"` of class k, or its `"log-probability"`.
    wrt
        Whether x is the `"embedding"` of a token, or the `"one-hot"` vector that is
        multiplied by `embedding` (the norm is then over the vocabulary).
    baseline
        What stands for a missing input: `"zero"`, or the `"mean"` of `embedding`.
    steps
        Points of integrated gradients between baseline and inputs, from 1 to 1000, at
        first: they are doubled while the sums miss the change of y by over 1 %.
    scale
        Whether heat 1 is the largest of its `"row"`, or of `"all"` rows.
    top
        Number of best predictions, with probabilities, in each token's meta.
    batch_size
        Sequences at a time. By default at most 64, and as many as keep the logits
        within 64 MB. In memory are the activations of so many sequences, and one
        gradient of shape (batch_size, steps, d), or of 16 rows if batch_size is 1.
    device
        Where to run; by default where the module is.
    progress
        Whether to show a bar on what takes more than two seconds; or what to call with
        the sequences done and their total.

    Returns
    -------
    facet
        One token a step. What was done is in its `provenance`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described, or the module looks ahead.

    Examples
    --------
    >>> import torch
    >>> module = torch.nn.Sequential(torch.nn.Linear(4, 3))
    >>> facet = sequence(module, torch.ones(2, 4), "ab", classes=["x", "y", "z"])
    >>> facet.heat.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    recipe = Recipe(
        *(method, target, output, wrt, baseline, steps, scale, top, batch_size),
        progress,
    )
    if not isinstance(module, torch.nn.Module):
        msg = f"module is a {type(module).__name__}, expected a torch.nn.Module"
        raise TypeError(msg)
    if truths is None and target == "true":
        msg = "target is 'true', which needs the true classes: give them as truths="
        raise ValueError(msg)
    given = read_matrix("inputs", inputs)
    matrix = None if embedding is None else read_matrix("embedding", embedding)
    check_lengths(len(given), tokens=tokens, truths=truths)
    # cuDNN cannot differentiate a recurrent network that is not in training.
    with (
        at_rest(module, device),
        at_rest(torch.nn.Identity() if head is None else head, device),
        torch.backends.cudnn.flags(enabled=False),
    ):
        given = given.to(find_device(module))
        problem = Problem(
            embed=lambda sources: given.expand(len(sources), -1, -1),
            forward=partial(read_logits, module, head),
            rows=[],
            columns=[[step] for step in range(len(given))],
            length=len(given),
            classes=count_classes(module, head, given, classes),
            baseline=_find_baseline(baseline, matrix, given),
            metric=_find_metric(matrix, given) if wrt == "one-hot" else None,
            looks_back=looks_back,
            is_lean=head is not None,
        )
        known = [None] * len(given) if truths is None else truths
        questions = [
            Question(0, (step,), (read_truth(step, truth, problem.classes),))
            for step, truth in enumerate(known)
        ]
        rows, best = predict(problem, questions, recipe)
        return map_saliency(
            replace(problem, rows=rows),
            recipe,
            Spelling(list(tokens), [False] * len(given), problem.columns),
            [[]] * len(given) if classes is None else best,
            str if classes is None else classes.__getitem__,
            provenance={"model": type(module).__name__},
        )


def _find_baseline(baseline: Baseline, matrix: Tensor | None, given: Tensor) -> Tensor:
    """Return what stands for a missing input, shape (d,)."""
    if baseline == "mask":
        msg = (
            "baseline is 'mask', but a sequence has no mask: expected 'zero' or 'mean'"
        )
        raise ValueError(msg)
    if baseline == "zero":
        return torch.zeros_like(given[0])
    return _need(matrix, given, "baseline='mean'").mean(dim=0)


def _find_metric(matrix: Tensor | None, given: Tensor) -> Tensor:
    """Return what a gradient is multiplied by, so that its norm is over one-hot."""
    return find_metric(_need(matrix, given, "wrt='one-hot'"))


def _need(matrix: Tensor | None, given: Tensor, wish: str) -> Tensor:
    """Return the embedding matrix, which an argument needs."""
    if matrix is None:
        msg = f"{wish} needs the embedding matrix: give it as embedding="
        raise ValueError(msg)
    if matrix.shape[1] != given.shape[1]:
        msg = (
            f"embedding has {matrix.shape[1]} columns, expected {given.shape[1]} "
            "(as many as inputs)"
        )
        raise ValueError(msg)
    return matrix.to(given.device)
