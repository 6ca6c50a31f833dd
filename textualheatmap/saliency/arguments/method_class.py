"""Classes of attribution methods of other libraries, such as Captum's."""

from __future__ import annotations

import inspect
from importlib.metadata import PackageNotFoundError, version
from typing import Any

# What an option of this package is called as an argument of Captum's `attribute`.
ARGUMENTS = {"baseline": "baselines", "steps": "n_steps", "samples": "n_samples"}


def is_method_class(kind: object) -> bool:
    """Say whether something is a class whose objects have a function `attribute`.

    Examples
    --------
    >>> is_method_class("gradient")
    False
    """
    return isinstance(kind, type) and callable(getattr(kind, "attribute", None))


def list_arguments(function: Any) -> list[str]:  # noqa: ANN401 - any callable
    """Return the names of the arguments of a function, or of those that make an object.

    Examples
    --------
    >>> list_arguments(lambda inputs, n_steps: None)
    ['inputs', 'n_steps']
    """
    return list(inspect.signature(function).parameters)


def check_method_class(kind: Any) -> None:  # noqa: ANN401
    """Raise ValueError unless a class explains a module, given nothing else.

    Parameters
    ----------
    kind
        A class whose objects have a function `attribute`.

    Examples
    --------
    >>> class Inputs:
    ...     def __init__(self, forward_func, layer): ...
    ...     def attribute(self, inputs): ...
    >>> check_method_class(Inputs)
    Traceback (most recent call last):
        ...
    ValueError: method is the class Inputs, expected one that is made of a \
forward_func or a model alone, such as captum.attr.GradientShap (layer_gradients \
explains layers)
    """
    needed = [
        name
        for name, each in inspect.signature(kind).parameters.items()
        if each.default is each.empty and each.kind is not each.VAR_KEYWORD
    ]
    if needed in (["model"], ["forward_func"]):
        return
    hint = " (layer_gradients explains layers)" if "layer" in needed else ""
    msg = (
        f"method is the class {kind.__name__}, expected one that is made of a "
        f"forward_func or a model alone, such as captum.attr.GradientShap{hint}"
    )
    raise ValueError(msg)


def describe_method_class(kind: Any) -> dict[str, object]:  # noqa: ANN401
    """Return what a facet records about a class: its name, and its library's version.

    Examples
    --------
    >>> describe_method_class(dict)
    {'method': 'builtins.dict'}
    """
    library = kind.__module__.split(".")[0]
    record: dict[str, object] = {"method": f"{library}.{kind.__name__}"}
    try:
        record[library] = version(library)
    except PackageNotFoundError:
        # A class of one's own.
        return record
    return record
