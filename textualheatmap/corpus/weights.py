"""What the weights of a model are known by again."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

SAMPLED = 64
"""How many numbers of each parameter are looked at."""


def find_fingerprint(model: Any) -> str:  # noqa: ANN401 - this room knows no torch
    """Return what the weights of a model are known by again, 16 hexadecimal digits.

    It is a checksum of the names, shapes and types of all parameters and buffers, and
    of 64 numbers of each at even distances: enough to tell another checkpoint, or
    another precision, in milliseconds.

    Parameters
    ----------
    model
        A module of torch.

    Examples
    --------
    >>> import torch
    >>> model = torch.nn.Linear(100, 100)
    >>> before = find_fingerprint(model)
    >>> before == find_fingerprint(model)
    True
    >>> _ = torch.nn.init.zeros_(model.weight)
    >>> before == find_fingerprint(model)
    False
    """
    found = sha256()
    for name, tensor in model.state_dict().items():
        if not hasattr(tensor, "detach"):  # a module may keep other things there
            found.update(repr((name, tensor)).encode())
            continue
        numbers = tensor.detach().flatten()
        step = max(1, len(numbers) // SAMPLED)
        sample = numbers[::step].tolist()
        about = (name, tuple(tensor.shape), str(tensor.dtype), sample)
        found.update(repr(about).encode("utf-8", "surrogatepass"))
    return found.hexdigest()[:16]


def find_checksum(numbers: Any) -> str:  # noqa: ANN401 - a tensor or an array
    """Return what an array or a tensor is known by again, 16 hexadecimal digits.

    Examples
    --------
    >>> import torch
    >>> find_checksum(torch.ones(2)) == find_checksum(torch.tensor([1.0, 1.0]))
    True
    """
    numbers = numbers.detach() if hasattr(numbers, "detach") else numbers
    about = (tuple(numbers.shape), str(numbers.dtype), numbers.tolist())
    return sha256(repr(about).encode()).hexdigest()[:16]
