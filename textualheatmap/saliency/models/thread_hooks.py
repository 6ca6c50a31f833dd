"""Hooks on modules that see the calls of one thread only."""

from __future__ import annotations

from threading import get_ident
from typing import TYPE_CHECKING, Any, Self

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor, nn
    from torch.utils.hooks import RemovableHandle


class ThreadHooks:
    """Look at what goes into modules and comes out of them, or change it.

    Several threads may run one model at the same time: what other threads compute is
    neither seen nor changed. All hooks are gone after the `with` block.

    Examples
    --------
    >>> module = torch.nn.Identity()
    >>> with ThreadHooks() as hooks:
    ...     hooks.after(module, lambda output: output + 1)
    ...     module(torch.zeros(1))
    tensor([1.])
    >>> module(torch.zeros(1))
    tensor([0.])
    """

    def __init__(self) -> None:
        self._thread = get_ident()
        self._handles: list[RemovableHandle] = []

    def __enter__(self) -> Self:
        """Return the hooks, of which there are none so far."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the hooks."""
        for handle in self._handles:
            handle.remove()

    def before(
        self,
        module: nn.Module,
        change: Callable[[Tensor], Tensor],
        *,
        at_first: bool = False,
    ) -> None:
        """Call a function with the first input of a module, before the module runs.

        Parameters
        ----------
        module
            A module whose first input is a tensor, given by its place or under the name
            `hidden_states`.
        change
            Takes the input, and returns what the module reads in its place.
        at_first
            Whether hooks that the module has already come after this one.

        Examples
        --------
        >>> module = torch.nn.Identity()
        >>> with ThreadHooks() as hooks:
        ...     hooks.before(module, lambda given: -given)
        ...     module(torch.ones(1))
        tensor([-1.])
        """

        def enter(
            _: nn.Module, given: tuple[Any, ...], named: dict[str, Any]
        ) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
            if get_ident() != self._thread:
                return None
            if given:
                return (change(given[0]), *given[1:]), named
            return given, {**named, "hidden_states": change(named["hidden_states"])}

        self._handles.append(
            module.register_forward_pre_hook(enter, with_kwargs=True, prepend=at_first)
        )

    def after(self, module: nn.Module, change: Callable[[Tensor], Tensor]) -> None:
        """Call a function with the output of a module, after the module has run.

        Parameters
        ----------
        module
            A module that returns a tensor, or a tuple that begins with one.
        change
            Takes this tensor, and returns what the module returns in its place.

        Examples
        --------
        >>> module = torch.nn.Identity()
        >>> with ThreadHooks() as hooks:
        ...     hooks.after(module, lambda output: print(output) or output)
        ...     module(torch.ones(1))
        tensor([1.])
        tensor([1.])
        """

        def leave(_: nn.Module, __: object, output: Any) -> Any:  # noqa: ANN401
            if get_ident() != self._thread:
                return None
            if isinstance(output, torch.Tensor):
                return change(output)
            return (change(output[0]), *output[1:])

        self._handles.append(module.register_forward_hook(leave))
