"""Where each token sits."""

import string
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from uniseg.linebreak import (  # pyright: ignore[reportMissingTypeStubs]
    line_break_boundaries,  # pyright: ignore[reportUnknownVariableType]
)
from wcwidth import iter_graphemes

from textualheatmap.facet.reading import read_arrays
from textualheatmap.facet.tokens import Tokens
from textualheatmap.scene.escape import show_text
from textualheatmap.scene.wrap import (
    IDEOGRAPHS,
    MIN_COLUMNS,
    WORD,
    find_breaks,
    layout_cells,
)

CHARACTERS = st.sampled_from(
    "abcdefg      --,.()\"'123\n\r\t漢字、。かゃッン한국กข"
    "\u0301\u200b\u200d\u202e\x00\x85\xa0\u2028\ud800\U0001f44d\U0001f3fd\U0001f1e9"
)
TEXTS = st.text(
    CHARACTERS | st.characters(codec=None, exclude_characters="⇥"), max_size=60
)
COLUMNS = st.integers(MIN_COLUMNS, 40)


@st.composite
def draw_tokens(draw: st.DrawFn) -> Tokens:
    texts = [*draw(st.lists(TEXTS, max_size=12)), draw(TEXTS)]
    format_flags = st.lists(
        st.booleans(), min_size=len(texts) - 1, max_size=len(texts) - 1
    )
    return read_arrays(texts, format=[*draw(format_flags), False])


def list_lines(cells: pd.DataFrame) -> list[str]:
    return ["".join(line["text"]) for _, line in cells.groupby("line")]


@given(tokens=draw_tokens(), columns=COLUMNS, wrap_after_token=st.booleans())
@example(
    tokens=read_arrays(["\u0600" * 20]), columns=MIN_COLUMNS, wrap_after_token=False
)
def test_cells_never_overlap_and_never_pass_the_line(
    *, tokens: Tokens, columns: int, wrap_after_token: bool
) -> None:
    cells = layout_cells(tokens, columns, wrap_after_token=wrap_after_token)
    ends = cells["column"] + cells["width"]
    assert (cells["column"] >= 0).all()
    assert (cells["width"] >= 1).all()
    assert (ends <= columns).all()
    for _, line in cells.groupby("line"):
        assert line["column"].iloc[0] == 0
        assert (line["column"].iloc[1:] == ends[line.index].iloc[:-1].to_numpy()).all()
    assert cells["line"].is_monotonic_increasing
    assert cells["position"].is_monotonic_increasing


@given(tokens=draw_tokens(), columns=COLUMNS, wrap_after_token=st.booleans())
def test_the_cells_of_a_token_joined_are_what_is_drawn_for_it(
    *, tokens: Tokens, columns: int, wrap_after_token: bool
) -> None:
    cells = layout_cells(tokens, columns, wrap_after_token=wrap_after_token)
    joined = cells.groupby("position")["text"].sum().to_dict()
    for position, text in enumerate(tokens.texts):
        drawn = show_text(text).replace("⇥", "⇥   ")
        if tokens.is_format[position]:
            # The mark of a newline, but not an arrow that the text itself has.
            assert joined.get(position, "").replace("↵", "") == drawn.replace("↵", "")
        else:
            assert joined[position] == (drawn or "∅")


@given(draw_tokens(), COLUMNS)
def test_every_non_format_token_has_a_cell_with_its_index(
    tokens: Tokens, columns: int
) -> None:
    cells = layout_cells(tokens, columns)
    indexes = dict(zip(cells["position"], cells["index"], strict=True))
    for index, position in enumerate(tokens.positions):
        assert indexes[position] == index
    assert set(cells["index"]) - {-1} == set(range(len(tokens)))


@given(
    words=st.lists(st.text("ab", min_size=1, max_size=30), min_size=1),
    columns=COLUMNS,
    wrap_after_token=st.booleans(),
)
def test_no_line_begins_with_the_space_that_ended_the_last(
    *, words: list[str], columns: int, wrap_after_token: bool
) -> None:
    texts = [token for word in words for token in (word, " ")]
    cells = layout_cells(read_arrays(texts), columns, wrap_after_token=wrap_after_token)
    assert not any(line.startswith(" ") for line in list_lines(cells))


@given(st.lists(st.text("ab", min_size=1, max_size=30), min_size=1), COLUMNS)
def test_a_word_is_broken_only_if_it_is_longer_than_a_line(
    words: list[str], columns: int
) -> None:
    pieces = [piece for word in words for piece in (word[:1], word[1:] + " ")]
    cells = layout_cells(read_arrays(pieces), columns)
    lines = [line.split() for line in list_lines(cells)]
    short = [word for word in words if len(word) < columns]
    if len(short) == len(words):
        assert [word for line in lines for word in line] == words
    assert "".join(word for line in lines for word in line) == "".join(words)


@given(TEXTS.filter(bool), st.data(), COLUMNS)
def test_facets_of_one_text_break_alike_whatever_their_tokens(
    text: str, data: st.DataObject, columns: int
) -> None:
    clusters = list(iter_graphemes(text))
    cuts = data.draw(st.sets(st.integers(0, len(clusters))))
    bounds = sorted({0, *cuts, len(clusters)})
    texts = ["".join(clusters[start:end]) for start, end in pairwise(bounds)]
    whole = layout_cells(read_arrays([text]), columns)
    assert list_lines(layout_cells(read_arrays(texts), columns)) == list_lines(whole)


@given(TEXTS)
@example("( a ) b [ c ] » d")
@example("a, b (c) «d» e.g. 1,000.5 x-y\r\n漢字 ゃっ か。き 한국 어")
def test_breaks_found_in_pieces_are_those_of_the_whole_text(text: str) -> None:
    whole = line_break_boundaries(text) if text else ()
    assert find_breaks(text) == frozenset(whole)


def test_characters_taken_as_ideographs_break_from_each_other() -> None:
    ranges = [chr(code) for code in range(0x3041, 0x9FFD)]
    inside = set(ranges) & set(pd.Series(ranges).str.findall(f"[{IDEOGRAPHS}]").sum())
    for char in sorted(inside)[::37] + sorted(inside)[:160]:
        assert list(line_break_boundaries("漢" + char + "漢")) == [1, 2, 3], char


def test_characters_taken_as_letters_do_not_break_from_each_other() -> None:
    letters = [chr(code) for code in range(0x500) if WORD.fullmatch(chr(code))]
    for char in letters:
        assert list(line_break_boundaries("a" + char + "a")) == [3], char


def test_a_word_that_would_fill_the_last_column_goes_to_the_next_line() -> None:
    cells = layout_cells(read_arrays(["aaaaa ", "bbbbbb"]), 12)
    assert list_lines(cells) == ["aaaaa ", "bbbbbb"]


@pytest.mark.parametrize("wrap_after_token", [False, True])
def test_a_word_goes_to_the_next_line_along_with_all_its_spaces(
    *, wrap_after_token: bool
) -> None:
    tokens = read_arrays(["aaa", " ", "bbbbbbb", " ", " ", "c"])
    cells = layout_cells(tokens, 12, wrap_after_token=wrap_after_token)
    assert list_lines(cells) == ["aaa ", "bbbbbbb  c"]


def test_a_newline_ends_the_line_and_shows_a_mark() -> None:
    cells = layout_cells(read_arrays(["a", "\n", "\r\n", "b\n", "c"]), 20)
    assert list_lines(cells) == ["a↵", "↵", "b↵", "c"]


def test_the_mark_of_a_newline_may_take_the_last_column() -> None:
    cells = layout_cells(read_arrays(["a" * 19, "\n", "b"]), 20)
    assert list_lines(cells) == ["a" * 19 + "↵", "b"]


def test_a_format_newline_breaks_the_line_without_a_mark() -> None:
    tokens = read_arrays(["a", "\n", "\n", "b"], format=[False, True, True, False])
    cells = layout_cells(tokens, 20)
    assert cells["line"].tolist() == [0, 2]
    assert cells["text"].tolist() == ["a", "b"]


def test_an_empty_token_shows_a_mark_unless_it_is_a_format_token() -> None:
    tokens = read_arrays(["a", "", "", "b"], format=[False, False, True, False])
    assert layout_cells(tokens, 20)["text"].tolist() == ["a", "∅", "b"]


def test_lines_break_after_a_hyphen_and_between_ideographs() -> None:
    tokens = read_arrays(["twenty-", "seventh", "漢字漢字漢字漢字"])
    assert list_lines(layout_cells(tokens, 12)) == [
        "twenty-",
        "seventh漢字",
        "漢字漢字漢",
        "字",
    ]


def test_a_wide_character_and_a_tab_take_their_columns() -> None:
    cells = layout_cells(read_arrays(["漢", "\t", "x"]), 20)
    assert cells["column"].tolist() == [0, 2, 6]


def test_lines_may_break_after_a_token_only_if_asked() -> None:
    tokens = read_arrays(["abcdefgh", "ijklm", " ", "no"])
    assert list_lines(layout_cells(tokens, 12)) == ["abcdefghijk", "lm no"]
    wrapped = layout_cells(tokens, 12, wrap_after_token=True)
    assert list_lines(wrapped) == ["abcdefgh", "ijklm no"]


def test_a_token_has_a_cell_on_each_line_that_it_touches() -> None:
    cells = layout_cells(read_arrays(["to be or", " not to be"]), 11)
    assert cells["position"].tolist() == [0, 1, 1]
    assert cells["line"].tolist() == [0, 0, 1]


def test_a_string_of_markup_is_text_like_any_other() -> None:
    markup = "<img onerror=alert(1)>"
    cells = layout_cells(read_arrays([markup]), 40)
    assert cells["text"].tolist() == [markup]


def test_too_few_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="columns is 3, expected at least 11"):
        layout_cells(read_arrays(["a"]), 3)


def test_columns_are_integers_and_text() -> None:
    cells = layout_cells(read_arrays(list(string.ascii_letters)), 20)
    assert list(cells) == ["position", "index", "line", "column", "width", "text"]
    assert all(cells[name].dtype == np.int64 for name in list(cells)[:-1])
