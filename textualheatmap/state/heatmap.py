"""A heatmap without a view: its facets, its state and its style."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    Self,
    SupportsIndex,
    TypeVar,
    cast,
    get_args,
)

import param
from param.parameterized import (
    batch_call_watchers,  # pyright: ignore[reportUnknownVariableType]
    discard_events,
)

from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import name_type, read_list, read_string
from textualheatmap.state.agreement import (
    STATE_FIELDS,
    find_focus,
    project_state,
    settle_state,
)
from textualheatmap.state.arrival import (
    Arrival,
    append_to_facet,
    fill_facet,
    find_begun,
    grow_facets,
)
from textualheatmap.state.describing import describe_heatmap
from textualheatmap.state.facet_set import ONLY_TITLE, FacetSet
from textualheatmap.state.palette_choice import PALETTE_NAMES, PaletteChoice
from textualheatmap.state.row_table import build_row_table
from textualheatmap.state.searching import Expression
from textualheatmap.state.selecting import select_facet, select_tokens
from textualheatmap.state.settling import Settling
from textualheatmap.state.view_state import (
    DIRECTIONS,
    LARGEST_GAMMA,
    LARGEST_SPEED,
    LEAST_GAMMA,
    LEAST_SPEED,
    POOLS,
    RESTS,
    SCALES,
    THEMES,
    AxisChoices,
    ViewState,
)

if TYPE_CHECKING:
    import pandas as pd

    from textualheatmap.facet.pooling import Pool
    from textualheatmap.facet.store import HeatStore
    from textualheatmap.state.alignment import Alignment
    from textualheatmap.state.excluding import Rule
    from textualheatmap.state.grouping import Grouping
    from textualheatmap.state.resolve import Focus
    from textualheatmap.state.searching import Search
    from textualheatmap.state.view_state import (
        AxisChoice,
        Direction,
        Rest,
        Scale,
        Theme,
    )

__all__ = ["Facet", "Heatmap"]

MIN_WIDTH, MAX_WIDTH = 160, 4000
MIN_HEIGHT = 60
SizingMode = Literal["fixed", "stretch_width"]
SIZING_MODES: tuple[SizingMode, ...] = get_args(SizingMode)
MetaTruth = Literal["next", "self"]
META_TRUTHS: tuple[MetaTruth, ...] = get_args(MetaTruth)
DEFAULT_TITLES = (ONLY_TITLE,)
NO_CHOICES = AxisChoices()

Kind = TypeVar("Kind", bound="Heatmap")


class Heatmap(Settling):
    """Facets side by side that share one focus, without a view of them.

    What is set must agree with the rest, else it raises and everything stays as it was;
    several parameters are set at once by ``param.update``. Watchers only see parameters
    that agree. Visitors of a server share one focus unless each gets a `clone`.

    Raises
    ------
    ValueError, TypeError
        If an argument is of a wrong type or value; the message names it.
    IndexError
        If `focus` or `focus_span` is out of range.

    Examples
    --------
    >>> heatmap = Heatmap(facet_titles=["GRU"])
    >>> records = [{"token": "a", "heat": [1, 0]}, {"token": "b", "heat": [0.5, 1]}]
    >>> heatmap.set_data([records]).highlight(1)
    <Heatmap of 'GRU' (2 tokens), focus on 'b' (1 of 'GRU')>
    """

    facets: list[Facet] = param.List(  # pyright: ignore[reportAssignmentType]
        item_type=Facet, doc="The facets, or none yet."
    )
    # Not of `item_type=str`, so that an error can say which title is wrong.
    facet_titles: list[str] = param.List(  # pyright: ignore[reportAssignmentType]
        default=list(DEFAULT_TITLES),
        item_type=object,  # pyright: ignore[reportArgumentType]
        bounds=(1, None),
        doc="The title of each facet; setting them gives the facets these titles. "
        "Several facets without titles are numbered.",
    )
    width = param.Integer(
        default=600,
        bounds=(MIN_WIDTH, MAX_WIDTH),
        doc="Width in CSS pixels, the title included, from 160 to 4000.",
    )
    sizing_mode: SizingMode = param.Selector(  # pyright: ignore[reportAssignmentType, reportUnknownVariableType]
        default=SIZING_MODES[0],
        objects=list(SIZING_MODES),
        doc="'fixed' is as wide as `width` says; 'stretch_width' is as wide as what "
        "holds the heatmap, 160 CSS pixels at least, and its text follows in the "
        "browser; `width` then is what is assumed before that is known.",
    )
    max_height = param.Integer(
        default=None,
        bounds=(MIN_HEIGHT, None),
        allow_None=True,
        doc="Height of a facet in CSS pixels, at least 60, beyond which its text is "
        "scrolled; None shows all lines up to 60 and scrolls beyond.",
    )
    show_meta = param.Boolean(
        default=False, doc="Whether to show the focus's meta, where facets have any."
    )
    meta_label = param.String(
        default="",
        doc="What the meta are, such as 'predicts next'; shown above them.",
    )
    meta_truth: MetaTruth | None = param.Selector(  # pyright: ignore[reportAssignmentType, reportUnknownVariableType]
        default=None,
        objects=[None, *META_TRUTHS],
        doc="Which token the meta are predictions of: 'next' the one after the focus, "
        "'self' the focus, as of masked models. A prediction that is that token, white "
        "space around it aside, is marked by a tick; None marks nothing.",
    )
    legend = param.Boolean(
        default=True,
        doc="Whether a ramp of the colours is shown below, with the heat at its ends.",
    )
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
    link = param.Boolean(
        default=False,
        doc="Whether the address of a served page says, after '#', what is seen of "
        "this heatmap, and a page that is opened with it shows that: for one heatmap "
        "of a page. Saved files always do so.",
    )
    palette: PaletteChoice | Sequence[str] = param.Selector(  # pyright: ignore[reportAssignmentType, reportUnknownVariableType]
        default=PALETTE_NAMES[0],
        objects=list(PALETTE_NAMES),
        # `settle_state` knows of more than ours.
        check_on_set=False,
        doc="The colours of heat from low to high: the name of a palette of ours, of "
        "Bokeh's or of colorcet's, or a list of 2 to 256 hex colours. Those that are "
        "not ours are made darker or lighter as far as text on them takes it; of those "
        "that are lightest or darkest in the middle that is a heat of 0.",
    )
    theme: Theme = param.Selector(  # pyright: ignore[reportAssignmentType, reportUnknownVariableType]
        default="auto",
        objects=list(THEMES),
        doc="Whether what stands around the text is for a 'light' or a 'dark' page; "
        "'auto' follows the page. The text itself has the colours of `palette`.",
    )
    search: Search | re.Pattern[str] = param.ClassSelector(  # pyright: ignore[reportAssignmentType]
        class_=(str, Expression),
        default=None,
        allow_None=True,
        doc="What is found and marked in the text of all facets, whatever the case of "
        "letters: a text, or a compiled regular expression, which the browser runs as "
        "one of JavaScript's; None for nothing.",
    )
    playing = param.Boolean(
        default=False,
        doc="Whether the focus goes on from token to token by itself, in the browser, "
        "to the end of the text. It waits while the pointer is over the text. Where a "
        "reader wishes less motion, only the reader starts it.",
    )
    speed = param.Number(
        default=8.0,
        bounds=(LEAST_SPEED, LARGEST_SPEED),
        doc="By how many tokens a second, from 1 to 50.",
    )
    direction: Direction = param.Selector(  # pyright: ignore[reportAssignmentType, reportUnknownVariableType]
        default="row",
        objects=list(DIRECTIONS),
        doc="'row' shows what the focus looked at, 'column' who looked at it.",
    )
    pool: Pool = param.Selector(  # pyright: ignore[reportAssignmentType, reportUnknownVariableType]
        default="max",
        objects=list(POOLS),
        doc="What is made of the heat of several focused tokens: 'max' (in magnitude, "
        "where heat is signed), 'mean' or 'sum'.",
    )
    grouping: Grouping = param.ClassSelector(  # pyright: ignore[reportAssignmentType]
        class_=(str, re.Pattern),
        default="token",
        instantiate=False,
        doc="Which tokens are shown and focused as one: those of a 'word', a 'sentence'"
        " or a 'line', or of each match of a compiled regular expression; 'token' "
        "leaves each alone.",
    )
    group_pool: Pool = param.Selector(  # pyright: ignore[reportAssignmentType, reportUnknownVariableType]
        default="max",
        objects=list(POOLS),
        doc="What is made of the heat of the tokens of a group, in rows and columns: "
        "'max' (in magnitude, where heat is signed), 'mean' or 'sum'. With 'sum' each "
        "row has its own scale, unless `scale` is 'none' or `high` is set.",
    )
    rest: Rest = param.Selector(  # pyright: ignore[reportAssignmentType, reportUnknownVariableType]
        default="average",
        objects=list(RESTS),
        doc="What is shown without a focus: 'average' is the mean of all rows (of all "
        "columns in direction 'column'), on a scale of its own; 'plain' is no heat. "
        "Heat in files, and of more than 20 million values, has no average.",
    )
    scale: Scale = param.Selector(  # pyright: ignore[reportAssignmentType, reportUnknownVariableType]
        default="auto",
        objects=list(SCALES),
        doc="What has the full colour: 'none' heat 1, 'row' the largest heat of the "
        "focus, 'facet' that of the facet, 'all' that of all facets; 'auto' is 'none' "
        "where no heat is above 1 in magnitude, and else 'row'.",
    )
    low = param.Number(
        default=None,
        allow_None=True,
        doc="Heat that has the first colour, or None for 0. Signed heat has its middle "
        "colour at 0 always, and the larger of `low` and `high` in magnitude counts.",
    )
    high = param.Number(
        default=None,
        allow_None=True,
        doc="Heat that has the full colour, or None for what `scale` says.",
    )
    gamma = param.Number(
        default=1.0,
        bounds=(LEAST_GAMMA, LARGEST_GAMMA),
        doc="Exponent of the scaled heat, from 0.1 to 10; below 1 it lifts small heat.",
    )
    exclude: Sequence[Rule] = param.ClassSelector(  # pyright: ignore[reportAssignmentType]
        class_=tuple,
        default=(),
        instantiate=False,
        doc="Tokens that are left out of the scale and framed instead of coloured: a "
        "list of indexes (negative ones count from the end), texts, compiled regular "
        "expressions, and 'focus' for the focus itself. Only `scale` 'none' and `high` "
        "then are one scale for all rows; else each row has its own.",
    )
    threshold = param.Number(
        default=0.0,
        bounds=(0, 1),
        doc="Heat from 0 to 1, after scale and gamma, below which nothing is coloured.",
    )
    hottest = param.Integer(
        default=None,
        bounds=(1, None),
        allow_None=True,
        doc="How many tokens, or groups, are coloured at most, the hottest ones for "
        "the focus (several of equal heat together), or None for all.",
    )
    axes: Mapping[str, AxisChoice | str] = param.ClassSelector(  # pyright: ignore[reportAssignmentType]
        class_=Mapping,
        default=NO_CHOICES,
        instantiate=False,
        doc="What is shown of further axes of the heat, such as layer or head: an "
        "index, a label, 'mean' or 'max' by the name of the axis. An axis that meta "
        "follow begins at its last label, any other at 'mean'.",
    )
    focus = param.Integer(
        default=None,
        allow_None=True,
        doc="Index, in the first facet, of the first focused token, or None.",
    )
    focus_span: tuple[int, int] | None = param.Tuple(  # pyright: ignore[reportAssignmentType]
        default=None,
        length=2,
        allow_None=True,
        doc="(start, stop): the indexes of the focused tokens in the facet of "
        "`focus_facet`, or None.",
    )
    focus_facet = param.String(
        default=None,
        allow_None=True,
        doc="Id of the facet that has the focus, or None.",
    )
    pinned = param.Boolean(
        default=False,
        doc="Whether the focus is locked: hover does not move it.",
    )
    arrived = param.ClassSelector(
        class_=Arrival,
        default=None,
        allow_None=True,
        constant=True,
        doc="What `fill_rows` or `append` added last; watchers of `facets` are not "
        "called for it.",
    )
    # The public parameters show parts of these two, which `_settle` keeps in agreement.
    _view_state = param.ClassSelector(
        class_=ViewState, default=ViewState(), instantiate=False, doc="The state."
    )
    _facet_set = param.ClassSelector(
        class_=FacetSet, default=FacetSet(), instantiate=False, doc="The facets."
    )

    def __init__(  # pyright: ignore[reportInconsistentConstructor]
        self,
        *,
        facets: Sequence[Facet] = (),
        facet_titles: Sequence[str] = DEFAULT_TITLES,
        width: int = 600,
        sizing_mode: SizingMode = "fixed",
        max_height: int | None = None,
        show_meta: bool = False,
        meta_label: str = "",
        meta_truth: MetaTruth | None = None,
        legend: bool = True,
        rotate_facet_titles: bool = False,
        interactive: bool = True,
        wrap_after_token: bool = False,
        link: bool = False,
        palette: PaletteChoice | Sequence[str] = "viridis",
        theme: Theme = "auto",
        search: Search | re.Pattern[str] = None,
        playing: bool = False,
        speed: float = 8.0,
        direction: Direction = "row",
        pool: Pool = "max",
        grouping: Grouping = "token",
        group_pool: Pool = "max",
        rest: Rest = "average",
        scale: Scale = "auto",
        low: float | None = None,
        high: float | None = None,
        gamma: float = 1.0,
        exclude: Sequence[Rule] = (),
        threshold: float = 0.0,
        hottest: int | None = None,
        axes: Mapping[str, AxisChoice | str] = NO_CHOICES,
        focus: int | None = None,
        focus_span: tuple[int, int] | None = None,
        focus_facet: str | None = None,
        pinned: bool = False,
        name: str | None = None,
    ) -> None:
        given = {key: value for key, value in locals().items() if key in _DEFAULTS}
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            **({} if name is None else {"name": name})
        )
        # Not the defaults: a subclass may have others.
        self._assign(
            {key: value for key, value in given.items() if value is not _DEFAULTS[key]}
        )

    def __repr__(self) -> str:
        """Return a line that says which facets there are, and what is focused."""
        return describe_heatmap(type(self).__name__, self._facet_set, self._view_state)

    __str__ = __repr__

    def __copy__(self) -> Self:
        return self.clone()

    def __deepcopy__(self, memo: object) -> Self:
        # Facets cannot change, so they need no copies.
        return self.clone()

    def __reduce__(self) -> tuple[Any, ...]:
        # Without its watchers.
        return _rebuild, (type(self), self._read_values())

    @property
    def view_state(self) -> ViewState:
        """The state as one value, which fits into JSON.

        Setting it sets all parameters that are part of it.
        """
        return self._view_state

    @view_state.setter
    def view_state(self, state: ViewState) -> None:
        if not isinstance(cast("object", state), ViewState):
            msg = (
                f"view_state is {name_type(state)}, expected a ViewState, "
                "which ViewState.from_json makes of a mapping"
            )
            raise TypeError(msg)
        before = self._view_state
        changed: dict[str, object] = {
            name: getattr(state, name)
            for name in (*STATE_FIELDS, "axes")
            if getattr(state, name) != getattr(before, name)
        }
        focused = state.facet is not None
        self.param.update(
            changed,
            focus_facet=state.facet,
            focus_span=(state.start, state.stop) if focused else None,
            # Says which token of a group was chosen, which no parameter does.
            _view_state=state,
        )

    @property
    def stretches(self) -> bool:
        """Whether the heatmap is as wide as what holds it."""
        return self.sizing_mode == "stretch_width"

    @property
    def facet_ids(self) -> list[str]:
        """The id of each facet: its own, else its title, else its number."""
        return list(self._facet_set.ids)

    @property
    def row_facets(self) -> list[int]:
        """For each facet the number of the one whose tokens its rows belong to."""
        return self._facet_set.row_facets

    @property
    def alignment(self) -> Alignment:
        """Which tokens of the facets correspond."""
        return self._facet_set.alignment

    @property
    def facets_with_meta(self) -> list[bool]:
        """For each facet whether it has meta, and `show_meta` says to show them."""
        return [self.show_meta and each.tokens.has_meta for each in self.facets]

    @property
    def version(self) -> int:
        """How often facets or titles were replaced."""
        return self._facet_set.version

    def find_focus(self) -> Focus | None:
        """Return the focus, with the number of its facet.

        Examples
        --------
        >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1]}]])
        >>> heatmap.highlight(0).find_focus()
        Focus(facet=0, start=0, stop=1)
        """
        return find_focus(self._view_state, self._facet_set)

    def has_axes(self, choices: AxisChoices) -> bool:
        """Say whether these are choices for every axis of the heat, and for no other.

        Parameters
        ----------
        choices
            What is chosen of each axis, by its name.

        Examples
        --------
        >>> Heatmap().has_axes(AxisChoices({"layer": 0}))
        False
        """
        return self._facet_set.keep_axes(choices) == choices

    def choose_store(self, i: int) -> HeatStore:
        """Return the heat of a facet that is shown: one matrix, where it has axes.

        Parameters
        ----------
        i
            The number of the facet, from 0.

        Examples
        --------
        >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1]}]])
        >>> heatmap.choose_store(0).shape
        (1, 1)
        """
        return self._facet_set.choose_store(i, self._view_state.axes)

    def set_data(self, data: object) -> Self:
        """Replace the facets, in one event; the focus stays where it fits.

        Parameters
        ----------
        data
            A list of facets, or of lists of records as `Facet.from_records` takes them;
            one per title, where titles were set.

        Returns
        -------
        self

        Raises
        ------
        HeatmapDataError
            If the data are not of this form. Everything then stays as it was.

        Examples
        --------
        >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1]}]])
        >>> len(heatmap.facets)
        1
        """
        self.facets = [
            item
            if isinstance(item, Facet)
            else Facet.from_records(item, where=f"facets[{i}]")
            for i, item in enumerate(read_list(data, "data", "facets"))
        ]
        return self

    def highlight(
        self, index: SupportsIndex | slice, facet: str | int | None = None
    ) -> Self:
        """Move the focus to a token, or to several in a row.

        Parameters
        ----------
        index
            Index of the token, from 0, or a slice of indexes; format tokens do not
            count.
        facet
            Id, title or number of its facet; the first one without it.

        Returns
        -------
        self

        Raises
        ------
        IndexError
            If the index is out of range, or there are no data yet.
        TypeError
            If it is neither an integer nor a slice.
        ValueError
            If there is no such facet.

        Examples
        --------
        >>> records = [{"token": "a", "heat": [1, 0]}, {"token": "b", "heat": [0, 1]}]
        >>> heatmap = Heatmap(facet_titles=["GRU"]).set_data([records])
        >>> heatmap.highlight(slice(0, 2), facet="GRU").focus_span
        (0, 2)
        """
        facets = self._facet_set
        number = 0 if facet is None else select_facet(facets, facet)
        span = select_tokens(facets, number, index)
        self.param.update(focus_facet=facets.ids[number], focus_span=span)
        return self

    def row(self, *, facet: str | int | None = None) -> pd.DataFrame:
        """Return the heat shown for the focus as a table, with one row for each token.

        With a `grouping` there is one row for each group; `index` is its first token.

        Parameters
        ----------
        facet
            Id, title or number of the only facet that is wanted; all without it.

        Returns
        -------
        table
            `facet` is the facet's id, `index` and `token` are those of the coloured
            token; format tokens are left out. `value` is the data's own number, and
            `heat`, from 0 to 1, what its colour says, both for `direction`, `pool` and
            `axes` as they are. `rank` is 1 for the largest value of the facet's row, in
            magnitude; equal values have the same. `share` is the value divided by the
            sum of the row's magnitudes. What is missing is NaN, also where nothing of
            a facet answers for the focus. Without a focus there are no rows.

        Raises
        ------
        IndexError, TypeError, ValueError
            If there is no such facet.

        Examples
        --------
        >>> records = [{"token": "a", "heat": [1, 0]}, {"token": "b", "heat": [0.5, 1]}]
        >>> heatmap = Heatmap(facet_titles=["GRU"]).set_data([records]).highlight(1)
        >>> print(heatmap.row())
          facet  index token  value  heat  rank     share
        0   GRU      0     a    0.5   0.5     2  0.333333
        1   GRU      1     b    1.0   1.0     1  0.666667
        """
        facets = self._facet_set
        numbers = range(len(facets.facets))
        chosen = numbers if facet is None else [select_facet(facets, facet)]
        return build_row_table(self, facets.ids, chosen)

    def clone(self, **changes: object) -> Self:
        """Return a heatmap of the same facets that has a state of its own.

        Give each visitor of a server a clone, or all of them share one focus and pin.
        No heat is copied.

        Parameters
        ----------
        changes
            Parameters that are to be different.

        Examples
        --------
        >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1]}]])
        >>> clone = heatmap.clone(palette="magma").highlight(0)
        >>> heatmap.focus, clone.focus, clone.facets[0] is heatmap.facets[0]
        (None, 0, True)
        """
        clone = _rebuild(type(self), self._read_values())
        clone.param.update(changes)
        return clone

    def fill_rows(self, facet: str | int, rows: Sequence[int], values: object) -> Self:
        """Fill rows of heat into a facet that is already shown, without a redraw.

        Parameters
        ----------
        facet
            Id, title or number of the facet. Its heat is one matrix in memory; rows
            that are not known yet are NaN in it, which takes `missing=True`.
        rows
            The indexes of the rows.
        values
            Their heat, shape (rows, columns).

        Returns
        -------
        self

        Raises
        ------
        IndexError
            If there is no such row, or there are no data yet.
        ValueError
            If there is no such facet, if `rows` is no list of integers, if the values
            are not those of heat, or if the facet's heat is not one matrix in memory.

        Examples
        --------
        >>> heat = [[float("nan")] * 2] * 2
        >>> facet = Facet.from_arrays(["a", "b"], heat, missing=True)
        >>> heatmap = Heatmap(facets=[facet]).fill_rows(0, [1], [[0.5, 1]])
        >>> heatmap.arrived
        Arrival(number=1, facet='facet-0', rows=(1,), appended=False)
        """
        number = select_facet(self._facet_set, facet)
        self._show_arrival(
            *fill_facet(self._facet_set, number, rows, values, last=self.arrived)
        )
        return self

    def append(
        self,
        facet: str | int,
        tokens: Sequence[str],
        rows: object = None,
        meta: object = None,
        *,
        numbers: object = None,
    ) -> Self:
        """Append tokens to a facet that is already shown, without a redraw.

        Facets whose rows are its tokens (`rows_of`) get a missing row for each, which
        `fill_rows` can fill.

        Parameters
        ----------
        facet
            Id, title or number of the facet. Its heat is one matrix in memory, and its
            rows are its own tokens.
        tokens
            The new tokens.
        rows
            Their rows of heat, shape (new tokens, all tokens); None if they arrive
            later. The earlier rows get the heat 0 in the new columns.
        meta
            One list of strings or of (string, probability) pairs per new token.
        numbers
            By name, such as ``{"rank": [3]}``, one finite number or None per new token.

        Returns
        -------
        self

        Raises
        ------
        HeatmapDataError
            If the tokens, meta or numbers are not as described.
        IndexError
            If there are no data yet.
        ValueError
            If there is no such facet, or if the rows are not those of heat, or if the
            facet's heat is not one matrix in memory.

        Examples
        --------
        >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1]}]])
        >>> heatmap.append(0, ["b"], [[0.5, 1]])
        <Heatmap of 'Heatmap' (2 tokens), no focus>
        """
        number = select_facet(self._facet_set, facet)
        self._show_arrival(
            *append_to_facet(
                self._facet_set,
                number,
                tokens,
                rows,
                meta,
                numbers=numbers,
                last=self.arrived,
            )
        )
        return self

    def grow(self, facets: Facet | Sequence[Facet]) -> Self:
        """Show facets that have grown at their ends, without a redraw.

        Focus, pin and all else that was chosen stay.

        Parameters
        ----------
        facets
            What has become of facets that are shown: each has the tokens that it had,
            with the same meta or others, then more, and its heat in the same memory.
            `on_rows` of `causal`, `chat` and `seq2seq` is called with such facets.
            Others that are shown stay as they are.

        Returns
        -------
        self

        Raises
        ------
        HeatmapDataError
            If the rows of a facet are then not the tokens of the one they belong to.
        ValueError
            If a facet has grown from none of those that are shown.

        Examples
        --------
        >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1]}]])
        >>> heatmap.append(0, ["b"]).grow(heatmap.facets)
        <Heatmap of 'Heatmap' (2 tokens), no focus>
        """
        grown = _list_facets(facets)
        self._show_arrival(*grow_facets(self._facet_set, grown, last=self.arrived))
        return self

    def stream(self, facets: Facet | Sequence[Facet], start: int, rows: object) -> Self:
        """Show what `on_rows` of the functions of `textualheatmap.saliency` tells.

        ``causal(model, tokenizer, text, generate=20, on_rows=heatmap.stream)`` shows
        the text as the model writes it, and rows of heat as they are computed. Facets
        that are not shown yet replace what is; then they grow and are filled in, as
        `grow` and `fill_rows` do it.

        Parameters
        ----------
        facets
            A facet, or several whose rows are the same tokens.
        start
            The index of the first of the rows.
        rows
            Their heat, shape (rows, columns); of several facets, one for each of them.

        Returns
        -------
        self

        Raises
        ------
        HeatmapDataError, IndexError, ValueError
            If facets or rows are not as described.

        Examples
        --------
        >>> nan = float("nan")
        >>> facet = Facet.from_arrays(["a"], [[nan]], missing=True)
        >>> heatmap = Heatmap().stream(facet, 0, [])
        >>> heatmap.stream(heatmap.facets[0], 0, [[0.5]]).facets[0].heat.tolist()
        [[0.5]]
        """
        given = _list_facets(facets)
        numbers = [find_begun(self._facet_set, facet) for facet in given]
        if None in numbers:
            return self.set_data(given).stream(facets, start, rows)
        shown = [self.facets[cast("int", number)] for number in numbers]
        if any(a.tokens is not b.tokens for a, b in zip(shown, given, strict=True)):
            self.grow(given)
        blocks = [rows] if isinstance(facets, Facet) else cast("Sequence[object]", rows)
        for number, block in zip(numbers, blocks, strict=True):
            count = len(cast("Sequence[object]", block))
            if count:
                places = range(start, start + count)
                self.fill_rows(cast("int", number), places, block)
        return self

    def _show_arrival(self, facets: FacetSet, arrival: Arrival) -> None:
        """Replace the facets by grown ones; watchers of `facets` are not called.

        They would draw everything anew.
        """
        state = settle_state(self._view_state, self._facet_set, facets, {})
        follows = {**project_state(state, facets), "_view_state": state}
        changed = {
            name: value
            for name, value in follows.items()
            if value != getattr(self, name)
        }
        with param.edit_constant(self), batch_call_watchers(self):
            with discard_events(self):
                self._put({"facets": list(facets.facets), "_facet_set": facets})
            self._put({**changed, "arrived": arrival})

    def _settle(self, given: Mapping[str, object]) -> Mapping[str, object]:
        before = after = self._facet_set
        if "_facet_set" in given:  # `with param.update(...)` restores it at its end
            after = replace(
                cast("FacetSet", given["_facet_set"]), version=before.version + 1
            )
        elif "facets" in given or "facet_titles" in given:
            facets = _read_facets(given["facets"]) if "facets" in given else None
            titles = None
            if "facet_titles" in given:
                titles = _read_titles(given["facet_titles"])
            after = before.replace(facets, titles)
        state = settle_state(self._view_state, before, after, given)
        follows = {**project_state(state, after), "_view_state": state}
        if after is not before:
            follows["facet_titles"] = after.titles
            follows["_facet_set"] = after
        if "facets" in given or after.facets != before.facets:
            follows["facets"] = list(after.facets)
        changed = {
            name: value
            for name, value in follows.items()
            if name in given or value != getattr(self, name)
        }
        return {**given, **changed}

    def _read_values(self) -> dict[str, object]:
        """Return what a copy needs: the values of its parameters, lists copied."""
        values: dict[str, Any] = self.param.values()
        del values["name"], values["arrived"]
        lists = {"facets": self.facets[:], "facet_titles": self.facet_titles[:]}
        return {**values, **lists}


_DEFAULTS = {
    name: parameter.default
    for name, parameter in inspect.signature(Heatmap.__init__).parameters.items()
    if name not in {"self", "name"}
}


def _rebuild(kind: type[Kind], values: Mapping[str, object]) -> Kind:
    """Return a heatmap with the values of another one."""
    heatmap = kind()
    # Not `_assign`: the values agree already.
    heatmap._put(values)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    return heatmap


def _list_facets(facets: Facet | Sequence[Facet]) -> Sequence[Facet]:
    """Return one or several facets as a list or tuple, or raise."""
    return [facets] if isinstance(facets, Facet) else _read_facets(facets)


def _read_facets(value: object) -> Sequence[Facet]:
    """Return a list or tuple of facets as it is, or raise."""
    if not isinstance(value, list | tuple):
        msg = f"facets is {name_type(value)}, expected a list of facets"
        raise ValueError(msg)  # noqa: TRY004 - as Param does for its own checks
    items = cast("Sequence[object]", value)
    for i, item in enumerate(items):
        if not isinstance(item, Facet):
            msg = f"facets[{i}] is {name_type(item)}, expected a facet"
            raise ValueError(msg)  # noqa: TRY004 - likewise
    return cast("Sequence[Facet]", items)


def _read_titles(value: object) -> Sequence[str]:
    """Return titles as plain strings, or raise."""
    titles = read_list(value, "facet_titles", "titles")
    return [read_string(title, f"facet_titles[{i}]") for i, title in enumerate(titles)]
