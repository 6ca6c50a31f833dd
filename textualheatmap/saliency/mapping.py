"""From scores and predictions to a facet that says how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from textualheatmap.facet.facet import Facet
from textualheatmap.saliency.scaling import scale_scores
from textualheatmap.saliency.scoring import score

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from textualheatmap.saliency.predicting import Best
    from textualheatmap.saliency.problem import Problem
    from textualheatmap.saliency.recipe import Recipe
    from textualheatmap.saliency.spelling import Spelling


def map_saliency(
    problem: Problem,
    recipe: Recipe,
    spelling: Spelling,
    best: Sequence[Best],
    name_class: Callable[[int], str],
    *,
    left_out: NDArray[np.bool_] | None = None,
    cap_first: bool = False,
    provenance: Mapping[str, object],
) -> Facet:
    """Return a facet with a row of heat and a meta for each row of a problem.

    Parameters
    ----------
    left_out, cap_first
        As in `scale_scores`.
    provenance
        What there is to record besides the recipe.

    Examples
    --------
    >>> from textualheatmap.saliency.problem import Problem, Row
    >>> from textualheatmap.saliency.recipe import Recipe
    >>> from textualheatmap.saliency.spelling import Spelling
    >>> problem = Problem(
    ...     embed=lambda sources: torch.ones(1, 1, 2),
    ...     forward=lambda inputs, sources: inputs,
    ...     rows=[Row(0, (0,), (1,))],
    ...     columns=[[0]],
    ...     length=1,
    ...     classes=2,
    ...     baseline=torch.zeros(2),
    ... )
    >>> spelling = Spelling(["a"], [False], [[0]])
    >>> best = [[(1, 0.75)]]
    >>> map_saliency(problem, Recipe(), spelling, best, "ab".__getitem__, provenance={})
    <Facet of 1 tokens: 'a'>
    """
    scores, found = score(problem, recipe)
    heat = scale_scores(scores, recipe.scale, left_out=left_out, cap_first=cap_first)
    metas = iter([[(name_class(kind), share) for kind, share in row] for row in best])
    record = {
        **provenance,
        **recipe.describe(),
        **found,
        "torch": torch.__version__,
    }
    return Facet.from_arrays(
        spelling.texts,
        heat,
        [[] if is_gap else next(metas) for is_gap in spelling.is_format],
        spelling.is_format,
        provenance=record,
    )
