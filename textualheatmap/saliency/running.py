"""Running a module without leaving a trace on it, with progress on the way."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from tqdm.auto import tqdm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import nn

# What is over sooner needs no bar.
QUIET_SECONDS = 2


@contextmanager
def at_rest(module: nn.Module, device: str | torch.device | None) -> Iterator[None]:
    """Switch a module to evaluation without gradients of its own, then back.

    Every submodule's mode, every parameter's `requires_grad` and the device are as
    before afterwards, also after an error or an interrupt; no `grad` is touched.

    Parameters
    ----------
    module
        What will run, in float32.
    device
        Where; None is where it is.

    Raises
    ------
    TypeError
        If its weights are not float32.
    ValueError
        If there is no such device, or the module lies on several.

    Examples
    --------
    >>> module = torch.nn.Dropout().train()
    >>> with at_rest(module, None):
    ...     module.training
    False
    >>> module.training
    True
    """
    home = find_device(module)
    for name, weight in module.named_parameters():
        if weight.is_floating_point() and weight.dtype != torch.float32:
            msg = f"{name} is {weight.dtype}, expected torch.float32: use model.float()"
            raise TypeError(msg)
    asked = home if device is None else _read_device(device)
    if asked != home and len({weight.device for weight in module.parameters()}) > 1:
        msg = f"the model lies on several devices, so device={device!r} cannot be had"
        raise ValueError(msg)
    modes = [(part, part.training) for part in module.modules()]
    wanting = [weight for weight in module.parameters() if weight.requires_grad]
    try:
        if asked != home:
            module.to(asked)
        module.eval()
        for weight in wanting:
            weight.requires_grad = False
        with torch.inference_mode(mode=False), torch.enable_grad():
            yield
    finally:
        for weight in wanting:
            weight.requires_grad = True
        for part, training in modes:
            part.training = training
        if asked != home:
            module.to(home)


def find_device(module: nn.Module) -> torch.device:
    """Return where a module's first weight is; the CPU if it has none.

    Examples
    --------
    >>> find_device(torch.nn.Linear(1, 1))
    device(type='cpu')
    """
    return next((weight.device for weight in module.parameters()), torch.device("cpu"))


@contextmanager
def report_progress(
    wish: bool | Callable[[int, int], object],  # noqa: FBT001 - a bool or a callable
    total: int,
) -> Iterator[Callable[[int], object]]:
    """Yield what to call with the number of sequences that were just done.

    Parameters
    ----------
    wish
        As `Recipe.progress`.
    total
        Number of sequences in all.

    Examples
    --------
    >>> with report_progress(print, 3) as advance:
    ...     advance(2)
    0 3
    2 3
    """
    if callable(wish):
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            wish(done, total)

        wish(0, total)
        yield advance
    else:
        with tqdm(
            total=total, unit="seq", delay=QUIET_SECONDS, disable=not wish, leave=False
        ) as bar:
            yield bar.update


def _read_device(device: object) -> torch.device:
    """Return a device that exists, by its name."""
    try:
        read = torch.device(device)  # pyright: ignore[reportArgumentType]
        # Of the meta device, which holds no numbers, there is no way back.
        torch.zeros(1, device=read).item()
    except (RuntimeError, TypeError, AssertionError) as error:
        msg = f"device is {device!r}, expected one of this machine's: {error}"
        raise ValueError(msg) from None
    return read
