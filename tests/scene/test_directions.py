"""Which way each part of a text runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap.scene.directions import RIGHT_TO_LEFT, find_levels, order_line

# As in the examples of UAX #9, capital letters stand for letters from right to left.
CAPITALS = str.maketrans("ABCDEFGHIJK", "אבגדהוזחטיכ")


def write(text: str) -> str:
    return text.translate(CAPITALS)


def find(text: str) -> str:
    """Return the level of each character of one paragraph, as a digit."""
    levels = find_levels(write(text), [len(text)], [False] * len(text))
    return "".join(map(str, levels))


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("only latin (1)", "00000000000000"),
        ("car means CAB.", "00000000001110"),
        ("AB car BC, 3 DE", "333444333334333"),
        # A number after letters from right to left, with its signs and separators.
        ("AB 1,234.5% CD", "33344444444333"),
        ("AB 1, 2", "3334334"),
        ("go AB 12", "00011122"),
        ("go 12 AB", "00000011"),
        # Arabic letters make digits Arabic, which a sign is no part of.
        ("س 1%", "3343"),
        ("AB ١٢ CD", "33344333"),
        # Both brackets of a pair run alike.
        ("AB (x) y CD", "33334334333"),
        ("AB go (x) CD", "333444444333"),
        ("ab (CD) ef", "0000110000"),
        ("ab (CD [x] EF) 12", "00001100000110022"),
        ("AB (12) x", "333344334"),
        ("AB (12 x", "33334434"),
        ("...", "000"),
        ("... A", "33333"),
    ],
)
def test_levels_are_those_of_uax_9(text: str, levels: str) -> None:
    # Made by the crate unicode-bidi, which python-bidi 0.6 wraps.
    assert find(text) == levels


def test_each_paragraph_runs_as_its_first_letter() -> None:
    text = [*"12 ", "א", "↵", "a", "א", "↵", "1"]
    levels = find_levels(text, [5, 8, 9], [False] * 9)
    assert levels == [4, 4, 3, 3, 3, 0, 1, 0, 0]


def test_an_escape_runs_from_left_to_right_and_gives_no_way() -> None:
    assert find_levels(["א", "\\u202e", "א"], [3], [False] * 3) == [3, 4, 3]


def test_a_name_of_a_special_token_gives_no_way() -> None:
    text = [*"[CLS]", "א"]
    named = [True] * 5 + [False]
    assert find_levels(text, [6], named) == [4, 4, 4, 4, 4, 3]
    assert find_levels(text, [6], [False] * 6)[5] == 1


def test_a_text_of_brackets_alone_takes_no_time() -> None:
    assert len(find("A" + "(" * 50_000 + ")" * 50_000)) == 100_001
    assert set(find("A" + "(B)" * 30_000)) == {"3"}


@given(st.lists(st.integers(0, 2), min_size=1, max_size=12), st.booleans())
def test_a_line_is_reordered_without_loss(levels: list[int], right: bool) -> None:  # noqa: FBT001
    if right:
        levels = [min(RIGHT_TO_LEFT + level, RIGHT_TO_LEFT + 1) for level in levels]
    order = order_line(levels)
    assert sorted(order) == list(range(len(levels)))
    # Of one level they stand as they run.
    if len(set(levels)) == 1:
        assert order == sorted(order, reverse=levels[0] % 2 == 1)
