"""What Python and the browser tell each other about the state, checked and bounded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from textualheatmap.plot.payload import pack_row
from textualheatmap.state.colouring import find_answer, read_value
from textualheatmap.state.grouping import UNITS
from textualheatmap.state.resolve import Focus
from textualheatmap.state.view_state import ViewState

if TYPE_CHECKING:
    from textualheatmap.state.heatmap import Heatmap

# How many heat values are read for one request, in all facets together.
MOST_READ = 4_000_000
LONGEST_KEY = 2000
FOCUS_FIELDS = ("facet", "start", "stop")


def write_command(heatmap: Heatmap, sequence: int = 0) -> dict[str, Any]:
    """Return the value of `HeatmapState.command` that shows a heatmap's state.

    Parameters
    ----------
    heatmap
        Its version and state are sent.
    sequence
        Number of the command; later ones have larger numbers.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> write_command(Heatmap())["state"]["direction"]
    'row'
    """
    return {
        "version": heatmap.version,
        "sequence": sequence,
        "state": heatmap.view_state.to_json(),
    }


def read_report(heatmap: Heatmap, report: object, sequence: int) -> ViewState | None:
    """Return the state that a browser reports, or None if the report is not valid.

    Parameters
    ----------
    heatmap
        What the browser shows.
    report
        The value of `HeatmapState.report`; a browser may send anything.
    sequence
        Number of the last command. A report from before the browser has received it is
        out of date.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> read_report(Heatmap(), {"version": 1}, 0)
    """
    told = _read_message(heatmap, report)
    if told is None or told.get("sequence") != sequence:
        return None
    value = told.get("state")
    if isinstance(value, dict):
        # No gesture changes which tokens are left out.
        value = {k: v for k, v in cast("Any", value).items() if k != "exclude"}
    state = _read_state(heatmap, value)
    if state is not None:
        state = replace(state, exclude=heatmap.view_state.exclude)
    return state if state is not None and heatmap.has_axes(state.axes) else None


def answer_request(heatmap: Heatmap, request: object) -> dict[str, Any] | None:
    """Return the heat that a browser asks for, or None if the request is not valid.

    Parameters
    ----------
    heatmap
        What the browser shows.
    request
        The value of `HeatmapState.request`; a browser may send anything.

    Returns
    -------
    dict or None
        The key of the request, and for each facet's id what `pack_row` returns; no
        facets if other slices of the axes are shown by now.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1]}]])
    >>> focus = {"facet": "facet-0", "start": 0, "stop": 1}
    >>> request = {**focus, "version": heatmap.version, "key": "k"}
    >>> rows = answer_request(heatmap, request)
    >>> rows["key"], list(rows["facets"])
    ('k', ['facet-0'])
    """
    asked = _read_message(heatmap, request)
    if asked is None:
        return None
    key = asked.get("key")
    names = (*FOCUS_FIELDS, "direction", "pool", "grouping", "group_pool", "axes")
    state = _read_state(heatmap, {n: asked[n] for n in names if n in asked})
    if not isinstance(key, str) or len(key) > LONGEST_KEY:
        return None
    if state is None or state.facet is None:
        return None
    rows: dict[str, Any] = {}
    if "axes" not in asked or state.axes == heatmap.view_state.axes:
        rows = _read_rows(heatmap, state)
    return {"key": key, "facets": rows}


def _read_message(heatmap: Heatmap, message: object) -> dict[str, Any] | None:
    """Return a message if it is about the data that are shown now, else None."""
    if not isinstance(message, dict):
        return None
    told = cast("dict[str, Any]", message)
    return told if told.get("version") == heatmap.version else None


def _read_state(heatmap: Heatmap, told: object) -> ViewState | None:
    """Return the state in a message, or None if it has no such focus in the heatmap."""
    if isinstance(told, dict):
        given = cast("dict[str, Any]", told)
        # A pattern of a browser is never run: it can only mean the heatmap's own.
        if "grouping" in given and given["grouping"] not in UNITS:
            told = {**given, "grouping": heatmap.view_state.grouping}
    try:
        state = ViewState.from_json(told)
    except ValueError:
        return None
    if state.facet is None:
        return state
    ids = heatmap.facet_ids
    if state.facet not in ids:
        return None
    count = len(heatmap.facets[ids.index(state.facet)])
    return state if state.start < state.stop <= count else None


def _read_rows(heatmap: Heatmap, state: ViewState) -> dict[str, Any]:
    """Return the packed heat of each facet for a focus, up to `MOST_READ` values."""
    focus = (heatmap.facet_ids.index(cast("str", state.facet)), state.start, state.stop)
    rows: dict[str, Any] = {}
    left = MOST_READ
    for i, name in enumerate(heatmap.facet_ids):
        answer = find_answer(heatmap, i, Focus(*focus), state)
        if answer is None:
            continue
        left -= (answer.stop - answer.start) * len(heatmap.facets[i])
        if left < 0:
            return rows
        value = read_value(heatmap, i, answer, state)
        signed = heatmap.choose_store(answer.facet).signed
        rows[name] = pack_row(value, signed=signed)
    return rows
