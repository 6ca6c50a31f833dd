"""Continuation of a text by a causal model, and the characters of each new piece."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

import torch

from textualheatmap.saliency.devices import find_device
from textualheatmap.saliency.language_model import Encoding
from textualheatmap.saliency.model_checks import check_length
from textualheatmap.saliency.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.saliency.language_model import LanguageModel

# Take the most probable token each time, whatever the model's own settings say.
GREEDY = {
    "do_sample": False,
    "num_beams": 1,
    "repetition_penalty": 1.0,
    "no_repeat_ngram_size": 0,
}


def continue_text(
    language: LanguageModel, text: str, encoding: Encoding, count: int
) -> tuple[str, Encoding]:
    """Continue a text by at most `count` tokens, each the most probable one.

    Parameters
    ----------
    language
        The causal model and its tokenizer.
    text, encoding
        The text, and its pieces as `language.encode` returns them.
    count
        The most tokens to add; fewer if the model ends the text.

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
    >>> text, encoding = continue_text(None, "a", Encoding([0], [Piece(0, 1)]), 0)
    >>> text, encoding.ids
    ('a', [0])
    """
    if not count:
        return text, encoding
    check_length(language.model, language.tokenizer, len(encoding.ids), count)
    tokenizer = language.tokenizer
    given = torch.tensor([encoding.ids], device=find_device(language.model))
    padding = tokenizer.pad_token_id
    (ids,) = language.model.generate(
        given,
        attention_mask=torch.ones_like(given),
        max_new_tokens=count,
        **GREEDY,
        pad_token_id=tokenizer.eos_token_id if padding is None else padding,
    ).tolist()
    before = len(encoding.ids)

    # The new pieces are decoded after the letter "a". Decoded alone, they would lose
    # the space that they begin with; decoded after the text, half a character would
    # change the characters before it.
    anchor = tokenizer("a", add_special_tokens=False)["input_ids"]
    texts = [
        tokenizer.decode(
            [*anchor, *ids[before:end]],
            skip_special_tokens=True,
            clean_up_tokenization_spaces=False,
        )
        for end in range(before, len(ids) + 1)
    ]
    more = [each[len(texts[0]) :] for each in texts]
    special = set(tokenizer.all_special_ids)
    pieces = list(encoding.pieces)
    for number, (start, end) in zip(ids[before:], find_spans(more), strict=True):
        name = tokenizer.convert_ids_to_tokens(number)
        pieces.append(
            Piece(
                len(text) + start,
                len(text) + end,
                name if start == end and number in special else None,
            )
        )
    types = encoding.token_types
    if types is not None:
        # The new pieces belong to the text's last sentence.
        types = types + types[-1:] * (len(ids) - before)
    return text + more[-1], Encoding(ids, pieces, types)


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
