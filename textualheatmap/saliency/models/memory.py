"""How much memory is free, and how much a computation has at once."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

if TYPE_CHECKING:
    from collections.abc import Callable

MACHINE = Path("/proc/meminfo")
# What a container may have, and what it has.
GROUP = Path("/sys/fs/cgroup")


def find_free_memory(device: torch.device) -> int | None:
    """Return the bytes that are free on a device, None where that is not known.

    Of the CPU, they are what the machine and its container have left. Known are CUDA
    devices, and the CPU on Linux.

    Examples
    --------
    >>> free = find_free_memory(torch.device("cpu"))
    >>> free is None or free > 0
    True
    """
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        # PyTorch keeps what it has freed.
        unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(
            device
        )
        return free + unused
    if device.type != "cpu" or not MACHINE.exists():
        return None
    lines = dict(line.split(":") for line in MACHINE.read_text().splitlines())
    free = 1024 * int(lines["MemAvailable"].split()[0])
    try:
        limit = int((GROUP / "memory.max").read_text())
        used = int((GROUP / "memory.current").read_text())
    except (OSError, ValueError):  # No container, or one without a limit.
        return free
    return max(0, min(free, limit - used))


class LiveMemory(TorchDispatchMode):
    """Counts the bytes of tensors that this thread makes and has at once.

    Memory that an operation frees before it returns is not seen.

    Attributes
    ----------
    now, most
        Bytes of the tensors that were made since the start and are there now, and the
        largest number of these so far.

    Examples
    --------
    >>> with LiveMemory() as memory:
    ...     first = torch.zeros(3) + 1
    ...     del first
    >>> memory.now, memory.most
    (0, 24)
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0

    def __enter__(self) -> Self:
        self._known: dict[int, int] = {}
        return super().__enter__()

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - whatever torch returns
        del types
        kwargs = kwargs or {}
        found = func(*args, **kwargs)
        given = {_name_storage(each) for each in tree_leaves((args, kwargs))}
        for each in tree_leaves(found):
            name = _name_storage(each)
            # A view has the memory of another tensor.
            if name is not None and name not in given and name not in self._known:
                self._add(name, each.untyped_storage())
        return found

    def _add(self, name: int, storage: torch.UntypedStorage) -> None:
        """Count the memory of a tensor until nobody has it any more."""
        size = storage.nbytes()
        self._known[name] = size
        self.now += size
        self.most = max(self.most, self.now)
        weakref.finalize(storage, self._forget, name)

    def _forget(self, name: int) -> None:
        self.now -= self._known.pop(name)


def _name_storage(value: object) -> int | None:
    """Return what tells the memory of a tensor from that of others."""
    if not isinstance(value, torch.Tensor):
        return None
    return value.untyped_storage()._cdata  # noqa: SLF001 - as torch's own trackers do
