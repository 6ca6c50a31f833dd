"""Where a module's weights are and how precise, and which devices there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from textualheatmap.facet.fields import quote

if TYPE_CHECKING:
    from torch import nn


def find_device(module: nn.Module) -> torch.device:
    """Return the device of a module's first weight, or the CPU if it has no weights.

    Examples
    --------
    >>> find_device(torch.nn.Linear(1, 1))
    device(type='cpu')
    """
    return next((weight.device for weight in module.parameters()), torch.device("cpu"))


def find_precision(module: nn.Module) -> torch.dtype:
    """Return the type of a module's first weight of floats, float32 if it has none.

    Examples
    --------
    >>> find_precision(torch.nn.Linear(1, 1).half())
    torch.float16
    """
    kinds = (weight.dtype for weight in module.parameters())
    return next((kind for kind in kinds if kind.is_floating_point), torch.float32)


def estimate_rounding(module: nn.Module) -> float:
    """Return the share of a module's largest output that rounding errors may have.

    That is 1e-5, or 4 units of rounding where these are more: in half precision, be it
    of the weights or of `torch.autocast`.

    Examples
    --------
    >>> estimate_rounding(torch.nn.Linear(1, 1))
    1e-05
    >>> estimate_rounding(torch.nn.Linear(1, 1).bfloat16())
    0.03125
    """
    kinds, place = [find_precision(module)], find_device(module).type
    if torch.is_autocast_enabled(place):
        kinds.append(torch.get_autocast_dtype(place))
    return max(1e-5, *(4 * torch.finfo(kind).eps for kind in kinds))


def read_device(device: object) -> torch.device:
    """Return a device of this machine, given as a `torch.device` or by its name.

    The name `"auto"` stands for the first of `cuda`, `mps` and `cpu` that there is.

    Raises
    ------
    ValueError
        If this machine has no such device.

    Examples
    --------
    >>> read_device("cpu")
    device(type='cpu')
    """
    if device == "auto":
        has_mps = torch.backends.mps.is_available()
        device = "mps" if has_mps else "cpu"
        if torch.cuda.is_available():
            device = "cuda"
    try:
        read = torch.device(device)  # pyright: ignore[reportArgumentType]
        # The meta device exists everywhere, but its tensors have no numbers.
        torch.zeros(1, device=read).item()
    except (RuntimeError, TypeError, AssertionError) as error:
        msg = f"device is {quote(device)}, expected one of this machine's: {error}"
        raise ValueError(msg) from None
    return read
