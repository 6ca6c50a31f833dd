"""What has arrived of a facet that is computed while it is shown."""

from __future__ import annotations

from typing import NamedTuple


class Arrival(NamedTuple):
    """Rows of heat that were filled, or tokens that were appended.

    Parameters
    ----------
    number
        Counts the arrivals of a heatmap, from 1.
    facet
        Id of the facet.
    rows
        The rows that were filled; of appended tokens, their indexes.
    appended
        Whether tokens were appended.
    """

    number: int
    facet: str
    rows: tuple[int, ...]
    appended: bool
