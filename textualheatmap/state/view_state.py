"""The state of a heatmap: what one reader sees of it, as one value that fits into JSON.

`js/state.ts` declares the same value for the browser.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias, cast, get_args

import numpy as np

from textualheatmap.facet.fields import is_number_type, name_type, quote
from textualheatmap.facet.pooling import POOLS, Pool
from textualheatmap.facet.store import AXIS_POOLS, AxisPool
from textualheatmap.facet.values import LIMIT
from textualheatmap.state.excluding import (
    LARGEST_INDEX,
    Rule,
    read_rules,
    write_rules,
)
from textualheatmap.state.grouping import Grouping, read_grouping, write_grouping
from textualheatmap.state.palette_choice import (
    PALETTE_NAMES,
    PaletteChoice,
    read_palette,
)
from textualheatmap.state.searching import Search, read_search, write_search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Direction = Literal["row", "column"]
Scale = Literal["auto", "row", "facet", "all", "none"]
Theme = Literal["auto", "light", "dark"]
Rest = Literal["average", "plain"]
AxisChoice: TypeAlias = int | AxisPool

DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
SCALES: tuple[Scale, ...] = get_args(Scale)
THEMES: tuple[Theme, ...] = get_args(Theme)
RESTS: tuple[Rest, ...] = get_args(Rest)
LEAST_GAMMA, LARGEST_GAMMA = 0.1, 10.0
LEAST_SPEED, LARGEST_SPEED = 1, 50

# What comes from a browser is bounded before anything is computed from it.
LONGEST_ID = 1000
MOST_AXES = 16


class AxisChoices(Mapping[str, AxisChoice]):
    """Which slice of each axis is shown, by the axis's name: a mapping, never changed.

    Parameters
    ----------
    choices
        An index, ``"mean"`` or ``"max"`` by the name of the axis.

    Examples
    --------
    >>> choices = AxisChoices({"layer": 3, "head": "mean"})
    >>> choices["layer"], choices == {"layer": 3, "head": "mean"}
    (3, True)
    """

    __slots__ = ("_choices",)

    def __init__(self, choices: Mapping[str, AxisChoice] | None = None) -> None:
        self._choices: dict[str, AxisChoice] = dict(choices or {})

    def __getitem__(self, name: str) -> AxisChoice:
        return self._choices[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._choices)

    def __len__(self) -> int:
        return len(self._choices)

    def __hash__(self) -> int:
        return hash(frozenset(self._choices.items()))

    def __repr__(self) -> str:
        return repr(self._choices)


@dataclass(frozen=True)
class ViewState:
    """What is focused, and how heat becomes colour.

    Parameters
    ----------
    facet
        Id of the facet that has the focus; None without a focus.
    start, stop
        The focus: indexes `start` to `stop - 1` of that facet; 0 and 0 without one.
    chosen
        The token that was chosen where the focus is the whole group of it; None where
        the focus is what was chosen. A finer `grouping` goes back to it.
    pinned
        Whether the focus is locked.
    direction
        ``"row"``: what the focus looked at; ``"column"``: who looked at it.
    pool
        How the heat of several focused tokens becomes one: ``"max"``, ``"mean"`` or
        ``"sum"``.
    grouping
        Which tokens are shown and focused as one, as of `state.grouping`.
    group_pool
        How the heat of the tokens of a group becomes one, as `pool`.
    rest
        What is shown without a focus: the ``"average"`` of all, or nothing.
    scale
        What heat the full colour stands for, as `state.colouring` says.
    low, high
        The heat of the first and of the full colour. Without `low` that is 0; without
        `high`, what `scale` says.
    gamma
        Exponent of the scaled heat, from 0.1 to 10.
    exclude
        Which tokens are left out of the scale and not coloured, as of
        `state.excluding`.
    threshold
        Heat after `gamma`, from 0 to 1, below which a token is not coloured.
    hottest
        How many of a row's tokens, or groups, are coloured at most, the hottest ones;
        None for all.
    axes
        Which slice of each axis of the heat is shown.
    palette
        The colours, as of `state.palette_choice`.
    theme
        Of what stands around the text: ``"light"``, ``"dark"``, or that of the page.
    search
        What is found and marked in the text, as of `state.searching`.
    playing
        Whether the focus goes on from token to token by itself.
    speed
        By how many tokens a second, from 1 to 50.

    Examples
    --------
    >>> state = ViewState(facet="gru", start=3, stop=5)
    >>> ViewState.from_json(state.to_json()) == state
    True
    """

    facet: str | None = None
    start: int = 0
    stop: int = 0
    chosen: int | None = None
    pinned: bool = False
    direction: Direction = "row"
    pool: Pool = "max"
    grouping: Grouping = "token"
    group_pool: Pool = "max"
    rest: Rest = "average"
    scale: Scale = "auto"
    low: float | None = None
    high: float | None = None
    gamma: float = 1.0
    exclude: tuple[Rule, ...] = ()
    threshold: float = 0.0
    hottest: int | None = None
    axes: AxisChoices = field(default_factory=AxisChoices)
    palette: PaletteChoice = PALETTE_NAMES[0]
    theme: Theme = "auto"
    search: Search = None
    playing: bool = False
    speed: float = 8.0

    def to_json(self) -> dict[str, Any]:
        """Return the state as values that `json.dumps` takes.

        Examples
        --------
        >>> ViewState().to_json()["direction"]
        'row'
        """
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            **values,
            "axes": dict(self.axes),
            "exclude": write_rules(self.exclude),
            "grouping": write_grouping(self.grouping),
            "palette": _write_palette(self.palette),
            "search": write_search(self.search),
        }

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Return the state that `to_json` wrote as a value, after checking it.

        Parameters
        ----------
        value
            A mapping, which may come from anybody. Missing fields get their defaults.

        Raises
        ------
        ValueError
            If it is no mapping, or if a key or a value is not one of a state's.

        Examples
        --------
        >>> ViewState.from_json({"facet": "gru", "start": 1, "stop": 2}).stop
        2
        >>> ViewState.from_json({"gamma": 0})
        Traceback (most recent call last):
            ...
        ValueError: state.gamma is 0, expected a number from 0.1 to 10
        """
        if not isinstance(value, Mapping):
            msg = f"state is {name_type(value)}, expected a mapping"
            raise ValueError(msg)  # noqa: TRY004 - wrong input has one kind of error
        given = cast("Mapping[object, object]", value)
        known = {each.name for each in fields(cls)}
        for key in given:
            if key not in known:
                msg = f"state has {quote(key)}, expected {', '.join(sorted(known))}"
                raise ValueError(msg)
        read = {
            cast("str", key): _READERS[cast("str", key)](f"state.{key}", item)
            for key, item in given.items()
        }
        state = cls(**read)
        _check_span(state)
        return state


def _write_palette(palette: PaletteChoice) -> str | list[str]:
    return palette if isinstance(palette, str) else list(palette)


def read_choice(where: str, value: object, choices: Sequence[str]) -> str:
    """Return one of several words, and raise for anything else.

    Parameters
    ----------
    where
        What errors call it.
    value
        What was given.
    choices
        The words.

    Raises
    ------
    ValueError
        If it is none of them.

    Examples
    --------
    >>> read_choice("pool", "mean", POOLS)
    'mean'
    """
    if isinstance(value, str) and value in choices:
        return str(value)
    words = ", ".join(map(repr, choices))
    msg = f"{where} is {quote(value)}, expected one of {words}"
    raise ValueError(msg)


def read_number(
    where: str, value: object, least: float | None = None, most: float | None = None
) -> float:
    """Return a finite number as a float.

    Parameters
    ----------
    where
        What errors call it.
    value
        What was given.
    least, most
        Its bounds, both included; or neither is given.

    Raises
    ------
    ValueError
        If it is no number, not finite, or out of its bounds.

    Examples
    --------
    >>> read_number("gamma", 2, 0.1, 10)
    2.0
    """
    bounds = "" if least is None else f" from {least:g} to {most:g}"
    number = math.nan
    if is_number_type(type(value)):
        try:
            number = float(cast("Any", value))
        except OverflowError:  # an int of more than 308 digits
            number = math.inf
    if not math.isfinite(number) or (
        least is not None and most is not None and not least <= number <= most
    ):
        msg = f"{where} is {quote(value)}, expected a number{bounds}"
        raise ValueError(msg)
    return number


def _read_id(where: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        msg = (
            f"{where} is {quote(value)}, "
            f"expected the id of a facet, of at most {LONGEST_ID} characters, or None"
        )
        raise ValueError(msg)
    return str(value)


def _read_integer(where: str, value: object, least: int, other: str = "") -> int:
    """Return an integer, such as NumPy's, as an int.

    Parameters
    ----------
    where
        What errors call it.
    value
        What was given.
    least
        The least that it may be; `LARGEST_INDEX` is the most.
    other
        What errors say may stand in its place.
    """
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        number = int(cast("int", value))
        if least <= number <= LARGEST_INDEX:
            return number
    expected = f"an integer from {least} to {LARGEST_INDEX}{other}"
    msg = f"{where} is {quote(cast('object', value))}, expected {expected}"
    raise ValueError(msg)


def _read_index(where: str, value: object) -> int:
    return _read_integer(where, value, 0)


def _read_flag(where: str, value: object) -> bool:
    if not isinstance(value, bool):
        msg = f"{where} is {quote(value)}, expected True or False"
        raise ValueError(msg)  # noqa: TRY004 - as above
    return value


def _read_count(where: str, value: object) -> int | None:
    return None if value is None else _read_integer(where, value, 1, ", or None")


def _read_limit(where: str, value: object) -> float | None:
    return None if value is None else read_number(where, value, -LIMIT, LIMIT)


def _read_axes(where: str, value: object) -> AxisChoices:
    if not isinstance(value, Mapping):
        msg = f"{where} is {quote(value)}, expected a mapping of names to choices"
        raise ValueError(msg)  # noqa: TRY004 - as above
    given = cast("Mapping[object, object]", value)
    if len(given) > MOST_AXES:
        msg = f"{where} has {len(given)} axes, expected at most {MOST_AXES}"
        raise ValueError(msg)
    choices: dict[str, AxisChoice] = {}
    for name, choice in given.items():
        if not isinstance(name, str) or len(name) > LONGEST_ID:
            msg = f"{where} has {quote(name)}, expected names of axes"
            raise ValueError(msg)
        place = f"{where}[{quote(name)}]"
        if isinstance(choice, str) and choice in AXIS_POOLS:
            choices[str(name)] = "mean" if choice == "mean" else "max"
        else:
            choices[str(name)] = _read_index(place, choice)
    return AxisChoices(choices)


_READERS: dict[str, Callable[[str, object], Any]] = {
    "facet": _read_id,
    "start": _read_index,
    "stop": _read_index,
    "chosen": lambda where, value: None if value is None else _read_index(where, value),
    "pinned": _read_flag,
    "direction": lambda where, value: read_choice(where, value, DIRECTIONS),
    "pool": lambda where, value: read_choice(where, value, POOLS),
    "grouping": read_grouping,
    "rest": lambda where, value: read_choice(where, value, RESTS),
    "group_pool": lambda where, value: read_choice(where, value, POOLS),
    "scale": lambda where, value: read_choice(where, value, SCALES),
    "low": _read_limit,
    "high": _read_limit,
    "gamma": lambda where, value: read_number(where, value, LEAST_GAMMA, LARGEST_GAMMA),
    "exclude": read_rules,
    "threshold": lambda where, value: read_number(where, value, 0, 1),
    "hottest": _read_count,
    "axes": _read_axes,
    "palette": read_palette,
    "theme": lambda where, value: read_choice(where, value, THEMES),
    "search": read_search,
    "playing": _read_flag,
    "speed": lambda where, value: read_number(where, value, LEAST_SPEED, LARGEST_SPEED),
}


def read_field(name: str, value: object) -> Any:  # noqa: ANN401 - each has its own type
    """Return the value of one field of a state, checked as `from_json` checks it.

    Parameters
    ----------
    name
        Name of the field, which errors call it by.
    value
        What was given.

    Raises
    ------
    ValueError
        If the field cannot have this value.

    Examples
    --------
    >>> read_field("gamma", 2)
    2.0
    """
    return _READERS[name](name, value)


def _check_span(state: ViewState) -> None:
    """Raise if a focus has no tokens, or if there are tokens or a pin without one."""
    span = (state.start, state.stop)
    if state.facet is None:
        if span != (0, 0) or state.chosen is not None or state.pinned:
            msg = "state.facet is None, expected no start, stop, chosen token and pin"
            raise ValueError(msg)
    elif not state.start < state.stop:
        msg = f"state has the span {span}, expected start before stop"
        raise ValueError(msg)
    elif state.chosen is not None and not state.start <= state.chosen < state.stop:
        msg = f"state.chosen is {state.chosen}, expected a token of the span {span}"
        raise ValueError(msg)
