"""Hooks that see the calls of one thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import torch

from textualheatmap.saliency.models.thread_hooks import ThreadHooks


def test_other_threads_are_neither_seen_nor_changed() -> None:
    module, one = torch.nn.Identity(), torch.ones(1)
    seen: list[float] = []

    def change(value: torch.Tensor) -> torch.Tensor:
        seen.append(value.item())
        return 2 * value

    with ThreadHooks() as hooks, ThreadPoolExecutor(1) as pool:
        hooks.before(module, change)
        hooks.after(module, change)
        assert pool.submit(module, one).result().item() == 1
        assert seen == []
        assert module(one).item() == 4
    assert seen == [1, 2]
    assert module(one).item() == 1
