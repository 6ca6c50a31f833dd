"""The state of a heatmap: its facets, its focus and its style."""

from __future__ import annotations

import operator
from typing import Any, Self, SupportsIndex

import numpy as np
import param

from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import name_type, read_list
from textualheatmap.state.agreement import State, agree, check_index

__all__ = ["Facet", "Heatmap"]

MIN_WIDTH, MAX_WIDTH = 160, 4000
MIN_HEIGHT = 60
# `palettes` draws them; here they are only names, since state knows no colours.
PALETTE_NAMES = ["viridis", "magma", "cividis", "greys", "paper"]


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
        check_index("index", number, self.facets, 0)
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
            state = agree(before, given)
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
