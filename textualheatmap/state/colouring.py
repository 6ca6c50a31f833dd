"""From heat to a number from 0 to 1, which a palette turns into a colour.

The steps have one order: axes, group, pool, exclude, scale, gamma, threshold. The
browser takes the same steps in ``js/heat_reader.ts`` and ``js/colour.ts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias, cast

import numpy as np

from textualheatmap.facet.pooling import pool
from textualheatmap.state.averages import find_average
from textualheatmap.state.excluding import FOCUS, find_excluded
from textualheatmap.state.grouping import find_groups
from textualheatmap.state.resolve import Answer, find_answering, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from textualheatmap.facet.facet import Facet
    from textualheatmap.facet.store import HeatStore
    from textualheatmap.state.alignment import Alignment, Counterparts
    from textualheatmap.state.grouping import Groups
    from textualheatmap.state.resolve import Focus
    from textualheatmap.state.view_state import ViewState

FAINT = 0.4
"""Share of the heat that is shown where only the nearest token answers the focus."""


class Coloured(Protocol):
    """What is read of a `Heatmap`, which is itself built on this module."""

    @property
    def facets(self) -> Sequence[Facet]:
        """The facets."""
        ...

    @property
    def view_state(self) -> ViewState:
        """The state."""
        ...

    @property
    def row_facets(self) -> Sequence[int]:
        """For each facet the number of the one whose tokens its rows belong to."""
        ...

    @property
    def alignment(self) -> Alignment:
        """Which tokens of the facets correspond."""
        ...

    def find_focus(self) -> Focus | None:
        """Return the focus."""
        ...

    def choose_store(self, i: int, /) -> HeatStore:
        """Return the heat of facet i that is shown: one matrix."""
        ...


LimitSource: TypeAlias = Literal[
    "row", "facet", "all", "none", "set", "average", "set average"
]
"""What heat has the full colour: as of `Scale`, or what `low` and `high` say. At rest
the largest of the averages, or what `low` and `high` say of them."""


class Limits(NamedTuple):
    """The heat that becomes 0 and the heat that becomes 1; None takes it from the row.

    Parameters
    ----------
    low, high
        Where `high` of unsigned heat is None, it is the largest value of the row. Where
        both of signed heat are None, they are -L and L for the row's largest magnitude
        L; it never is one of them alone.
    """

    low: float | None
    high: float | None


@dataclass(frozen=True, eq=False)
class PaintedFacet:
    """The heat of a facet's tokens in one state of a heatmap.

    Parameters
    ----------
    value
        Shape (indexes,): the data's own numbers, pooled over the focus; NaN where there
        are none.
    heat
        Shape (indexes,): from 0 to 1 after all steps; NaN where the data are missing.
        Without a focus that of the average; if the facet has no heat to show, that of a
        value of 0 everywhere.
    shown
        Shape (indexes,): whether there is a value, and it is not left out.
    excluded
        Shape (indexes,): which tokens are left out of the scale; they have the heat of
        a value of 0.
    signed
        As of `is_signed`: whether 0.5 is no heat, for a palette that goes both ways.
    limits
        The heat that became 0 and the heat that became 1; that is None where a row says
        so and there is none.
    source
        What said so.
    counterparts
        The tokens of this facet that correspond to the focus, or None.
    """

    value: NDArray[np.float32]
    heat: NDArray[np.float32]
    shown: NDArray[np.bool_]
    excluded: NDArray[np.bool_]
    signed: bool
    limits: Limits
    source: LimitSource
    counterparts: Counterparts | None


def paint_facet(heatmap: Coloured, i: int) -> PaintedFacet:
    """Return the heat of the tokens of facet i for the focus of a heatmap.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a", "heat": [1, 0]}, {"token": "b", "heat": [0.5, 1]}]
    >>> heatmap = Heatmap().set_data([records]).highlight(1)
    >>> paint_facet(heatmap, 0).heat.tolist()
    [0.5, 1.0]
    """
    state, focus = heatmap.view_state, heatmap.find_focus()
    signed = is_signed(heatmap, i)
    groups = find_groups(heatmap.facets[i].tokens, state.grouping)
    counterparts = answer = None
    if focus is not None:
        counterparts = heatmap.alignment.find_counterparts(i, *focus)
        if groups is not None and counterparts is not None and counterparts.exact:
            start, stop = groups.widen(counterparts.start, counterparts.stop)
            counterparts = counterparts._replace(start=start, stop=stop)
        answer = find_answer(heatmap, i, focus, state)
    average = find_rest(heatmap, i) if focus is None else None
    if answer is None and average is None:
        count = len(heatmap.facets[i])
        found = find_limits(heatmap, i)
        return PaintedFacet(
            np.full(count, np.nan, dtype=np.float32),
            np.full(count, 0.5 if signed else 0, dtype=np.float32),
            np.zeros(count, dtype=np.bool_),
            np.zeros(count, dtype=np.bool_),
            signed,
            found,
            find_source(state, found),
            counterparts,
        )
    if answer is not None:
        store = heatmap.choose_store(answer.facet)
        value = read_value(heatmap, i, answer, state)
        found = find_limits(heatmap, answer.facet)
        source = find_source(state, found)
    else:
        store = heatmap.choose_store(i)
        value = cast("NDArray[np.float32]", average)
        found = _take_limits(state, None, signed=store.signed)
        source = find_source(state, found, at_rest=True)
    excluded = _find_left_out(heatmap, i, counterparts)
    limits = resolve_limits(value, found, excluded=excluded, signed=store.signed)
    heat = compute_heat(
        value,
        limits,
        excluded=excluded,
        gamma=state.gamma,
        threshold=state.threshold,
        hottest=state.hottest,
        starts=None if groups is None else groups.starts,
        signed=store.signed,
        exact=answer is None or answer.exact,
    )
    if signed and not store.signed:
        heat = (0.5 + heat / 2).astype(np.float32)
    shown = ~np.isnan(value) & ~excluded
    return PaintedFacet(
        value, heat, shown, excluded, signed, limits, source, counterparts
    )


def is_signed(heatmap: Coloured, i: int) -> bool:
    """Say whether facet i is coloured by a palette that goes both ways.

    A facet has one palette, whichever token is focused. In direction column another
    facet's heat may answer for it, and it needs both ways as soon as any heat that may
    answer is signed. Heat that is not takes the half of the positive values then: 0 has
    the panel's colour in either.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> answer = Facet.from_arrays(["Yes"], [[1]], id="answer")
    >>> prompt = Facet.from_arrays(["Hi", "?"], [[1, -1]], rows_of="answer")
    >>> heatmap = Heatmap(facets=[prompt, answer])
    >>> is_signed(heatmap, 1)
    False
    >>> heatmap.direction = "column"
    >>> is_signed(heatmap, 1)
    True
    """
    direction, rows_of = heatmap.view_state.direction, heatmap.row_facets
    answering = find_answering(i, direction, rows_of)
    return any(heatmap.facets[k].store.signed for k in answering)


def find_rest(heatmap: Coloured, i: int) -> NDArray[np.float32] | None:
    """Return what facet i shows without a focus: heat on average, or None for nothing.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a", "heat": [1, 0]}, {"token": "b", "heat": [0.5, 1]}]
    >>> find_rest(Heatmap().set_data([records]), 0).tolist()
    [0.75, 0.5]
    """
    state = heatmap.view_state
    # Who looked at a token says a matrix that has rows for its facet.
    is_other = state.direction == "column" and heatmap.row_facets[i] != i
    if state.rest == "plain" or is_other:
        return None
    store = heatmap.choose_store(i)
    average = find_average(store, state.direction)
    groups = find_groups(heatmap.facets[i].tokens, state.grouping)
    if average is None or groups is None:
        return average
    how = state.group_pool
    return groups.pool_columns(average[np.newaxis], how, signed=store.signed)[0]


def find_answer(
    heatmap: Coloured, i: int, focus: Focus, state: ViewState
) -> Answer | None:
    """Return where the heat of facet i's tokens is found, in whole groups of lines.

    Parameters
    ----------
    heatmap
        With data; its own state does not count.
    i
        Which facet.
    focus, state
        The focus, and how it is shown.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> from textualheatmap.state.resolve import Focus
    >>> from textualheatmap.state.view_state import ViewState
    >>> records = [{"token": "a", "heat": [1, 0]}, {"token": "b ", "heat": [0.5, 1]}]
    >>> heatmap = Heatmap().set_data([records])
    >>> find_answer(heatmap, 0, Focus(0, 0, 1), ViewState(grouping="word"))[2:4]
    (0, 2)
    """
    answer = resolve(i, focus, state.direction, heatmap.row_facets, heatmap.alignment)
    if answer is None:
        return None
    groups = _group_lines(heatmap, answer, state)
    if groups is None:
        return answer
    start, stop = groups.widen(answer.start, answer.stop)
    return answer._replace(start=start, stop=stop)


def read_value(
    heatmap: Coloured, i: int, answer: Answer, state: ViewState
) -> NDArray[np.float32]:
    """Return the heat of facet i's tokens for a focus, grouped and pooled.

    Parameters
    ----------
    heatmap
        With data; its own state does not count, but for the axes.
    i
        Which facet.
    answer
        As `find_answer` returns it.
    state
        How the heat of several tokens becomes one.

    Returns
    -------
    value
        One number for each token that is coloured; NaN is missing.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> from textualheatmap.state.view_state import ViewState
    >>> records = [{"token": "a", "heat": [1, 0]}, {"token": "b", "heat": [0.5, 1]}]
    >>> heatmap = Heatmap().set_data([records])
    >>> answer = Answer(0, "row", 0, 2, exact=True)
    >>> read_value(heatmap, 0, answer, ViewState(pool="mean")).tolist()
    [0.75, 0.5]
    """
    store = heatmap.choose_store(answer.facet)
    signed, how = store.signed, state.group_pool
    read = store.rows if answer.lines == "row" else store.columns
    values = read(range(answer.start, answer.stop))
    columns = find_groups(heatmap.facets[i].tokens, state.grouping)
    if columns is not None:
        values = columns.pool_columns(values, how, signed=signed)
    lines = _group_lines(heatmap, answer, state)
    if lines is not None:
        values = lines.pool_lines(values, answer.start, how, signed=signed)
    return pool(values, state.pool, signed=signed)


def _group_lines(heatmap: Coloured, answer: Answer, state: ViewState) -> Groups | None:
    """Return the groups of the tokens that the lines of an answer belong to."""
    facet = answer.facet
    if answer.lines == "row":
        facet = heatmap.row_facets[facet]
    return find_groups(heatmap.facets[facet].tokens, state.grouping)


def find_limits(heatmap: Coloured, i: int) -> Limits:
    """Return which heat of facet i's matrix becomes 0 and 1, None where a row says so.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap(scale="facet").set_data([[{"token": "a", "heat": [0.5]}]])
    >>> find_limits(heatmap, 0)
    Limits(low=0.0, high=0.5)
    """
    stores = [heatmap.choose_store(k) for k in range(len(heatmap.facets))]
    state, store = heatmap.view_state, stores[i]
    reach = _find_reach(store, stores, state)
    return _take_limits(state, reach, signed=store.signed)


def _take_limits(state: ViewState, reach: float | None, *, signed: bool) -> Limits:
    """Return `low` and `high` where they are set, else how far the heat reaches."""
    if signed:
        given = [abs(end) for end in (state.low, state.high) if end is not None]
        reach = max(given, default=reach)
        return Limits(None if reach is None else -reach, reach)
    low, high = state.low, state.high
    return Limits(0.0 if low is None else low, reach if high is None else high)


def find_source(
    state: ViewState, limits: Limits, *, at_rest: bool = False
) -> LimitSource:
    """Return what says which heat has the full colour.

    Parameters
    ----------
    state
        The state of the heatmap.
    limits
        As `find_limits` returns them.
    at_rest
        Whether averages are shown, as `find_rest` returns them.

    Examples
    --------
    >>> from textualheatmap.state.view_state import ViewState
    >>> find_source(ViewState(scale="auto"), Limits(0, None))
    'row'
    """
    is_set = state.low is not None or state.high is not None
    if at_rest:
        return "set average" if is_set else "average"
    if is_set:
        return "set"
    if limits.high is None:
        return "row"
    return "none" if state.scale == "auto" else state.scale


def resolve_limits(
    values: NDArray[np.float32],
    limits: Limits,
    *,
    excluded: NDArray[np.bool_] | None = None,
    signed: bool = False,
) -> Limits:
    """Return limits in which what the row says is filled in.

    Parameters
    ----------
    values, limits, excluded, signed
        As for `compute_heat`.

    Examples
    --------
    >>> resolve_limits(np.array([0, 2], dtype=np.float32), Limits(0, None))
    Limits(low=0, high=2.0)
    """
    low, high = limits
    if high is None:
        size = np.abs(values) if signed else values
        if excluded is not None:
            size = np.where(excluded, 0, size)
        high = float(np.fmax.reduce(size, initial=0))
        low = -high if signed else low
    return Limits(0.0 if low is None else low, high)


def compute_heat(
    values: NDArray[np.float32],
    limits: Limits,
    *,
    excluded: NDArray[np.bool_] | None = None,
    gamma: float = 1.0,
    threshold: float = 0.0,
    hottest: int | None = None,
    starts: NDArray[np.intp] | None = None,
    signed: bool = False,
    exact: bool = True,
) -> NDArray[np.float32]:
    """Scale the values of a row to numbers from 0 to 1.

    Parameters
    ----------
    values
        One row of heat; NaN is missing and stays NaN.
    limits
        The heat that becomes 0 and 1.
    excluded
        Which values count for nothing and become the heat of 0; None for no values.
    gamma
        Exponent of what was scaled; of signed heat, of its distance from the middle.
    threshold
        What is less than this after `gamma` becomes the heat of 0; of signed heat, what
        is less far from the middle, which is 1 at either end.
    hottest
        How many of the largest values, in magnitude where they are signed, keep their
        heat, along with all that equal the last of them; None for all.
    starts
        The first value of each group, of which `hottest` counts the largest value; None
        where each value is alone.
    signed
        Whether a value of 0 becomes 0.5.
    exact
        Whether the row is that of the focus; else it is drawn faintly.

    Examples
    --------
    >>> row = np.array([0, 1, 2], dtype=np.float32)
    >>> compute_heat(row, Limits(0, None)).tolist()
    [0.0, 0.5, 1.0]
    >>> compute_heat(row, Limits(-4, 4), signed=True).tolist()
    [0.5, 0.625, 0.75]
    """
    wide = values.astype(np.float64)
    if excluded is not None:
        wide[excluded] = 0
    size = np.abs(wide) if signed else wide
    low, high = cast(
        "tuple[float, float]",
        resolve_limits(values, limits, excluded=excluded, signed=signed),
    )
    middle = 0.5 if signed else 0.0
    if high <= low:
        heat = np.where(np.isnan(wide), wide, middle)
    else:
        heat = np.clip((wide - low) / (high - low), 0, 1)
    if signed:
        away = 2 * heat - 1
        heat = 0.5 + 0.5 * np.sign(away) * np.abs(away) ** gamma
    else:
        heat = heat**gamma
    if threshold > 0:
        heat[(np.abs(2 * heat - 1) if signed else heat) < threshold] = middle
    if hottest is not None:
        each = size if starts is None else np.fmax.reduceat(size, starts)
        known = each[~np.isnan(each)]
        if hottest < len(known):
            heat[size < np.partition(known, -hottest)[-hottest]] = middle
    if excluded is not None:
        heat[excluded] = middle
    if not exact:
        heat = middle + (heat - middle) * FAINT
    return heat.astype(np.float32)


def _find_left_out(
    heatmap: Coloured, i: int, counterparts: Counterparts | None
) -> NDArray[np.bool_]:
    """Return which tokens of facet i are left out in the state of a heatmap."""
    rules = heatmap.view_state.exclude
    excluded = find_excluded(heatmap.facets[i].tokens, rules)
    if FOCUS in rules and counterparts is not None and counterparts.exact:
        excluded[counterparts.start : counterparts.stop] = True
    return excluded


def _find_reach(
    store: HeatStore, stores: Sequence[HeatStore], state: ViewState
) -> float | None:
    """Return the heat that gets the full colour, None where each row has its own."""
    is_summed = state.grouping != "token" and state.group_pool == "sum"
    if (state.exclude or is_summed) and state.scale != "none":
        # How far the matrix reaches without some columns, or with sums, is not known.
        return None
    match state.scale:
        case "auto":
            reaches = [each.reach for each in stores]
            known = all(reach is not None and reach <= 1 for reach in reaches)
            return 1.0 if known else None
        case "none":
            return 1.0
        case "facet":
            return store.reach
        case "all":
            reaches = [s.reach for s in stores if s.signed == store.signed]
            known = [reach for reach in reaches if reach is not None]
            return max(known) if len(known) == len(reaches) else None
        case "row":
            return None
