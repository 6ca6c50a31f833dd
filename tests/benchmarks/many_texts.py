"""How much faster two Dask workers explain many texts than one process.

Run it in the root: `python -m tests.benchmarks.many_texts`. It takes two minutes, and
both cores of the machine. With the argument `1` it takes one round, not three.
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import torch
from distributed import Client, LocalCluster
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import PreTrainedTokenizerFast

from tests.benchmarks.saliency import build_smollm
from textualheatmap.saliency import Explainer, explain_corpus

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 3
TEXTS = 12
TOKENS = 32
TO_REACH = 1.8
# What the page on many texts has workers start with.
MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": "1000000000",
    "MALLOC_TRIM_THRESHOLD_": "1000000000",
}


def main() -> None:
    """Print the table."""
    with TemporaryDirectory() as folder:
        compare_workers(Path(folder), *map(int, sys.argv[1:]))


def compare_workers(folder: Path, rounds: int = ROUNDS) -> None:
    """Print how long a corpus takes in one process, and on two workers.

    Both have one thread each, and have loaded the model before. Counted is the time on
    the clock from the call of `explain_corpus` to its return: what is sent to and fro,
    and the writing of the store, are in it. That holds on a machine with two cores that
    do nothing else. The CPU seconds of the busiest process also hold on a busy one, but
    not what workers wait for.

    Parameters
    ----------
    folder
        For the model and the stores.
    rounds
        How often both are timed, in turns.
    """
    torch.set_num_threads(1)
    save_model(folder / "model")
    explainer = Explainer(folder / "model", device="cpu")
    texts = [
        " ".join(f"w{number}" for number in range(first, first + TOKENS))
        for first in range(0, TEXTS * TOKENS, TOKENS)
    ]
    os.environ.update(MEMORY)
    stores = (folder / f"{number}.zarr" for number in range(2 * rounds))
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=None,  # pyright: ignore[reportArgumentType] - no dashboard
        ) as cluster,
        Client(cluster) as client,
    ):
        load(explainer)
        started = time.perf_counter()
        client.run(partial(load, explainer))
        loading = time.perf_counter() - started
        times: list[tuple[float, float]] = []
        cores: list[tuple[float, float]] = []
        for _ in range(rounds):
            own = time.process_time()
            here = measure(partial(run, explainer, texts, next(stores), None))
            own = time.process_time() - own
            before: Any = client.run(time.process_time)
            there = measure(partial(run, explainer, texts, next(stores), client))
            after: Any = client.run(time.process_time)
            times.append((here, there))
            cores.append((own, max(after[each] - before[each] for each in after)))
    print("seconds | one process | two workers | faster")
    for name, found in (("on the clock", times), ("of the busiest core", cores)):
        here, there = (median(each) for each in zip(*found, strict=True))
        ratio = median(here / there for here, there in found)
        print(f"{name} | {here:.1f} | {there:.1f} | {ratio:.2f} (to reach {TO_REACH})")
    print(f"{TEXTS} texts of {TOKENS} tokens; a model is loaded in {loading:.1f} s")
    print("rounds:", ", ".join(f"{here:.1f} / {there:.1f} s" for here, there in times))
    print("load of the machine:", *(f"{each:.2f}" for each in os.getloadavg()))


def load(explainer: Explainer) -> None:
    """Have a process load the model, and run on one thread."""
    torch.set_num_threads(1)
    explainer.prepare()


def run(explainer: Explainer, texts: list[str], store: Path, client: Any) -> None:  # noqa: ANN401
    """Explain all texts, and check that all have a facet."""
    maps = explain_corpus(explainer, texts, store, client, progress=False)
    if maps.failed or len(maps.facets) != len(texts):
        msg = f"{len(maps.facets)} facets of {len(texts)} texts: {maps.failed}"
        raise RuntimeError(msg)


def measure(work: Callable[[], object]) -> float:
    """Return the seconds on the clock that work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def save_model(folder: Path) -> None:
    """Save a model of 135M weights, and a tokenizer whose tokens are "w0", "w1"..."""
    model = build_smollm()
    model.save_pretrained(folder)
    unknown = "[UNK]"
    words = {f"w{number}": number for number in range(1, model.config.vocab_size)}
    tokenizer = Tokenizer(WordLevel({unknown: 0, **words}, unk_token=unknown))
    tokenizer.pre_tokenizer = Whitespace()  # pyright: ignore[reportAttributeAccessIssue]
    whole = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token=unknown)
    whole.save_pretrained(folder)


if __name__ == "__main__":
    main()
