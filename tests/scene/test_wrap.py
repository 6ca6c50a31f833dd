"""Where each token sits."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from textualheatmap.facet.reading import read_arrays
from textualheatmap.facet.tokens import Tokens
from textualheatmap.scene.directions import RIGHT_TO_LEFT
from textualheatmap.scene.escape import escape_text
from textualheatmap.scene.joining import JOINER
from textualheatmap.scene.wrap import MIN_COLUMNS, Cells, Units, split_units, wrap

CHARACTERS = st.sampled_from(
    "abcdefg      --,.()\"'123\n\r\t漢字、。かゃッン한국กขאבגבאםس١"
    "\u0301\u200b\u200d\u202e\x00\x85\xa0\u2028\ud800\U0001f44d\U0001f3fd\U0001f1e9"
)
TEXTS = st.text(
    CHARACTERS | st.characters(codec=None, exclude_characters="⇥"), max_size=60
)
COLUMNS = st.integers(MIN_COLUMNS, 40)
# Pieces of several characters, and of one character that is two in JavaScript.
ODD = read_arrays(["\x00" * 9, "e\u0301 漢" * 9, "\U0001d49c" * 30])


@st.composite
def draw_tokens(draw: st.DrawFn) -> Tokens:
    texts = [*draw(st.lists(TEXTS, max_size=12)), draw(TEXTS)]
    format_flags = st.lists(
        st.booleans(), min_size=len(texts) - 1, max_size=len(texts) - 1
    )
    return read_arrays(texts, format=[*draw(format_flags), False])


def lay_out(
    tokens: Tokens, columns: int, *, wrap_after_token: bool = False
) -> pd.DataFrame:
    """Return the cells of tokens, one row a cell."""
    units = split_units(tokens, wrap_after_token=wrap_after_token)
    return pd.DataFrame(list_cells(wrap(units, columns)))


def list_cells(cells: Cells) -> dict[str, list[int] | list[str]]:
    columns = vars(cells).items()
    return {name: np.asarray(values).tolist() for name, values in columns}


def list_lines(cells: pd.DataFrame) -> list[str]:
    return ["".join(line["text"]) for _, line in cells.groupby("line")]


@given(tokens=draw_tokens(), columns=COLUMNS, wrap_after_token=st.booleans())
@example(
    tokens=read_arrays(["\u0600" * 20]), columns=MIN_COLUMNS, wrap_after_token=False
)
def test_cells_never_overlap_and_never_pass_the_line(
    *, tokens: Tokens, columns: int, wrap_after_token: bool
) -> None:
    cells = lay_out(tokens, columns, wrap_after_token=wrap_after_token)
    ends = cells["column"] + cells["width"]
    assert (cells["column"] >= 0).all()
    assert (cells["width"] >= 1).all()
    assert (ends <= columns).all()
    for _, line in cells.sort_values("column").groupby("line"):
        left, right = line["column"].to_numpy(), ends[line.index].to_numpy()
        assert (left[1:] == right[:-1]).all()
        from_right = (line["level"] >= RIGHT_TO_LEFT).any()
        assert (right[-1] == columns) if from_right else (left[0] == 0)
    assert cells["line"].is_monotonic_increasing
    assert cells["position"].is_monotonic_increasing


@given(tokens=draw_tokens(), columns=COLUMNS, wrap_after_token=st.booleans())
def test_the_cells_of_a_token_joined_are_what_is_drawn_for_it(
    *, tokens: Tokens, columns: int, wrap_after_token: bool
) -> None:
    cells = lay_out(tokens, columns, wrap_after_token=wrap_after_token)
    # Joiners are added where a token divides a word; the text may have its own.
    text = cells["text"].str.replace(JOINER, "")
    joined = text.groupby(cells["position"]).sum().to_dict()
    for position, text in enumerate(tokens.texts):
        drawn = escape_text(text).replace("⇥", "⇥   ").replace(JOINER, "")
        if tokens.is_format[position]:
            # The mark of a newline, but not an arrow that the text itself has.
            assert joined.get(position, "").replace("↵", "") == drawn.replace("↵", "")
        else:
            assert joined[position] == (drawn or "∅")


@given(draw_tokens(), COLUMNS)
def test_every_non_format_token_has_a_cell_with_its_index(
    tokens: Tokens, columns: int
) -> None:
    cells = lay_out(tokens, columns)
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
    cells = lay_out(read_arrays(texts), columns, wrap_after_token=wrap_after_token)
    assert not any(line.startswith(" ") for line in list_lines(cells))


@given(st.lists(st.text("ab", min_size=1, max_size=30), min_size=1), COLUMNS)
def test_a_word_is_broken_only_if_it_is_longer_than_a_line(
    words: list[str], columns: int
) -> None:
    pieces = [piece for word in words for piece in (word[:1], word[1:] + " ")]
    cells = lay_out(read_arrays(pieces), columns)
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
    whole = lay_out(read_arrays([text]), columns)
    assert list_lines(lay_out(read_arrays(texts), columns)) == list_lines(whole)


def test_a_word_that_would_fill_the_last_column_goes_to_the_next_line() -> None:
    cells = lay_out(read_arrays(["aaaaa ", "bbbbbb"]), 12)
    assert list_lines(cells) == ["aaaaa ", "bbbbbb"]


@pytest.mark.parametrize("wrap_after_token", [False, True])
def test_a_word_goes_to_the_next_line_along_with_all_its_spaces(
    *, wrap_after_token: bool
) -> None:
    tokens = read_arrays(["aaa", " ", "bbbbbbb", " ", " ", "c"])
    cells = lay_out(tokens, 12, wrap_after_token=wrap_after_token)
    assert list_lines(cells) == ["aaa ", "bbbbbbb  c"]


def test_a_newline_ends_the_line_and_shows_a_mark() -> None:
    cells = lay_out(read_arrays(["a", "\n", "\r\n", "b\n", "c"]), 20)
    assert list_lines(cells) == ["a↵", "↵", "b↵", "c"]


def test_the_mark_of_a_newline_may_take_the_last_column() -> None:
    cells = lay_out(read_arrays(["a" * 19, "\n", "b"]), 20)
    assert list_lines(cells) == ["a" * 19 + "↵", "b"]


def test_a_format_newline_breaks_the_line_without_a_mark() -> None:
    tokens = read_arrays(["a", "\n", "\n", "b"], format=[False, True, True, False])
    cells = lay_out(tokens, 20)
    assert cells["line"].tolist() == [0, 2]
    assert cells["text"].tolist() == ["a", "b"]


def test_an_empty_token_shows_a_mark_unless_it_is_a_format_token() -> None:
    tokens = read_arrays(["a", "", "", "b"], format=[False, False, True, False])
    assert lay_out(tokens, 20)["text"].tolist() == ["a", "∅", "b"]


def test_lines_break_after_a_hyphen_and_between_ideographs() -> None:
    tokens = read_arrays(["twenty-", "seventh", "漢字漢字漢字漢字"])
    assert list_lines(lay_out(tokens, 12)) == [
        "twenty-",
        "seventh漢字",
        "漢字漢字漢",
        "字",
    ]


def test_a_wide_character_and_a_tab_take_their_columns() -> None:
    cells = lay_out(read_arrays(["漢", "\t", "x"]), 20)
    assert cells["column"].tolist() == [0, 2, 6]


def test_lines_may_break_after_a_token_only_if_asked() -> None:
    tokens = read_arrays(["abcdefgh", "ijklm", " ", "no"])
    assert list_lines(lay_out(tokens, 12)) == ["abcdefghijk", "lm no"]
    wrapped = lay_out(tokens, 12, wrap_after_token=True)
    assert list_lines(wrapped) == ["abcdefgh", "ijklm no"]


def test_a_token_has_a_cell_on_each_line_that_it_touches() -> None:
    cells = lay_out(read_arrays(["to be or", " not to be"]), 11)
    assert cells["position"].tolist() == [0, 1, 1]
    assert cells["line"].tolist() == [0, 0, 1]


def test_a_string_of_markup_is_text_like_any_other() -> None:
    markup = "<img onerror=alert(1)>"
    cells = lay_out(read_arrays([markup]), 40)
    assert cells["text"].tolist() == [markup]


def test_too_few_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="columns is 3, expected at least 11"):
        lay_out(read_arrays(["a"]), 3)


def test_units_do_not_depend_on_the_width_and_join_to_the_text() -> None:
    units = split_units(read_arrays(["to see", " it-all\n"]))
    assert units.text == ("to ", "see", " ", "it-", "all↵")
    assert units.breaks.tolist() == [True, True, False, True, True]
    assert units.hangs.tolist() == [1, 0, 1, 0, 1]
    assert units.ends.tolist() == [False] * 4 + [True]
    assert units.index.tolist() == [0, 0, 1, 1, 1]


def test_only_what_may_be_longer_than_a_line_has_pieces() -> None:
    assert split_units(read_arrays(["a漢b 한국 \x00"])).pieces == {}
    long = split_units(read_arrays(["e\u0301" * 12]))
    assert long.pieces[0].text == ["e\u0301"] * 12
    assert split_units(read_arrays(["e" * 12])).pieces == {}


@pytest.mark.parametrize(
    ("piece", "columns"),
    [("1", 1), ("e\u0301", 1), ("\u0301", 1), ("漢", 2), ("\x00", 4), ("\n", 1)],
)
def test_a_long_token_is_laid_out_whole(piece: str, columns: int) -> None:
    # In a time that is linear in it; some of these took hours.
    cells = wrap(split_units(read_arrays([piece * 50_000])), 41)
    if piece == "\u0301":
        # A heap of marks on one circle.
        assert cells.width.tolist() == [1]
    else:
        assert cells.width.sum() == 50_000 * columns


@pytest.fixture(scope="module")
def wrap_in_node(root: Path) -> Callable[[list[tuple[Units, int]]], list[object]]:
    """Return the twin of `wrap` in TypeScript, for many cases at once."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    node = shutil.which("node", path=path)
    assert node, "no node: install the extra `lint`"

    def run(cases: list[tuple[Units, int]]) -> list[object]:
        given = [{"units": u.to_json(), "columns": columns} for u, columns in cases]
        done = subprocess.run(
            [node, str(root / "tests/js/wrap_cells.ts")],
            input=json.dumps(given).encode(),
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(done.stdout)

    return run


@settings(max_examples=8)
@given(
    st.lists(
        st.tuples(st.builds(split_units, draw_tokens()), COLUMNS),
        min_size=20,
        max_size=40,
    )
)
@example(
    [(split_units(read_arrays(["\x00" * 9, "e\u0301 漢" * 9, "\U0001d49c" * 30])), 11)]
)
def test_the_browser_wraps_as_python_does(
    wrap_in_node: Callable[[list[tuple[Units, int]]], list[object]],
    cases: list[tuple[Units, int]],
) -> None:
    expected = [list_cells(wrap(units, columns)) for units, columns in cases]
    assert wrap_in_node(cases) == expected


def test_a_paragraph_from_right_to_left_begins_at_the_right_edge() -> None:
    cells = lay_out(read_arrays(["שלום ", "לך\n", "to you"]), 20)
    assert cells["column"].tolist() == [15, 12, 0]
    assert cells["line"].tolist() == [0, 0, 1]


def test_what_runs_another_way_keeps_its_order_within_a_line() -> None:
    hebrew = lay_out(read_arrays(["אב ", "go", " on", " ", "גד"]), 20)
    assert hebrew["column"].tolist() == [17, 12, 14, 15, 11, 9]
    english = lay_out(read_arrays(["go ", "אב", " גד", " on"]), 20)
    assert english["column"].tolist() == [0, 6, 5, 3, 8]


def test_the_parts_of_a_token_that_run_two_ways_are_two_cells() -> None:
    cells = lay_out(read_arrays(["אב12"]), 20)
    assert cells["text"].tolist() == ["אב", "12"]
    assert cells["column"].tolist() == [18, 16]


def test_a_space_where_a_line_ends_runs_as_its_paragraph() -> None:
    tokens = read_arrays(["אב ", "hello ", "there"])
    cells = lay_out(tokens, 12)
    assert cells["line"].tolist() == [0, 0, 0, 1]
    assert cells["column"].tolist() == [9, 4, 3, 7]


@pytest.mark.parametrize("name", ["[CLS]", "<s>", "<|endoftext|> "])
def test_the_name_of_a_special_token_gives_no_direction(name: str) -> None:
    cells = lay_out(read_arrays([name, "אב"]), 20)
    assert cells["column"].iloc[-1] == 18 - len(name)
    assert cells["text"].iloc[0] == name.strip()


def test_letters_are_joined_where_tokens_divide_a_word() -> None:
    assert split_units(read_arrays(["سل", "ور"])).text == ("سل\u200d", "\u200dور")
    # Alef is not joined to what comes after it, and no letter across a space.
    assert split_units(read_arrays(["سلا", "م"])).text == ("سلا", "م")
    assert split_units(read_arrays(["سل ", "م"])).text == ("سل ", "م")
    cells = lay_out(read_arrays(["سل", "ور"]), 20)
    assert cells["width"].tolist() == [2, 2]


def test_a_space_within_what_is_broken_hangs_as_any_other() -> None:
    # No line may break before "!", not even after a space.
    cells = wrap(split_units(read_arrays(["a" * 10 + " !"])), 11)
    assert cells.text == ("a" * 10 + " ", "!")
