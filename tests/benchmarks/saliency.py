"""How long a saliency map takes, by the rows that are computed at a time.

Run it in the root: `python -m tests.benchmarks.saliency`. Each pair is timed in turns
in one process, so that its ratio holds on a noisy machine.
"""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

from apps.autocomplete import read_model
from data.make_exhibits import PEACE
from textualheatmap.saliency import sequence

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 3
LENGTHS = (32, 177)


def main() -> None:
    """Print, for networks and lengths, one backward pass a row against batched rows."""
    print("network | steps | a row at a time | batched | ratio | largest difference")
    for kind in ("GRU", "LSTM"):
        model = read_model(kind)
        for length in LENGTHS:
            text = (PEACE * 3)[:length]
            inputs = model.embed(text)

            def explain(size: int | None, *, model=model, inputs=inputs, text=text):  # noqa: ANN001, ANN202
                return sequence(
                    *(model, inputs, text),
                    head=model.output,
                    batch_size=size,
                    progress=False,
                )

            report(f"{kind} | {length}", explain)


def report(label: str, explain: Callable[[int | None], object]) -> None:
    """Time one row at a time and batched rows in turns, and print them."""
    times: dict[int | None, list[float]] = {1: [], None: []}
    facets = {}
    for _ in range(ROUNDS):
        for size, taken in times.items():
            started = time.process_time()
            facets[size] = explain(size)
            taken.append(time.process_time() - started)
    single, batched = (median(taken) for taken in times.values())
    gap = abs(facets[1].heat - facets[None].heat).max()
    times_taken = f"{single:.2f} s | {batched:.2f} s | {single / batched:.2f}"
    print(f"{label} | {times_taken} | {gap:.0e}")


if __name__ == "__main__":
    main()
