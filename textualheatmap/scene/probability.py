"""How a probability is written."""

from __future__ import annotations

SMALLEST, LARGEST = 0.01, 0.99


def write_probability(p: float) -> str:
    """Return a probability in whole percent; only 0 and 1 are written as 0% and 100%.

    Examples
    --------
    >>> [write_probability(p) for p in (0, 0.004, 0.25, 0.996, 1)]
    ['0%', '<1%', '25%', '>99%', '100%']
    """
    if 0 < p < SMALLEST:
        return "<1%"
    if LARGEST < p < 1:
        return ">99%"
    return f"{p:.0%}"
