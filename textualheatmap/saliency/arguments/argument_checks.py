"""Checks of arguments that are one of several words, or an integer in a range."""

from __future__ import annotations

import math
import operator
from numbers import Real

from textualheatmap.facet.fields import quote


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Raise ValueError unless an argument is one of its choices.

    Parameters
    ----------
    name
        Name of the argument, for the message.
    value
        What was given.
    choices
        The values that it may have, two at least.

    Examples
    --------
    >>> check_choice("scale", "row", ("row", "all"))
    """
    if value not in choices:
        *most, last = map(repr, choices)
        msg = f"{name} is {quote(value)}, expected {', '.join(most)} or {last}"
        raise ValueError(msg)


def read_share(name: str, value: object) -> float:
    """Return an argument as a float that is finite and not negative.

    Parameters
    ----------
    name
        Name of the argument, for the message.
    value
        What was given.

    Raises
    ------
    TypeError
        If it is not a number.
    ValueError
        If it is negative or not finite.

    Examples
    --------
    >>> read_share("noise", 0.1)
    0.1
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        msg = f"{name} is {quote(value)}, expected a number"
        raise TypeError(msg)
    share = float(value)
    if not 0 <= share < math.inf:
        msg = f"{name} is {quote(value)}, expected a finite number from 0"
        raise ValueError(msg)
    return share


def read_integer(name: str, value: object, low: int, high: int | None = None) -> int:
    """Return an argument as an integer in its range; NumPy's integers are, too.

    Parameters
    ----------
    name
        Name of the argument, for the message.
    value
        What was given.
    low, high
        Its bounds, both included; None sets no upper one.

    Raises
    ------
    TypeError
        If it is not an integer.
    ValueError
        If it is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> read_integer("steps", np.int64(32), 1, 1000)
    32
    """
    try:
        number = None if isinstance(value, bool) else operator.index(value)  # pyright: ignore[reportArgumentType]
    except TypeError:
        number = None
    if number is None:
        msg = f"{name} is {quote(value)}, expected an integer"
        raise TypeError(msg)
    if number < low or (high is not None and number > high):
        upper = "" if high is None else f" to {high}"
        msg = f"{name} is {number}, expected an integer from {low}{upper}"
        raise ValueError(msg)
    return number
