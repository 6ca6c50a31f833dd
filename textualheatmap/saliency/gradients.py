"""Gradients of outputs with respect to inputs, and their integrals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from textualheatmap.saliency.outputs import read_outputs
from textualheatmap.saliency.recipe import MAX_STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from textualheatmap.saliency.problem import Problem, Row
    from textualheatmap.saliency.recipe import Recipe

# Share of an output's change by which an integral may miss it.
MAX_GAP = 0.01


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
        Shape (rows, length, d); or (1, length, d), which all rows share.
    rows
        Whose outputs are differentiated.

    Returns
    -------
    gradients
        Shape (rows, length, d).

    Examples
    --------
    >>> from textualheatmap.saliency.problem import Problem, Row
    >>> from textualheatmap.saliency.recipe import Recipe
    >>> inputs = torch.tensor([[[3.0, 4.0]]])
    >>> problem = Problem(None, lambda x, p: x[:, p].square(), [], [], 1, 2, None)
    >>> find_gradients(problem, Recipe(), inputs, [Row(0, (0,), (1,))]).tolist()
    [[[0.0, 8.0]]]
    """
    inputs = inputs.detach().requires_grad_()
    outputs = read_outputs(problem, inputs, rows, recipe.output)
    if len(inputs) == len(rows):
        return torch.autograd.grad(outputs.sum(), inputs)[0]
    # One forward pass for all of them: of a long text, half of the work.
    return torch.cat(
        [torch.autograd.grad(each, inputs, retain_graph=True)[0] for each in outputs]
    )


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
    >>> problem = Problem(None, lambda x, p: x[:, p].square(), [], [], 1, 2, zero)
    >>> rows = [Row(0, (0,), (1,))]
    >>> integrate(problem, Recipe(), inputs, rows, print).value.round().tolist()[0]
    ... # doctest: +ELLIPSIS
    1
    ...
    [[0.0, 16.0]]
    """
    line = inputs - problem.baseline
    with torch.no_grad():
        ends = [
            read_outputs(problem, end, rows, recipe.output)
            for end in (inputs, problem.baseline.expand_as(inputs))
        ]
    change = ends[0] - ends[1]
    steps = recipe.steps
    while True:
        mean = torch.zeros_like(line.expand(len(rows), -1, -1))
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
