"""Scaling of attributions to heat from -1 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from textualheatmap.saliency.arguments.options import Scale


def scale_attributions(
    attributions: NDArray[np.float32],
    scale: Scale,
    *,
    left_out: NDArray[np.bool_] | None = None,
    cap_first: bool = False,
    firsts: Sequence[int] | None = None,
    start: int = 0,
) -> NDArray[np.float32]:
    """Divide attributions by the largest of their row, or of all rows, in magnitude.

    Parameters
    ----------
    attributions
        Shape (rows, n), signed or not.
    scale
        Whether to divide by the largest of each `"row"` or of `"all"` rows, or not at
        all (`"none"`).
    left_out
        Shape (rows, n): True where an attribution is set to 0 before the largest is
        found.
    cap_first
        Whether to ignore the first column when looking for the largest attribution.
        Its heat is then at most 1, and at least -1.
    firsts
        For each row the column that is its first. None where that is column 0 of all.
    start
        The token of the first row, for the message of an error.

    Returns
    -------
    heat
        Shape (rows, n), from -1 to 1 unless `scale` is `"none"`. A row whose
        attributions are all 0 stays 0.

    Raises
    ------
    FloatingPointError
        If an attribution is not finite.

    Examples
    --------
    >>> attributions = np.array([[2, 1], [4, 1]], dtype=np.float32)
    >>> scale_attributions(attributions, "row").tolist()
    [[1.0, 0.5], [1.0, 0.25]]
    >>> scale_attributions(attributions, "row", cap_first=True).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    >>> scale_attributions(-attributions, "row").tolist()
    [[-1.0, -0.5], [-1.0, -0.25]]
    """
    if not np.isfinite(attributions).all():
        row, column = np.argwhere(~np.isfinite(attributions))[0]
        msg = (
            f"the attribution of token {column} to token {start + row} is "
            f"{attributions[row, column]}, expected a finite number: the model "
            "overflows on this text"
        )
        raise FloatingPointError(msg)
    if left_out is not None:
        attributions = np.where(left_out, np.float32(0), attributions)
    if scale == "none":
        return attributions
    sizes = np.abs(attributions)
    others = sizes
    if cap_first:
        others = sizes.copy()
        others[np.arange(len(sizes)), 0 if firsts is None else list(firsts)] = 0
    largest = others.max(axis=1, keepdims=True, initial=0)
    # A row with nothing but its first column is divided by that.
    largest = np.where(largest > 0, largest, sizes.max(axis=1, keepdims=True))
    if scale == "all":
        largest = np.broadcast_to(largest.max(), largest.shape)
    heat = attributions / np.where(largest > 0, largest, 1)
    return np.clip(heat, -1, 1, dtype=np.float32)
