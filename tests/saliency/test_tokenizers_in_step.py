"""Facets of one text follow each other, whichever kind of tokenizer cut it.

What corresponds is known from the tokenizers' own offsets in the text, of which the
alignment knows nothing: it is given the raw tokens, with their marks.
"""

from __future__ import annotations

from functools import cache
from itertools import permutations
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from tests.saliency.conftest import SENTENCES
from textualheatmap.facet.tokens import Tokens
from textualheatmap.state.alignment import Alignment

ACCENTED = (
    "Le café était fermé, la crème brûlée déjà mangée. Señor Núñez, where is Zoë?"
)
KINDS = ("characters", "WordPiece", "BPE", "byte-level BPE", "SentencePiece")
# A word that none of the trained tokenizers knows.
UNKNOWN = "☃☃☃☃"
WORDS = sorted({word for text in (*SENTENCES, ACCENTED) for word in text.split()})
word = st.sampled_from(WORDS).flatmap(
    lambda known: st.sampled_from([known, known.upper(), known.title()])
)
sentences = st.lists(word, min_size=1, max_size=8).map(" ".join)
pairs = st.sampled_from(list(permutations(KINDS, 2)))


class Cut(NamedTuple):
    """Raw tokens of a text, and for each one the characters of the text it covers."""

    tokens: Tokens
    characters: list[set[int]]


@cache
def train(kind: str) -> Tokenizer:
    """Train a tokenizer on some sentences."""
    special = ["[UNK]", "[CLS]", "[SEP]"]
    size = {"vocab_size": 300, "special_tokens": special, "show_progress": False}
    match kind:
        case "WordPiece":
            tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
            tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
            tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
            trainer = trainers.WordPieceTrainer(**size)
        case "BPE":
            tokenizer = Tokenizer(models.BPE(unk_token="[UNK]", fuse_unk=True))
            tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
            trainer = trainers.BpeTrainer(**size)
        case "byte-level BPE":
            tokenizer = Tokenizer(models.BPE())
            tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
            alphabet = pre_tokenizers.ByteLevel.alphabet()
            trainer = trainers.BpeTrainer(**size, initial_alphabet=alphabet)
        case _:
            tokenizer = Tokenizer(models.Unigram())
            tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
            trainer = trainers.UnigramTrainer(**size, unk_token="[UNK]")
    upper = [text.upper() for text in (*SENTENCES, ACCENTED)]
    tokenizer.train_from_iterator([*SENTENCES, ACCENTED, *upper], trainer)
    return tokenizer


def cut(text: str, kind: str) -> Cut:
    """Cut a text into raw tokens, with `[CLS]` and `[SEP]` where that is usual."""
    if kind == "characters":
        pieces, offsets = list(text), [(i, i + 1) for i in range(len(text))]
    else:
        tokenizer = train(kind)
        encoding = tokenizer.encode(text)
        # Not `encoding.tokens`, where SentencePiece's unknown tokens have their text.
        pieces = [tokenizer.id_to_token(id_) or "" for id_ in encoding.ids]
        offsets = encoding.offsets
        if kind == "WordPiece":
            pieces = ["[CLS]", *pieces, "[SEP]"]
            offsets = [(0, 0), *offsets, (0, 0)]
    gaps = np.zeros(len(pieces), dtype=np.bool_)
    return Cut(
        Tokens(tuple(pieces), gaps, ((),) * len(pieces)),
        [
            # SentencePiece's mark alone has the offsets of the letter behind it.
            {i for i in range(start, end) if piece != "▁" and not text[i].isspace()}
            for piece, (start, end) in zip(pieces, offsets, strict=True)
        ],
    )


def find_sharing(cut: Cut, characters: set[int]) -> list[int]:
    return [i for i, held in enumerate(cut.characters) if held & characters]


def find_span(alignment: Alignment, start: int, stop: int) -> list[int]:
    found = alignment.find_counterparts(1, 0, start, stop)
    assert found is not None
    return list(range(found.start, found.stop)) if found.exact else []


@given(sentences, pairs)
def test_counterparts_are_the_tokens_of_the_same_characters(
    text: str, pair: tuple[str, str]
) -> None:
    if "byte-level BPE" in pair:
        # Its raw tokens spell letters beyond ASCII as bytes.
        text = text.encode("ascii", "ignore").decode()
    first, second = (cut(text, kind) for kind in pair)
    assert "[UNK]" not in first.tokens.texts + second.tokens.texts
    alignment = Alignment([first.tokens, second.tokens])
    for i, characters in enumerate(first.characters):
        assert find_span(alignment, i, i + 1) == find_sharing(second, characters)


@pytest.mark.parametrize("kind", KINDS[1:])
@given(before=sentences, after=sentences)
def test_an_unknown_token_leaves_the_words_around_it_in_step(
    kind: str, before: str, after: str
) -> None:
    text = f"{SENTENCES[0]} {before} {UNKNOWN} {after} {SENTENCES[1]}"
    if kind == "byte-level BPE":
        text = text.encode("ascii", "replace").decode()
    first, second = cut(text, "characters"), cut(text, kind)
    assert ("[UNK]" in second.tokens.texts) == (kind != "byte-level BPE")
    alignment = Alignment([first.tokens, second.tokens])
    start = 0
    for each in text.split():
        start = text.index(each, start)
        stop = start + len(each)
        if each.strip("?") and each != UNKNOWN:
            characters = set(range(start, stop))
            span = find_span(alignment, start, stop)
            assert span == find_sharing(second, characters)
        start = stop


def test_tokenizers_cut_differently() -> None:
    tokens = {kind: cut("The cafés of the PEOPLE", kind).tokens.texts for kind in KINDS}
    assert len(set(tokens.values())) == len(KINDS)
    assert "##" in "".join(tokens["WordPiece"])
    assert tokens["SentencePiece"][0].startswith("▁")
    assert "Ġ" in "".join(tokens["byte-level BPE"])
