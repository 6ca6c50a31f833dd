"""Which tokens of facets correspond."""

import time

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from textualheatmap.facet.tokens import Tokens
from textualheatmap.state.alignment import MIN_COVER, Alignment


def cut(*texts: str, gaps: tuple[int, ...] = ()) -> Tokens:
    """Return tokens of which those at the positions `gaps` are format tokens."""
    is_format = np.isin(np.arange(len(texts)), gaps)
    return Tokens(texts, is_format, ((),) * len(texts))


def find(alignment: Alignment, painted: int, facet: int, start: int, stop: int) -> str:
    """Return counterparts as 'start:stop', with ~ where they are not exact."""
    found = alignment.find_counterparts(painted, facet, start, stop)
    if found is None:
        return "none"
    return f"{'' if found.exact else '~'}{found.start}:{found.stop}"


def are_aligned(alignment: Alignment, facet: int, other: int) -> bool:
    return alignment.facets[facet].axis == alignment.facets[other].axis


@st.composite
def cuttings(draw: st.DrawFn, text: st.SearchStrategy[str]) -> Tokens:
    """Draw tokens: pieces of a text, with marks, spaces, special and format tokens."""
    whole = draw(text)
    pieces: list[str] = []
    while whole:
        size = draw(st.integers(1, 4))
        pieces.append(draw(st.sampled_from(["", "Ġ", "▁", "##", " "])) + whole[:size])
        whole = whole[size:]
        dressing = draw(st.sampled_from([(), (), ("[SEP]",), (" ",), ("\n", " ")]))
        pieces.extend(dressing)
    gaps = draw(st.sets(st.integers(0, len(pieces) - 1), max_size=2))
    assume(len(gaps) < len(pieces))
    return cut(*pieces, gaps=tuple(gaps))


texts = st.text("abcd", min_size=1, max_size=20)
same_text = texts.flatmap(
    lambda text: st.lists(cuttings(st.just(text)), min_size=2, max_size=3)
)
any_texts = st.lists(cuttings(texts), min_size=1, max_size=4)


@given(any_texts)
def test_tokens_follow_each_other_on_their_axis(facets: list[Tokens]) -> None:
    for tokens, aligned in zip(facets, Alignment(facets).facets, strict=True):
        assert len(aligned.start) == len(aligned.stop) == len(tokens)
        assert (aligned.start <= aligned.stop).all()
        assert (aligned.stop[:-1] <= aligned.start[1:]).all()
        empty = aligned.start == aligned.stop
        before = np.concatenate([[0], aligned.stop[:-1]])
        assert (aligned.start[empty] == before[empty]).all()
        assert MIN_COVER <= aligned.cover <= 1


@given(any_texts)
def test_same_tokens_are_on_one_axis(facets: list[Tokens]) -> None:
    aligned = Alignment(facets).facets
    for i, one in enumerate(facets):
        for k, other in enumerate(facets):
            words = [[t.texts[p] for p in t.positions] for t in (one, other)]
            same = aligned[i].same_tokens == aligned[k].same_tokens
            assert same == (words[0] == words[1])
            assert not same or aligned[i].axis == aligned[k].axis


def find_characters(tokens: Tokens) -> list[set[int]]:
    """Return the characters of each index of a text of nothing but abcd."""
    letters = [
        "".join(c for c in t if c in "abcd") if t != "[SEP]" else ""
        for t in tokens.texts
    ]
    found, place = [], 0
    for text, is_format in zip(letters, tokens.is_format, strict=True):
        if not is_format:
            found.append(set(range(place, place + len(text))))
        place += len(text)
    return found


@given(same_text, st.data())
def test_counterparts_are_the_tokens_that_share_a_character(
    facets: list[Tokens], data: st.DataObject
) -> None:
    alignment = Alignment(facets)
    here, there = map(find_characters, facets[:2])
    start = data.draw(st.integers(0, len(there) - 1))
    stop = data.draw(st.integers(start + 1, len(there)))
    found = alignment.find_counterparts(0, 1, start, stop)
    span = set().union(*there[start:stop])
    # A span goes from its first to its last character, format tokens included.
    span = set(range(min(span), max(span) + 1)) if span else span
    sharing = [i for i, characters in enumerate(here) if characters & span]
    same = alignment.facets[0].same_tokens == alignment.facets[1].same_tokens
    if same:
        assert found == (start, stop, True)
    elif sharing:
        assert found == (sharing[0], sharing[-1] + 1, True)
    else:
        assert found is not None
        assert (found.exact, found.stop - found.start) == (False, 1)
        assert here[found.start] or not any(here)


@given(any_texts, st.data())
def test_counterparts_of_counterparts_contain_what_both_facets_have(
    facets: list[Tokens], data: st.DataObject
) -> None:
    alignment = Alignment(facets)
    count = st.integers(0, len(facets) - 1)
    painted, facet = data.draw(count), data.draw(count)
    start = data.draw(st.integers(0, len(facets[facet]) - 1))
    stop = data.draw(st.integers(start + 1, len(facets[facet])))
    there = alignment.find_counterparts(painted, facet, start, stop)
    assume(there is not None and there.exact)
    assert there is not None
    back = alignment.find_counterparts(facet, painted, there.start, there.stop)
    assert back is not None
    assert back.exact
    here, other = alignment.facets[facet], alignment.facets[painted]
    low, high = other.start[there.start], other.stop[there.stop - 1]
    for index in range(start, stop):
        if max(here.start[index], low) < min(here.stop[index], high):
            assert back.start <= index < back.stop


@given(any_texts, st.data())
def test_counterparts_are_within_their_facet_wherever_there_are_any(
    facets: list[Tokens], data: st.DataObject
) -> None:
    alignment = Alignment(facets)
    count = st.integers(0, len(facets) - 1)
    painted, facet = data.draw(count), data.draw(count)
    start = data.draw(st.integers(0, len(facets[facet]) - 1))
    stop = data.draw(st.integers(start + 1, len(facets[facet])))
    found = alignment.find_counterparts(painted, facet, start, stop)
    assert (found is not None) == are_aligned(alignment, painted, facet)
    if found is not None:
        assert 0 <= found.start < found.stop <= len(facets[painted])


def test_marks_spaces_and_special_tokens_do_not_part_facets() -> None:
    words = cut("the ", "cats ", "sat", "\n")
    wordpieces = cut("[CLS]", "The", "cat", "##s", "sat", "[SEP]")
    bytes_ = cut("<s>", "the", "Ġcats", "Ġsat", "</s>")
    alignment = Alignment([words, wordpieces, bytes_])
    assert [facet.axis for facet in alignment.facets] == [0, 0, 0]
    assert [facet.cover for facet in alignment.facets] == [1, 1, 1]
    assert [find(alignment, 1, 0, i, i + 1) for i in range(4)] == [
        *("1:2", "2:4", "4:5", "~4:5")
    ]
    assert [find(alignment, 0, 1, i, i + 1) for i in range(6)] == [
        *("~0:1", "0:1", "1:2", "1:2", "2:3", "~2:3")
    ]
    assert find(alignment, 2, 1, 2, 5) == "2:4"


def test_a_trailing_newline_does_not_part_facets() -> None:
    one = cut("a", "bc", "d")
    other = cut("ab", "c", "d", "\n")
    assert find(Alignment([one, other]), 0, 1, 1, 2) == "1:2"


def test_a_space_shows_the_nearest_token() -> None:
    characters = cut("t", "h", "e", " ", "c", "a", "t")
    words = cut("the", "Ġcat")
    assert find(Alignment([words, characters]), 0, 1, 3, 4) == "~1:2"


def test_the_nearest_token_is_the_one_of_fewer_characters_away() -> None:
    whole = cut("first", "two", "three", "fourth")
    partial = cut("first", "fourth", "[SEP]")
    alignment = Alignment([whole, partial])
    assert alignment.facets[1].cover == 1
    assert find(alignment, 1, 0, 1, 2) == "~0:1"
    assert find(alignment, 1, 0, 2, 3) == "~1:2"
    assert find(alignment, 1, 0, 1, 4) == "1:2"


def test_texts_that_differ_a_little_are_aligned_where_they_agree() -> None:
    one = cut("The ", "colour ", "of ", "magic ", "fades")
    other = cut("The ", "color ", "of ", "black ", "magic ", "fades", ".")
    alignment = Alignment([one, other])
    assert are_aligned(alignment, 0, 1)
    assert alignment.facets[1].cover == pytest.approx(20 / 26)
    assert [find(alignment, 0, 1, i, i + 1) for i in range(7)] == [
        *("0:1", "1:2", "2:3", "~3:4", "3:4", "4:5", "~4:5")
    ]


def test_texts_that_differ_more_than_they_agree_are_not_aligned() -> None:
    one = cut("to ", "be ", "or ", "not ", "to ", "be")
    other = cut("a ", "wholly ", "different ", "sentence")
    alignment = Alignment([one, other])
    assert not are_aligned(alignment, 0, 1)
    assert find(alignment, 0, 1, 0, 1) == "none"


def test_a_cover_of_half_is_enough() -> None:
    half = cut("abcdefghij")
    same = Alignment([half, cut("abcdefghij", "0123456789")])
    assert are_aligned(same, 0, 1)
    less = Alignment([half, cut("abcdefghij", "0123456789", "x")])
    assert not are_aligned(less, 0, 1)


def test_a_text_that_is_a_small_part_of_another_is_not_aligned_with_it() -> None:
    part, whole = cut("abcdefghij"), cut("abcdefghij", "0123456789", "x")
    assert not are_aligned(Alignment([whole, part]), 0, 1)


def test_without_characters_facets_are_linked_by_the_same_tokens_only() -> None:
    blank = cut("[CLS]", " ", "[SEP]")
    alignment = Alignment([blank, cut("[CLS]", " ", "[SEP]"), cut(" ", "[SEP]")])
    assert find(alignment, 1, 0, 1, 3) == "1:3"
    assert find(alignment, 2, 0, 1, 3) == "none"


def test_format_tokens_belong_to_the_text_but_have_no_index() -> None:
    gapped = cut("ab", " ", "cd", "[SEP]", gaps=(1, 3))
    alignment = Alignment([gapped, cut("a", "bc", "d")])
    assert find(alignment, 0, 1, 1, 2) == "0:2"
    assert find(alignment, 1, 0, 1, 2) == "1:3"


def test_linked_facets_are_not_aligned_even_with_the_same_tokens() -> None:
    facet = cut("a", "b")
    alignment = Alignment([facet, facet, facet], [(0, 1)])
    assert not are_aligned(alignment, 0, 1)
    assert find(alignment, 0, 1, 0, 1) == "none"
    assert find(alignment, 2, 1, 0, 1) == "0:1"


def test_prompts_are_aligned_with_prompts_and_answers_with_answers() -> None:
    facet = cut("copy ", "me")
    # prompt, answer, answer, prompt: all of one text
    alignment = Alignment([facet] * 4, [(0, 1), (3, 2)])
    assert are_aligned(alignment, 0, 3)
    assert are_aligned(alignment, 1, 2)
    assert not are_aligned(alignment, 0, 1)


def test_long_texts_and_many_facets_take_bounded_time() -> None:
    chance = np.random.default_rng(1)
    letters = np.array(list("abcdefgh"))
    facets = [
        cut(*("".join(row) for row in chance.choice(letters, (2000, 5))))
        for _ in range(64)
    ]
    long = ["".join(row) for row in chance.choice(letters, (25_000, 4))]
    facets += [cut(*long), cut(*long, "!"), cut("?", *long)]
    began = time.process_time()
    alignment = Alignment(facets)
    assert time.process_time() - began < 8
    assert len({facet.axis for facet in alignment.facets[:64]}) == 64


def test_the_same_long_text_costs_no_comparison() -> None:
    tokens = ["word "] * 100_000
    began = time.process_time()
    alignment = Alignment([cut(*tokens), cut(*tokens, "\n"), cut("word " * 100_000)])
    assert time.process_time() - began < 3
    assert find(alignment, 0, 1, 99_999, 100_000) == "99999:100000"
    assert find(alignment, 0, 2, 0, 1) == "0:100000"
