"""Record what a module reads, in one thread, while a model runs."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from threading import get_ident
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from torch import Tensor, nn


@contextmanager
def record_input(module: nn.Module) -> Iterator[list[Tensor]]:
    """Yield a list that gets each tensor which this thread calls a module with.

    Parameters
    ----------
    module
        The module, such as the layer that turns hidden states into logits.

    Examples
    --------
    >>> import torch
    >>> module = torch.nn.Linear(2, 1)
    >>> with record_input(module) as inputs:
    ...     _ = module(torch.ones(1, 2))
    >>> inputs
    [tensor([[1., 1.]])]
    """
    thread = get_ident()
    inputs: list[Tensor] = []

    def record(_: nn.Module, given: tuple[Any, ...]) -> None:
        if get_ident() == thread:
            inputs.extend(given)

    hook = module.register_forward_pre_hook(record)
    try:
        yield inputs
    finally:
        hook.remove()


def record_nothing() -> AbstractContextManager[tuple[Tensor, ...]]:
    """Return a context that yields nothing, where it is not known what is the head.

    Examples
    --------
    >>> with record_nothing() as inputs:
    ...     inputs
    ()
    """
    return nullcontext(())
