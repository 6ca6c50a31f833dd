"""The pieces of a tokenizer, put together so that they spell the text exactly."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from textualheatmap.saliency.models.language_model import LanguageModel
from textualheatmap.saliency.models.pieces import Piece, join_pieces

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from textualheatmap.saliency.models.pieces import Special

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]

WILD = st.text(max_size=12) | st.text(
    "aé e\u0301👍🏽👩\u200d👩漢字 \n\t  \u3000'.,▁Ġ\u200b\ufffd\x00<s>[]", max_size=12
)


@st.composite
def texts_with_pieces(draw: st.DrawFn) -> tuple[str, list[Piece]]:
    """Draw a text, and pieces of it in order, with overlaps, gaps, and empty ones."""
    text = draw(st.text(max_size=10))
    place = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(place, place).map(sorted), max_size=8))
    pieces = [Piece(start, end) for start, end in sorted(map(tuple, spans))]
    for at in draw(st.lists(st.integers(0, len(pieces)), max_size=3)):
        pieces.insert(at, Piece(0, 0, "[X]"))
    return text, pieces


@given(texts_with_pieces())
def test_tokens_spell_the_text(given_text: tuple[str, list[Piece]]) -> None:
    text, pieces = given_text
    assert "".join(join_pieces(text, pieces).texts) == text


@given(texts_with_pieces(), st.sampled_from(["drop", "format", "keep"]))
def test_every_piece_belongs_to_one_token(
    given_text: tuple[str, list[Piece]], special: Special
) -> None:
    text, pieces = given_text
    joined = join_pieces(text, pieces, special)
    placed = [number for own in joined.pieces for number in own]
    assert len(placed) == len(set(placed))
    assert len(joined.texts) == len(joined.is_format)
    assert joined.is_format.count(False) == len(joined.pieces)
    assert all(joined.texts)
    assert all(own == sorted(own) for own in joined.pieces)
    if special == "keep" or joined.pieces:
        kept = special == "keep"
        with_text = any(piece.start < piece.end for piece in pieces)
        assert {n for n, piece in enumerate(pieces) if kept and piece.special} <= set(
            placed
        )
        if with_text:
            plain = {n for n, piece in enumerate(pieces) if piece.special is None}
            assert plain <= set(placed)


def test_a_piece_without_characters_joins_a_special_piece_that_is_kept() -> None:
    pieces = [Piece(0, 1), Piece(1, 1), Piece(1, 1, "[SEP]")]
    assert join_pieces("a", pieces, "keep").pieces == [[0], [1, 2]]
    assert join_pieces("a", pieces, "drop").pieces == [[0, 1]]


@given(texts_with_pieces())
def test_special_pieces_are_shown_beside_the_text(
    given_text: tuple[str, list[Piece]],
) -> None:
    text, pieces = given_text
    shown = join_pieces(
        text.replace("[X]", ""), [p for p in pieces if p.special], "format"
    )
    assert shown.texts.count("[X]") == sum(p.special is not None for p in pieces)
    assert shown.pieces == []


@given(st.lists(st.text(min_size=1), min_size=1))
def test_pieces_without_gaps_are_the_tokens(parts: list[str]) -> None:
    ends = [0]
    for part in parts:
        ends.append(ends[-1] + len(part))
    joined = join_pieces("".join(parts), [Piece(*span) for span in pairwise(ends)])
    assert joined.texts == parts
    assert not any(joined.is_format)
    assert joined.pieces == [[number] for number in range(len(parts))]


@pytest.mark.parametrize("special", ["format", "keep"])
def test_a_gap_stands_before_the_special_piece_that_ends_the_text(
    special: Special,
) -> None:
    pieces = [Piece(0, 0, "<s>"), Piece(1, 2), Piece(0, 0, "</s>")]
    joined = join_pieces(" a\n", pieces, special)
    assert joined.texts == ["<s>", " ", "a", "\n", "</s>"]
    kept = [[0], [1], [2]]
    assert joined.pieces == (kept if special == "keep" else [[1]])


def test_a_piece_without_characters_goes_with_the_next() -> None:
    pieces = [Piece(0, 0), Piece(0, 1), Piece(2, 2), Piece(2, 3), Piece(3, 3)]
    assert join_pieces("a b", pieces).pieces == [[0, 1], [2, 3, 4]]


def test_pieces_that_share_a_character_are_one_token() -> None:
    joined = join_pieces("abcd", [Piece(0, 2), Piece(1, 3), Piece(1, 2), Piece(3, 4)])
    assert joined.texts == ["abc", "d"]
    assert joined.pieces == [[0, 1, 2], [3]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("name", ["bert", "roberta", "gpt", "trimmed_gpt", "llama"])
@given(text=WILD.filter(bool))
def test_a_tokenizer_s_tokens_spell_the_text(
    name: str, request: pytest.FixtureRequest, text: str
) -> None:
    language = LanguageModel(*request.getfixturevalue(name))
    ids, pieces, _ = language.encode(text)
    joined = join_pieces(text, pieces)
    assert "".join(joined.texts) == text
    assert all(joined.texts)
    # What has characters is never a format token, and nothing is explained twice.
    covered = {at for piece in pieces for at in range(piece.start, piece.end)}
    position = 0
    for token, is_format in zip(joined.texts, joined.is_format, strict=True):
        own = set(range(position, position + len(token)))
        assert covered.isdisjoint(own) if is_format else covered >= own
        position += len(token)
    placed = [number for own in joined.pieces for number in own]
    assert placed == sorted(set(placed))
    assert set(placed) <= set(range(len(ids)))


@pytest.mark.parametrize(
    ("name", "text", "tokens", "pieces"),
    [
        # Byte-level BPE and the bytes that SentencePiece falls back to: a character
        # that is several pieces is one token, also a mark that joins another character.
        ("gpt", "a 👍🏽", ["a", " ", "👍", "🏽"], [1, 1, 4, 4]),
        ("gpt", "漢字", ["漢", "字"], [3, 3]),
        ("gpt", "e\u0301a", ["e", "\u0301", "a"], [1, 2, 1]),
        # The space that is put before a text has no character: it joins the first.
        ("llama", "a 👍🏽", ["a", " ", "👍", "🏽"], [1, 1, 4, 4]),
        ("llama", "漢字", ["漢", "字"], [4, 3]),
        ("llama", "e\u0301a", ["e", "\u0301", "a"], [2, 2, 1]),
        # WordPiece has one piece for an unknown word, and leaves out marks.
        ("bert", "a 👍🏽", ["a", " ", "👍🏽"], [1, 0, 1]),
        ("bert", "漢字", ["漢", "字"], [1, 1]),
        ("bert", "e\u0301a", ["e", "\u0301", "a"], [1, 0, 1]),
    ],
)
def test_a_character_is_never_cut(
    request: pytest.FixtureRequest,
    name: str,
    text: str,
    tokens: list[str],
    pieces: list[int],
) -> None:
    language = LanguageModel(*request.getfixturevalue(name))
    joined = join_pieces(text, language.encode(text).pieces)
    assert joined.texts == tokens
    counts = iter(map(len, joined.pieces))
    assert [0 if gap else next(counts) for gap in joined.is_format] == pieces
