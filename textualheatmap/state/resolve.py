"""Which matrix has the heat of a facet's tokens for a focus, in which rows or columns.

`js/resolve.ts` is the same in the browser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.state.alignment import Alignment
    from textualheatmap.state.view_state import Direction


class Focus(NamedTuple):
    """The focused tokens of one facet.

    Parameters
    ----------
    facet
        The number of the facet, from 0.
    start, stop
        Their indexes, from `start` to `stop - 1`.
    """

    facet: int
    start: int
    stop: int


class Answer(NamedTuple):
    """Where the heat of a facet's tokens is found.

    Parameters
    ----------
    facet
        The number of the facet whose matrix has it.
    lines
        Whether it is in rows or in columns of that matrix.
    start, stop
        The rows or columns, from `start` to `stop - 1`.
    exact
        Whether they belong to tokens of the focus; else they belong to the nearest
        token.
    """

    facet: int
    lines: Direction
    start: int
    stop: int
    exact: bool


def resolve(
    painted: int,
    focus: Focus,
    direction: Direction,
    rows_of: Sequence[int],
    alignment: Alignment,
) -> Answer | None:
    """Return where the heat of a facet's tokens is found for a focus.

    =========  ==========================================  =======================
    direction  where                                       lines
    =========  ==========================================  =======================
    row        its rows are the focused facet's tokens,    the counterparts' rows
               or an aligned facet's
    column     it has rows of its own, and is or is        the counterparts'
               aligned with the focused facet              columns
    column     the focused facet's rows are its tokens     the focus's columns of
                                                           the focused facet
    =========  ==========================================  =======================

    The columns of a facet's matrix are always its own tokens.

    Parameters
    ----------
    painted
        The number of the facet that is coloured.
    focus
        The focus.
    direction
        ``"row"``: what the focus looked at; ``"column"``: who looked at it.
    rows_of
        For each facet the number of the facet whose tokens its rows belong to: its own
        number, or another one's.
    alignment
        Which tokens of the facets correspond.

    Returns
    -------
    Answer
        None if nothing answers the focus for this facet.

    Examples
    --------
    A prompt whose rows are the tokens of the answer, both of one token:

    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.alignment import Alignment
    >>> tokens = [Facet.from_arrays([text], [[1]]).tokens for text in "ab"]
    >>> alignment = Alignment(tokens, [(0, 1)])
    >>> resolve(0, Focus(1, 0, 1), "row", [1, 1], alignment)
    Answer(facet=0, lines='row', start=0, stop=1, exact=True)
    >>> resolve(1, Focus(0, 0, 1), "column", [1, 1], alignment)
    Answer(facet=0, lines='column', start=0, stop=1, exact=True)
    """
    row_facet = rows_of[painted]
    if direction == "row" or row_facet == painted:
        found = alignment.find_counterparts(row_facet, *focus)
        if found is not None:
            return Answer(painted, direction, *found)
    if direction == "column" and rows_of[focus.facet] == painted:
        return Answer(focus.facet, direction, focus.start, focus.stop, exact=True)
    return None


def find_answering(
    painted: int, direction: Direction, rows_of: Sequence[int]
) -> list[int]:
    """Return the facets one of whose matrices answers for a facet, whatever the focus.

    Parameters
    ----------
    painted, direction, rows_of
        As for `resolve`.

    Returns
    -------
    list of int
        Numbers of facets, at least one: the facet itself where none ever answers.

    Examples
    --------
    A prompt whose rows are the tokens of the answer, which has rows of its own:

    >>> find_answering(1, "row", [1, 1]), find_answering(1, "column", [1, 1])
    ([1], [0, 1])
    """
    if direction == "row":
        return [painted]
    return [k for k, facet in enumerate(rows_of) if facet == painted] or [painted]
