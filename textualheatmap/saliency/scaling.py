"""From scores of any size to heat from 0 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from textualheatmap.saliency.recipe import Scale


def scale_scores(
    scores: NDArray[np.float32],
    scale: Scale,
    *,
    left_out: NDArray[np.bool_] | None = None,
    cap_first: bool = False,
) -> NDArray[np.float32]:
    """Return heat: scores divided by the largest of their row, or of all.

    Parameters
    ----------
    scores
        Shape (n, n), not negative.
    scale
        Whether 1 is the largest score of each row, or of all rows.
    left_out
        Shape (n, n): what has no heat, and is left out before the largest is sought.
    cap_first
        Whether the first column is left out of the search, too, and capped at 1.

    Returns
    -------
    heat
        Shape (n, n), from 0 to 1. A row without a score has no heat.

    Raises
    ------
    FloatingPointError
        If a score is not finite.

    Examples
    --------
    >>> scores = np.array([[2, 1], [4, 1]], dtype=np.float32)
    >>> scale_scores(scores, "row").tolist()
    [[1.0, 0.5], [1.0, 0.25]]
    >>> scale_scores(scores, "row", cap_first=True).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    if not np.isfinite(scores).all():
        row, column = np.argwhere(~np.isfinite(scores))[0]
        msg = (
            f"the score of token {column} for token {row} is {scores[row, column]}, "
            "expected a finite number: the model overflows on this text"
        )
        raise FloatingPointError(msg)
    if left_out is not None:
        scores = np.where(left_out, np.float32(0), scores)
    others = scores[:, 1:] if cap_first else scores
    largest = others.max(axis=1, keepdims=True, initial=0)
    # Where there is nothing but the first column, it is its own measure.
    largest = np.where(largest > 0, largest, scores.max(axis=1, keepdims=True))
    if scale == "all":
        largest = np.broadcast_to(largest.max(), largest.shape)
    return np.minimum(scores / np.where(largest > 0, largest, 1), np.float32(1))
