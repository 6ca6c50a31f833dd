"""What tokens spell, those too that a model is still writing."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any

from textualheatmap.saliency.models.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a decoder writes for half a character.
HALF = "\N{REPLACEMENT CHARACTER}"


def find_anchor(tokenizer: Any) -> list[int]:  # noqa: ANN401 - any of transformers
    """Return the tokens of the letter "a", after which others are decoded.

    Decoded alone, they would lose the space that they begin with; decoded after the
    text, half a character would change the characters before it.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> from transformers import PreTrainedTokenizerFast
    >>> words = Tokenizer(models.WordLevel({"a": 0, "bc": 1}, unk_token="a"))
    >>> find_anchor(PreTrainedTokenizerFast(tokenizer_object=words))
    [0]
    """
    return list(tokenizer("a", add_special_tokens=False)["input_ids"])


def spell_tokens(
    tokenizer: Any,  # noqa: ANN401 - any tokenizer of transformers
    ids: Sequence[int],
    anchor: Sequence[int] = (),
) -> tuple[str, list[Piece]]:
    """Return the text of some tokens, and the characters of it that each covers.

    Parameters
    ----------
    tokenizer
        The tokenizer.
    ids
        The tokens.
    anchor
        The tokens before them, whose text is left out.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> from transformers import PreTrainedTokenizerFast
    >>> words = Tokenizer(models.WordLevel({"a": 0, "bc": 1}, unk_token="a"))
    >>> spell_tokens(PreTrainedTokenizerFast(tokenizer_object=words), [1], [0])
    (' bc', [Piece(start=0, end=3, special=None)])
    """
    texts = [_decode(tokenizer, [*anchor, *ids[:end]]) for end in range(len(ids) + 1)]
    more = [each[len(texts[0]) :] for each in texts]
    return more[-1], _cut_text(tokenizer, ids, more)


class WrittenText:
    """Spells tokens one after another, each as soon as its characters are whole.

    Parameters
    ----------
    tokenizer
        Any tokenizer of transformers.
    anchor
        The tokens before them, whose text is left out.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> from transformers import PreTrainedTokenizerFast
    >>> words = Tokenizer(models.WordLevel({"a": 0, "bc": 1}, unk_token="a"))
    >>> text = WrittenText(PreTrainedTokenizerFast(tokenizer_object=words), [0])
    >>> text.add(1), text.add(0)
    ((' bc', [Piece(start=0, end=3, special=None)]), \
(' a', [Piece(start=0, end=2, special=None)]))
    """

    def __init__(self, tokenizer: Any, anchor: Sequence[int] = ()) -> None:  # noqa: ANN401 - any of transformers
        self._tokenizer = tokenizer
        self._ids = list(anchor)
        self._before = _decode(tokenizer, self._ids)
        # The tokens that are not spelt yet, and the text up to each of them.
        self._waiting: list[int] = []
        self._texts = [""]

    def add(self, number: int) -> tuple[str, list[Piece]]:
        """Return what follows the text so far, and the pieces that it consists of.

        There is nothing after a token that covers half a character: the next one may
        change what it spells.

        Examples
        --------
        >>> from types import SimpleNamespace
        >>> tokenizer = SimpleNamespace(
        ...     decode=lambda ids, **_: "é" if len(ids) == 2 else HALF * len(ids),
        ...     convert_ids_to_tokens=list,
        ...     all_special_ids=[],
        ... )
        >>> text = WrittenText(tokenizer)
        >>> text.add(5), [span[:2] for span in text.add(6)[1]]
        (('', []), [(0, 1), (0, 1)])
        """
        self._ids.append(number)
        self._waiting.append(number)
        whole = _decode(self._tokenizer, self._ids)
        text = whole[len(self._before) :]
        self._texts.append(text)
        is_changed = not whole.startswith(self._before)
        if is_changed or text.endswith(HALF):
            return "", []
        pieces = _cut_text(self._tokenizer, self._waiting, self._texts)
        self._before, self._waiting, self._texts = whole, [], [""]
        return text, pieces


def _decode(tokenizer: Any, ids: Sequence[int]) -> str:  # noqa: ANN401 - any of transformers
    return tokenizer.decode(
        ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
    )


def _cut_text(
    tokenizer: Any,  # noqa: ANN401 - any of transformers
    ids: Sequence[int],
    texts: Sequence[str],
) -> list[Piece]:
    """Return the pieces of tokens, from the text up to each of them."""
    special = set(tokenizer.all_special_ids)
    names = tokenizer.convert_ids_to_tokens(list(ids))
    return [
        Piece(start, end, name if start == end and number in special else None)
        for number, name, (start, end) in zip(
            ids, names, find_spans(texts), strict=True
        )
    ]


def find_spans(texts: Sequence[str]) -> list[tuple[int, int]]:
    r"""Return the characters that each new piece covers.

    Parameters
    ----------
    texts
        Text of the first 0, 1, 2, ... pieces. Where the last piece ends within a
        character, the text ends in U+FFFD, and the piece covers that character.

    Returns
    -------
    spans
        One (start, end) for each piece, in characters of the last text.

    Examples
    --------
    >>> find_spans(["", "a", "a\ufffd", "a👍", "a👍b"])
    [(0, 1), (1, 2), (1, 2), (2, 3)]
    """
    whole = texts[-1]
    known = [_count_shared(text, whole) for text in texts]
    return [
        (start, end if text == whole[:end] else min(end + 1, len(whole)))
        for start, end, text in zip(known[:-1], known[1:], texts[1:], strict=True)
    ]


def _count_shared(left: str, right: str) -> int:
    """Return the length of the prefix that two texts share."""
    pairs = zip(left, right, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
