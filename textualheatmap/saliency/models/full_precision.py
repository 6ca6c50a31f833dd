"""Arithmetic in float32 on a model whose weights stay in half precision."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch.overrides import TorchFunctionMode

from textualheatmap.saliency.models.devices import find_device

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from torch import Tensor, nn

HALF = (torch.bfloat16, torch.float16)
EMBEDDING = torch.nn.functional.embedding
# What these return has the numbers of their first argument in its own memory.
VIEWS = {
    *("__getitem__", "chunk", "contiguous", "detach", "diagonal", "expand"),
    *("expand_as", "flatten", "narrow", "permute", "reshape", "select", "split"),
    *("squeeze", "swapaxes", "t", "transpose", "unbind", "unflatten", "unsqueeze"),
    *("view", "view_as"),
}
LOWERING = {torch.Tensor.bfloat16, torch.Tensor.half}
READ_TYPE = torch.Tensor.dtype.__get__  # pyright: ignore[reportAttributeAccessIssue]


@contextmanager
def full_precision(*modules: nn.Module) -> Iterator[None]:
    """Compute in float32 what modules compute in half precision, in this thread.

    The modules are not changed. Their weights become float32 one at a time, when they
    are used, so that memory stays near that of the modules. `torch.autocast` is off
    meanwhile. Modules in float32 cost nothing more than before.

    Parameters
    ----------
    modules
        The modules that will run, forward and backward.

    Examples
    --------
    >>> module = torch.nn.Linear(1, 1).bfloat16()
    >>> with full_precision(module):
    ...     module(torch.ones(1)).dtype
    torch.float32
    """
    places = {"cpu", *(find_device(module).type for module in modules)}
    with ExitStack() as stack:
        for place in sorted(places):
            if torch.is_autocast_enabled(place):
                stack.enter_context(torch.autocast(place, enabled=False))
        if describe_weights(*modules):
            mode = stack.enter_context(_Float32Arithmetic())
            stack.enter_context(
                torch.autograd.graph.saved_tensors_hooks(mode.keep, mode.give_back)
            )
        yield


def describe_weights(*modules: nn.Module) -> dict[str, str]:
    """Return what a facet records of weights in half precision, nothing without any.

    They are computed with in float32, unless something else is recorded.

    Examples
    --------
    >>> describe_weights(torch.nn.Linear(1, 1).half())
    {'weights': 'float16', 'precision': 'float32'}
    """
    # In `full_precision`, weights are said to be in float32.
    with torch._C.DisableTorchFunction():  # noqa: SLF001 - there is no other way
        kinds = {
            str(each.dtype).removeprefix("torch.")
            for module in modules
            for own in (module.parameters(), module.buffers())
            for each in own
            if each.dtype in HALF
        }
    if not kinds:
        return {}
    return {"weights": " and ".join(sorted(kinds)), "precision": "float32"}


class _Float32Arithmetic(TorchFunctionMode):
    """Gives functions of torch float32 in place of half precision.

    What autograd keeps of a weight in float32 is the weight in half precision, of which
    float32 is made anew when gradients flow back.
    """

    def __init__(self) -> None:
        super().__init__()
        # Weights in half precision with their float32 copies, by where these are
        # stored, while a function runs that was given the copies. They are held here:
        # else what comes after a copy could be stored in its place.
        self._copied: dict[int, tuple[Tensor, Tensor]] = {}

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - whatever torch returns
        del types
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if func == READ_TYPE:
            kind = func(*args)
            return torch.float32 if kind in HALF else kind
        if name in ("__get__", "__set__") or name in VIEWS:
            # A property of a weight, such as its shape, needs no copy of it, and a part
            # of it is copied when something is computed of it.
            return func(*args, **kwargs)
        if func in LOWERING:
            return args[0].float()
        if func is EMBEDDING:
            # A few rows of a large matrix.
            found = func(*args, **kwargs)
            return found.float() if found.dtype in HALF else found
        outer = self._copied
        self._copied = dict(outer)
        try:
            if _is_in_place(name):
                # The first argument itself is changed.
                rest = [self._raise(each) for each in args[1:]]
                return func(*args[:1], *rest, **self._raise(kwargs))
            return func(*self._raise(list(args)), **self._raise(kwargs))
        finally:
            self._copied = outer

    def _raise(self, value: Any) -> Any:  # noqa: ANN401 - whatever a function is given
        """Return an argument of a function, in float32 wherever it is in half."""
        if isinstance(value, torch.Tensor):
            if value.dtype not in HALF:
                return value
            copy = value.float()
            if not value.requires_grad:
                self._copied[copy.untyped_storage().data_ptr()] = value, copy
            return copy
        if isinstance(value, torch.dtype):
            return torch.float32 if value in HALF else value
        if type(value) in (list, tuple):
            return type(value)(self._raise(each) for each in value)
        if type(value) is dict:
            return {
                key: each if key == "out" else self._raise(each)
                for key, each in value.items()
            }
        return value

    def keep(self, saved: Tensor) -> Tensor | tuple[Tensor, Any]:
        """Return what autograd keeps of a tensor for the backward pass."""
        found = self._copied.get(saved.untyped_storage().data_ptr())
        if found is None:
            return saved
        weight, _ = found
        return weight, (saved.size(), saved.stride(), saved.storage_offset())

    def give_back(self, kept: Tensor | tuple[Tensor, Any]) -> Tensor:
        """Return the tensor of which `keep` returned what autograd kept."""
        if isinstance(kept, torch.Tensor):
            return kept
        weight, (size, stride, offset) = kept
        return weight.float().as_strided(size, stride, offset)


def _is_in_place(name: str) -> bool:
    """Say whether a function of this name changes its first argument."""
    if name.endswith("__"):
        return name == "__setitem__" or name.startswith("__i")
    return name.endswith("_")
