"""A Hugging Face model with its tokenizer, masked or causal."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.metadata import version
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from textualheatmap.facet.fields import quote
from textualheatmap.saliency.models.devices import (
    estimate_rounding,
    find_device,
    find_precision,
)
from textualheatmap.saliency.models.embedding_output import replace_output
from textualheatmap.saliency.models.forward_check import find_difference
from textualheatmap.saliency.models.full_precision import describe_weights
from textualheatmap.saliency.models.head_input import record_input, record_nothing
from textualheatmap.saliency.models.model_checks import (
    check_length,
    check_model,
    check_text,
    check_tokenizer,
)
from textualheatmap.saliency.models.network import (
    MAX_LOGITS,
    Network,
    find_one_hot_transform,
)
from textualheatmap.saliency.models.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from torch import Tensor

    from textualheatmap.saliency.arguments.options import AttributionOptions

# So many first tokens are read without the others, to see whether these matter.
CUT = 4
# Kinds of rotary positions whose factors depend on the length of the text.
LENGTHWISE_ROPE = {"dynamic", "longrope"}


class Encoding(NamedTuple):
    """A text as pieces: their numbers in the vocabulary, and the pieces themselves.

    The tokenizer may also tell the type of each, such as the sentence it belongs to.
    """

    ids: list[int]
    pieces: list[Piece]
    token_types: list[int] | None = None


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
    def known_inputs(self) -> frozenset[str]:
        """Names of the arguments of the model's forward pass."""
        return frozenset(inspect.signature(self.model.forward).parameters)

    @cached_property
    def forward_options(self) -> dict[str, object]:
        """Arguments of the model's forward pass that save memory, where it has them."""
        options = {"use_cache": False, "logits_to_keep": None}
        return {name: options[name] for name in options if name in self.known_inputs}

    @cached_property
    def turns_by_length(self) -> bool:
        """Whether positions are turned by factors that depend on the text's length."""
        return has_lengthwise_rope(
            getattr(part, "rope_type", None) for part in self.model.modules()
        )

    @cached_property
    def cache_name(self) -> str | None:
        """What the model calls its cache of earlier tokens; None if it may keep none.

        Factors that depend on the text's length change what is kept.
        """
        if self.turns_by_length or "use_cache" not in self.known_inputs:
            return None
        # The second one until transformers 5.
        names = ("cache", "past_key_values")
        return next((name for name in names if name in self.known_inputs), None)

    def encode(self, text: str, *, is_checked: bool = True) -> Encoding:
        """Return the pieces of a text, special ones included.

        Parameters
        ----------
        text
            The text.
        is_checked
            Whether it may have no more pieces than the model takes.

        Raises
        ------
        TypeError
            If it is not a string.
        ValueError
            If it has no tokens, or more than the model takes, or half a character.
        """
        check_text(text)
        return self.read_encoding("text", text, is_checked=is_checked, text=text)

    def read_encoding(
        self, name: str, given: str, *, is_checked: bool = True, **texts: str | bool
    ) -> Encoding:
        """Return the pieces of a text, given as the tokenizer takes it.

        Parameters
        ----------
        name, given
            The argument that is the text, for messages, and the text.
        is_checked
            Whether it may have no more pieces than the model takes.
        texts
            What the tokenizer is called with: the text under the name that it has for
            it, and options.

        Raises
        ------
        ValueError
            If it has no tokens, or more than the model takes.
        """
        encoded = self.tokenizer(**texts, return_offsets_mapping=True, verbose=False)
        ids = list(encoded["input_ids"])
        if not ids:
            msg = f"{name} is {quote(given)}, of which the tokenizer makes no token"
            raise ValueError(msg)
        if is_checked:
            check_length(self.model, self.tokenizer, len(ids), name=name)
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
            encoded.get("token_type_ids"),
        )

    def embed(self, ids: Sequence[Sequence[int]]) -> Tensor:
        """Return embedded tokens in float32, shape (B, length, d), no gradient."""
        with torch.no_grad():
            numbers = torch.tensor(ids, device=find_device(self.embedding))
            return self.embedding(numbers).float()

    def forward(
        self, inputs: Tensor, positions: list[int], companions: Mapping[str, Tensor]
    ) -> Tensor:
        """Return logits, shape (B, positions, classes), of embedded tokens.

        Parameters
        ----------
        inputs
            Embedded tokens, shape (B, length, d).
        positions
            Where the model predicts.
        companions
            As `accompany` returns them, of B texts or of one for all. They may be
            longer than the inputs.

        Raises
        ------
        TypeError
            If the model predicts no tokens.
        """
        beside = {
            name: values[:, : inputs.shape[1]].expand(len(inputs), -1)
            for name, values in companions.items()
        }
        # CTRL multiplies what it is given in place.
        inputs = inputs.to(find_precision(self.embedding), copy=True)
        if "input_ids" not in beside:
            return self.run(positions, inputs_embeds=inputs, **beside)
        with replace_output(self.embedding, inputs):
            return self.run(positions, **beside)

    @torch.no_grad()
    def predict_next(
        self,
        ids: Sequence[int],
        token_types: list[int] | None,
        cache: object = None,
        *,
        keep: bool = False,
    ) -> tuple[Tensor, object]:
        """Return the logits of the token after some, shape (classes,), and a cache.

        Parameters
        ----------
        ids, token_types
            All tokens before it.
        cache
            What this returned for all of them but the last one; None reads them all.
        keep
            Whether to return a cache, if the model has one.
        """
        given = self.accompany([ids], token_types, reads_ids=True)
        mask = torch.ones_like(given["input_ids"])
        if cache is not None:
            given = {name: values[:, -1:] for name, values in given.items()}
        options = dict(self.forward_options)
        if "logits_to_keep" in options:
            options["logits_to_keep"] = 1
        name = self.cache_name if keep else None
        if name is not None:
            options |= {"use_cache": True, name: cache}
        output = self.model(attention_mask=mask, **given, **options)
        return output.logits[0, -1], getattr(output, name, None) if name else None

    def accompany(
        self,
        ids: Sequence[Sequence[int]],
        token_types: list[int] | None,
        *,
        reads_ids: bool,
    ) -> dict[str, Tensor]:
        """Return what the model takes beside embedded tokens.

        Parameters
        ----------
        ids
            The tokens of B texts of one length.
        token_types
            Their types, where the tokenizer tells them.
        reads_ids
            Whether the model takes the ids, and embedded tokens in place of what its
            embedding makes of these.

        Returns
        -------
        companions
            Arguments of the forward pass by name, each of shape (B, length).
        """
        device = find_device(self.embedding)
        companions: dict[str, Tensor] = {}
        if reads_ids:
            companions["input_ids"] = torch.tensor(ids, device=device)
        if token_types is not None and "token_type_ids" in self.known_inputs:
            types = torch.tensor([token_types] * len(ids), device=device)
            companions["token_type_ids"] = types
        return companions

    def can_be_cut(self, ids: Sequence[int], companions: Mapping[str, Tensor]) -> bool:
        """Say whether a text's first tokens are read alike without those after them.

        They are not by a model that turns positions by factors that depend on the
        length of the text (longrope, dynamic), nor by one that looks ahead.
        """
        if self.turns_by_length:
            return False
        first = list(range(min(CUT, len(ids))))
        embedded = self.embed([ids])
        with torch.no_grad():
            whole = self.forward(embedded, first, companions)
        return not find_difference(
            type(self.model).__name__,
            whole,
            lambda: self.forward(embedded[:, : len(first)], first, companions),
        )

    def needs_ids(
        self, texts: Iterable[Sequence[int]], token_types: list[int] | None
    ) -> bool:
        """Say whether embedded tokens are not all that the model reads of some texts.

        Many a model counts positions without the padding token, and ESM scales embedded
        tokens by the share of masks. Such a model has to be given the ids as well. Its
        maps are right as long as it makes no difference which ordinary tokens these
        say: then all it reads of these is their embeddings.

        Raises
        ------
        TypeError, ValueError
            If the model reads more of the tokens, so that maps would be wrong.
        """
        # Each text is checked, also after one that needs ids.
        return max([self._needs_ids(ids, token_types) for ids in texts])

    def _needs_ids(self, ids: Sequence[int], token_types: list[int] | None) -> bool:
        """Whether a text's embedded tokens are not all that the model reads of it."""
        # As many positions as `Network` lets the logits of a batch be.
        step = -(-len(ids) * self.embedding.num_embeddings // MAX_LOGITS)
        positions = list(range(0, len(ids), step))
        embedded = self.embed([ids])
        other = self.rename_tokens(ids)

        def read(ids: Sequence[int], *, reads_ids: bool) -> Tensor:
            beside = self.accompany([ids], token_types, reads_ids=reads_ids)
            return self.forward(embedded, positions, beside)

        with torch.no_grad():
            given = self.accompany([ids], token_types, reads_ids=True)
            expected = self.run(positions, **given)
        name = type(self.model).__name__
        error = find_difference(name, expected, lambda: read(ids, reads_ids=False))
        if error and find_difference(
            name, expected, lambda: read(other, reads_ids=True)
        ):
            raise error
        return error is not None

    def rename_tokens(self, ids: Sequence[int]) -> list[int]:
        """Return ids of other tokens in place of all but the special ones."""
        special = {
            *self.tokenizer.all_special_ids,
            getattr(self.model.config, "pad_token_id", None),
            getattr(self.model.config, "mask_token_id", None),
        }
        names = range(self.embedding.num_embeddings)
        first, second = islice((name for name in names if name not in special), 2)
        return [
            name if name in special else second if name == first else first
            for name in ids
        ]

    def run(self, positions: list[int], **inputs: Tensor) -> Tensor:
        """Run the model, and return logits, shape (B, positions, classes).

        Parameters
        ----------
        positions
            Where it predicts.
        inputs
            What it is given, by name: each of B texts.

        Raises
        ------
        TypeError
            If the model predicts no tokens.
        """
        first, *_ = inputs.values()
        (count, length), device = first.shape[:2], first.device
        mask = torch.ones((count, length), dtype=torch.long, device=device)
        options, kept = dict(self.forward_options), length
        if "logits_to_keep" in options:
            options["logits_to_keep"] = torch.tensor(positions, device=device)
            positions, kept = list(range(len(positions))), len(positions)
        output = self.model(attention_mask=mask, **inputs, **options)
        return read_logits(self.model, output, (count, kept))[:, positions]

    def build_network(
        self,
        encoding: Encoding,
        columns: list[list[int]],
        options: AttributionOptions,
        *,
        cover: Callable[[int], list[int]] | None = None,
    ) -> Network:
        """Return this model as a `Network`, which says what the parameters are.

        Parameters
        ----------
        encoding
            The text.
        columns, options
            The positions that share a column of heat, and what is to be computed.
        cover
            Takes the number of a sequence, and returns the text's ids as the model
            reads them for it, with tokens masked. None for a causal model, which
            reads one sequence: the text.

        Raises
        ------
        TypeError
            If the baseline is the mask token, and the tokenizer has none.
        TypeError, ValueError
            If the model reads more than embedded tokens: see `needs_ids`.
        """

        def list_ids(sequences: Sequence[int]) -> list[list[int]]:
            return [cover(each) if cover else encoding.ids for each in sequences]

        types = encoding.token_types
        read = dict.fromkeys(map(tuple, [encoding.ids, *list_ids([0])]))
        needs_ids = self.needs_ids(read, types)

        def accompany(sequences: Sequence[int]) -> dict[str, Tensor]:
            return self.accompany(list_ids(sequences), types, reads_ids=needs_ids)

        forward = self.forward
        if cover is None:
            # The only sequence is known, and so is what goes beside it.
            forward = partial(forward, companions=accompany([0]))
        return Network(
            embed=lambda sequences: self.embed(list_ids(sequences)),
            forward=forward,
            columns=columns,
            length=len(encoding.ids),
            classes=self.embedding.num_embeddings,
            baseline=self.find_baseline(options),
            gradient_transform=find_one_hot_transform(self.embed_vocabulary())
            if options.wrt == "one-hot"
            else None,
            is_causal=cover is None,
            can_be_cut=cover is None
            and self.can_be_cut(encoding.ids, companions=accompany([0])),
            accompany=accompany if cover else None,
            shares_inputs=cover is None,
            record_head=self.record_head,
            rounding=estimate_rounding(self.model),
            modules=[self.model],
        )

    def record_head(self) -> AbstractContextManager[Sequence[Tensor]]:
        """Return a context that yields a list of what the head is called with in it.

        The list stays empty where the model does not tell which module its head is.
        """
        head = self.model.get_output_embeddings()
        return record_nothing() if head is None else record_input(head)

    def describe(self) -> dict[str, object]:
        """Return what a facet records about the model in its provenance."""
        return {
            "model": type(self.model).__name__,
            **describe_weights(self.model),
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

    def find_token(self, text: str) -> int:
        """Return the number of the token that a text is, or that has this name.

        Raises
        ------
        ValueError
            If the text is several pieces of the vocabulary, or none.
        """
        pieces = self.tokenizer(text, add_special_tokens=False, verbose=False)
        ids = list(pieces["input_ids"])
        names = self.tokenizer.convert_ids_to_tokens(ids)
        # SentencePiece adds a space of its own to that of a text.
        if len(names) == 2 and names[0] == "▁" and names[1][:1] == "▁":  # noqa: PLR2004
            ids, names = ids[1:], names[1:]
        unknown = self.tokenizer.unk_token
        if len(ids) == 1 and (names[0] != unknown or text == unknown):
            return ids[0]
        number = self.tokenizer.get_vocab().get(text)
        if number is None:
            found = ", ".join(map(repr, names)) or "none"
            msg = (
                f"target has the token {quote(text)}, expected a single piece of the "
                f"vocabulary: the tokenizer's pieces of it are {found:.200}"
            )
            raise ValueError(msg)
        return number

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


def has_lengthwise_rope(kinds: Iterable[object]) -> bool:
    """Say whether one of some rotary positions depends on the length of a text.

    Parameters
    ----------
    kinds
        The `rope_type` of each part of a model: a name, or a dict of names by kinds of
        layers. Parts without positions have another value, such as None.

    Examples
    --------
    >>> has_lengthwise_rope([None, "default", {"full_attention": "longrope"}])
    True
    """
    names = [
        name
        for kind in kinds
        for name in (kind.values() if isinstance(kind, dict) else [kind])
    ]
    return any(name in LENGTHWISE_ROPE for name in names)


def read_logits(model: Any, output: Any, shape: tuple[int, int]) -> Tensor:  # noqa: ANN401 - duck-typed
    """Return the logits of what a model returned, shape (*shape, classes).

    Parameters
    ----------
    model, output
        A model, and what it returned.
    shape
        How many texts it read, and at how many positions of each it predicts.

    Raises
    ------
    TypeError
        If the model predicts no tokens.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> output = SimpleNamespace(logits=torch.zeros(1, 2, 9))
    >>> model = SimpleNamespace(config=SimpleNamespace(vocab_size=9))
    >>> read_logits(model, output, (1, 2)).shape
    torch.Size([1, 2, 9])
    """
    logits = getattr(output, "logits", None)
    # A head that classifies texts or tokens has fewer classes than the vocabulary.
    least = getattr(model.config, "vocab_size", 0)
    if logits is None or logits.shape[:-1] != shape or logits.shape[-1] < least:
        msg = (
            f"{type(model).__name__} predicts no tokens, expected one with a head: use "
            "AutoModelForMaskedLM or AutoModelForCausalLM"
        )
        raise TypeError(msg)
    return logits
