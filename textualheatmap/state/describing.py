"""A heatmap in one line of text: which facets it has, and what is focused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textualheatmap.facet.fields import quote
from textualheatmap.state.agreement import find_focus

if TYPE_CHECKING:
    from textualheatmap.state.facet_set import FacetSet
    from textualheatmap.state.resolve import Focus
    from textualheatmap.state.view_state import ViewState

# So many facets are named; of the others only the number is given.
MAX_NAMED = 3
# Of the focus the text of so many tokens is quoted at most.
MAX_QUOTED = 60


def describe_heatmap(kind: str, facets: FacetSet, state: ViewState) -> str:
    """Return the `repr` of a heatmap.

    Parameters
    ----------
    kind
        Name of the heatmap's class.
    facets, state
        What the heatmap shows.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.facet_set import FacetSet
    >>> from textualheatmap.state.view_state import ViewState
    >>> facets = FacetSet((Facet.from_arrays(["a"], [[1]], title="GRU"),))
    >>> describe_heatmap("Heatmap", facets, ViewState())
    "<Heatmap of 'GRU' (1 token), no focus>"
    """
    if not facets.facets:
        return f"<{kind} without data>"
    names = [
        f"{quote(title)} ({len(facet)} token{'' if len(facet) == 1 else 's'})"
        for title, facet in zip(facets.titles, facets.facets, strict=True)
    ]
    if len(names) > MAX_NAMED:
        names[MAX_NAMED:] = [f"{len(names) - MAX_NAMED} more"]
    *others, last = names
    listed = f"{', '.join(others)} and {last}" if others else last
    focus = find_focus(state, facets)
    if focus is None:
        return f"<{kind} of {listed}, no focus>"
    pin = ", pinned" if state.pinned else ""
    return f"<{kind} of {listed}, focus on {_describe_focus(focus, facets)}{pin}>"


def _describe_focus(focus: Focus, facets: FacetSet) -> str:
    """Return the focused text, its indexes and the title of its facet."""
    tokens = facets.facets[focus.facet].tokens
    stop = min(focus.stop, focus.start + MAX_QUOTED)
    positions: list[int] = tokens.positions[focus.start : stop].tolist()
    text = "".join(tokens.texts[position] for position in positions)
    indexes = str(focus.start)
    if focus.stop > focus.start + 1:
        indexes = f"{focus.start} to {focus.stop - 1}"
    return f"{quote(text)} ({indexes} of {quote(facets.titles[focus.facet])})"
