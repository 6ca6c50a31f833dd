"""Linear codes: heat from 0 to 1 in one byte a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEPS = 255


def quantise(
    heat: NDArray[np.float32],
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Pack heat into one byte a value, scaled by each row's maximum.

    Parameters
    ----------
    heat
        Shape (rows, columns), from 0 to 1.

    Returns
    -------
    codes
        Shape (rows, columns), from 0 to 255.
    scales
        Shape (rows,): the maximum of each row. `codes / 255 * scale` differs from
        `heat` by at most half a step, that is `scale / 510`.

    Examples
    --------
    >>> codes, scales = quantise(np.array([[0.5, 0.25]], dtype=np.float32))
    >>> codes.tolist(), scales.tolist()
    ([[255, 128]], [0.5])
    """
    scales = heat.max(axis=1)
    # A row without heat is divided by 1, not by 0.
    ratios = heat / np.where(scales > 0, scales, np.float32(1))[:, np.newaxis]
    return np.rint(ratios * np.float32(STEPS)).astype(np.uint8), scales


def restore(
    codes: NDArray[np.uint8], scales: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Unpack what `quantise` packed.

    Parameters
    ----------
    codes
        Shape (rows, columns), from 0 to 255.
    scales
        Shape (rows,): the heat that code 255 stands for.

    Examples
    --------
    >>> codes = np.array([[255, 51]], dtype=np.uint8)
    >>> restore(codes, np.array([0.5], dtype=np.float32)).round(3).tolist()
    [[0.5, 0.10000000149011612]]
    """
    # Not `codes * scales / 255`, which for code 255 is not always the scale.
    shares = codes.astype(np.float32)
    shares /= np.float32(STEPS)
    shares *= scales[:, np.newaxis]
    return shares
