"""Checks of the arguments of `sequence`, and of what its module returns."""

from __future__ import annotations

import operator
from collections.abc import Sized
from typing import TYPE_CHECKING

import torch

from textualheatmap.facet.fields import name_type, quote
from textualheatmap.saliency.models.devices import find_precision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike
    from torch import Tensor, nn

# How many dimensions a matrix has, and how many a batch of logits.
MATRIX, LOGITS = 2, 3


def check_count(name: str, values: object, count: int, each: str) -> None:
    """Raise TypeError or ValueError unless a list has the expected number of values.

    Parameters
    ----------
    name
        Name of the argument, for the message.
    values
        What was given. A string counts as a list of its characters.
    count
        The number of values that it should have.
    each
        What each value belongs to, such as "input".

    Examples
    --------
    >>> check_count("tokens", "ab", 2, "input")
    """
    if not isinstance(values, Sized):
        msg = f"{name} is {name_type(values)}, expected a list (one value per {each})"
        raise TypeError(msg)
    if len(values) != count:
        msg = f"{name} has {len(values)} values, expected {count} (one per {each})"
        raise ValueError(msg)


def check_names(names: Sequence[object], count: int) -> None:
    """Raise TypeError or ValueError unless there is one name per class.

    Parameters
    ----------
    names
        The names of the classes.
    count
        Number of classes.

    Examples
    --------
    >>> check_names(["yes", "no"], 2)
    """
    check_count("classes", names, count, "class")
    for number, name in enumerate(names):
        if not isinstance(name, str):
            msg = f"classes[{number}] is {name_type(name)}, expected a string"
            raise TypeError(msg)


def read_matrix(name: str, value: Tensor | ArrayLike) -> Tensor:
    """Return a matrix as float32, without gradient.

    Parameters
    ----------
    name
        Name of the argument, for the message.
    value
        Two dimensions of finite floats, neither of them 0.

    Raises
    ------
    TypeError
        If it holds anything but floats.
    ValueError
        If it has another shape, or a number that is not finite.

    Examples
    --------
    >>> read_matrix("inputs", [[1.0, 2.0]])
    tensor([[1., 2.]])
    """
    try:
        matrix = torch.as_tensor(value).detach()
    except (RuntimeError, TypeError, ValueError) as error:
        msg = f"{name} is {quote(value)}, expected a matrix of floats: {error}"
        raise TypeError(msg) from None
    if matrix.ndim != MATRIX or not matrix.numel():
        shape = tuple(matrix.shape)
        msg = f"{name} has shape {shape}, expected two dimensions, neither of them 0"
        raise ValueError(msg)
    if not matrix.is_floating_point():
        msg = f"{name} is {matrix.dtype}, expected floats: the tokens, embedded"
        raise TypeError(msg)
    unusable = (~matrix.isfinite()).nonzero()
    if len(unusable):
        row, column = unusable[0].tolist()
        msg = (
            f"{name}[{row}, {column}] is {matrix[row, column].item()}, "
            "expected a finite number"
        )
        raise ValueError(msg)
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
    inputs = inputs.to(find_precision(module))
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


def count_classes(module: nn.Module, head: nn.Module | None, inputs: Tensor) -> int:
    """Return how many classes a module predicts.

    Parameters
    ----------
    module, head
        As in `sequence`.
    inputs
        The embedded tokens, shape (steps, d); the first one is read.

    Examples
    --------
    >>> count_classes(torch.nn.Linear(2, 3), None, torch.ones(4, 2))
    3
    """
    return read_logits(module, head, inputs[:1][None], [0]).shape[-1]


def find_class(classes: Sequence[str], name: str) -> int:
    """Return the number of a class by its name.

    Raises
    ------
    ValueError
        If no class has this name, or several have it.

    Examples
    --------
    >>> find_class(["is", "are"], "are")
    1
    """
    numbers = [number for number, each in enumerate(classes) if each == name]
    if len(numbers) != 1:
        msg = (
            f"target has the class {quote(name)}, which {len(numbers)} of classes have "
            "as their name: expected one"
        )
        raise ValueError(msg)
    return numbers[0]


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
