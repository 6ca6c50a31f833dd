"""Which characters two texts have in common."""

import difflib
import random
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap.facet import matching
from textualheatmap.facet.matching import match_characters


def write_text(count: int, seed: int) -> str:
    """Write words that are made up, some of them again and again."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    words = [
        "".join(chance.choices("abcdefghijklmnop", k=chance.randint(2, 9)))
        for _ in range(2000)
    ]
    return "".join(chance.choices(words, k=count // 2))[:count]


def edit_text(text: str, count: int) -> tuple[str, list[int]]:
    """Replace, delete and insert characters; return also where each one came from."""
    chance = random.Random(1)  # noqa: S311 - no secret
    characters = [(character, place) for place, character in enumerate(text)]
    for _ in range(count):
        place = chance.randrange(len(characters))
        insert = chance.random() < 0.5
        characters[place : place + (not insert)] = [("#", -1)]
    return "".join(c for c, _ in characters), [place for _, place in characters]


@given(st.text("ab ", max_size=30), st.text("ab ", max_size=30))
def test_partners_are_the_same_characters_in_the_same_order(
    first: str, second: str
) -> None:
    partners = match_characters(first, second)
    assert len(partners) == len(second)
    found = partners[partners >= 0]
    assert (np.diff(found) > 0).all()
    for place in np.flatnonzero(partners >= 0):
        assert first[partners[place]] == second[place]


@given(st.text(max_size=60))
def test_a_text_matches_itself_whole(text: str) -> None:
    assert match_characters(text, text).tolist() == list(range(len(text)))


@given(st.text("abcdefgh", min_size=20, max_size=60), st.integers(0, 20))
def test_what_was_put_in_has_no_partner(text: str, place: int) -> None:
    partners = match_characters(text, text[:place] + "###" + text[place:])
    expected = [*range(place), -1, -1, -1, *range(place, len(text))]
    # A run of two characters between an edge and what was put in stays.
    assert partners.tolist() == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("colour", "color", [0, 1, 2, 3, 5]),
        ("", "abc", [-1, -1, -1]),
        ("abc", "", []),
        ("abc", "xyz", [-1, -1, -1]),
        ("abcdefg", "defg", [3, 4, 5, 6]),
        ("xxaxx", "yyayy", [-1] * 5),
        ("xxabxx", "yyabyy", [-1] * 6),
        ("xxabcxx", "yyabcyy", [-1, -1, 2, 3, 4, -1, -1]),
    ],
)
def test_a_few_characters_in_a_row_are_the_same_by_chance(
    first: str, second: str, expected: list[int]
) -> None:
    assert match_characters(first, second).tolist() == expected


def test_a_gap_that_is_too_large_is_compared_at_its_ends_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = "<xxabcdxx>", "<yyabcdyy>"
    whole = [0, -1, -1, 3, 4, 5, 6, -1, -1, 9]
    assert match_characters(*texts).tolist() == whole
    monkeypatch.setattr(matching, "LARGEST_GAP", 8 * 8 - 1)
    assert match_characters(*texts).tolist() == [0, *[-1] * 8, 9]


def test_passages_of_one_hash_match_only_where_they_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matching, "HASH_BASE", np.uint64(0))
    passage = "abcdefghijkl"
    assert match_characters(passage, passage).tolist() == list(range(12))
    assert match_characters(passage, passage.upper()).tolist() == [-1] * 12


def test_long_texts_match_as_well_as_difflib_finds() -> None:
    first = write_text(3000, 1)
    second, _ = edit_text(first, 150)
    blocks = difflib.SequenceMatcher(None, first, second, autojunk=False)
    truth = sum(block.size for block in blocks.get_matching_blocks())
    assert np.count_nonzero(match_characters(first, second) >= 0) > 0.98 * truth


def test_where_a_character_came_from_is_found() -> None:
    first = write_text(100_000, 1)
    second, places = edit_text(first, 2000)
    truth = np.array(places)
    partners = match_characters(first, second)
    assert ((partners == truth) | (truth < 0)).mean() > 0.98
    assert (partners[truth < 0] < 0).mean() > 0.98


@pytest.mark.parametrize(
    "texts",
    [
        (write_text(100_000, 1), edit_text(write_text(100_000, 1), 20_000)[0]),
        (write_text(100_000, 1), write_text(100_000, 2)),
        ("ab" * 50_000, "x" + "ba" * 50_000),
        ("a" * 100_000, "b" * 100_000),
        (write_text(5000, 1) * 20, write_text(5000, 1) * 20 + "#"),
        (write_text(100_000, 1), write_text(100_000, 1)[::-1]),
        (write_text(4000, 3) + "#" * 96_000, write_text(4000, 4) + "%" * 96_000),
    ],
    ids=["edited", "unlike", "periodic", "nothing", "repeated", "reversed", "gap"],
)
def test_two_long_texts_are_compared_in_a_few_seconds(texts: tuple[str, str]) -> None:
    began = time.process_time()
    match_characters(*texts)
    assert time.process_time() - began < 5


def test_unlike_texts_have_next_to_nothing_in_common() -> None:
    partners = match_characters(write_text(20_000, 1), write_text(20_000, 2))
    assert (partners >= 0).mean() < 0.05
