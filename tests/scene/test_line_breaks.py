"""Where a line of text may break: `uniseg`'s own loop over the rules is the truth."""

import random
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from uniseg.linebreak import (  # pyright: ignore[reportMissingTypeStubs]
    line_break,
    line_break_boundaries,
)

from textualheatmap.scene.line_breaks import find_breaks


def list_breaks(text: str) -> list[int]:
    return np.flatnonzero(find_breaks(text)).tolist()


def ask_uniseg(text: str) -> list[int]:
    return [place for place in line_break_boundaries(text) if place < len(text)]


@pytest.fixture(scope="module")
def kinds() -> list[str]:
    """Return characters by class, and by what else the rules ask of them."""
    found: dict[tuple[str, ...], list[str]] = {}
    for code in [*range(0x3100), *range(0x4E00, 0x30000, 7), *range(0x1F000, 0x20000)]:
        char = chr(code)
        kind = (
            str(line_break(char).value),
            unicodedata.east_asian_width(char),
            unicodedata.category(char),
        )
        if len(samples := found.setdefault(kind, [])) < 12:
            samples.append(char)
    rare = ["\u2010", "\u25cc", "\u1f2f7"]
    return ["".join(samples) for samples in found.values()] + rare


@given(
    st.text(
        st.characters(codec=None)
        | st.sampled_from(
            "abc   --,.()[]«»“”'123$%\u0301\u200d\u05d0/\r\n\U0001f1e9漢한"
        )
    )
)
@example("( a ) b [ c ] » d")
@example("a, b (c) «d» e.g. 1,000.5 x-y\r\n漢字 ゃっ か。き 한국 어")
def test_breaks_are_those_of_uniseg(text: str) -> None:
    assert list_breaks(text) == (ask_uniseg(text) if text else [])


def test_breaks_between_few_kinds_of_characters_are_those_of_uniseg(
    kinds: list[str],
) -> None:
    rng = random.Random(0)  # noqa: S311 - no secret
    for _ in range(1500):
        few = [*rng.sample(kinds, 4), " ", "\u0301"]
        text = "".join(rng.choice(rng.choice(few)) for _ in range(10))
        assert list_breaks(text) == ask_uniseg(text), ascii(text)


@pytest.mark.parametrize("piece", ["1", "e\u0301", "$1", "漢", "a-", "\U0001f1e9"])
def test_a_long_run_has_the_breaks_of_a_short_one(piece: str) -> None:
    # uniseg alone would take hours for some of these.
    few, many = find_breaks(piece * 40), find_breaks(piece * 100_000)
    size = len(piece) * 40
    assert (many[:size] == few).all()
    assert (many[-size + 1 :] == few[1:]).all()
