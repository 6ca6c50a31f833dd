"""Recurrent networks that read characters and complete the word.

Needs torch. `data/train_autocomplete.py` trained the models that `read_model` reads.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

FOLDER = Path(__file__).parent.parent / "data" / "models"
KINDS = {"GRU": nn.GRU, "LSTM": nn.LSTM}
# A character that is no letter is read as a space: a word ends there.
ALPHABET = " abcdefghijklmnopqrstuvwxyz"
EMBEDDING = 64
UNITS = 256
LAYERS = 2
# Weights are kept as whole numbers from -127 to 127.
MAX_CODE = 127


class Autocomplete(nn.Module):
    """A recurrent network from embedded characters to words.

    The word is the one that is being typed, and after a space the next one.

    Parameters
    ----------
    kind
        Kind of its two layers, of 256 units each.
    words
        The words that it can predict, the most frequent first.
    """

    def __init__(self, kind: Literal["GRU", "LSTM"], words: Sequence[str]) -> None:
        super().__init__()
        self.kind = kind
        self.words = list(words)
        self.embedding = nn.Embedding(len(ALPHABET), EMBEDDING)
        self.recurrent = KINDS[kind](EMBEDDING, UNITS, LAYERS, batch_first=True)
        self.output = nn.Linear(UNITS, len(words))

    def embed(self, text: str) -> Tensor:
        """Return the embedded characters of a text, shape (characters, 64)."""
        return self.embedding(torch.tensor(encode(text)))

    def forward(self, embedded: Tensor) -> Tensor:
        """Return what `output` takes, shape (batch, characters, 256)."""
        hidden, _ = self.recurrent(embedded)
        return hidden


def encode(text: str) -> list[int]:
    """Return a number for each character: that of its letter, or 0 if it is none.

    Examples
    --------
    >>> encode("A b")
    [1, 0, 2]
    """
    return [max(ALPHABET.find(character.lower()), 0) for character in text]


def find_words(text: str, words: Sequence[str]) -> list[int | None]:
    """Return the number of the word of each character, None for a word not in the list.

    A character that is no letter belongs to the next word, as it does for the model.

    Examples
    --------
    >>> find_words("To be!", ["be", "to"])
    [1, 1, 0, 0, 0, None]
    """
    numbers = {word: number for number, word in enumerate(words)}
    letters = "".join(ALPHABET[code] for code in encode(text))
    found: list[int | None] = []
    for word in re.finditer(" *([a-z]*)", letters):
        found += [numbers.get(word[1])] * len(word[0])
    return found


def write_model(model: Autocomplete, path: Path) -> None:
    """Write a model with one byte for each weight and one scale for each row."""
    arrays: dict[str, np.ndarray] = {}
    for name, weight in model.state_dict().items():
        rows = weight.detach().float().numpy()
        scale = np.abs(rows).max(axis=-1, keepdims=True) / MAX_CODE
        arrays[f"{name}.codes"] = np.rint(rows / scale).astype(np.int8)
        arrays[f"{name}.scale"] = scale.astype(np.float32)
    about = json.dumps({"kind": model.kind, "words": model.words})
    arrays["about"] = np.frombuffer(about.encode(), dtype=np.uint8)
    path.parent.mkdir(exist_ok=True)
    # The type stub takes each keyword for the one that it knows.
    np.savez_compressed(path, **arrays)  # pyright: ignore[reportArgumentType]


def read_model(kind: Literal["GRU", "LSTM"]) -> Autocomplete:
    """Read a trained model, in float32, without gradients of its weights.

    Raises
    ------
    FileNotFoundError
        If the model has not been trained yet.
    """
    path = FOLDER / f"autocomplete-{kind.lower()}.npz"
    if not path.exists():
        msg = (
            f"{path.name} is missing in {path.parent}: "
            f"python -m data.train_autocomplete {kind} makes it"
        )
        raise FileNotFoundError(msg)
    with np.load(path) as arrays:
        about = json.loads(arrays["about"].tobytes())
        model = Autocomplete(about["kind"], about["words"])
        model.load_state_dict(
            {
                name: torch.from_numpy(
                    arrays[f"{name}.codes"] * arrays[f"{name}.scale"]
                )
                for name in model.state_dict()
            }
        )
    return model.eval().requires_grad_(requires_grad=False)
