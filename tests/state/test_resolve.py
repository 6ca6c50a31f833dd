"""Which matrix answers a focus: the table, row by row."""

import pytest

from textualheatmap.facet.facet import Facet
from textualheatmap.state.alignment import Alignment
from textualheatmap.state.resolve import Answer, Focus, find_answering, resolve
from textualheatmap.state.view_state import DIRECTIONS, Direction

WORDS, PIECES, PROMPT, ANSWER, OTHER, TWIN = range(6)
TOKENS = [
    ["the", "cat", "sat"],
    ["the", "c", "at", "sat", " "],
    ["who", "sat", "?"],
    ["a", "dog"],
    ["nothing", "alike"],
    ["ad", "og"],
]
# The prompt's rows are the answer's tokens.
ROWS_OF = [WORDS, PIECES, ANSWER, ANSWER, OTHER, TWIN]


@pytest.fixture(scope="module")
def alignment() -> Alignment:
    facets = [Facet.from_arrays(t, [[0] * len(t)] * len(t)) for t in TOKENS]
    return Alignment([facet.tokens for facet in facets], [(PROMPT, ANSWER)])


@pytest.mark.parametrize(
    ("painted", "focus", "direction", "expected"),
    [
        # row: the painted facet's own rows, by the counterparts of the focus
        (WORDS, (WORDS, 1, 2), "row", (WORDS, "row", 1, 2, True)),
        (WORDS, (WORDS, 0, 3), "row", (WORDS, "row", 0, 3, True)),
        (PIECES, (WORDS, 1, 2), "row", (PIECES, "row", 1, 3, True)),
        (WORDS, (PIECES, 2, 4), "row", (WORDS, "row", 1, 3, True)),
        (WORDS, (PIECES, 4, 5), "row", (WORDS, "row", 2, 3, False)),
        (OTHER, (WORDS, 1, 2), "row", None),
        # row: the prompt's rows are the answer's tokens
        (PROMPT, (ANSWER, 1, 2), "row", (PROMPT, "row", 1, 2, True)),
        (ANSWER, (ANSWER, 1, 2), "row", (ANSWER, "row", 1, 2, True)),
        (PROMPT, (TWIN, 1, 2), "row", (PROMPT, "row", 1, 2, True)),
        (PROMPT, (TWIN, 0, 1), "row", (PROMPT, "row", 0, 2, True)),
        (PROMPT, (PROMPT, 1, 2), "row", None),
        (ANSWER, (PROMPT, 1, 2), "row", None),
        (PROMPT, (WORDS, 1, 2), "row", None),
        # column: its own matrix, where its rows are its own
        (WORDS, (WORDS, 1, 2), "column", (WORDS, "column", 1, 2, True)),
        (PIECES, (WORDS, 1, 2), "column", (PIECES, "column", 1, 3, True)),
        (WORDS, (PIECES, 4, 5), "column", (WORDS, "column", 2, 3, False)),
        (ANSWER, (ANSWER, 0, 1), "column", (ANSWER, "column", 0, 1, True)),
        (OTHER, (WORDS, 1, 2), "column", None),
        # column: the matrix of the focused facet, whose rows are the painted one's
        (ANSWER, (PROMPT, 0, 2), "column", (PROMPT, "column", 0, 2, True)),
        (PROMPT, (PROMPT, 0, 1), "column", None),
        (PROMPT, (ANSWER, 0, 1), "column", None),
        (TWIN, (PROMPT, 0, 1), "column", None),
    ],
)
def test_a_focus_is_answered_as_the_table_says(
    alignment: Alignment,
    painted: int,
    focus: tuple[int, int, int],
    direction: Direction,
    expected: tuple[int, Direction, int, int, bool] | None,
) -> None:
    answer = resolve(painted, Focus(*focus), direction, ROWS_OF, alignment)
    assert answer == (None if expected is None else Answer(*expected))


def test_no_focus_is_answered_by_another_facet_than_the_table_lists(
    alignment: Alignment,
) -> None:
    for direction in DIRECTIONS:
        for painted in range(len(ROWS_OF)):
            answers = [
                resolve(painted, Focus(k, 0, 1), direction, ROWS_OF, alignment)
                for k in range(len(ROWS_OF))
            ]
            found = {answer.facet for answer in answers if answer is not None}
            listed = find_answering(painted, direction, ROWS_OF)
            assert found <= set(listed)
            assert listed == sorted(found) or listed == [painted]
