"""Tokens of one word, sentence, line or match go together, however the text was cut."""

import re
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap.facet.tokens import Tokens
from textualheatmap.state.grouping import (
    UNITS,
    Grouping,
    Groups,
    find_groups,
    read_grouping,
    write_grouping,
)

WORD_PIECES = [
    "[CLS]",
    "The",
    "em",
    "##bed",
    "##ding",
    "is",
    "caf",
    "##é",
    ".",
    "[SEP]",
]
BYTE_PIECES = ["The", "Ġem", "bed", "ding", "Ġis", "Ġcaf", "Ã©", ".", "Ċ", "Why", "?"]
SENTENCE_PIECES = ["▁The", "▁em", "bed", "ding", "▁is", "▁", "caf", "é", "."]
PLAIN_PIECES = ["The", " em", "bed", "ding", " is", " caf", "é", ".", "\n", "Why", "?"]


def cut(*texts: str, gaps: tuple[int, ...] = ()) -> Tokens:
    is_format = np.isin(np.arange(len(texts)), gaps)
    return Tokens(texts, is_format, ((),) * len(texts))


def join(tokens: Tokens, grouping: Grouping) -> list[str]:
    """Return the text of each group; pieces of it are parted by bars."""
    texts = [tokens.texts[place] for place in tokens.positions.tolist()]
    groups = find_groups(tokens, grouping) or Groups.of_sizes([1] * len(texts))
    spans = zip(groups.starts, groups.starts + groups.sizes, strict=True)
    return ["|".join(texts[start:stop]) for start, stop in spans]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (WORD_PIECES, "[CLS] The em|##bed|##ding is caf|##é . [SEP]"),
        (BYTE_PIECES, "The Ġem|bed|ding Ġis Ġcaf|Ã© . Ċ Why ?"),
        (SENTENCE_PIECES, "▁The ▁em|bed|ding ▁is ▁ caf|é ."),
    ],
)
def test_the_pieces_of_a_word_are_one_group_of_each_tokenizer(
    texts: list[str], words: str
) -> None:
    assert join(cut(*texts), "word") == words.split(" ")


def test_a_piece_that_starts_with_a_space_belongs_to_its_word() -> None:
    assert join(cut(*PLAIN_PIECES), "word") == [
        *("The", " em|bed|ding", " is", " caf|é", ".", "\n", "Why", "?")
    ]


def test_white_space_and_punctuation_are_no_part_of_a_word() -> None:
    assert join(cut("a", "b", " ", "c", ",", " ", "d"), "word") == [
        *("a|b", " ", "c", ",", " ", "d")
    ]


def test_where_nothing_parts_words_each_token_is_one() -> None:
    assert find_groups(cut("the", "cat"), "word") is None
    assert find_groups(cut("the", "\n", "cat"), "word") is None


def test_gaps_part_words() -> None:
    tokens = cut("un", "seen", " ", "it", gaps=(2,))
    assert join(tokens, "word") == ["un|seen", "it"]


def test_a_hash_in_a_text_is_no_mark() -> None:
    assert join(cut("a ", "##", "b", "c"), "word") == ["a ", "##", "b|c"]
    assert join(cut("a ", "##b", "c"), "word") == ["a ", "##b", "c"]
    assert join(cut("C", "##", "b", " d"), "word") == ["C", "##", "b", " d"]


def test_of_regular_expressions_the_groups_of_the_last_one_are_kept() -> None:
    tokens = cut("a", "b", "c")
    first = weakref.ref(find_groups(tokens, re.compile("ab")))
    assert find_groups(tokens, re.compile("ab")) is first()
    find_groups(tokens, re.compile("bc"))
    assert first() is None


def test_sentences_end_with_their_marks() -> None:
    assert join(cut(*PLAIN_PIECES), "sentence") == [
        *("The| em|bed|ding| is| caf|é|.|\n", "Why|?")
    ]
    assert join(cut(*WORD_PIECES), "sentence") == [
        *("[CLS]", "The|em|##bed|##ding|is|caf|##é|.", "[SEP]")
    ]


def test_a_masked_token_stays_in_its_sentence() -> None:
    assert join(cut("A ", "[MASK]", " b. ", "C"), "sentence") == ["A |[MASK]| b. ", "C"]


def test_lines_end_at_line_ends_of_tokens_and_of_gaps() -> None:
    tokens = cut("a ", "b", "\n", "c ", "d", "\n\n", "e", gaps=(2,))
    assert join(tokens, "line") == ["a |b", "c |d|\n\n", "e"]
    assert join(cut(*BYTE_PIECES), "line") == [
        *("The|Ġem|bed|ding|Ġis|Ġcaf|Ã©|.|Ċ", "Why|?")
    ]


def test_a_token_over_two_lines_belongs_to_that_of_its_first_character() -> None:
    assert join(cut("a ", "b\nc", " d"), "line") == ["a |b\nc", " d"]


def test_matches_are_groups_and_other_tokens_stay_alone() -> None:
    tokens = cut("x", "y", "new", " ", "york", "z", "z")
    assert join(tokens, re.compile("new york")) == ["x", "y", "new| |york", "z", "z"]


def test_a_token_in_two_matches_belongs_to_the_first() -> None:
    assert join(cut("a", "bc", "d"), re.compile("ab|cd")) == ["a|bc", "d"]


def test_a_match_of_nothing_is_no_group() -> None:
    assert find_groups(cut("a", "b"), re.compile("x*")) is None


@given(
    st.lists(st.text("ab .\n#Ġ▁é漢", max_size=4), min_size=1, max_size=12),
    st.sampled_from([*UNITS, re.compile("a.*?b", re.DOTALL)]),
    st.data(),
)
def test_groups_are_tokens_in_a_row(
    texts: list[str], grouping: Grouping, data: st.DataObject
) -> None:
    gaps = data.draw(st.sets(st.integers(1, max(1, len(texts) - 1))))
    tokens = cut(*texts, gaps=tuple(gaps))
    groups = find_groups(tokens, grouping)
    if groups is not None:
        assert groups.sizes.sum() == len(tokens)
        assert groups.start.tolist() == sorted(groups.start.tolist())
        assert (groups.stop > np.arange(len(tokens))).all()


def test_groups_pool_what_they_hold() -> None:
    groups = Groups.of_sizes([2, 1])
    values = np.array([[1, -3, np.nan], [np.nan, 2, 5]], dtype=np.float32)
    pooled = groups.pool_columns(values, "max", signed=True)
    np.testing.assert_array_equal(pooled, [[-3, -3, np.nan], [2, 2, 5]])
    lines = np.array([[1, 1], [3, 5], [9, 9]], dtype=np.float32)
    pooled = groups.pool_lines(lines, 0, "mean", signed=False)
    np.testing.assert_array_equal(pooled, [[2, 3], [9, 9]])


def test_a_regular_expression_survives_json() -> None:
    pattern = re.compile("^the", re.IGNORECASE)
    assert read_grouping("grouping", write_grouping(pattern)) == pattern


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("Word", "'Word', expected 'token', 'word', 'sentence', 'line' or a regular"),
        (3, "3, expected 'token'"),
        (re.compile(b"a"), "expected 'token'"),
        ({"pattern": "(", "flags": 0}, "expected a regular expression"),
    ],
)
def test_what_makes_no_groups_is_refused(wrong: object, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        read_grouping("grouping", wrong)
