"""Modules in evaluation mode: shared by threads, and left as they were."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Condition, get_ident
from typing import TYPE_CHECKING

import torch
from torch import nn

from textualheatmap.saliency.models.devices import find_device, read_device
from textualheatmap.saliency.models.full_precision import full_precision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textualheatmap.saliency.arguments.options import Arithmetic

PRECISIONS = (torch.float32, torch.bfloat16, torch.float16)


@contextmanager
def evaluation_mode(
    *modules: nn.Module,
    device: str | torch.device | None = None,
    precision: Arithmetic = "float32",
) -> Iterator[None]:
    """Put modules into evaluation mode, without gradients of weights, and then back.

    Afterwards the mode of every submodule, the `requires_grad` of every weight and the
    device are as before, even after an error or an interrupt.

    Several threads may use a module at the same time: the first one changes it, and
    the last one changes it back. A thread that moves a module to another device waits
    until no other thread uses the module, and the others wait for that thread.

    Parameters
    ----------
    modules
        The modules that will run, with weights in float32, bfloat16 or float16.
    device
        Where they will run, as `read_device` takes it. None leaves each module where
        it is.
    precision
        Whether they compute in `"float32"`, also where their weights are in half
        precision or `torch.autocast` is on; or as the `"model"` and autocast do.

    Raises
    ------
    TypeError
        If a module has weights of another type.
    ValueError
        If there is no such device, or a module to be moved lies on several.

    Examples
    --------
    >>> module = torch.nn.Dropout().train()
    >>> with evaluation_mode(module):
    ...     module.training
    False
    >>> module.training
    True
    """
    parts = {part for module in modules for part in module.modules()}
    weights = {weight for module in modules for weight in module.parameters()}
    for module in modules:
        _check_precision(module)
    attributes: list[tuple[object, str]] = [
        *((part, "training") for part in parts),
        *((weight, "requires_grad") for weight in weights),
    ]
    if any(isinstance(part, nn.RNNBase) for part in parts):
        # cuDNN differentiates a recurrent network in training mode only.
        attributes.append((torch.backends.cudnn, "enabled"))
    asked = None if device is None else read_device(device)
    with _reserve(modules, asked) as use:
        try:
            for module in use.homes:
                module.to(asked)
            for owner, name in attributes:
                _switch_off(owner, name, use)
            # This switches gradients on, even where the caller has them off.
            with torch.inference_mode(mode=False), ExitStack() as stack:
                if precision == "float32":
                    stack.enter_context(full_precision(*modules))
                yield
        finally:
            for owner, name in attributes:
                _switch_back(owner, name, use)
            for module, home in use.homes.items():
                module.to(home)


@dataclass(frozen=True, eq=False)
class _Use:
    """The use of some modules by a thread.

    `parts` are the ids of their submodules. `homes` has the modules that this use
    moves to another device, and the devices that they come from.
    """

    thread: int
    parts: frozenset[int]
    homes: dict[nn.Module, torch.device]


@dataclass
class _Switch:
    """An attribute that is False during some uses, and its value before them."""

    owner: object
    value: bool
    uses: set[_Use] = field(default_factory=set)


# Guards `_uses` and `_switches`, which all threads share.
_condition = Condition()
_uses: list[_Use] = []
_switches: dict[tuple[int, str], _Switch] = {}


def _switch_off(owner: object, name: str, use: _Use) -> None:
    """Set an attribute to False, until its last use has switched it back."""
    key = id(owner), name
    with _condition:
        if key not in _switches:
            _switches[key] = _Switch(owner, getattr(owner, name))
        _switches[key].uses.add(use)
        setattr(owner, name, False)


def _switch_back(owner: object, name: str, use: _Use) -> None:
    """Give an attribute the value from before its first use, if this is the last."""
    key = id(owner), name
    with _condition:
        switch = _switches.get(key)
        if switch is not None and use in switch.uses:
            switch.uses.remove(use)
            if not switch.uses:
                setattr(owner, name, switch.value)
                del _switches[key]


@contextmanager
def _reserve(
    modules: Sequence[nn.Module], asked: torch.device | None
) -> Iterator[_Use]:
    """Reserve modules for this thread: alone, if one of them has to be moved."""
    parts = frozenset(id(part) for module in modules for part in module.modules())

    def is_free(*, alone: bool) -> bool:
        # A thread that waited for itself would wait forever.
        return not any(
            (alone or other.homes)
            and other.parts & parts
            and other.thread != get_ident()
            for other in _uses
        )

    with _condition:
        _condition.wait_for(lambda: is_free(alone=False))
        homes = {
            module: find_device(module)
            for module in modules
            if asked is not None and find_device(module) != asked
        }
        for module in homes:
            _check_one_device(module, asked)
        if homes:
            _condition.wait_for(lambda: is_free(alone=True))
        use = _Use(get_ident(), parts, homes)
        _uses.append(use)
    try:
        yield use
    finally:
        with _condition:
            _uses.remove(use)
            _condition.notify_all()


def _check_precision(module: nn.Module) -> None:
    """Raise TypeError unless the weights of a module are in a precision of these."""
    for name, weight in module.named_parameters():
        if weight.is_floating_point() and weight.dtype not in PRECISIONS:
            msg = (
                f"{name} is {weight.dtype}, expected torch.float32, torch.bfloat16 or "
                "torch.float16: use model.float()"
            )
            raise TypeError(msg)


def _check_one_device(module: nn.Module, asked: object) -> None:
    """Raise ValueError if a module that is to be moved lies on several devices."""
    if len({weight.device for weight in module.parameters()}) > 1:
        msg = (
            "the model lies on several devices, so it cannot be moved to "
            f"device={str(asked)!r}"
        )
        raise ValueError(msg)
