"""A Hugging Face model with its tokenizer, masked or causal."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from textualheatmap.facet.fields import quote
from textualheatmap.saliency.devices import find_device
from textualheatmap.saliency.model_checks import (
    check_length,
    check_model,
    check_text,
    check_tokenizer,
)
from textualheatmap.saliency.network import Network, find_one_hot_transform
from textualheatmap.saliency.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from textualheatmap.saliency.options import AttributionOptions


class Encoding(NamedTuple):
    """A text as pieces: their numbers in the vocabulary, and the pieces themselves."""

    ids: list[int]
    pieces: list[Piece]


@dataclass(frozen=True)
class LanguageModel:
    """A model and its tokenizer, after checking that they can be explained.

    Parameters
    ----------
    model
        Model of Hugging Face's transformers with a head that predicts tokens.
    tokenizer
        The model's fast tokenizer, which knows the characters of each token.

    Raises
    ------
    TypeError
        If they cannot be explained. The message says what to use instead.

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
        """The module that embeds tokens."""
        return self.model.get_input_embeddings()

    @cached_property
    def forward_options(self) -> dict[str, object]:
        """Arguments of the model's forward pass that save memory, where it has them."""
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
            If it has no tokens, or more than the model takes, or half a character.
        """
        check_text(text)
        encoded = self.tokenizer(text, return_offsets_mapping=True, verbose=False)
        ids = list(encoded["input_ids"])
        if not ids:
            msg = f"text is {quote(text)}, of which the tokenizer makes no token"
            raise ValueError(msg)
        check_length(self.model, self.tokenizer, len(ids))
        special = set(self.tokenizer.all_special_ids)
        names = self.tokenizer.convert_ids_to_tokens(ids)
        return Encoding(
            ids,
            [
                # A special token that is written out in the text covers characters.
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
        # The embedded tokens are an argument, not set by a hook on the embedding:
        # several threads may run one model at the same time.
        mask = torch.ones(inputs.shape[:2], dtype=torch.long, device=inputs.device)
        options, kept = dict(self.forward_options), inputs.shape[1]
        if "logits_to_keep" in options:
            options["logits_to_keep"] = torch.tensor(positions, device=inputs.device)
            positions, kept = list(range(len(positions))), len(positions)
        output = self.model(inputs_embeds=inputs, attention_mask=mask, **options)
        logits = getattr(output, "logits", None)
        # A head that classifies texts or tokens has fewer classes than the vocabulary.
        least = getattr(self.model.config, "vocab_size", 0)
        if (
            logits is None
            or logits.shape[:-1] != (len(inputs), kept)
            or logits.shape[-1] < least
        ):
            msg = (
                f"{type(self.model).__name__} predicts no tokens, expected one with a "
                "head: use AutoModelForMaskedLM or AutoModelForCausalLM"
            )
            raise TypeError(msg)
        return logits[:, positions]

    def build_network(
        self,
        embed: Callable[[Sequence[int]], Tensor],
        length: int,
        columns: list[list[int]],
        options: AttributionOptions,
        *,
        is_causal: bool = False,
    ) -> Network:
        """Return this model as a `Network`, which says what the parameters are.

        Raises
        ------
        TypeError
            If the baseline is the mask token, and the tokenizer has none.
        """
        return Network(
            embed=embed,
            forward=self.forward,
            columns=columns,
            length=length,
            classes=self.embedding.num_embeddings,
            baseline=self.find_baseline(options),
            gradient_transform=find_one_hot_transform(self.embed_vocabulary())
            if options.wrt == "one-hot"
            else None,
            is_causal=is_causal,
        )

    def describe(self) -> dict[str, object]:
        """Return what a facet records about the model in its provenance."""
        return {
            "model": type(self.model).__name__,
            "tokenizer": type(self.tokenizer).__name__,
            "transformers": version("transformers"),
        }

    def name_token(self, number: int) -> str:
        """Return the text of a token, without marks of the tokenizer such as `##`."""
        prefix = getattr(
            self.tokenizer.backend_tokenizer.model, "continuing_subword_prefix", None
        )
        name = self.tokenizer.decode([number], clean_up_tokenization_spaces=False)
        return (name.removeprefix(prefix) if prefix else name).strip() or name

    def find_baseline(self, options: AttributionOptions) -> Tensor:
        """Return the embedding that replaces a missing token, shape (d,).

        Raises
        ------
        TypeError
            If the mask token is asked for, and the tokenizer has none.
        """
        if options.baseline == "mask":
            return self.embed([[self.get_mask_id()]])[0, 0]
        # Gradients do not need the mean, and a vocabulary takes long to embed.
        if options.baseline == "mean" and options.method != "gradient":
            return self.embed_vocabulary().mean(dim=0)
        return torch.zeros_like(self.embed([[0]])[0, 0])

    def get_mask_id(self) -> int:
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
        """Return the embeddings of all tokens, shape (vocabulary, d)."""
        return self.embed([range(self.embedding.num_embeddings)])[0]
