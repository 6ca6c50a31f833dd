"""What a network predicts, and which of its outputs are to be explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from textualheatmap.saliency.problem import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.saliency.problem import Problem
    from textualheatmap.saliency.recipe import Recipe

Best = list[tuple[int, float]]


class Question(NamedTuple):
    """What is to be explained: predictions of a source at some positions.

    `truths` has the true class of each position, or None where there is none.
    """

    source: int
    positions: tuple[int, ...]
    truths: tuple[int | None, ...]


@torch.no_grad()
def predict(
    problem: Problem, questions: Sequence[Question], recipe: Recipe
) -> tuple[list[Row], list[Best]]:
    """Return a row to each question, and the best classes with their probabilities.

    Parameters
    ----------
    problem
        Whose rows are not yet known.
    questions
        In ascending order of their sources.
    recipe
        Its target says which class a row is about: the true one, which gives way to the
        best where there is none, or the best. It has `top` of them, of the last
        position of each question.

    Examples
    --------
    >>> from textualheatmap.saliency.problem import Problem
    >>> from textualheatmap.saliency.recipe import Recipe
    >>> logits = torch.tensor([[[0.0, 1.0]]])
    >>> problem = Problem(lambda s: logits[s], lambda x, p: x[:, p], [], [], 1, 2, None)
    >>> rows, best = predict(problem, [Question(0, (0,), (None,))], Recipe(top=1))
    >>> rows
    [Row(source=0, positions=(0,), classes=(1,))]
    """
    rows: list[Row] = []
    best: list[Best] = []
    size = recipe.batch_size or problem.choose_batch_size()
    sources = sorted({question.source for question in questions})
    for start in range(0, len(sources), size):
        batch = sources[start : start + size]
        copies = {source: copy for copy, source in enumerate(batch)}
        asked = [question for question in questions if question.source in copies]
        positions = sorted({place for each in asked for place in each.positions})
        logits = problem.forward(problem.embed(batch), positions)
        for question in asked:
            # One at a time: the probabilities of all are as large as the logits.
            places = [positions.index(place) for place in question.positions]
            found = logits[copies[question.source], places]
            tops = found.argmax(dim=1).tolist()
            classes = tuple(
                top if recipe.target == "top" or truth is None else truth
                for truth, top in zip(question.truths, tops, strict=True)
            )
            rows.append(Row(question.source, question.positions, classes))
            values, kinds = (
                found[-1].softmax(dim=0).topk(min(recipe.top, problem.classes))
            )
            best.append(list(zip(kinds.tolist(), values.tolist(), strict=True)))
    return rows, best
