"""A Hugging Face model and its tokenizer: what both kinds of language model share."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from textualheatmap.saliency.checking import (
    check_length,
    check_model,
    check_text,
    check_tokenizer,
)
from textualheatmap.saliency.problem import Problem, find_metric
from textualheatmap.saliency.running import find_device
from textualheatmap.saliency.spelling import Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from textualheatmap.saliency.recipe import Recipe
    from textualheatmap.saliency.spelling import Spelling


class Encoding(NamedTuple):
    """The pieces of a text, and their numbers in the vocabulary."""

    ids: list[int]
    pieces: list[Piece]


@dataclass(frozen=True)
class LanguageModel:
    """A model and its tokenizer, checked to be what can be explained.

    Parameters
    ----------
    model
        Of Hugging Face's transformers, with a head that predicts tokens.
    tokenizer
        The model's own, one that knows which characters a token stands for.

    Raises
    ------
    TypeError
        If they are not; the message names the way out.

    Examples
    --------
    >>> LanguageModel("bert-base-uncased", None)
    Traceback (most recent call last):
        ...
    TypeError: model is a str, expected a model of transformers (load_model reads one \
from a folder)
    """

    model: Any
    tokenizer: Any

    def __post_init__(self) -> None:
        check_model(self.model)
        check_tokenizer(self.tokenizer)

    @property
    def embedding(self) -> Any:  # noqa: ANN401 - any module that embeds
        """What embeds tokens."""
        return self.model.get_input_embeddings()

    @cached_property
    def options(self) -> dict[str, object]:
        """Which of the model's options make it do no more than is asked for."""
        # Unasked for, memories and logits of all positions would only cost memory.
        known = inspect.signature(self.model.forward).parameters
        options = {"use_cache": False, "logits_to_keep": None}
        return {name: options[name] for name in options if name in known}

    def encode(self, text: str) -> Encoding:
        """Return the pieces of a text, special ones included.

        Raises
        ------
        TypeError
            If it is not a string.
        ValueError
            If it has no tokens, more than the model takes, or half a character.
        """
        check_text(text)
        encoded = self.tokenizer(text, return_offsets_mapping=True, verbose=False)
        ids = list(encoded["input_ids"])
        if not ids:
            msg = f"text is {text!r}, of which the tokenizer makes no token"
            raise ValueError(msg)
        check_length(self.model, self.tokenizer, len(ids))
        special = set(self.tokenizer.all_special_ids)
        names = self.tokenizer.convert_ids_to_tokens(ids)
        return Encoding(
            ids,
            [
                # A special token that the text itself spells has characters.
                Piece(start, end, name if start == end and number in special else None)
                for number, name, (start, end) in zip(
                    ids, names, encoded["offset_mapping"], strict=True
                )
            ],
        )

    def embed(self, ids: Sequence[Sequence[int]]) -> Tensor:
        """Return embedded tokens, shape (B, length, d), without gradient."""
        with torch.no_grad():
            return self.embedding(torch.tensor(ids, device=find_device(self.embedding)))

    def forward(self, inputs: Tensor, positions: list[int]) -> Tensor:
        """Return logits, shape (B, positions, classes), of embedded tokens.

        Raises
        ------
        TypeError
            If the model predicts no tokens.
        """
        # No hook on the embedding: two threads may explain one model at once.
        mask = torch.ones(inputs.shape[:2], dtype=torch.long, device=inputs.device)
        options, kept = dict(self.options), inputs.shape[1]
        if "logits_to_keep" in options:
            options["logits_to_keep"] = torch.tensor(positions, device=inputs.device)
            positions, kept = list(range(len(positions))), len(positions)
        output = self.model(inputs_embeds=inputs, attention_mask=mask, **options)
        logits = getattr(output, "logits", None)
        # Of a head that classifies tokens the classes are few.
        expected, least = (
            (len(inputs), kept),
            getattr(self.model.config, "vocab_size", 0),
        )
        if logits is None or logits.shape[:-1] != expected or logits.shape[-1] < least:
            msg = (
                f"{type(self.model).__name__} predicts no tokens, expected one with a "
                "head: use AutoModelForMaskedLM or AutoModelForCausalLM"
            )
            raise TypeError(msg)
        return logits[:, positions]

    def ask(
        self,
        embed: Callable[[Sequence[int]], Tensor],
        length: int,
        spelling: Spelling,
        recipe: Recipe,
        *,
        looks_back: bool = False,
    ) -> Problem:
        """Return the problem of explaining this model, without rows yet."""
        return Problem(
            embed=embed,
            forward=self.forward,
            rows=[],
            columns=spelling.pieces,
            length=length,
            classes=self.embedding.num_embeddings,
            baseline=self.find_baseline(recipe),
            metric=find_metric(self.embed_vocabulary())
            if recipe.wrt == "one-hot"
            else None,
            looks_back=looks_back,
        )

    def describe(self) -> dict[str, object]:
        """Return what a facet records of the model."""
        return {
            "model": type(self.model).__name__,
            "tokenizer": type(self.tokenizer).__name__,
            "transformers": version("transformers"),
        }

    def name_token(self, number: int) -> str:
        """Return a token as a reader knows it, without its tokenizer's marks."""
        prefix = getattr(
            self.tokenizer.backend_tokenizer.model, "continuing_subword_prefix", None
        )
        name = self.tokenizer.decode([number], clean_up_tokenization_spaces=False)
        return (name.removeprefix(prefix) if prefix else name).strip() or name

    def find_baseline(self, recipe: Recipe) -> Tensor:
        """Return what stands for a token that is not there, shape (d,).

        Raises
        ------
        TypeError
            If it is the mask token, and the tokenizer has none.
        """
        if recipe.baseline == "mask":
            return self.embed([[self.get_mask()]])[0, 0]
        # A gradient has no use for it, and a vocabulary is large.
        if recipe.baseline == "mean" and recipe.method != "gradient":
            return self.embed_vocabulary().mean(dim=0)
        return torch.zeros_like(self.embed([[0]])[0, 0])

    def get_mask(self) -> int:
        """Return the number of the mask token; raise TypeError if there is none."""
        number = self.tokenizer.mask_token_id
        if number is None:
            msg = (
                f"{type(self.tokenizer).__name__} has no mask token, expected that of "
                "a masked language model: for a causal one use causal()"
            )
            raise TypeError(msg)
        return number

    def embed_vocabulary(self) -> Tensor:
        """Return every token of the vocabulary, embedded, shape (vocabulary, d)."""
        return self.embed([range(self.embedding.num_embeddings)])[0]
