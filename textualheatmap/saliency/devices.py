"""Where a module's weights are, and which devices this machine has."""

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


def read_device(device: object) -> torch.device:
    """Return a device of this machine, given as a `torch.device` or by its name.

    Raises
    ------
    ValueError
        If this machine has no such device.

    Examples
    --------
    >>> read_device("cpu")
    device(type='cpu')
    """
    try:
        read = torch.device(device)  # pyright: ignore[reportArgumentType]
        # The meta device exists everywhere, but its tensors have no numbers.
        torch.zeros(1, device=read).item()
    except (RuntimeError, TypeError, AssertionError) as error:
        msg = f"device is {quote(device)}, expected one of this machine's: {error}"
        raise ValueError(msg) from None
    return read
