"""How much faster two Dask workers explain many texts than one process.

Run it in the root: `python -m tests.benchmarks.many_texts`. It takes two minutes, and
both cores of the machine.
"""

from __future__ import annotations

import os
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


def main() -> None:
    """Print the table."""
    with TemporaryDirectory() as folder:
        compare_workers(Path(folder))


def compare_workers(folder: Path) -> None:
    """Print how long a corpus takes in one process, and on two workers.

    Both have one thread each, and have loaded the model before. Counted is the time on
    the clock from the call of `explain_corpus` to its return: what is sent to and fro,
    and the writing of the store, are in it.

    Parameters
    ----------
    folder
        For the model and the stores.
    """
    torch.set_num_threads(1)
    save_model(folder / "model")
    explainer = Explainer(folder / "model", device="cpu")
    texts = [
        " ".join(f"w{number}" for number in range(first, first + TOKENS))
        for first in range(0, TEXTS * TOKENS, TOKENS)
    ]
    stores = (folder / f"{number}.zarr" for number in range(2 * ROUNDS))
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
        for _ in range(ROUNDS):
            here, there = (
                measure(partial(run, explainer, texts, next(stores), each))
                for each in (None, client)
            )
            times.append((here, there))
    here, there = (median(each) for each in zip(*times, strict=True))
    ratio = median(here / there for here, there in times)
    print("texts | tokens each | one process | two workers | faster | loading, extra")
    print(
        f"{TEXTS} | {TOKENS} | {here:.1f} s | {there:.1f} s | {ratio:.2f} "
        f"(to reach {TO_REACH}) | {loading:.1f} s"
    )
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
