"""Checking the facets that are about to be written to a file."""

from __future__ import annotations

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import name_type, read_list
from textualheatmap.facet.limits import check_limits


def check_facets(facets: object) -> list[Facet]:
    """Return facets, and raise unless a file may hold all of them together.

    Raises
    ------
    HeatmapDataError
        If there are no facets, one is not a `Facet`, or together they hold more than
        is read from a file.

    Examples
    --------
    >>> check_facets([Facet.from_arrays(["a"], [[1]])])
    [<Facet of 1 token: 'a'>]
    """
    checked: list[Facet] = []
    for i, facet in enumerate(read_list(facets, "facets", "facets")):
        if not isinstance(facet, Facet):
            msg = f"facets[{i}] is {name_type(facet)}, expected a Facet"
            raise HeatmapDataError(msg)
        checked.append(facet)
    tokens = [facet.tokens for facet in checked]
    check_limits(
        [each.texts for each in tokens],
        [each.given_meta for each in tokens],
        [[*each.given_numbers.values()] for each in tokens],
        [facet.meta_axis for facet in checked],
    )
    return checked
