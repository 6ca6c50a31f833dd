"""How the parameters, the state and the facets of a heatmap are kept in agreement.

`settle_state` turns what was set into the state that agrees with it, or raises;
`project_state` turns a state into the public parameters.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from textualheatmap.facet.fields import is_list, name_type, quote
from textualheatmap.state.grouping import find_groups
from textualheatmap.state.resolve import Focus
from textualheatmap.state.suggesting import suggest
from textualheatmap.state.view_state import AxisChoices, ViewState, read_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.state.facet_set import FacetSet
    from textualheatmap.state.grouping import Grouping

FOCUS_FIELDS = ("focus", "focus_span", "focus_facet")
# Parameters of which the state has a field of the same name and value.
STATE_FIELDS = (
    "pinned",
    "direction",
    "pool",
    "grouping",
    "group_pool",
    "rest",
    "scale",
    "low",
    "high",
    "gamma",
    "exclude",
    "threshold",
    "hottest",
    "palette",
    "theme",
    "search",
    "playing",
    "speed",
)

# A span is a start and a stop.
SPAN_LENGTH = 2


def settle_state(
    state: ViewState, before: FacetSet, after: FacetSet, given: Mapping[str, object]
) -> ViewState:
    """Return the state that a heatmap has after some of its parameters are set.

    Parameters
    ----------
    state
        The state before.
    before, after
        The facets before and after. The focus stays on its facet, if that is still
        there and long enough.
    given
        The new value of each parameter that is set.

    Raises
    ------
    ValueError, IndexError
        If a value is wrong, or no state agrees with all of them.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.facet_set import FacetSet
    >>> facets = FacetSet((Facet.from_arrays(["a", "b"], [[1, 0], [0, 1]]),))
    >>> settle_state(ViewState(), facets, facets, {"focus": 1}).stop
    2
    """
    grouping = state.grouping
    for name in STATE_FIELDS:
        if name in given:
            state = replace(state, **{name: read_field(name, given[name])})
    if "axes" in given:
        state = replace(state, axes=_read_axes(after, given["axes"]))
    elif after is not before:
        state = replace(state, axes=after.keep_axes(state.axes))
    focus = find_focus(state, before)
    if after is not before:
        focus = _follow(focus, before, after)
    chosen, followed = state.chosen, focus
    asked = {n: _plain_focus(n, given[n]) for n in FOCUS_FIELDS if n in given}
    if asked:
        known = {} if after is not before else project_focus(focus, after, grouping)
        focus = _read_focus(asked, known, focus, after, state.grouping)
    if focus is None:
        return replace(state, facet=None, start=0, stop=0, chosen=None, pinned=False)
    told = given.get("_view_state")
    if isinstance(told, ViewState) and (told.start, told.stop) == focus[1:]:
        chosen = told.chosen
    elif focus != followed:
        chosen = None
    return _place_focus(replace(state, chosen=chosen), focus, after)


def _place_focus(state: ViewState, focus: Focus, facets: FacetSet) -> ViewState:
    """Return a state whose focus is whole groups, or the group of the chosen token."""
    if state.chosen is not None:
        focus = focus._replace(start=state.chosen, stop=state.chosen + 1)
    widened = widen_focus(focus, facets, state.grouping)
    is_group_of_token = focus.stop - focus.start == 1 and widened != focus
    return replace(
        state,
        facet=facets.ids[focus.facet],
        start=widened.start,
        stop=widened.stop,
        chosen=focus.start if is_group_of_token else None,
    )


def find_focus(state: ViewState, facets: FacetSet) -> Focus | None:
    """Return the focus of a state, with the number of its facet.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.facet_set import FacetSet
    >>> facets = FacetSet((Facet.from_arrays(["a"], [[1]], title="GRU"),))
    >>> find_focus(ViewState(facet="GRU", start=0, stop=1), facets)
    Focus(facet=0, start=0, stop=1)
    """
    if state.facet is None:
        return None
    return Focus(facets.ids.index(state.facet), state.start, state.stop)


def project_state(state: ViewState, facets: FacetSet) -> dict[str, Any]:
    """Return a state as the public parameters of a heatmap.

    Examples
    --------
    >>> from textualheatmap.state.facet_set import FacetSet
    >>> project_state(ViewState(), FacetSet())["direction"]
    'row'
    """
    return {
        **project_focus(find_focus(state, facets), facets, state.grouping),
        **{name: getattr(state, name) for name in STATE_FIELDS},
        "axes": state.axes,
    }


def widen_focus(focus: Focus, facets: FacetSet, grouping: Grouping) -> Focus:
    """Return the focus on the whole groups that have a token of a focus.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.facet_set import FacetSet
    >>> facet = Facet.from_arrays(["a", "b", " c"], np.eye(3))
    >>> widen_focus(Focus(0, 1, 2), FacetSet((facet,)), "word")
    Focus(facet=0, start=0, stop=2)
    """
    groups = find_groups(facets.facets[focus.facet].tokens, grouping)
    if groups is None:
        return focus
    return Focus(focus.facet, *groups.widen(focus.start, focus.stop))


def project_focus(
    focus: Focus | None, facets: FacetSet, grouping: Grouping = "token"
) -> dict[str, Any]:
    """Return a focus as the public parameters of a heatmap.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.facet_set import FacetSet
    >>> facets = FacetSet((Facet.from_arrays(["a"], [[1]], title="GRU"),))
    >>> project_focus(Focus(0, 0, 1), facets)
    {'focus': 0, 'focus_span': (0, 1), 'focus_facet': 'GRU'}
    """
    if focus is None:
        return dict.fromkeys(FOCUS_FIELDS)
    first = facets.alignment.find_counterparts(0, *focus)
    index = None
    # The nearest token, where the first facet has no counterpart, has no focus.
    if first is not None and first.exact:
        index = widen_focus(Focus(0, first.start, first.stop), facets, grouping).start
    return {
        "focus": index,
        "focus_span": (focus.start, focus.stop),
        "focus_facet": facets.ids[focus.facet],
    }


def read_index(name: str, value: object, facets: FacetSet, facet: int) -> int:
    """Return the index of a token of a facet as a plain integer.

    Raises
    ------
    ValueError
        If it is no integer.
    IndexError
        If there is no such token, or there are no data yet.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.facet_set import FacetSet
    >>> facets = FacetSet((Facet.from_arrays(["a"], [[1]]),))
    >>> read_index("focus", 1, facets, 0)
    Traceback (most recent call last):
        ...
    IndexError: focus is 1, expected 0 to 0 (facets[0])
    """
    index = read_integer(name, value)
    check_data(name, value, facets)
    count = len(facets.facets[facet])
    if not 0 <= index < count:
        msg = f"{name} is {quote(index)}, expected 0 to {count - 1} (facets[{facet}])"
        raise IndexError(msg)
    return index


def read_integer(name: str, value: object) -> int:
    """Return an integer, such as NumPy's, as an int; a bool is no integer.

    Raises
    ------
    ValueError
        If it is no integer.

    Examples
    --------
    >>> read_integer("focus", np.int64(3))
    3
    """
    with suppress(TypeError):
        # To the oldest NumPy that is allowed, its bools are indexes, with a warning.
        if not isinstance(value, bool | np.bool):
            return operator.index(cast("Any", value))
    msg = f"{name} is {name_type(cast('object', value))}, expected an integer"
    raise ValueError(msg)


def check_data(name: str, value: object, facets: FacetSet) -> None:
    """Raise if there are no facets yet.

    Parameters
    ----------
    name, value
        The argument or parameter that needs facets, for the message.
    facets
        The facets of a heatmap.

    Raises
    ------
    IndexError
        If there are none.

    Examples
    --------
    >>> from textualheatmap.state.facet_set import FacetSet
    >>> check_data("focus", 1, FacetSet())
    Traceback (most recent call last):
        ...
    IndexError: focus is 1, but there are no data yet: call set_data first
    """
    if not facets.facets:
        msg = (
            f"{name} is {quote(value)}, but there are no data yet: call set_data first"
        )
        raise IndexError(msg)


def _read_axes(facets: FacetSet, value: object) -> AxisChoices:
    """Return a checked choice for every axis, or raise."""
    if not isinstance(value, Mapping):
        msg = f"axes is {name_type(value)}, expected a choice by the name of each axis"
        raise ValueError(msg)  # noqa: TRY004 - as Param does for its own checks
    choices = cast("Mapping[str, object]", value)
    if choices and not facets.facets:
        msg = "axes are chosen, but there are no data yet: call set_data first"
        raise ValueError(msg)
    return facets.choose_axes(choices)


def _follow(focus: Focus | None, before: FacetSet, after: FacetSet) -> Focus | None:
    """Return the focus in other facets: in the same facet, else in that of its id."""
    if focus is None:
        return None
    number = after.find(before.facets[focus.facet])
    name = before.ids[focus.facet]
    if number is None and name in after.ids:
        number = after.ids.index(name)
        # That facet is not new: it has got this id by moving to another place.
        if before.find(after.facets[number]) is not None:
            return None
    if number is None or focus.stop > len(after.facets[number]):
        return None
    return focus._replace(facet=number)


def _read_focus(
    asked: Mapping[str, Any],
    known: Mapping[str, Any],
    focus: Focus | None,
    facets: FacetSet,
    grouping: Grouping,
) -> Focus | None:
    """Return the focus that is asked for.

    Parameters
    ----------
    asked
        Those of `focus`, `focus_span` and `focus_facet` that are set.
    known
        Their values before; empty if the facets are replaced. A parameter that is set
        to the value that it has does not move the focus.
    focus
        The focus before; None where the facets no longer have it.
    facets
        The facets.
    grouping
        Which tokens are focused as one.
    """
    moved = {name for name in asked if name not in known or asked[name] != known[name]}
    if "focus_span" in moved or ("focus_facet" in moved and "focus_span" in asked):
        found = _read_span(asked, focus, facets)
    elif "focus_facet" in moved or ("focus" in moved and asked.get("focus_facet")):
        first = asked["focus"] if "focus" in moved else None
        start = focus if first is None else _read_first(first, facets)
        found = _move_to_facet(asked["focus_facet"], start, facets)
    elif "focus" in moved:
        found = _read_first(asked["focus"], facets)
    else:
        found = focus
    # What was read from a heatmap may be of whole groups already.
    widened = project_focus(
        found and widen_focus(found, facets, grouping), facets, grouping
    )
    for name, value in project_focus(found, facets).items():
        if name in asked and asked[name] not in (value, widened[name]):
            msg = (
                f"{name} is {_show(asked[name])}, "
                f"but with what is set along with it, it is {_show(value)}"
            )
            raise ValueError(msg)
    return found


def _read_first(index: int | None, facets: FacetSet) -> Focus | None:
    """Return the focus on one token of the first facet."""
    if index is None:
        return None
    index = read_index("focus", index, facets, 0)
    return Focus(0, index, index + 1)


def _read_span(
    asked: Mapping[str, Any], focus: Focus | None, facets: FacetSet
) -> Focus | None:
    """Return the focus on a span: of a given facet, else of the one that has it."""
    span: tuple[int, int] | None = asked["focus_span"]
    name: str | None = asked.get("focus_facet")
    if span is None:
        return None
    check_data("focus_span", span, facets)
    number = 0 if focus is None else focus.facet
    if name is not None:
        number = _find_id(name, facets)
    count = len(facets.facets[number])
    if not 0 <= span[0] < span[1] <= count:
        msg = (
            f"focus_span is {_show(span)}, "
            f"expected 0 <= start < stop <= {count} (facets[{number}])"
        )
        raise IndexError(msg)
    return Focus(number, *span)


def _move_to_facet(
    name: str | None, focus: Focus | None, facets: FacetSet
) -> Focus | None:
    """Return the focus on the tokens of another facet that correspond to it."""
    if name is None:
        return None
    check_data("focus_facet", name, facets)
    number = _find_id(name, facets)
    found = focus and facets.alignment.find_counterparts(number, *focus)
    if not found:
        came = "there is no focus" if focus is None else "the focus has no tokens there"
        msg = f"focus_facet is {quote(name)}, but {came}: set focus_span along with it"
        raise ValueError(msg)
    return Focus(number, found.start, found.stop)


def _find_id(name: str, facets: FacetSet) -> int:
    """Return the number of the facet of an id, or raise."""
    if name not in facets.ids:
        known = ", ".join(map(quote, facets.ids[:5]))
        hint = suggest(name, facets.ids)
        msg = f"focus_facet is {quote(name)}, expected one of {known}{hint}"
        raise ValueError(msg)
    return facets.ids.index(name)


def _show(value: object) -> str:
    """Return the value of a focus parameter as errors quote it."""
    if isinstance(value, tuple):
        return f"({', '.join(map(quote, cast('tuple[object, ...]', value)))})"
    return quote(value)


def _plain_focus(name: str, value: object) -> Any:  # noqa: ANN401 - as of `project_focus`
    """Return the value of a focus parameter in plain Python types, or raise."""
    if value is None:
        return None
    if name == "focus":
        return read_integer(name, value)
    if name == "focus_facet":
        if isinstance(value, str):
            return str(value)
        msg = f"{name} is {name_type(value)}, expected the id of a facet"
        raise ValueError(msg)
    items = list(cast("Sequence[object]", value)) if is_list(value) else []
    if len(items) != SPAN_LENGTH:
        came = f"of length {len(items)}" if items else name_type(value)
        msg = f"{name} is {came}, expected a start and a stop"
        raise ValueError(msg)
    return tuple(read_integer(f"{name}[{i}]", item) for i, item in enumerate(items))
