"""Gradients of outputs with respect to inputs, and their integrals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from textualheatmap.saliency.recipe import MAX_STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from torch import Tensor

    from textualheatmap.saliency.problem import Problem, Row
    from textualheatmap.saliency.recipe import Output, Recipe

# Share of an output's change by which an integral may miss it.
MAX_GAP = 0.01
# Rows that share a forward pass where only one sequence at a time is in memory.
SHARING = 16


class Integral(NamedTuple):
    """Integrated gradients, shape (rows, length, d), and how well they fit.

    `missing` is by how much their sums miss the changes of the outputs, in absolute
    value and in sum, `change` how large these are.
    """

    value: Tensor
    steps: int
    missing: float
    change: float


def find_gradients(
    problem: Problem, recipe: Recipe, inputs: Tensor, rows: Sequence[Row]
) -> Tensor:
    """Return each row's gradient at its own inputs.

    Parameters
    ----------
    problem, recipe
        What is differentiated.
    inputs
        Shape (rows, length, d).
    rows
        Whose outputs are differentiated.

    Returns
    -------
    gradients
        Of the shape of the inputs.

    Examples
    --------
    >>> from textualheatmap.saliency.problem import Problem, Row
    >>> from textualheatmap.saliency.recipe import Recipe
    >>> inputs = torch.tensor([[[3.0, 4.0]]])
    >>> problem = Problem(None, lambda x, s: x.square(), [], [], 1, 2, None)
    >>> find_gradients(problem, Recipe(), inputs, [Row(0, (0,), (1,))]).tolist()
    [[[0.0, 8.0]]]
    """
    inputs = inputs.detach().requires_grad_()
    logits = problem.forward(inputs, [row.source for row in rows])
    (gradients,) = torch.autograd.grad(pick(logits, rows, recipe.output).sum(), inputs)
    return gradients


def integrate(
    problem: Problem,
    recipe: Recipe,
    inputs: Tensor,
    rows: Sequence[Row],
    advance: Callable[[int], object],
) -> Integral:
    """Return (inputs - baseline) times the mean gradient on the line between them.

    The mean is a Gauss-Legendre sum over the recipe's steps, doubled up to 1000 as long
    as the sums miss the changes of the outputs by more than 1 %.

    Parameters
    ----------
    problem, recipe, inputs, rows
        As in `find_gradients`.
    advance
        What to call with the number of sequences done, for the recipe's steps.

    Examples
    --------
    >>> from textualheatmap.saliency.problem import Problem, Row
    >>> from textualheatmap.saliency.recipe import Recipe
    >>> inputs, zero = torch.tensor([[[3.0, 4.0]]]), torch.zeros(2)
    >>> problem = Problem(None, lambda x, s: x.square(), [], [], 1, 2, zero)
    >>> rows = [Row(0, (0,), (1,))]
    >>> integrate(problem, Recipe(), inputs, rows, print).value.round().tolist()[0]
    ... # doctest: +ELLIPSIS
    1
    ...
    [[0.0, 16.0]]
    """
    sources = [row.source for row in rows]
    line = inputs - problem.baseline
    with torch.no_grad():
        ends = [
            pick(problem.forward(end, sources), rows, recipe.output)
            for end in (inputs, problem.baseline.expand_as(inputs))
        ]
    change = ends[0] - ends[1]
    steps = recipe.steps
    while True:
        mean = torch.zeros_like(inputs)
        for place, weight in zip(*np.polynomial.legendre.leggauss(steps), strict=True):
            point = problem.baseline + (1 + place) / 2 * line
            mean += weight / 2 * find_gradients(problem, recipe, point, rows)
            if steps == recipe.steps:
                advance(len(rows))
        value = mean * line
        missing = (change - value.sum(dim=(1, 2))).abs().sum().item()
        whole = change.abs().sum().item()
        if missing <= MAX_GAP * whole or steps * 2 > MAX_STEPS:
            return Integral(value, steps, missing, whole)
        steps *= 2


def summarise(integrals: Sequence[Integral]) -> dict[str, float]:
    """Return the most steps that were needed, and the gap: the share that is missing.

    Examples
    --------
    >>> summarise([Integral(None, 32, 0.5, 100), Integral(None, 64, 0.5, 100)])
    {'steps': 64, 'completeness gap': 0.005}
    """
    whole = sum(integral.change for integral in integrals)
    missing = sum(integral.missing for integral in integrals)
    return {
        "steps": max(integral.steps for integral in integrals),
        "completeness gap": missing / whole if whole else 0.0,
    }


def split_rows(problem: Problem, recipe: Recipe) -> Iterator[list[Row]]:
    """Yield the rows that are computed together.

    Examples
    --------
    >>> from textualheatmap.saliency.problem import Problem, Row
    >>> from textualheatmap.saliency.recipe import Recipe
    >>> rows = [Row(0, (i,), (0,)) for i in range(3)]
    >>> problem = Problem(None, None, rows, [], 3, 1, None)
    >>> [len(part) for part in split_rows(problem, Recipe(batch_size=2))]
    [2, 1]
    """
    size = recipe.batch_size or problem.choose_batch_size()
    for start in range(0, len(problem.rows), size):
        yield problem.rows[start : start + size]


def pick(logits: Tensor, rows: Sequence[Row], output: Output) -> Tensor:
    """Return each row's output from its own copy of the logits, shape (rows,).

    Examples
    --------
    >>> from textualheatmap.saliency.problem import Row
    >>> logits = torch.tensor([[[0.0, 1.0], [2.0, 3.0]]])
    >>> pick(logits, [Row(0, (0, 1), (1, 0))], "logit").tolist()
    [3.0]
    """
    places = [
        (copy, position, kind)
        for copy, row in enumerate(rows)
        for position, kind in zip(row.positions, row.classes, strict=True)
    ]
    copies, positions, kinds = torch.tensor(places, device=logits.device).T
    chosen = logits[copies, positions]
    values = chosen.gather(1, kinds[:, None])[:, 0]
    if output == "log-probability":
        values = values - chosen.logsumexp(dim=1)
    return values.new_zeros(len(rows)).index_add(0, copies, values)
