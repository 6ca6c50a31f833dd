"""The state of a heatmap: its facets, its focus and its style."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, NamedTuple, Self, SupportsIndex

import numpy as np
import param

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet import Facet
from textualheatmap.fields import name_type, read_list

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Facet", "Heatmap"]

MIN_WIDTH, MAX_WIDTH = 160, 4000
MIN_HEIGHT = 60
# `palettes` draws them; here they are only names, since state knows no colours.
PALETTE_NAMES = ["viridis", "magma", "cividis", "greys", "paper"]


class State(NamedTuple):
    """Parameters that have to agree with each other."""

    facets: list[Facet]
    facet_titles: Sequence[object]
    focus: int | None
    origin: tuple[int, int] | None
    pinned: bool


class Heatmap(param.Parameterized):
    """Facets side by side that share one focus, without a view of them.

    Whatever is set, together or alone, either agrees with the rest or raises and
    leaves everything as it was; watchers see agreeing state only.

    Raises
    ------
    ValueError, TypeError
        If an argument is of a wrong type or value; the message names it.
    IndexError
        If `focus` or `origin` is out of range.

    Examples
    --------
    >>> heatmap = Heatmap(facet_titles=["GRU"])
    >>> records = [{"token": "a", "heat": [1, 0]}, {"token": "b", "heat": [0.5, 1]}]
    >>> heatmap.set_data([records]).highlight(1).focus
    1
    """

    facets = param.List(item_type=Facet, doc="The facets, one per title, or none yet.")
    # Not of `item_type=str`, so that an error can say which title is wrong.
    facet_titles = param.List(
        default=["Heatmap"],
        item_type=object,  # pyright: ignore[reportArgumentType]
        bounds=(1, None),
        doc="One title per facet.",
    )
    width = param.Integer(
        default=600,
        bounds=(MIN_WIDTH, MAX_WIDTH),
        doc="Width in CSS pixels, the title included, from 160 to 4000.",
    )
    max_height = param.Integer(
        default=None,
        bounds=(MIN_HEIGHT, None),
        allow_None=True,
        doc="Height of a facet in CSS pixels, at least 60, beyond which its text is "
        "scrolled; None shows all lines up to 60 and scrolls beyond.",
    )
    show_meta = param.Boolean(default=False, doc="Whether to show the focus's meta.")
    rotate_facet_titles = param.Boolean(
        default=False, doc="Whether titles run from top to bottom."
    )
    interactive = param.Boolean(
        default=True,
        doc="Whether hover, click, slider and keys move the focus; Python always can.",
    )
    wrap_after_token = param.Boolean(
        default=False, doc="Whether lines may break after any token."
    )
    palette = param.Selector(  # pyright: ignore[reportUnknownVariableType]
        default="viridis", objects=PALETTE_NAMES, doc="Name of the colours of heat."
    )
    focus = param.Integer(
        default=None,
        allow_None=True,
        doc="Index, in the first facet, of the token whose heat is shown, or None.",
    )
    pinned = param.Boolean(
        default=False,
        doc="Whether the focus is locked: hover does not move it.",
    )
    origin = param.Tuple(
        default=None,
        length=2,
        allow_None=True,
        doc="(facet, index) of the very token that is the focus, or None. Facets may "
        "differ in tokens: where it is in another facet than the first, set `focus` "
        "along with it.",
    )

    def __init__(self, **params: Any) -> None:  # noqa: ANN401 - Param checks them
        super().__init__(**params)  # pyright: ignore[reportUnknownMemberType]
        self._settled = State([], self.facet_titles, None, None, pinned=False)
        self._settle()

    def set_data(self, data: object) -> Self:
        """Replace the facets, in one event; the focus stays if it is in range.

        Parameters
        ----------
        data
            A list with one item per title: lists of records as `Facet.from_records`
            takes them, or facets.

        Returns
        -------
        self

        Raises
        ------
        HeatmapDataError
            If the data are not of this form. Everything then is as it was.

        Examples
        --------
        >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1]}]])
        >>> len(heatmap.facets)
        1
        """
        facets = [
            item
            if isinstance(item, Facet)
            else Facet.from_records(item, where=f"facets[{i}]")
            for i, item in enumerate(read_list(data, "data", "facets"))
        ]
        kept = self.focus
        if kept is not None and kept >= len(facets[0]):
            kept = None
        self.param.update(
            facets=facets,
            focus=kept,
            origin=None if kept is None else (0, kept),
            pinned=self.pinned and kept is not None,
        )
        return self

    def highlight(self, index: SupportsIndex) -> Self:
        """Move the focus to a token of the first facet.

        Parameters
        ----------
        index
            Index of the token, from 0; format tokens do not count.

        Returns
        -------
        self

        Raises
        ------
        IndexError
            If the index is out of range, or there are no data yet.
        TypeError
            If it is not an integer.

        Examples
        --------
        >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1]}]])
        >>> heatmap.highlight(0).origin
        (0, 0)
        """
        try:
            number = (
                None if isinstance(index, bool | np.bool) else operator.index(index)
            )
        except TypeError:
            number = None
        if number is None:
            msg = f"index is {name_type(index)}, expected an integer"
            raise TypeError(msg)
        _check_index("index", number, self.facets, 0)
        self.param.update(focus=number, origin=(0, number))
        return self

    # Of precedence -1, thus called before any watcher of somebody else.
    @param.depends(  # pyright: ignore[reportUnknownMemberType]
        "facets", "facet_titles", "focus", "origin", "pinned", watch=True
    )
    def _settle(self) -> None:
        """Make what was set agree, or set everything back and raise."""
        before = self._settled
        given = State(*(getattr(self, name) for name in State._fields))
        try:
            state = _agree(before, given)
        except (ValueError, IndexError, TypeError):
            with param.parameterized.discard_events(self):
                self.param.update(**before._asdict())
            raise
        # Set first, since the update below calls this method again.
        self._settled = state
        self.param.update(
            {
                name: new
                for name, new, old in zip(State._fields, state, given, strict=True)
                if new is not old and new != old
            }
        )


def _agree(before: State, given: State) -> State:
    """Return the given state with its focus and origin derived from each other."""
    facets, titles, focus, origin, pinned = given
    for i, title in enumerate(titles):
        if not isinstance(title, str):
            msg = f"facet_titles[{i}] is {name_type(title)}, expected a string"
            raise ValueError(msg)  # noqa: TRY004 - as Param does for its own checks
    if facets:
        _check_titles("data", facets, titles)
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
        _check_index("focus", focus, facets, 0)
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
    _check_index("origin[1]", index, facets, facet)
    if facet == 0 and index != focus:
        msg = f"origin is {origin}, but focus is {focus}: expected the same index"
        raise ValueError(msg)


def _check_index(name: str, index: int, facets: Sequence[Facet], facet: int) -> None:
    """Raise if an index is not one of a facet's."""
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


def _check_titles(name: str, facets: Sequence[Facet], titles: Sequence[object]) -> None:
    """Raise if facets and titles differ in number."""
    if len(facets) != len(titles):
        plural = "" if len(facets) == 1 else "s", "" if len(titles) == 1 else "s"
        msg = (
            f"{name} has {len(facets)} facet{plural[0]}, "
            f"but facet_titles has {len(titles)} title{plural[1]}"
        )
        raise HeatmapDataError(msg)
