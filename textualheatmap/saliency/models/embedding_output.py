"""Replace what an embedding returns, in one thread, while a model runs."""

from __future__ import annotations

from contextlib import contextmanager
from threading import get_ident
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor, nn


@contextmanager
def replace_output(module: nn.Module, output: Tensor) -> Iterator[None]:
    """Let a module return a tensor, whatever it is given, when this thread calls it.

    Other threads that call the module meanwhile get what it returns to them.

    Parameters
    ----------
    module
        The module, such as the embedding of a model that is about to run.
    output
        What it returns. Gradients flow back to it.

    Examples
    --------
    >>> import torch
    >>> module = torch.nn.Embedding(9, 1)
    >>> with replace_output(module, torch.tensor([[5.0]])):
    ...     module(torch.tensor([3]))
    tensor([[5.]])
    """
    thread = get_ident()

    def replace(*_: object) -> Tensor | None:
        return output if get_ident() == thread else None

    hook = module.register_forward_hook(replace)
    try:
        yield
    finally:
        hook.remove()
