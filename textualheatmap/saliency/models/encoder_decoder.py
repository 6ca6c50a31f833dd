"""A Hugging Face model of an encoder and a decoder, with its tokenizer."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from transformers.modeling_outputs import BaseModelOutput

from textualheatmap.saliency.models.devices import (
    estimate_rounding,
    find_device,
    find_precision,
)
from textualheatmap.saliency.models.embedding_output import replace_output
from textualheatmap.saliency.models.forward_check import find_difference
from textualheatmap.saliency.models.language_model import (
    Encoding,
    LanguageModel,
    read_logits,
)
from textualheatmap.saliency.models.model_checks import (
    check_encoder_decoder,
    check_text,
    check_tokenizer,
)
from textualheatmap.saliency.models.network import (
    MAX_LOGITS,
    Network,
    find_one_hot_transform,
)
from textualheatmap.saliency.models.thread_hooks import ThreadHooks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from textualheatmap.saliency.arguments.options import AttributionOptions


class EncoderDecoder(LanguageModel):
    """A model with an encoder and a decoder, and its tokenizer, both checked.

    The encoder reads a text, the source; the decoder predicts each token of an answer,
    the target, from the source and from the tokens of the target before it. First it is
    given a start token, which is no part of the target.

    Source and target, one after the other, are read as one sequence of S + T inputs: as
    in a causal model, the prediction of an input of the target is at the position of
    the input before it, that of the first one at the last position of the source.

    Parameters
    ----------
    model
        Model of Hugging Face's transformers with an encoder, a decoder and a head that
        predicts tokens.
    tokenizer
        The model's fast tokenizer, which knows the characters of each token.

    Raises
    ------
    TypeError
        If they cannot be explained. The message says what to use instead.

    Examples
    --------
    >>> EncoderDecoder("t5-small", None)
    Traceback (most recent call last):
        ...
    TypeError: model is a str, expected a model of transformers with an encoder and a \
decoder (AutoModelForSeq2SeqLM.from_pretrained reads it)
    """

    def __post_init__(self) -> None:
        check_encoder_decoder(self.model)
        check_tokenizer(self.tokenizer)

    @property
    def embedding(self) -> Any:  # noqa: ANN401 - any module that embeds
        """The module that embeds the source's tokens; the target's are embedded alike.

        BART's scales what it embeds, and differs from the model's own by that.
        """
        return self.model.get_encoder().get_input_embeddings()

    def encode_answer(self, answer: object) -> Encoding:
        """Return the pieces of a target, special ones included.

        Raises
        ------
        TypeError
            If it is not a string.
        ValueError
            If it has no tokens, or more than the model takes, or half a character.
        """
        check_text(answer, "answer")
        given = str(answer)
        return self.read_encoding("answer", given, text_target=given)

    def find_start(self, target: Sequence[int], *, is_written: bool) -> int:
        """Return the token that the decoder is given before a target.

        Parameters
        ----------
        target
            The tokens of the target.
        is_written
            Whether the model wrote it itself. Else the start is the one that the model
            is trained with, which may depend on the target.

        Raises
        ------
        ValueError
            If the model's configuration names no start token.
        """
        shift = getattr(self.model, "prepare_decoder_input_ids_from_labels", None)
        if shift is not None and not is_written:
            labels = torch.tensor([list(target)], device=find_device(self.embedding))
            return int(shift(labels=labels)[0, 0])
        start = find_setting(self.model, "decoder_start_token_id")
        if start is None:
            msg = (
                f"{type(self.model).__name__} has no decoder_start_token_id, expected "
                "one in its configuration: the token before an answer"
            )
            raise ValueError(msg)
        return int(start)

    def begin_answer(self, source: Sequence[int]) -> Callable[[Sequence[int]], Tensor]:
        """Read a source, and return what predicts the next token of its target.

        The function takes all tokens of the target so far, and returns logits, shape
        (classes,).
        """
        with torch.no_grad():
            states = self._read_source(source)
        start = self.find_start((), is_written=True)

        @torch.no_grad()
        def predict(chosen: Sequence[int]) -> Tensor:
            return self._decode(states, [start, *chosen], [len(chosen)])[0, 0]

        return predict

    def build_pair_network(
        self,
        source: Encoding,
        target: Encoding,
        start: int,
        columns: list[list[int]],
        options: AttributionOptions,
    ) -> Network:
        """Return the model as a `Network` that reads source and target.

        Parameters
        ----------
        source, target
            S and T tokens.
        start
            The token that the decoder is given before the target. It is not explained:
            the network has it in any case.
        columns, options
            The positions, of S + T, that share a column of heat, and what is to be
            computed.

        Raises
        ------
        TypeError
            If the baseline is the mask token, and the tokenizer has none; or the model
            predicts no tokens.
        ValueError
            If the model reads more of the tokens than how they are embedded.
        """
        ids = [*source.ids, *target.ids]
        forward = partial(self.forward_pair, len(source.ids), [*ids, start])
        self._check_embedded(source.ids, [start, *target.ids])
        embedded = self.embed([ids])
        return Network(
            embed=lambda sequences: embedded.expand(len(sequences), -1, -1),
            forward=forward,
            columns=columns,
            length=len(ids),
            classes=self.embedding.num_embeddings,
            baseline=self.find_baseline(options),
            gradient_transform=find_one_hot_transform(self.embed_vocabulary())
            if options.wrt == "one-hot"
            else None,
            is_causal=True,
            can_be_cut=self._can_be_cut_at(len(source.ids), embedded, forward),
            computes_asked_only=self.model.get_output_embeddings() is not None,
            shares_inputs=True,
            record_head=self.record_head,
            rounding=estimate_rounding(self.model),
            modules=[self.model],
        )

    def forward_pair(
        self, count: int, ids: Sequence[int], inputs: Tensor, positions: list[int]
    ) -> Tensor:
        """Return logits, shape (B, positions, classes), of embedded tokens.

        Parameters
        ----------
        count
            S, the number of tokens of the source.
        ids
            The tokens of source and target, and the start token at last.
        inputs
            Embedded tokens, shape (B, from S to S + T, d).
        positions
            Where the model predicts, from S - 1 to one below the number of inputs.
        """
        inputs = inputs.to(find_precision(self.embedding), copy=True)
        states = self._read_source(ids[:count], inputs[:, :count])
        start = self.embed([ids[-1:]]).to(inputs).expand(len(inputs), -1, -1)
        decoded = torch.cat([start, inputs[:, count:]], dim=1)
        given = [ids[-1], *ids[count : inputs.shape[1]]]
        places = [position - count + 1 for position in positions]
        return self._decode(states, given, places, decoded)

    def _read_source(
        self, ids: Sequence[int], embedded: Tensor | None = None
    ) -> BaseModelOutput:
        """Run the encoder, on embedded tokens (B, S, d) or on the tokens themselves."""
        encoder = self.model.get_encoder()
        given = self._repeat(ids, embedded)
        with ExitStack() as stack:
            if embedded is not None:
                own = encoder.get_input_embeddings()
                stack.enter_context(replace_output(own, embedded))
            found = encoder(input_ids=given, attention_mask=torch.ones_like(given))
        return BaseModelOutput(last_hidden_state=found[0])

    def _decode(
        self,
        states: BaseModelOutput,
        ids: Sequence[int],
        places: list[int],
        embedded: Tensor | None = None,
    ) -> Tensor:
        """Return the logits at some places of the decoder, (B, places, classes)."""
        given = self._repeat(ids, embedded)
        hidden: Any = states.last_hidden_state
        mask = torch.ones(hidden.shape[:2], dtype=torch.long, device=hidden.device)
        head = self.model.get_output_embeddings()
        with ExitStack() as stack:
            if embedded is not None:
                own = self.model.get_decoder().get_input_embeddings()
                stack.enter_context(replace_output(own, embedded))
            if head is not None:
                # The head takes each place by itself, and a vocabulary is large.
                hooks = stack.enter_context(ThreadHooks())
                hooks.before(head, lambda every: every[:, places], at_first=True)
            output = self.model(
                encoder_outputs=states,
                attention_mask=mask,
                decoder_input_ids=given,
                use_cache=False,
            )
        kept = given.shape[1] if head is None else len(places)
        logits = read_logits(self.model, output, (len(given), kept))
        return logits[:, places] if head is None else logits

    def _repeat(self, ids: Sequence[int], embedded: Tensor | None) -> Tensor:
        """Return tokens, shape (B, n), as many times as they are embedded, or once."""
        given = torch.tensor([list(ids)], device=find_device(self.embedding))
        return given if embedded is None else given.expand(len(embedded), -1)

    def _check_embedded(self, source: list[int], decoded: list[int]) -> None:
        """Raise unless predictions from embedded tokens are those from the tokens.

        Besides embedded tokens the model is given the ids of others, so that it may
        make of them masks, but nothing else.
        """
        count, length = len(source), len(source) + len(decoded) - 1
        step = -(-len(decoded) * self.embedding.num_embeddings // MAX_LOGITS)
        positions = list(range(count, length, step))
        places = [position - count + 1 for position in positions]
        tensors = [
            torch.tensor([ids], device=find_device(self.embedding))
            for ids in (source, decoded)
        ]
        with torch.no_grad():
            output = self.model(
                input_ids=tensors[0], decoder_input_ids=tensors[1], use_cache=False
            )
            expected = read_logits(self.model, output, (1, len(decoded)))[:, places]
        embedded = self.embed([[*source, *decoded[1:]]])
        other = [*self.rename_tokens([*source, *decoded[1:]]), decoded[0]]
        renamed = partial(self.forward_pair, count, other)
        error = find_difference(
            type(self.model).__name__, expected, lambda: renamed(embedded, positions)
        )
        if error:
            raise error

    def _can_be_cut_at(
        self,
        count: int,
        embedded: Tensor,
        forward: Callable[[Tensor, list[int]], Tensor],
    ) -> bool:
        """Say whether a target's first token is predicted alike without the target."""
        if self.turns_by_length:
            return False
        first = [count - 1]
        with torch.no_grad():
            whole = forward(embedded, first)
        return not find_difference(
            "", whole, lambda: forward(embedded[:, :count], first)
        )


def find_setting(model: Any, name: str) -> Any:  # noqa: ANN401 - duck-typed
    """Return a setting of a model's generation, or else of its configuration.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> model = SimpleNamespace(config=SimpleNamespace(decoder_start_token_id=0))
    >>> find_setting(model, "decoder_start_token_id")
    0
    """
    for owner in (getattr(model, "generation_config", None), model.config):
        value = getattr(owner, name, None)
        if value is not None:
            return value
    return None
