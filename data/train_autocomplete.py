"""Train the models that complete the word: each about 50 minutes on a busy core.

Run it in the folder above this one, as often as there are kinds of model::

    python -m data.train_autocomplete GRU
    python -m data.train_autocomplete LSTM

Both kinds read the same characters in the same order. Writes
`data/models/autocomplete-*.npz`, and prints the quality on held-out speeches.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F  # noqa: N812 - torch's own abbreviation

from apps.autocomplete import (
    FOLDER,
    KINDS,
    Autocomplete,
    encode,
    find_words,
    read_model,
    write_model,
)
from data.speeches import read_speeches

if TYPE_CHECKING:
    from torch import Tensor

SEED = 2019
WORDS = 8192
STREAMS = 32
LENGTH = 64
CHARACTERS = 36_000_000
LEARNING_RATE = 2e-3
WARM_UP = 200
# The words cost more than the recurrence: the loss looks at some characters only.
LOSS_EVERY = 4
REPORT_EVERY = 500
# A character whose word is none of those that can be predicted.
UNKNOWN = -100
HELD_OUT_CHARACTERS = 200_000


def main() -> None:
    """Train one kind of model, write it, and test what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--characters", type=int, default=CHARACTERS)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    speeches = read_speeches()
    training = simplify(" ".join(speeches.training))
    words = [word for word, _ in Counter(training.split()).most_common(WORDS)]
    model = Autocomplete(options.kind, words)
    train(model, *number(training, words), options.characters)
    write_model(model, FOLDER / f"autocomplete-{options.kind.lower()}.npz")
    held_out = simplify(" ".join(speeches.held_out))[:HELD_OUT_CHARACTERS]
    written = read_model(options.kind)
    for label, tested in (("as trained", model), ("as written", written)):
        print(label, evaluate(tested.eval(), *number(held_out, words)))


def simplify(text: str) -> str:
    """Return words of small letters, with one space between them.

    Examples
    --------
    >>> simplify("To be, or not!")
    'to be or not'
    """
    return re.sub("[^a-z]+", " ", text.lower()).strip()


def number(text: str, words: list[str]) -> tuple[Tensor, Tensor]:
    """Return for each character its number, and the number of its word.

    The word of a space is the next one.

    Examples
    --------
    >>> inputs, targets = number("a bc d", ["bc", "a"])
    >>> inputs.tolist(), targets.tolist()
    ([1, 0, 2, 3, 0, 4], [1, 0, 0, 0, -100, -100])
    """
    numbers = [UNKNOWN if word is None else word for word in find_words(text, words)]
    return torch.tensor(encode(text)), torch.tensor(numbers)


def train(model: Autocomplete, inputs: Tensor, targets: Tensor, count: int) -> None:
    """Train on so many characters, in streams that go on from step to step."""
    span = len(inputs) // STREAMS
    inputs = inputs[: span * STREAMS].view(STREAMS, span)
    targets = targets[: span * STREAMS].view(STREAMS, span)
    steps = count // (STREAMS * LENGTH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / WARM_UP, 1 - step / steps)
    )
    state = None
    loss_sum, started = 0.0, time.monotonic()
    for step in range(steps):
        start = step * LENGTH % (span - LENGTH)
        if start < LENGTH:
            state = None
        window = slice(start, start + LENGTH)
        with torch.autocast("cpu", torch.bfloat16):
            hidden, state = model.recurrent(model.embedding(inputs[:, window]), state)
            state = detach(state)
            seen = torch.randperm(STREAMS * LENGTH)[: STREAMS * LENGTH // LOSS_EVERY]
            logits = model.output(hidden.reshape(-1, hidden.shape[-1])[seen])
        loss = F.cross_entropy(
            logits.float(), targets[:, window].reshape(-1)[seen], ignore_index=UNKNOWN
        )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        loss_sum += loss.item()
        if (step + 1) % REPORT_EVERY == 0:
            minutes = (time.monotonic() - started) / 60
            mean = loss_sum / REPORT_EVERY
            print(f"{step + 1}/{steps} {minutes:.1f} min loss {mean:.3f}", flush=True)
            loss_sum = 0.0


def detach(state: Tensor | tuple[Tensor, ...]) -> Tensor | tuple[Tensor, ...]:
    """Cut a recurrent state from what came before it."""
    if isinstance(state, tuple):
        return tuple(part.detach() for part in state)
    return state.detach()


@torch.no_grad()
def evaluate(model: Autocomplete, inputs: Tensor, targets: Tensor) -> dict[str, float]:
    """Return how often the word is the first, or one of the first three."""
    count = len(inputs) // 1000 * 1000
    known = targets[:count] != UNKNOWN
    ranked = torch.cat(
        [
            model.output(model(model.embedding(chunk))).topk(3).indices.flatten(0, 1)
            for chunk in inputs[:count].view(-1, 1000).split(10)
        ]
    )
    hits = ranked == targets[:count, None]
    return {
        "top-1": hits[known, 0].float().mean().item(),
        "top-3": hits[known].any(-1).float().mean().item(),
        # A word out of the vocabulary is a miss.
        "top-3 of all": (hits.any(-1) & known).float().mean().item(),
        "known": known.float().mean().item(),
    }


if __name__ == "__main__":
    main()
