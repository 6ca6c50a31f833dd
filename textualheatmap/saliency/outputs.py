"""The outputs that rows are about, and what a network is to read for them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import Tensor

    from textualheatmap.saliency.problem import Problem, Row
    from textualheatmap.saliency.recipe import Output, Recipe

# Rows that share a forward pass where only one sequence at a time is in memory.
SHARING = 16


def embed_rows(problem: Problem, recipe: Recipe) -> Iterator[tuple[list[Row], Tensor]]:
    """Yield rows to be computed together, with their inputs.

    Yields
    ------
    rows
        As many as are a batch; if that is one, up to 16 that share a source.
    inputs
        Shape (rows, length, d), or of shared inputs (1, length, d). Where an output may
        not depend on what comes after it, they end with the last of the rows: not
        reading what follows halves the work.

    Examples
    --------
    >>> from textualheatmap.saliency.problem import Problem, Row
    >>> from textualheatmap.saliency.recipe import Recipe
    >>> rows = [Row(0, (i,), (0,)) for i in range(3)]
    >>> problem = Problem(lambda s: torch.ones(len(s), 3, 1), 0, rows, [], 3, 1, None)
    >>> for rows, inputs in embed_rows(problem, Recipe(batch_size=2)):
    ...     len(rows), inputs.shape
    (2, torch.Size([2, 3, 1]))
    (1, torch.Size([1, 3, 1]))
    """
    size = recipe.batch_size or problem.choose_batch_size()
    groups: list[list[Row]] = [problem.rows]
    if size == 1:
        groups = [list(own) for _, own in groupby(problem.rows, lambda row: row.source)]
    for group in groups:
        step = SHARING if size == 1 else size
        for start in range(0, len(group), step):
            rows = group[start : start + step]
            sources = [row.source for row in rows[: 1 if size == 1 else None]]
            inputs = problem.embed(sources)
            if problem.looks_back:
                inputs = inputs[:, : 1 + max(row.positions[-1] for row in rows)]
            yield rows, inputs


def read_outputs(
    problem: Problem, inputs: Tensor, rows: Sequence[Row], output: Output
) -> Tensor:
    """Return each row's output at its own inputs, or at those that all share.

    Parameters
    ----------
    problem
        Whose network reads the inputs.
    inputs
        Shape (rows, length, d) or (1, length, d).
    rows
        Whose outputs are read.
    output
        What of them.

    Returns
    -------
    outputs
        Shape (rows,): of a row with several positions, their sum.

    Examples
    --------
    >>> from textualheatmap.saliency.problem import Problem, Row
    >>> inputs = torch.tensor([[[0.0, 1.0], [2.0, 3.0]]])
    >>> problem = Problem(None, lambda x, p: x[:, p], [], [], 2, 2, None)
    >>> read_outputs(problem, inputs, [Row(0, (0, 1), (1, 0))], "logit").tolist()
    [3.0]
    """
    logits, copies = _read(problem, inputs, rows), range(len(rows))
    own = copies if len(logits) == len(rows) else [0] * len(rows)
    return _pick(logits, own, rows, output)


def read_all_outputs(
    problem: Problem, inputs: Tensor, rows: Sequence[Row], output: Output
) -> Tensor:
    """Return every row's output at each of the inputs, shape (inputs, rows).

    Parameters
    ----------
    problem, rows, output
        As in `read_outputs`.
    inputs
        Shape (any number, length, d).

    Examples
    --------
    >>> from textualheatmap.saliency.problem import Problem, Row
    >>> inputs = torch.tensor([[[0.0, 1.0]], [[2.0, 3.0]]])
    >>> problem = Problem(None, lambda x, p: x[:, p], [], [], 1, 2, None)
    >>> rows = [Row(0, (0,), (1,))]
    >>> read_all_outputs(problem, inputs, rows, "logit").tolist()
    [[1.0], [3.0]]
    """
    logits = _read(problem, inputs, rows)
    return torch.stack(
        [_pick(logits, [copy] * len(rows), rows, output) for copy in range(len(logits))]
    )


def _list_positions(rows: Sequence[Row]) -> list[int]:
    """Return the positions that rows are about, each once."""
    return sorted({position for row in rows for position in row.positions})


def _read(problem: Problem, inputs: Tensor, rows: Sequence[Row]) -> Tensor:
    """Return the logits at all positions of the rows."""
    return problem.forward(inputs, _list_positions(rows))


def _pick(
    logits: Tensor, copies: Sequence[int], rows: Sequence[Row], output: Output
) -> Tensor:
    """Return each row's output from one of the copies of the logits."""
    places = {position: at for at, position in enumerate(_list_positions(rows))}
    wanted = [
        (copy, places[position], kind, number)
        for number, (copy, row) in enumerate(zip(copies, rows, strict=True))
        for position, kind in zip(row.positions, row.classes, strict=True)
    ]
    own, at, kinds, numbers = torch.tensor(wanted, device=logits.device).T
    chosen = logits[own, at]
    values = chosen.gather(1, kinds[:, None])[:, 0]
    if output == "log-probability":
        values = values - chosen.logsumexp(dim=1)
    return values.new_zeros(len(rows)).index_add(0, numbers, values)
