"""Classes of attribution methods of other libraries, such as Captum's."""

from __future__ import annotations

import inspect
from importlib.metadata import PackageNotFoundError, version
from typing import Any

# What an option of this package is called as an argument of Captum's `attribute`.
ARGUMENTS = {"baseline": "baselines", "steps": "n_steps", "samples": "n_samples"}
# What `attribute` of a class of layers may take.
LAYER_ARGUMENTS = [
    *("self", "inputs", "baselines", "target", "additional_forward_args", "n_steps"),
    *("method", "internal_batch_size", "attribute_to_layer_input", "grad_kwargs"),
    "return_convergence_delta",
]


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
takes classes of layers)
    """
    needed = _list_needed(kind)
    if needed in (["model"], ["forward_func"]):
        return
    hint = " (layer_gradients takes classes of layers)" if "layer" in needed else ""
    msg = (
        f"method is the class {kind.__name__}, expected one that is made of a "
        f"forward_func or a model alone, such as captum.attr.GradientShap{hint}"
    )
    raise ValueError(msg)


def check_layer_class(kind: Any) -> None:  # noqa: ANN401
    """Raise ValueError unless a class explains an output by the states of a layer.

    Parameters
    ----------
    kind
        What may be a class whose objects have a function `attribute`.

    Examples
    --------
    >>> class Activation:
    ...     def __init__(self, forward_func, layer): ...
    ...     def attribute(self, inputs): ...
    >>> check_layer_class(Activation)
    Traceback (most recent call last):
        ...
    ValueError: method is the class Activation, which explains no output, expected \
'gradient', or a class such as LayerIntegratedGradients, LayerConductance, \
LayerGradientXActivation or InternalInfluence of captum.attr
    """
    found = f"{kind!r:.60}"
    if is_method_class(kind):
        reason = _find_reason(kind)
        if not reason:
            return
        found = f"the class {kind.__name__}, which {reason}"
    msg = (
        f"method is {found}, expected 'gradient', or a class such as "
        "LayerIntegratedGradients, LayerConductance, LayerGradientXActivation or "
        "InternalInfluence of captum.attr"
    )
    raise ValueError(msg)


def _find_reason(kind: Any) -> str:  # noqa: ANN401
    """Return why a class does not explain by the states of a layer, or nothing."""
    needed, taken = _list_needed(kind), list_arguments(kind.attribute)
    if "layer" not in needed:
        return "explains inputs and not layers"
    if "model" in needed:
        return (
            "follows a model's modules, while attention and norms are computed by none "
            "of these"
        )
    if "target" not in taken:
        return "explains no output"
    others = [
        *(each for each in needed if each not in ("forward_func", "layer")),
        *(each for each in taken if each not in LAYER_ARGUMENTS),
    ]
    return f"is made for other layers: it takes {', '.join(others)}" if others else ""


def _list_needed(kind: Any) -> list[str]:  # noqa: ANN401
    """Return the names of what an object of a class cannot be made without."""
    return [
        name
        for name, each in inspect.signature(kind).parameters.items()
        if each.default is each.empty and each.kind is not each.VAR_KEYWORD
    ]


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
