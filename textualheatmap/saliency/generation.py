"""What a causal model goes on with, and which characters each piece of it spells."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

import torch

from textualheatmap.saliency.checking import check_length
from textualheatmap.saliency.language_model import Encoding
from textualheatmap.saliency.running import find_device
from textualheatmap.saliency.spelling import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.saliency.language_model import LanguageModel

# What a model's own settings would otherwise put before its best token.
PLAIN = {
    "do_sample": False,
    "num_beams": 1,
    "repetition_penalty": 1.0,
    "no_repeat_ngram_size": 0,
}


def generate_more(
    language: LanguageModel, text: str, encoding: Encoding, count: int
) -> tuple[str, Encoding]:
    """Return a text with at most so many more tokens, the model's best each time.

    Raises
    ------
    ValueError
        If text and continuation are more than the model takes.

    Examples
    --------
    >>> generate_more(None, "a", Encoding([0], [Piece(0, 1)]), 0)
    ('a', Encoding(ids=[0], pieces=[Piece(start=0, end=1, special=None)]))
    """
    if not count:
        return text, encoding
    check_length(language.model, language.tokenizer, len(encoding.ids) + count)
    tokenizer = language.tokenizer
    given = torch.tensor([encoding.ids], device=find_device(language.model))
    padding = tokenizer.pad_token_id
    (ids,) = language.model.generate(
        given,
        attention_mask=torch.ones_like(given),
        max_new_tokens=count,
        **PLAIN,
        pad_token_id=tokenizer.eos_token_id if padding is None else padding,
    ).tolist()
    before = len(encoding.ids)

    # By itself a continuation would lose the space that it begins with, and after the
    # text a half character would spoil the characters before it.
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
    return text + more[-1], Encoding(ids, pieces)


def find_spans(texts: Sequence[str]) -> list[tuple[int, int]]:
    r"""Return which characters of the last text each step between texts added.

    Parameters
    ----------
    texts
        What the pieces up to one spell, first without any. Where they end within a
        character it ends in U+FFFD, and the step's span has that character.

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
    """Return with how many of the same characters two texts begin."""
    pairs = zip(left, right, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
