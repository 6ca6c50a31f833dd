"""Which facet and which of its tokens the arguments of a heatmap's method mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex

from textualheatmap.facet.fields import quote
from textualheatmap.state.agreement import check_data, read_index, read_integer

if TYPE_CHECKING:
    from textualheatmap.state.facet_set import FacetSet


def select_facet(facets: FacetSet, facet: object) -> int:
    """Return the number of a facet that is given by its id, title or number.

    Raises
    ------
    IndexError
        If there is no facet of this number, or there are no data yet.
    TypeError
        If it is neither a string nor an integer.
    ValueError
        If there is no facet of this id or title.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.facet_set import FacetSet
    >>> facets = FacetSet((Facet.from_arrays(["a"], [[1]], title="GRU"),))
    >>> select_facet(facets, "GRU"), select_facet(facets, 0)
    (0, 0)
    """
    if isinstance(facet, str):
        check_data("facet", facet, facets)
        return facets.find_name(facet)
    try:
        number = read_integer("facet", facet)
    except ValueError as error:
        msg = f"{error} or the id or title of a facet"
        raise TypeError(msg) from None
    check_data("facet", facet, facets)
    count = len(facets.facets)
    if not 0 <= number < count:
        msg = f"facet is {quote(number)}, expected 0 to {count - 1}"
        raise IndexError(msg)
    return number


def select_tokens(
    facets: FacetSet, number: int, index: SupportsIndex | slice
) -> tuple[int, int]:
    """Return the start and the stop of the tokens that an index or a slice means.

    Parameters
    ----------
    facets
        The facets of a heatmap.
    number
        The number of the facet that has the tokens.
    index
        Index of a token, from 0, or a slice of indexes, none of them negative.

    Raises
    ------
    IndexError
        If there are no such tokens, or there are no data yet.
    TypeError
        If it is neither an integer nor a slice.
    ValueError
        If the slice leaves out tokens between its start and its stop, or its start,
        stop or step is no integer.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.facet_set import FacetSet
    >>> facets = FacetSet((Facet.from_arrays(["a", "b"], [[1, 0], [0, 1]]),))
    >>> select_tokens(facets, 0, 1), select_tokens(facets, 0, slice(2))
    ((1, 2), (0, 2))
    """
    if isinstance(index, slice):
        return _select_slice(facets, number, index)
    try:
        start = read_index("index", index, facets, number)
    except ValueError as error:
        msg = f"{error} or a slice"
        raise TypeError(msg) from None
    return start, start + 1


def _select_slice(facets: FacetSet, number: int, given: slice) -> tuple[int, int]:
    """Return the start and the stop of a slice of a facet's tokens."""
    step = 1 if given.step is None else read_integer("index.step", given.step)
    if step != 1:
        msg = f"index has step {quote(step)}, expected tokens in a row"
        raise ValueError(msg)
    start = 0 if given.start is None else given.start
    start = read_index("index.start", start, facets, number)
    count = len(facets.facets[number])
    stop = count if given.stop is None else read_integer("index.stop", given.stop)
    if not start < stop <= count:
        msg = f"index.stop is {quote(stop)}, expected {start + 1} to {count}"
        raise IndexError(msg)
    return start, stop
