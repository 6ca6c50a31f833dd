"""Checks that a model, its tokenizer and a text can be explained."""

from __future__ import annotations

import inspect
from typing import Any

# A tokenizer without a limit states a limit of 10 ** 30 tokens.
NO_LIMIT = 10**9


def check_model(model: Any) -> None:  # noqa: ANN401 - duck-typed
    """Raise TypeError unless a model takes embedded tokens as input.

    Examples
    --------
    >>> check_model("bert")
    Traceback (most recent call last):
        ...
    TypeError: model is a str, expected a model of transformers (load_model reads one \
from a folder)
    """
    if not hasattr(model, "get_input_embeddings"):
        msg = (
            f"model is a {type(model).__name__}, expected a model of transformers "
            "(load_model reads one from a folder)"
        )
        raise TypeError(msg)
    if getattr(model.config, "is_encoder_decoder", False):
        msg = (
            f"{type(model).__name__} is an encoder with a decoder, expected a masked "
            "or a causal language model: for this one use seq2seq(), or "
            "cross_attention()"
        )
        raise TypeError(msg)
    if "inputs_embeds" not in inspect.signature(model.forward).parameters:
        msg = (
            f"{type(model).__name__} takes no inputs_embeds, expected a model that "
            "can be given embedded tokens"
        )
        raise TypeError(msg)
    _check_embedding(model, model.get_input_embeddings())


def check_encoder_decoder(model: Any) -> None:  # noqa: ANN401 - duck-typed
    """Raise TypeError unless a model is an encoder and a decoder that embed alike.

    Examples
    --------
    >>> check_encoder_decoder("t5-small")
    Traceback (most recent call last):
        ...
    TypeError: model is a str, expected a model of transformers with an encoder and a \
decoder (AutoModelForSeq2SeqLM.from_pretrained reads it)
    """
    expected = (
        "a model of transformers with an encoder and a decoder "
        "(AutoModelForSeq2SeqLM.from_pretrained reads it)"
    )
    name = type(model).__name__
    if not hasattr(model, "get_input_embeddings"):
        msg = f"model is a {name}, expected {expected}"
        raise TypeError(msg)
    if not getattr(model.config, "is_encoder_decoder", False):
        msg = (
            f"{name} is no encoder with a decoder, expected {expected}: for this one "
            "use causal() or masked()"
        )
        raise TypeError(msg)
    first = model.get_encoder().get_input_embeddings()
    second = model.get_decoder().get_input_embeddings()
    for embedding in (first, second):
        _check_embedding(model, embedding)
    if first.weight.shape != second.weight.shape or (
        first.weight.data_ptr() != second.weight.data_ptr()
        and not first.weight.equal(second.weight)
    ):
        msg = (
            f"{name} embeds source and target by different matrices, expected a model "
            "that embeds both alike"
        )
        raise TypeError(msg)


def _check_embedding(model: object, embedding: object) -> None:
    """Raise TypeError unless an embedding has a vector for each token."""
    if not hasattr(embedding, "num_embeddings"):
        msg = (
            f"{type(model).__name__} embeds tokens by a {type(embedding).__name__}, "
            "expected an embedding with a vector for each token (I-BERT's are integers "
            "with a scale)"
        )
        raise TypeError(msg)


def check_tokenizer(tokenizer: Any) -> None:  # noqa: ANN401 - duck-typed
    """Raise TypeError unless a tokenizer knows the characters of each token.

    Examples
    --------
    >>> check_tokenizer(None)
    Traceback (most recent call last):
        ...
    TypeError: tokenizer is a NoneType, expected the model's tokenizer of transformers \
(AutoTokenizer.from_pretrained reads it)
    """
    if not callable(tokenizer) or not hasattr(tokenizer, "convert_ids_to_tokens"):
        msg = (
            f"tokenizer is a {type(tokenizer).__name__}, expected the model's "
            "tokenizer of transformers (AutoTokenizer.from_pretrained reads it)"
        )
        raise TypeError(msg)
    if not getattr(tokenizer, "is_fast", False):
        msg = (
            f"{type(tokenizer).__name__} does not tell which characters a token "
            "stands for, expected a fast tokenizer: use "
            "AutoTokenizer.from_pretrained(..., use_fast=True)"
        )
        raise TypeError(msg)


def check_text(text: object, name: str = "text") -> None:
    """Raise TypeError or ValueError unless a text can be cut into tokens.

    Parameters
    ----------
    text
        What was given.
    name
        Name of the argument, for the message.

    Examples
    --------
    >>> check_text("")
    Traceback (most recent call last):
        ...
    ValueError: text is empty, expected at least one token
    """
    if not isinstance(text, str):
        msg = f"{name} is a {type(text).__name__}, expected a string"
        raise TypeError(msg)
    if not text:
        msg = f"{name} is empty, expected at least one token"
        raise ValueError(msg)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        msg = (
            f"{name} has half a character, {text[error.start]!r}, at {error.start}: "
            "expected characters that UTF-8 can encode"
        )
        raise ValueError(msg) from None


def find_limit(model: Any, tokenizer: Any) -> int | None:  # noqa: ANN401 - duck-typed
    """Return the largest number of pieces that a model takes, None if it has no limit.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> model = SimpleNamespace(
    ...     config=SimpleNamespace(max_position_embeddings=512), named_modules=dict
    ... )
    >>> find_limit(model, SimpleNamespace(model_max_length=128))
    128
    """
    limits = [
        getattr(model.config, "max_position_embeddings", None),
        getattr(tokenizer, "model_max_length", None),
    ]
    for name, part in model.named_modules():
        padding = getattr(part, "padding_idx", None)
        if name.endswith("position_embeddings") and padding is not None:
            # RoBERTa numbers its positions from the padding token's number + 1.
            limits.append(part.num_embeddings - padding - 1)
    # XLNet says -1 where it has no limit.
    return min((n for n in limits if n and 0 < n < NO_LIMIT), default=None)


def check_length(
    model: Any,  # noqa: ANN401 - duck-typed
    tokenizer: Any,  # noqa: ANN401 - likewise
    count: int,
    generate: int = 0,
    *,
    name: str = "text",
    advice: str = "shorten the text, or explain it part by part",
) -> None:
    """Raise ValueError if a text and its continuation are longer than a model takes.

    Parameters
    ----------
    model, tokenizer
        The model, and its tokenizer; each may state a limit.
    count
        The number of pieces of the text.
    generate
        The number of pieces that the model is to add.
    name
        Name of the argument that is the text, for the message.
    advice
        What to do about it, for the message.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> model = SimpleNamespace(config=SimpleNamespace(), named_modules=dict)
    >>> check_length(model, SimpleNamespace(model_max_length=2), 3)
    Traceback (most recent call last):
        ...
    ValueError: text has 3 tokens, SimpleNamespace takes at most 2: shorten the text, \
or explain it part by part
    """
    limit = find_limit(model, tokenizer)
    if limit is not None and count + generate > limit:
        more = f" and is to get {generate:,} more" if generate else ""
        msg = (
            f"{name} has {count:,} tokens{more}, {type(model).__name__} takes at most "
            f"{limit:,}: {advice}"
        )
        raise ValueError(msg)
