"""Where words and sentences start: `uniseg`'s own loop over the rules is the truth."""

from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from uniseg.sentencebreak import (  # pyright: ignore[reportMissingTypeStubs]
    sentence_boundaries,
)
from uniseg.wordbreak import (  # pyright: ignore[reportMissingTypeStubs]
    word_boundaries,
)

from textualheatmap.state import segments
from textualheatmap.state.segments import find_lines, find_sentences, find_words


def list_inner(ends: Iterable[int], text: str) -> list[int]:
    return [end for end in ends if 0 < end < len(text)]


@given(st.text("aB. 3_'é漢アא\"🇩🇪:"))
@example("")
@example("doesn't")
def test_words_are_those_of_uniseg(text: str) -> None:
    assert find_words(text) == list_inner(word_boundaries(text), text)


# `uniseg` takes characters of the kind Other to end a run in rule SB8.
@given(st.text("aB.!) \n\r,3\u0301é漢\u00ad\u2028"))
@example("")
@example("He said, “Why?” John left. etc. and so on")
@example("Mr. Smith of the U.S.A is 3.5 m. tall.\n\nYes")
@example("\u0301\r\n\u0301a. B")
@example("A.)\nB")
def test_sentences_are_those_of_uniseg(text: str) -> None:
    assert find_sentences(text) == list_inner(sentence_boundaries(text), text)


def test_a_long_run_of_white_space_is_one_piece() -> None:
    assert find_words("a \n \n b") == [1, 6]


def test_only_short_words_are_kept_for_the_next_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cut: list[str] = []

    def watch(text: str) -> Iterable[int]:
        cut.append(text)
        return word_boundaries(text)

    monkeypatch.setattr(segments, "word_boundaries", watch)
    short, long = "it's-not-kept-yet", "漢" * 40
    for _ in range(2):
        find_words(f"{short} {long}")
    assert cut == [short, long, long]


def test_what_follows_in_lower_case_goes_on() -> None:
    assert find_sentences("It is 5 p.m. + then") == []


def test_lines_start_after_line_ends() -> None:
    assert find_lines("\na\n\nb\n") == [1, 3, 4]
