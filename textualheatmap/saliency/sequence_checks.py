"""Checks of the arguments of `sequence`, and of what its module returns."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

import torch

from textualheatmap.facet.fields import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike
    from torch import Tensor, nn

# How many dimensions a matrix has, and how many a batch of logits.
MATRIX, LOGITS = 2, 3


def check_lengths(length: int, **lists: Sequence[object] | None) -> None:
    """Raise ValueError unless each list has one value per input.

    Parameters
    ----------
    length
        Number of inputs.
    lists
        The lists by the names of their arguments; None is not checked.

    Examples
    --------
    >>> check_lengths(2, tokens="ab", true_classes=None)
    """
    for name, values in lists.items():
        if values is not None and len(values) != length:
            msg = f"{name} has {len(values)} values, expected {length} (one per input)"
            raise ValueError(msg)


def read_matrix(name: str, value: Tensor | ArrayLike) -> Tensor:
    """Return a matrix as float32, without gradient.

    Parameters
    ----------
    name
        Name of the argument, for the message.
    value
        Two dimensions of floats, neither of them 0.

    Raises
    ------
    TypeError
        If it holds anything but floats.
    ValueError
        If it has another shape.

    Examples
    --------
    >>> read_matrix("inputs", [[1.0, 2.0]])
    tensor([[1., 2.]])
    """
    matrix = torch.as_tensor(value).detach()
    if matrix.ndim != MATRIX or not matrix.numel():
        shape = tuple(matrix.shape)
        msg = f"{name} has shape {shape}, expected two dimensions, neither of them 0"
        raise ValueError(msg)
    if not matrix.is_floating_point():
        msg = f"{name} is {matrix.dtype}, expected floats: the tokens, embedded"
        raise TypeError(msg)
    return matrix.float()


def read_logits(
    module: nn.Module, head: nn.Module | None, inputs: Tensor, steps: list[int]
) -> Tensor:
    """Run a module, and return its logits at some steps.

    Parameters
    ----------
    module, head
        As in `sequence`. The head, if any, runs at these steps only.
    inputs
        Shape (B, all steps, d).
    steps
        The steps whose logits are returned.

    Returns
    -------
    logits
        Shape (B, steps, classes).

    Raises
    ------
    TypeError, ValueError
        If the module or the head does not return one vector for each step.

    Examples
    --------
    >>> read_logits(torch.nn.Linear(2, 3), None, torch.ones(1, 4, 2), [0, 1]).shape
    torch.Size([1, 2, 3])
    """
    found = _check_steps("module", module(inputs), *inputs.shape[:2])[:, steps]
    if head is None:
        return found
    return _check_steps("head", head(found), *found.shape[:2])


def _check_steps(name: str, found: object, batch: int, steps: int) -> Tensor:
    """Return the output of a module if it has a vector for each step, or raise."""
    if not isinstance(found, torch.Tensor):
        msg = f"{name} returns a {type(found).__name__}, expected a tensor of logits"
        raise TypeError(msg)
    if found.ndim != LOGITS or found.shape[:-1] != (batch, steps):
        msg = (
            f"{name} returns shape {tuple(found.shape)}, "
            f"expected ({batch}, {steps}, classes)"
        )
        raise ValueError(msg)
    return found


def count_classes(
    module: nn.Module,
    head: nn.Module | None,
    given: Tensor,
    names: Sequence[str] | None,
) -> int:
    """Return how many classes a module predicts; raise unless there are as many names.

    Parameters
    ----------
    module, head
        As in `sequence`.
    given
        The embedded tokens, shape (steps, d); the first one is read.
    names
        The names of the classes, or None.

    Raises
    ------
    ValueError
        If there is another number of names.

    Examples
    --------
    >>> count_classes(torch.nn.Linear(2, 3), None, torch.ones(4, 2), list("abc"))
    3
    """
    count = read_logits(module, head, given[:1][None], [0]).shape[-1]
    if names is not None and len(names) != count:
        msg = f"classes has {len(names)} names, expected {count} (one per class)"
        raise ValueError(msg)
    return count


def read_true_class(step: int, value: int | None, count: int) -> int | None:
    """Return the true class of a step, or None if it is unknown.

    Parameters
    ----------
    step
        Number of the step, for the message.
    value
        What was given for it.
    count
        Number of classes.

    Raises
    ------
    TypeError
        If it is neither an integer nor None.
    ValueError
        If there is no such class.

    Examples
    --------
    >>> read_true_class(0, 1, 2)
    1
    """
    if value is None:
        return None
    try:
        number = operator.index(value)
    except TypeError:
        msg = (
            f"true_classes[{step}] is {quote(value)}, expected a class's number or None"
        )
        raise TypeError(msg) from None
    if not 0 <= number < count:
        msg = (
            f"true_classes[{step}] is {number}, expected a class from 0 to {count - 1}"
        )
        raise ValueError(msg)
    return number
