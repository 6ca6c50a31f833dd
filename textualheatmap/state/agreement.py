"""Which facets, titles, focus and origin agree with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import name_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.facet.facet import Facet


class State(NamedTuple):
    """Parameters that have to agree with each other."""

    facets: list[Facet]
    facet_titles: Sequence[object]
    focus: int | None
    origin: tuple[int, int] | None
    pinned: bool


def agree(before: State, given: State) -> State:
    """Return the given state with its focus and origin derived from each other.

    Parameters
    ----------
    before
        The state that agreed last.
    given
        The one after some of its parameters were set.

    Raises
    ------
    HeatmapDataError, ValueError, IndexError
        If no state agrees with what was set.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> facet = Facet.from_arrays(["a", "b"], [[1, 0], [0, 1]])
    >>> before = State([facet], ["one"], None, None, pinned=False)
    >>> agree(before, before._replace(focus=1)).origin
    (0, 1)
    """
    facets, titles, focus, origin, pinned = given
    for i, title in enumerate(titles):
        if not isinstance(title, str):
            msg = f"facet_titles[{i}] is {name_type(title)}, expected a string"
            raise ValueError(msg)  # noqa: TRY004 - as Param does for its own checks
    if facets:
        check_titles("data", facets, titles)
    focus_set = focus != before.focus
    origin_set = origin != before.origin
    if facets is not before.facets and not (focus_set or origin_set):
        # Nobody asked for this focus in these facets.
        if focus is not None and (not facets or focus >= len(facets[0])):
            focus = None
        origin = None if focus is None else (0, focus)
    elif focus_set and not origin_set:
        origin = None if focus is None else (0, focus)
    elif origin_set and not focus_set and (origin is None or origin[0] == 0):
        focus = None if origin is None else origin[1]
    if focus is not None:
        check_index("focus", focus, facets, 0)
    if origin is not None:
        _check_origin(origin, focus, facets)
    return State(facets, titles, focus, origin, pinned and origin is not None)


def _check_origin(
    origin: tuple[int, int], focus: int | None, facets: Sequence[Facet]
) -> None:
    """Raise if there is no such token, or if it contradicts the focus."""
    facet, index = origin
    if type(facet) is not int or not 0 <= facet < len(facets):
        msg = f"origin[0] is {facet}, expected a facet from 0 to {len(facets) - 1}"
        raise IndexError(msg)
    check_index("origin[1]", index, facets, facet)
    if facet == 0 and index != focus:
        msg = f"origin is {origin}, but focus is {focus}: expected the same index"
        raise ValueError(msg)


def check_index(name: str, index: int, facets: Sequence[Facet], facet: int) -> None:
    """Raise IndexError (ValueError by its type) if an index is not one of a facet's.

    Examples
    --------
    >>> check_index("focus", 1, [], 0)
    Traceback (most recent call last):
        ...
    IndexError: focus is 1, but there are no data yet: call set_data first
    """
    if not facets:
        msg = f"{name} is {index}, but there are no data yet: call set_data first"
        raise IndexError(msg)
    if type(index) is not int:
        msg = f"{name} is {name_type(index)}, expected an integer"
        raise ValueError(msg)
    count = len(facets[facet])
    if not 0 <= index < count:
        msg = f"{name} is {index}, expected 0 to {count - 1} (facets[{facet}])"
        raise IndexError(msg)


def check_titles(name: str, facets: Sequence[Facet], titles: Sequence[object]) -> None:
    """Raise HeatmapDataError if facets and titles differ in number.

    Examples
    --------
    >>> check_titles("data", [], [])
    """
    if len(facets) != len(titles):
        plural = "" if len(facets) == 1 else "s", "" if len(titles) == 1 else "s"
        msg = (
            f"{name} has {len(facets)} facet{plural[0]}, "
            f"but facet_titles has {len(titles)} title{plural[1]}"
        )
        raise HeatmapDataError(msg)
