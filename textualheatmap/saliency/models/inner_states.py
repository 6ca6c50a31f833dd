"""What a language model computes on the way from a text to its predictions."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from textualheatmap.saliency.models.eager_attention import eager_attention
from textualheatmap.saliency.models.language_model import read_logits
from textualheatmap.saliency.models.thread_hooks import ThreadHooks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor, nn

    from textualheatmap.saliency.models.language_model import Encoding, LanguageModel


class InnerStates(NamedTuple):
    """What a model computed while it read one sequence of n tokens.

    Parameters
    ----------
    logits
        Shape (1, n, classes).
    attentions
        The attention weights of each layer, shape (1, heads, n, n); none unless they
        were asked for.
    stream
        The residual stream, shape (1, n, d): what each block reads, and at last what
        the last block returns; none without blocks.
    """

    logits: Tensor
    attentions: tuple[Tensor, ...]
    stream: list[Tensor]


def find_blocks(language: LanguageModel) -> list[nn.Module]:
    """Return the blocks of a model, one for each layer, in their order.

    Raises
    ------
    TypeError
        If the model has no list of as many blocks as its configuration has layers.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from transformers import GPT2Config, GPT2LMHeadModel
    >>> config = GPT2Config(vocab_size=1, n_embd=4, n_layer=2, n_head=1)
    >>> len(find_blocks(SimpleNamespace(model=GPT2LMHeadModel(config))))
    2
    """
    config = language.model.config
    config = config.get_text_config() if hasattr(config, "get_text_config") else config
    count = getattr(config, "num_hidden_layers", None)
    for part in language.model.modules():
        if isinstance(part, torch.nn.ModuleList) and len(part) == count:
            return list(part)
    msg = (
        f"{type(language.model).__name__} has no list of {count} blocks, expected one "
        "block a layer: models whose layers share their weights, as ALBERT's, have none"
    )
    raise TypeError(msg)


def read_inner_states(
    language: LanguageModel,
    encoding: Encoding,
    *,
    blocks: Sequence[nn.Module] = (),
    attentions: bool = False,
    differentiable: bool = False,
) -> InnerStates:
    """Run a model on the numbers of its tokens, and keep what it computes.

    Parameters
    ----------
    language
        The model, in evaluation mode.
    encoding
        A text of n tokens, of which the numbers are read.
    blocks
        What `find_blocks` returns, if the residual stream is asked for.
    attentions
        Whether attention weights are asked for.
    differentiable
        Whether logits can be differentiated with respect to what is kept. This takes
        the memory of all activations.

    Raises
    ------
    TypeError
        If the model predicts no tokens, or does not compute what is asked for.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
    >>> from textualheatmap.saliency.models.language_model import LanguageModel
    >>> words = Tokenizer(models.WordLevel({"a": 0}, unk_token="a"))
    >>> tokenizer = PreTrainedTokenizerFast(tokenizer_object=words)
    >>> config = GPT2Config(vocab_size=1, n_embd=4, n_layer=1, n_head=1)
    >>> language = LanguageModel(GPT2LMHeadModel(config).eval(), tokenizer)
    >>> states = read_inner_states(language, language.encode("a"), attentions=True)
    >>> states.attentions[0].tolist()
    [[[[1.0]]]]
    """
    stream: list[Tensor] = []

    def keep(state: Tensor) -> Tensor:
        stream.append(state)
        # A block may change in place what it reads.
        return state.clone()

    with ThreadHooks() as hooks:
        for block in blocks:
            hooks.before(block, keep)
        if blocks:
            hooks.after(blocks[-1], keep)
        if differentiable:
            # Weights have no gradient: only what depends on this leaf has one.
            hooks.after(
                language.embedding, lambda x: x.detach().requires_grad_().clone()
            )
        with eager_attention(language.model) if attentions else nullcontext():
            output = _run_model(language, encoding, attentions=attentions)
    name, count = type(language.model).__name__, len(encoding.ids)
    if blocks and [state.shape[:-1] for state in stream] != [(1, count)] * (
        1 + len(blocks)
    ):
        msg = (
            f"the blocks of {name} read no residual stream, expected one state a token"
        )
        raise TypeError(msg)
    weights = getattr(output, "attentions", None) or ()
    if attentions and not (
        weights
        and all(
            each is not None and each.shape[-2:] == (count, count) for each in weights
        )
    ):
        msg = (
            f"{name} does not return the attention weights of all pairs of tokens, "
            "expected a model with full attention in every layer"
        )
        raise TypeError(msg)
    logits = read_logits(language.model, output, (1, count))
    return InnerStates(logits, tuple(weights), stream)


def predict_from(
    language: LanguageModel, encoding: Encoding, last_block: nn.Module, state: Tensor
) -> Tensor:
    """Return what a model predicts from the states of n tokens after its last block.

    Parameters
    ----------
    language, encoding
        The model, and a text, of which it reads the first token.
    last_block
        The last block, which returns the states in place of its own.
    state
        Shape (1, n, d).

    Returns
    -------
    logits
        Shape (n, classes).

    Raises
    ------
    TypeError
        If the model cannot predict from these states.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
    >>> from textualheatmap.saliency.models.language_model import LanguageModel
    >>> words = Tokenizer(models.WordLevel({"a": 0}, unk_token="a"))
    >>> tokenizer = PreTrainedTokenizerFast(tokenizer_object=words)
    >>> config = GPT2Config(vocab_size=1, n_embd=4, n_layer=1, n_head=1)
    >>> language = LanguageModel(GPT2LMHeadModel(config).eval(), tokenizer)
    >>> encoding, blocks = language.encode("a"), find_blocks(language)
    >>> predict_from(language, encoding, blocks[-1], torch.zeros(1, 3, 4)).tolist()
    [[0.0], [0.0], [0.0]]
    """
    # What follows the last block treats each token alone: the blocks need one only.
    with ThreadHooks() as hooks:
        hooks.after(last_block, lambda _: state)
        try:
            logits = _run_model(language, cut_encoding(encoding, 1)).logits
        except RuntimeError as error:
            raise _refuse_states(language) from error
    logits = logits.reshape(-1, logits.shape[-1])
    if len(logits) != state.shape[1]:
        raise _refuse_states(language)
    return logits


def cut_encoding(encoding: Encoding, count: int) -> Encoding:
    """Return the first pieces of a text.

    Examples
    --------
    >>> from textualheatmap.saliency.models.language_model import Encoding
    >>> cut_encoding(Encoding([5, 7], [], [0, 1]), 1)
    Encoding(ids=[5], pieces=[], token_types=[0])
    """
    types = encoding.token_types
    return encoding._replace(
        ids=encoding.ids[:count],
        pieces=encoding.pieces[:count],
        token_types=None if types is None else types[:count],
    )


def _refuse_states(language: LanguageModel) -> TypeError:
    """Return the error of a model that the logit lens does not fit."""
    return TypeError(
        f"{type(language.model).__name__} cannot predict from the states of a layer, "
        "expected a model that treats each token alone after its last layer"
    )


def _run_model(
    language: LanguageModel, encoding: Encoding, *, attentions: bool = False
) -> Any:  # noqa: ANN401 - what transformers returns
    """Run a model on the numbers of a text's tokens, and return all that it returns."""
    inputs = language.accompany([encoding.ids], encoding.token_types, reads_ids=True)
    options: dict[str, Any] = {"output_attentions": True} if attentions else {}
    if "use_cache" in language.known_inputs:
        options["use_cache"] = False
    mask = torch.ones_like(inputs["input_ids"])
    return language.model(attention_mask=mask, **inputs, **options)
