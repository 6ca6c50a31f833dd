"""How long saliency maps take, and how much memory, against plain ways to make them.

Run it in the root: `python -m tests.benchmarks.saliency`. It takes about half an hour.
`python -m tests.benchmarks.saliency 64 128` makes the first table only, for texts of
so many tokens. Whatever is compared is timed in turns in one process, in CPU seconds
of one thread, so that ratios hold on a noisy machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from apps.autocomplete import read_model
from data.make_exhibits import PEACE
from textualheatmap.saliency import sequence
from textualheatmap.saliency.arguments.options import AttributionOptions
from textualheatmap.saliency.methods.batches import MAX_SHARING
from textualheatmap.saliency.methods.gradients import compute_gradients
from textualheatmap.saliency.methods.targets import Target
from textualheatmap.saliency.models.head_input import record_input
from textualheatmap.saliency.models.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

ROUNDS = 3
LENGTHS = (32, 177)
# Lengths of texts in tokens, and how many times faster than a plain loop to be.
TOKENS = {64: 4.5, 128: 4.0, 256: 4.0, 512: 4.0}
MAX_FLOOR = 1.6
MAX_MEMORY = 1.2
# Of longer texts so many groups of rows are timed, at even distances.
SAMPLED_GROUPS = 4


def main() -> None:
    """Print the tables: of a causal model, and of recurrent networks."""
    asked = [int(each) for each in sys.argv[1:]]
    compare_causal_gradients(asked or list(TOKENS))
    if not asked:
        compare_batches()


def compare_causal_gradients(lengths: list[int]) -> None:
    """Print seconds a row and memory of causal gradients of a model of 135M weights.

    The plain loop has one forward and one backward pass a row over the whole text. The
    floor is the multiplications that one backward pass over a row's own past takes, at
    the rate of multiplications of that shape.
    """
    torch.set_num_threads(1)
    model = build_smollm()
    print(
        "tokens | rows timed | plain loop | floor | groups | faster | of floor | memory"
    )
    for length in lengths:
        explain = partial(explain_group, model, embed_text(model, length))
        plain = partial(explain_plainly, model, embed_text(model, length))
        starts = list(range(0, length, MAX_SHARING))
        if len(starts) > SAMPLED_GROUPS:
            step = len(starts) // SAMPLED_GROUPS
            starts = starts[step // 2 :: step]
        times: list[tuple[float, float, float]] = []
        for _ in range(ROUNDS):
            plain_time = measure(partial(plain, length // 2))
            floor = measure_floor(model, length)
            taken = sum(measure(partial(explain, start)) for start in starts)
            times.append((plain_time, floor, taken / len(starts) / MAX_SHARING))
        loop, floor, groups = (median(each) for each in zip(*times, strict=True))
        ours, theirs = (
            measure_memory(kind, length) for kind in (explain_group, explain_plainly)
        )
        print(
            f"{length} | {len(starts) * MAX_SHARING} | {loop:.2f} s | {floor:.3f} s | "
            f"{groups:.3f} s | {loop / groups:.2f} (to reach {TOKENS.get(length, 4.0)})"
            f" | {groups / floor:.2f} (to reach {MAX_FLOOR}) | {ours:.0f} of "
            f"{theirs:.0f} MB, {ours / theirs:.2f} (to reach {MAX_MEMORY})",
            flush=True,
        )


def build_smollm() -> LlamaForCausalLM:
    """Return a model of the shape of SmolLM2-135M, with random weights."""
    config = LlamaConfig(
        num_hidden_layers=30,
        hidden_size=576,
        num_attention_heads=9,
        num_key_value_heads=3,
        intermediate_size=1536,
        vocab_size=49152,
        tie_word_embeddings=True,
    )
    torch.manual_seed(0)
    return LlamaForCausalLM(config).eval().requires_grad_(requires_grad=False)


def embed_text(model: LlamaForCausalLM, length: int) -> Tensor:
    """Return random tokens, embedded, shape (1, length, d)."""
    ids = torch.randint(0, model.config.vocab_size, (1, length))
    return model.get_input_embeddings()(ids)


def explain_plainly(model: LlamaForCausalLM, inputs: Tensor, row: int) -> None:
    """Take the gradient of one row: a forward and a backward pass over the text."""
    inputs = inputs.clone().requires_grad_()
    logits = model(inputs_embeds=inputs, use_cache=False).logits
    torch.autograd.grad(logits[0, row, 0], inputs)


def explain_group(model: LlamaForCausalLM, inputs: Tensor, start: int) -> None:
    """Take the gradients of a group of rows, as `causal` does."""

    def forward(inputs: Tensor, positions: list[int]) -> Tensor:
        kept = torch.tensor(positions)
        return model(inputs_embeds=inputs, use_cache=False, logits_to_keep=kept).logits

    length, classes = inputs.shape[1], model.config.vocab_size
    network = Network(
        embed=lambda _: inputs,
        forward=forward,
        columns=[[step] for step in range(length)],
        length=length,
        classes=classes,
        baseline=inputs[0, 0],
        record_head=partial(record_input, model.lm_head),
    )
    end = min(length, start + MAX_SHARING)
    targets = [Target(0, (row,), (0,)) for row in range(start, end)]
    compute_gradients(network, AttributionOptions(), inputs[:, :end], targets)


def measure(work: Callable[[], object]) -> float:
    """Return the CPU seconds that work takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def measure_floor(model: LlamaForCausalLM, length: int) -> float:
    """Return the CPU seconds of the multiplications that a row takes at least.

    These are the products of a group's gradients and the weights of all layers, for
    half of the tokens: rows have so many before them on average.
    """
    seconds = 0.0
    for name, weight in model.model.layers[0].named_parameters():
        if "norm" not in name:
            gradients = torch.randn(MAX_SHARING * length // 2, len(weight))
            torch.mm(gradients, weight)
            seconds += measure(partial(torch.mm, gradients, weight))
    return seconds * model.config.num_hidden_layers / MAX_SHARING


def measure_memory(kind: Callable[..., None], length: int) -> float:
    """Return the megabytes that the last rows of a text take beyond the model's."""
    code = f"from tests.benchmarks.saliency import *; print_memory({kind.__name__}, "
    done = subprocess.run(
        [sys.executable, "-c", f"{code}{length})"],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def print_memory(kind: Callable[..., None], length: int) -> None:
    """Print by how many megabytes the last rows of a text raise this process's peak."""
    torch.set_num_threads(1)
    model = build_smollm()
    inputs = embed_text(model, length)
    # What torch sets up once is not counted.
    kind(model, inputs[:, :MAX_SHARING], 0)
    clear = Path("/proc/self/clear_refs")
    clear.write_text("5")  # The peak starts anew.
    before = read_memory("VmRSS")
    kind(model, inputs, length - MAX_SHARING)
    print(json.dumps((read_memory("VmHWM") - before) / 1e3))


def read_memory(name: str) -> int:
    """Return a number of kilobytes that Linux tells of this process."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def compare_batches() -> None:
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


def report(label: str, explain: Callable[[int | None], Any]) -> None:
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
