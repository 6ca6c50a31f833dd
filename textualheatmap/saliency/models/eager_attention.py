"""A model that says what its attention weights are, and computes as before later."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Iterator

# One thread at a time switches a model.
_locks: WeakKeyDictionary[Any, RLock] = WeakKeyDictionary()
_guard = Lock()


@contextmanager
def eager_attention(model: Any) -> Iterator[None]:  # noqa: ANN401 - duck-typed
    """Let a model compute its attention step by step, and afterwards as before.

    Fused kernels such as PyTorch's `scaled_dot_product_attention` (SDPA) never make the
    matrix of attention weights. Another thread that runs the model meanwhile gets the
    same outputs, up to rounding.

    Parameters
    ----------
    model
        A model of transformers. After the `with` block, also after an error, its
        attention is computed as it was before.

    Examples
    --------
    >>> from transformers import GPT2Config, GPT2LMHeadModel
    >>> model = GPT2LMHeadModel(GPT2Config(n_embd=4, n_layer=1, n_head=1, vocab_size=9))
    >>> with eager_attention(model):
    ...     model.config._attn_implementation
    'eager'
    >>> model.config._attn_implementation
    'sdpa'
    """
    with _guard:
        lock = _locks.setdefault(model, RLock())
    with lock:
        before = _read_implementation(model.config)
        try:
            model.set_attn_implementation("eager")
            yield
        finally:
            model.set_attn_implementation(before)


def _read_implementation(config: Any) -> Any:  # noqa: ANN401 - duck-typed
    """Return what `set_attn_implementation` takes to make all as it is now."""
    parts = {name: getattr(config, name, None) for name in config.sub_configs}
    names = {"": config._attn_implementation}  # noqa: SLF001 - there is no other way
    for name, part in parts.items():
        own = getattr(part, "_attn_implementation", None)
        if own is not None:
            names[name] = own
    return names if len(names) > 1 else names[""]
