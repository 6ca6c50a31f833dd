"""How much every input mattered to an output: three methods on one problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from textualheatmap.saliency.gradients import (
    Integral,
    find_gradients,
    integrate,
    summarise,
)
from textualheatmap.saliency.outputs import embed_rows, read_all_outputs
from textualheatmap.saliency.running import report_progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from textualheatmap.saliency.problem import Problem
    from textualheatmap.saliency.recipe import Recipe

# Relative to the largest score: what rounding may leave where nothing can be.
ROUNDING = 1e-3
# Relative to the largest output: some hundred times that of one operation.
OUTPUT_ROUNDING = 1e-5


def score(
    problem: Problem, recipe: Recipe
) -> tuple[NDArray[np.float32], dict[str, float]]:
    """Return how much each column mattered to each row.

    At most `batch_size` sequences are in memory at a time: their activations, their
    logits and one gradient of shape (batch_size, length, d), or where `batch_size` is 1
    of shape (16, length, d); besides, the scores.

    Returns
    -------
    scores
        Shape (rows, columns), not negative. Exactly 0 in what `looks_back` excludes.
    record
        What there is to record about how it went: of integrated gradients their steps
        and their gap, as `summarise` returns them.

    Raises
    ------
    ValueError
        If `looks_back` is not true of the network.

    Examples
    --------
    >>> from textualheatmap.saliency.problem import Problem, Row
    >>> from textualheatmap.saliency.recipe import Recipe
    >>> inputs = torch.tensor([[[3.0, 4.0]]])
    >>> problem = Problem(
    ...     embed=lambda sources: inputs[sources],
    ...     forward=lambda inputs, positions: inputs[:, positions].square(),
    ...     rows=[Row(0, (0,), (1,))],
    ...     columns=[[0]],
    ...     length=1,
    ...     classes=2,
    ...     baseline=torch.zeros(2),
    ... )
    >>> scores, _ = score(problem, Recipe())
    >>> scores.tolist()
    [[8.0]]
    """
    record: dict[str, float] = {}
    outputs = 0.0
    if recipe.method == "occlusion":
        scores, outputs = _occlude(problem, recipe)
    else:
        squares, record = _differentiate(problem, recipe)
        grouped = [squares[:, column].sum(axis=1) for column in problem.columns]
        scores = np.sqrt(np.stack(grouped, axis=1))
    if problem.looks_back:
        _check_future(problem, scores, outputs)
    return scores, record


def _differentiate(
    problem: Problem, recipe: Recipe
) -> tuple[NDArray[np.float32], dict[str, float]]:
    """Return squared norms, shape (rows, length), and what there is to record."""
    squares = np.zeros((len(problem.rows), problem.length), dtype=np.float32)
    integrated = recipe.method == "integrated-gradients"
    integrals: list[Integral] = []
    done = 0
    total = len(problem.rows) * (recipe.steps if integrated else 1)
    with report_progress(recipe.progress, total) as advance:
        for rows, inputs in embed_rows(problem, recipe):
            if integrated:
                integral = integrate(problem, recipe, inputs, rows, advance)
                integrals.append(integral)
                found = integral.value
            else:
                found = find_gradients(problem, recipe, inputs, rows)
                advance(len(rows))
            if problem.metric is not None:
                found = found @ problem.metric
            square = found.square().sum(dim=2).cpu().numpy()
            squares[done : done + len(rows), : square.shape[1]] = square
            done += len(rows)
    return squares, summarise(integrals) if integrals else {}


@torch.no_grad()
def _occlude(problem: Problem, recipe: Recipe) -> tuple[NDArray[np.float32], float]:
    """Return how much each output changes without each column, and the largest."""
    scores = np.zeros((len(problem.rows), len(problem.columns)), dtype=np.float32)
    size = recipe.batch_size or problem.choose_batch_size()
    largest = 0.0
    numbers: dict[int, list[int]] = {}
    for number, row in enumerate(problem.rows):
        numbers.setdefault(row.source, []).append(number)
    total = len(numbers) * len(problem.columns)
    with report_progress(recipe.progress, total) as advance:
        for source, own in numbers.items():
            rows = [problem.rows[number] for number in own]
            whole = problem.embed([source])
            given = read_all_outputs(problem, whole, rows, recipe.output)
            largest = max(largest, given.abs().max().item())
            for start in range(0, len(problem.columns), size):
                columns = problem.columns[start : start + size]
                inputs = whole.repeat(len(columns), 1, 1)
                for copy, column in zip(inputs, columns, strict=True):
                    copy[column] = problem.baseline
                change = read_all_outputs(problem, inputs, rows, recipe.output) - given
                scores[own, start : start + len(columns)] = change.abs().T.cpu().numpy()
                advance(len(columns))
    return scores, largest


def _check_future(
    problem: Problem, scores: NDArray[np.float32], outputs: float
) -> None:
    """Set to 0 what rounding left of the future; raise if it is more than that.

    Scores that are differences of outputs are rounded as these are.
    """
    last = np.array([row.positions[-1] for row in problem.rows])
    first = np.array([column[0] for column in problem.columns])
    future = first[np.newaxis] > last[:, np.newaxis]
    slack = ROUNDING * scores.max(initial=0) + OUTPUT_ROUNDING * outputs
    if scores[future].max(initial=0) > slack:
        msg = (
            "the model looks ahead: what follows a token changes what it predicts "
            "there, expected a causal model"
        )
        raise ValueError(msg)
    scores[future] = 0
