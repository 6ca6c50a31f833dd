"""Rows of heat and tokens that arrive while a heatmap is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from textualheatmap.facet.fields import name_type
from textualheatmap.facet.growing import (
    append_rows,
    append_tokens,
    fill_rows,
    is_grown,
)
from textualheatmap.state.agreement import read_integer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textualheatmap.facet.facet import Facet
    from textualheatmap.state.facet_set import FacetSet


class Arrival(NamedTuple):
    """Rows of heat that were filled in, or tokens that were appended.

    Parameters
    ----------
    number
        Counts the arrivals of a heatmap, from 1.
    facet
        Id of the facet.
    rows
        The rows that were filled in; of appended tokens, their indexes.
    appended
        Whether tokens were appended.
    """

    number: int
    facet: str
    rows: tuple[int, ...]
    appended: bool


def fill_facet(
    facets: FacetSet,
    number: int,
    rows: Sequence[int],
    values: object,
    *,
    last: Arrival | None = None,
) -> tuple[FacetSet, Arrival]:
    """Fill rows of heat into a facet.

    Parameters
    ----------
    facets
        The facets of a heatmap.
    number
        The number of the facet that gets the rows.
    rows, values
        The indexes of the rows, and their heat, as `Heatmap.fill_rows` takes them.
    last
        The last arrival before, or None.

    Returns
    -------
    facets
        The facets with these rows.
    arrival
        What has arrived.

    Raises
    ------
    IndexError
        If there is no such row.
    ValueError
        If `rows` is no list of integers, if the values are not those of heat, or if the
        heat is not one matrix in memory.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.facet_set import FacetSet
    >>> nan = float("nan")
    >>> facets = FacetSet((Facet.from_arrays(["a"], [[nan]], missing=True, id="x"),))
    >>> facets, arrival = fill_facet(facets, 0, [0], [[0.5]])
    >>> facets.facets[0].heat.tolist(), arrival
    ([[0.5]], Arrival(number=1, facet='x', rows=(0,), appended=False))
    """
    filled = list(facets.facets)
    indexes = _read_rows(rows)
    where = f"facets[{number}]"
    filled[number] = fill_rows(filled[number], indexes, values, where=where)
    grown = facets.grow(filled)
    return grown, _describe_arrival(grown, number, indexes, last, appended=False)


def _read_rows(rows: object) -> tuple[int, ...]:
    """Return the indexes of rows as plain integers, or raise."""
    try:
        given = tuple(cast("Iterable[object]", rows))
    except TypeError:
        msg = f"rows is {name_type(rows)}, expected a list of indexes"
        raise ValueError(msg) from None
    return tuple(read_integer(f"rows[{i}]", row) for i, row in enumerate(given))


def append_to_facet(
    facets: FacetSet,
    number: int,
    tokens: Sequence[str],
    rows: object = None,
    meta: object = None,
    *,
    numbers: object = None,
    last: Arrival | None = None,
) -> tuple[FacetSet, Arrival]:
    """Append tokens to a facet, and rows to facets whose rows are its tokens.

    Parameters
    ----------
    facets
        The facets of a heatmap.
    number
        The number of the facet that gets the tokens.
    tokens, rows, meta, numbers
        As `Heatmap.append` takes them.
    last
        The last arrival before, or None.

    Returns
    -------
    facets
        The facets with these tokens.
    arrival
        What has arrived.

    Raises
    ------
    ValueError
        If the tokens, rows, meta or numbers are not as described there, or heat that
        gets rows is not one matrix in memory.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.facet_set import FacetSet
    >>> facets = FacetSet((Facet.from_arrays(["a"], [[1]], id="x"),))
    >>> facets, arrival = append_to_facet(facets, 0, ["b"], [[0.5, 1]])
    >>> facets.facets[0].tokens.text, arrival
    ('ab', Arrival(number=1, facet='x', rows=(1,), appended=True))
    """
    extended = list(facets.facets)
    count, where = len(extended[number]), f"facets[{number}]"
    extended[number] = append_tokens(
        extended[number], tokens, rows, meta, numbers=numbers, where=where
    )
    new = tuple(range(count, len(extended[number])))
    for other, row_facet in enumerate(facets.row_facets):
        if row_facet == number != other:
            where = f"facets[{other}]"
            extended[other] = append_rows(extended[other], len(new), where=where)
    grown = facets.grow(extended)
    return grown, _describe_arrival(grown, number, new, last, appended=True)


def grow_facets(
    facets: FacetSet, grown: Sequence[Facet], *, last: Arrival | None = None
) -> tuple[FacetSet, Arrival]:
    """Put facets in place of those that they have grown from.

    Parameters
    ----------
    facets
        The facets of a heatmap.
    grown
        Facets that have grown from some of them, as `Heatmap.grow` takes them.
    last
        The last arrival before, or None.

    Returns
    -------
    facets
        The grown facets, and the others as they are, under the titles that these have.
    arrival
        What has arrived: the new tokens of the last facet that has some.

    Raises
    ------
    HeatmapDataError
        If rows of a facet are no longer the tokens of the facet that they belong to.
    ValueError
        If one has grown from none of the facets, or there are none.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.facet.growing import await_rows
    >>> from textualheatmap.state.facet_set import FacetSet
    >>> begun = await_rows(Facet.from_arrays(["a"], [[1]], id="x"))
    >>> facets, arrival = grow_facets(FacetSet((begun,)), [append_tokens(begun, ["b"])])
    >>> facets.facets[0].tokens.text, arrival
    ('ab', Arrival(number=1, facet='x', rows=(1,), appended=True))
    """
    if not grown:
        msg = "facets is empty, expected at least one that has grown"
        raise ValueError(msg)
    extended = list(facets.facets)
    changed, new = 0, range(0)
    for i, facet in enumerate(grown):
        number = find_begun(facets, facet)
        if number is None:
            msg = f"facets[{i}] has grown from none of the facets that are shown"
            raise ValueError(msg)
        own = facets.facets[number]
        extended[number] = facet.replace(title=own.title)
        if i == 0 or len(facet) > len(own):
            changed, new = number, range(len(own), len(facet))
    after = facets.grow(extended)
    return after, _describe_arrival(
        after, changed, tuple(new), last, appended=bool(new)
    )


def find_begun(facets: FacetSet, grown: Facet) -> int | None:
    """Return the number of the facet that one has grown from, or None.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.facet_set import FacetSet
    >>> facet = Facet.from_arrays(["a"], [[1]])
    >>> find_begun(FacetSet((facet,)), facet.replace(title="GRU"))
    0
    """
    for number, own in enumerate(facets.facets):
        if is_grown(own, grown):
            return number
    return None


def _describe_arrival(
    facets: FacetSet,
    number: int,
    rows: tuple[int, ...],
    last: Arrival | None,
    *,
    appended: bool,
) -> Arrival:
    """Return the arrival that follows the last one."""
    count = 1 if last is None else last.number + 1
    return Arrival(count, facets.ids[number], rows, appended)
