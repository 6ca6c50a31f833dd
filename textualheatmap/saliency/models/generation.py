"""What a model writes: its continuation of a text, or its answer to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from torch import Tensor

from textualheatmap.saliency.models.encoder_decoder import find_setting
from textualheatmap.saliency.models.forward_check import find_difference
from textualheatmap.saliency.models.language_model import Encoding
from textualheatmap.saliency.models.model_checks import check_length
from textualheatmap.saliency.models.spelling import find_anchor, spell_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textualheatmap.saliency.models.encoder_decoder import EncoderDecoder
    from textualheatmap.saliency.models.language_model import LanguageModel

# Takes a token as soon as it is chosen, and the logits that chose it, shape (classes,).
WatchTokens: TypeAlias = Callable[[int, Tensor], object]

EMPTY_ANSWER = (
    "the answer is empty, expected at least one token: give an answer, or let the "
    "model write more tokens"
)


def continue_text(
    language: LanguageModel,
    text: str,
    encoding: Encoding,
    count: int,
    watch: WatchTokens | None = None,
) -> tuple[str, Encoding]:
    """Continue a text by at most `count` tokens, each the most probable one.

    Special tokens that the tokenizer puts after a text, such as `[SEP]`, are left out:
    the continuation would come after the end.

    Parameters
    ----------
    language
        The causal model and its tokenizer.
    text, encoding
        The text, and its pieces as `language.encode` returns them.
    count
        The most tokens to add; fewer if the model ends the text.
    watch
        Gets each of them. An exception that it raises stops the model.

    Returns
    -------
    text
        The text with its continuation.
    encoding
        All pieces: those of the text, then the new ones.

    Raises
    ------
    ValueError
        If the text and its continuation have more tokens than the model takes.

    Examples
    --------
    >>> from textualheatmap.saliency.models.pieces import Piece
    >>> text, encoding = continue_text(None, "a", Encoding([0], [Piece(0, 1)]), 0)
    >>> text, encoding.ids
    ('a', [0])
    """
    if not count:
        return text, encoding
    tokenizer = language.tokenizer
    encoding = drop_end(encoding)
    check_length(language.model, tokenizer, len(encoding.ids), count)
    new: list[int] = []
    for number, logits in choose_tokens(language, encoding, count):
        new.append(number)
        if watch is not None:
            watch(number, logits)
    more, pieces = spell_tokens(tokenizer, new, find_anchor(tokenizer))
    pieces = [
        piece._replace(start=len(text) + piece.start, end=len(text) + piece.end)
        for piece in pieces
    ]
    types = encoding.token_types
    if types is not None:
        # The new pieces belong to the text's last sentence.
        types = types + types[-1:] * len(new)
    ids = [*encoding.ids, *new]
    return text + more, Encoding(ids, [*encoding.pieces, *pieces], types)


def answer_text(
    language: EncoderDecoder,
    source: Encoding,
    count: int,
    watch: WatchTokens | None = None,
) -> tuple[str, Encoding]:
    """Return a model's answer to a text, each token the most probable one.

    Parameters
    ----------
    language
        The model with an encoder and a decoder, and its tokenizer.
    source
        The text.
    count
        The most tokens of the answer, from 1; fewer if the model ends it. The end is
        one of them.
    watch
        Gets each of them. An exception that it raises stops the model.

    Returns
    -------
    text
        The answer.
    encoding
        Its pieces.

    Raises
    ------
    ValueError
        If the answer is empty, or would have more tokens than the model takes.

    Examples
    --------
    >>> from textualheatmap.saliency.models.pieces import Piece
    >>> answer_text(None, Encoding([0], [Piece(0, 1)]), 0)
    Traceback (most recent call last):
        ...
    ValueError: the answer is empty, expected at least one token: give an answer, or \
let the model write more tokens
    """
    ids: list[int] = []
    if count:
        check_length(language.model, language.tokenizer, 0, count, name="answer")
        for number, logits in choose_answer(language, source.ids, count):
            ids.append(number)
            if watch is not None:
                watch(number, logits)
    text, pieces = spell_tokens(language.tokenizer, ids) if ids else ("", [])
    if not text:
        raise ValueError(EMPTY_ANSWER)
    return text, Encoding(ids, pieces)


def choose_answer(
    language: EncoderDecoder, ids: list[int], count: int
) -> Iterator[tuple[int, Tensor]]:
    """Yield at most `count` tokens of an answer, each the most probable one.

    With each come the logits of all tokens at its place, shape (classes,).

    The model's own settings say where an answer ends, and which token it begins with
    where they force one, as models of many languages do.

    Parameters
    ----------
    language, count
        As in `answer_text`.
    ids
        The tokens of the text.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import torch
    >>> language = SimpleNamespace(
    ...     model=SimpleNamespace(config=SimpleNamespace(forced_bos_token_id=8)),
    ...     tokenizer=SimpleNamespace(eos_token_id=2),
    ...     begin_answer=lambda ids: lambda chosen: torch.eye(9)[len(chosen)],
    ... )
    >>> [chosen for chosen, _ in choose_answer(language, [5], 9)]
    [8, 1, 2]
    """
    predict = language.begin_answer(ids)
    forced = find_setting(language.model, "forced_bos_token_id")
    ends = _find_ends(language)
    chosen: list[int] = []
    while len(chosen) < count:
        logits = predict(chosen)
        if forced is not None and not chosen:
            chosen.append(int(forced))
            yield chosen[-1], logits
            continue
        chosen.append(int(logits.argmax()))
        yield chosen[-1], logits
        if chosen[-1] in ends:
            return


def choose_tokens(
    language: LanguageModel, encoding: Encoding, count: int
) -> Iterator[tuple[int, Tensor]]:
    """Yield at most `count` tokens, each the most probable one after those before it.

    With each come the logits that chose it, shape (classes,).

    The model's own settings of `generate` change nothing but where a text ends: they
    may suppress or force a token, or add a bias, so that it is not the most probable.

    Parameters
    ----------
    language, encoding, count
        As in `continue_text`. The model's cache of earlier tokens is used where the
        logits of the first token that is read with it are those without it.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import torch
    >>> language = SimpleNamespace(
    ...     model=None,
    ...     tokenizer=SimpleNamespace(eos_token_id=None),
    ...     predict_next=lambda ids, *_, keep: (torch.eye(9)[len(ids)], None),
    ... )
    >>> from textualheatmap.saliency.models.pieces import Piece
    >>> tokens = choose_tokens(language, Encoding([0], [Piece(0, 1)]), 3)
    >>> [chosen for chosen, _ in tokens]
    [1, 2, 3]
    """
    ids, types = list(encoding.ids), encoding.token_types
    ends = _find_ends(language)
    cache: object = None
    for number in range(count):
        if types is not None:
            # The new tokens belong to the text's last sentence.
            types = types + types[-1:] * (len(ids) - len(types))
        if number == 1 and cache is not None:
            logits, cache = _try_cache(language, ids, types, cache)
        else:
            keep = number == 0 or cache is not None
            logits, cache = language.predict_next(ids, types, cache, keep=keep)
        chosen = int(logits.argmax())
        yield chosen, logits
        if chosen in ends:
            return
        ids.append(chosen)


def _try_cache(
    language: LanguageModel, ids: list[int], types: list[int] | None, cache: object
) -> tuple[Tensor, object]:
    """Return the logits of the next token, and the cache if it makes no difference."""
    kept: list[object] = []

    def read() -> Tensor:
        logits, after = language.predict_next(ids, types, cache, keep=True)
        kept.append(after)
        return logits

    whole, _ = language.predict_next(ids, types)
    return whole, None if find_difference("", whole, read) else kept[0]


def _find_ends(language: LanguageModel) -> set[object]:
    """Return the tokens that end a text, as the model and the tokenizer tell them."""
    settings = getattr(language.model, "generation_config", None)
    told = getattr(settings, "eos_token_id", None)
    ends = set(told) if isinstance(told, list) else {told}
    return ends | {language.tokenizer.eos_token_id}


def drop_end(encoding: Encoding) -> Encoding:
    """Return an encoding without the special tokens after the text.

    Examples
    --------
    >>> from textualheatmap.saliency.models.pieces import Piece
    >>> pieces = [Piece(0, 1), Piece(1, 1, "[SEP]")]
    >>> drop_end(Encoding([5, 3], pieces)).ids
    [5]
    """
    ids, pieces, types = encoding
    end = len(ids)
    while end > 1 and pieces[end - 1].special is not None:
        end -= 1
    return Encoding(ids[:end], pieces[:end], None if types is None else types[:end])
