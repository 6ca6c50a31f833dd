"""Which characters of the text each cell is drawn for."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scene.test_wrap import COLUMNS, draw_tokens
from textualheatmap.facet.reading import read_arrays
from textualheatmap.facet.tokens import Tokens
from textualheatmap.scene.escape import LINE_ENDS, escape_text, split_clusters
from textualheatmap.scene.source_text import SourceText, find_source_text
from textualheatmap.scene.wrap import Cells, split_units, wrap


def find_all(tokens: Tokens, columns: int = 20) -> tuple[Cells, SourceText]:
    cells = wrap(split_units(tokens), columns)
    return cells, find_source_text(tokens, cells, 0, len(cells.text))


@given(tokens=draw_tokens(), columns=COLUMNS)
def test_the_sources_joined_are_the_text_that_is_drawn(
    tokens: Tokens, columns: int
) -> None:
    _, sources = find_all(tokens, columns)
    drawn = (
        "".join(c.text for c in split_clusters(text) if c.text not in LINE_ENDS)
        if is_format
        else text
        for text, is_format in zip(tokens.texts, tokens.is_format, strict=True)
    )
    assert "".join(sources.text) == "".join(drawn)


@given(tokens=draw_tokens(), columns=COLUMNS)
def test_what_is_drawn_for_a_source_is_the_text_of_its_cell(
    tokens: Tokens, columns: int
) -> None:
    cells, sources = find_all(tokens, columns)
    for text, source in zip(cells.text, sources.text, strict=True):
        if source:
            assert escape_text(source) == text.replace("⇥   ", "⇥")


@settings(max_examples=50)
@given(tokens=draw_tokens(), columns=COLUMNS, data=st.data())
def test_a_part_of_the_cells_has_the_sources_that_it_has_in_the_whole(
    tokens: Tokens, columns: int, data: st.DataObject
) -> None:
    cells, whole = find_all(tokens, columns)
    count = len(cells.text)
    first = data.draw(st.integers(0, count - 1))
    stop = data.draw(st.integers(first + 1, count))
    part = find_source_text(tokens, cells, first, stop)
    assert part.text == whole.text[first:stop]
    shown = set(cells.line[first:stop].tolist())
    assert part.ended & shown >= whole.ended & shown - {int(cells.line[stop - 1])}


def test_an_undrawn_line_end_of_a_format_token_ends_its_line() -> None:
    texts = ["a", "\n\n", "b\n", "c", "\n"]
    tokens = read_arrays(texts, format=[False, True, False, False, True])
    cells, (text, ended) = find_all(tokens)
    assert (cells.text, cells.line.tolist()) == (("a", "b↵", "c"), [0, 2, 3])
    assert (text, ended) == (["a", "b\n", "c"], {0, 1, 2, 3})


def test_an_empty_line_before_the_first_cell_is_ended_too() -> None:
    texts = ["a", "\n", "\n", "b"]
    tokens = read_arrays(texts, format=[False, True, True, False])
    cells = wrap(split_units(tokens), 20)
    assert find_source_text(tokens, cells, 1, 2) == SourceText(["b"], {0, 1})


def test_a_line_that_is_only_full_is_not_ended() -> None:
    _, sources = find_all(read_arrays(["word "] * 9), 11)
    assert sources.ended == set()
