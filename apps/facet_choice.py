"""Which facets of a document are shown, and the differences of two of them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import panel as pn
import param
from choice_list import ChoiceList, Item

from textualheatmap import Facet, HeatmapDataError, TextualHeatmap

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from panel.viewable import Viewable
    from param.parameterized import Event


# How many an address may ask for.
MOST_DIFFERENCES = 8


class FacetChoice(pn.viewable.Viewer):
    """A choice among the facets of a heatmap, and of two whose difference is shown.

    Facets that the heatmap is given by others are a new document, all of it shown.

    Parameters
    ----------
    heatmap
        The heatmap whose facets are shown or left out.
    tell
        Called with what went wrong, or with nothing where all went well.
    style
        Parameters that all widgets get.

    Examples
    --------
    >>> facets = [Facet.from_arrays(["a"], [[heat]]) for heat in (1, 0.25)]
    >>> heatmap = TextualHeatmap(facets=facets, facet_titles=["A", "B"])
    >>> choice = FacetChoice(heatmap, print)
    >>> choice.show_difference("A", "B")
    <BLANKLINE>
    >>> heatmap.facet_titles
    ['A', 'B', 'A - B']
    """

    offered: dict[str, Facet] = param.Dict(  # pyright: ignore[reportAssignmentType]
        default={}, doc="The facets that can be shown, by their names."
    )
    shown: list[str] = param.List(  # pyright: ignore[reportAssignmentType]
        default=[], item_type=str, doc="The names of those that are shown."
    )
    differences: dict[str, tuple[str, str]] = param.Dict(  # pyright: ignore[reportAssignmentType]
        default={}, doc="The differences, by their names: of which facet, less which."
    )

    def __init__(
        self, heatmap: TextualHeatmap, tell: Callable[[str], object], **style: object
    ) -> None:
        super().__init__()
        self._heatmap = heatmap
        self._tell = tell
        self._style = style
        self._is_choosing = False
        self._take_over()
        heatmap.param.watch(self._follow, "facets")

    def choose(self, names: Sequence[str]) -> None:
        """Show these facets, and those whose tokens their rows belong to.

        If there is none, or if the heatmap cannot show these, what is shown stays.
        """
        needed = {self.offered[name].rows_of for name in names}
        chosen = {
            name: facet
            for name, facet in self.offered.items()
            if name in names or (facet.id is not None and facet.id in needed)
        }
        message = "" if chosen else "no facet is chosen, expected at least one"
        try:
            if chosen:
                self._set(chosen)
        except HeatmapDataError as error:
            message = str(error)
        # The list may have been changed by hand to what is not shown.
        self.param.trigger("shown")
        self._tell(message)

    def add(self, facets: Sequence[Facet], titles: Sequence[str]) -> list[str]:
        """Show more facets, whatever is left out, and return their names.

        Parameters
        ----------
        facets, titles
            The facets, and the title of each; a name is the title, or this with a
            number.
        """
        named = _name_facets(
            [
                facet.replace(title=title)
                for facet, title in zip(facets, titles, strict=True)
            ],
            titles,
            taken=self.offered,
        )
        self.offered = {**self.offered, **named}
        self._set({each: self.offered[each] for each in [*self.shown, *named]})
        return list(named)

    def grow(self, names: Sequence[str], facets: Sequence[Facet]) -> None:
        """Put facets that have grown at their ends in place of what they were.

        Nothing is drawn anew; differences are still those of what they were.

        Parameters
        ----------
        names, facets
            The names of facets that are offered, and what has become of each.
        """
        for name, facet in zip(names, facets, strict=True):
            # The names are the same: no list of them has to be drawn.
            self.offered[name] = facet.replace(title=self.offered[name].title)
        shown = [self.offered[name] for name in names if name in self.shown]
        if shown:
            self._heatmap.grow(shown)

    def renew(
        self,
        facets: Sequence[Facet],
        titles: Sequence[str],
        replaced: Sequence[str | None],
        *,
        dropped: Sequence[str] = (),
        **view: object,
    ) -> list[str]:
        """Put facets in place of others, of which those left out stay left out.

        Parameters
        ----------
        facets, titles
            The facets, and the title of each.
        replaced
            For each facet the name of the one that it replaces, or None where it is a
            new one. Other facets stay; differences are those of the new facets.
        dropped
            The names of facets that are taken away.
        view
            Parameters of the heatmap that are set together with its facets.

        Returns
        -------
        names
            The name of each facet.
        """
        others = {
            name: facet
            for name, facet in self.offered.items()
            if name not in (*replaced, *dropped, *self.differences)
        }
        named = _name_facets(
            [
                facet.replace(title=title)
                for facet, title in zip(facets, titles, strict=True)
            ],
            titles,
            taken=others,
        )
        names = dict(zip(replaced, named, strict=True))
        offered = {**named, **others}
        differences: dict[str, tuple[str, str]] = {}
        for name, pair in self.differences.items():
            first, second = (names.get(each, each) for each in pair)
            if first in offered and second in offered:
                differences[name] = (first, second)
        offered |= {
            name: Facet.difference(offered[first], offered[second], title=name)
            for name, (first, second) in differences.items()
        }
        shown = {names.get(name, name) for name in self.shown}
        shown |= {
            name for name, old in zip(named, replaced, strict=True) if old is None
        }
        chosen = {name: facet for name, facet in offered.items() if name in shown}
        self.param.update(offered=offered, differences=differences)
        self._set(chosen or named, **view)
        return list(named)

    def offer(self, facets: Mapping[str, Facet]) -> None:
        """Offer more facets, by their names; they are not shown yet."""
        named = {name: each.replace(title=name) for name, each in facets.items()}
        self.offered = {**self.offered, **named}

    def remember(self) -> Callable[[], None]:
        """Return what brings back the facets that are shown now, and the focus."""
        heatmap = self._heatmap
        names = ("facets", "facet_titles", "focus_facet", "focus_span", "pinned")
        shown = {name: getattr(heatmap, name) for name in names}
        own = {
            "offered": self.offered,
            "shown": self.shown,
            "differences": self.differences,
        }

        def bring_back() -> None:
            heatmap.param.update(shown)
            self.param.update(own)

        return bring_back

    def show_difference(self, first: str, second: str) -> None:
        """Show the heat of one facet less that of another, beside what is shown."""
        try:
            name = self._subtract(first, second)
        except HeatmapDataError as error:
            self._tell(str(error))
        else:
            self.choose([*self.shown, name])

    def to_query(self) -> dict[str, list[Any]]:
        """Return what an address says of the choice: nothing while all is shown.

        Examples
        --------
        >>> facets = [Facet.from_arrays(["a"], [[heat]]) for heat in (1, 0.25)]
        >>> heatmap = TextualHeatmap(facets=facets, facet_titles=["A", "B"])
        >>> choice = FacetChoice(heatmap, print)
        >>> choice.choose(["B"])
        <BLANKLINE>
        >>> choice.to_query()
        {'facets': ['B']}
        """
        query: dict[str, list[Any]] = {}
        if self.differences:
            query["differences"] = [list(pair) for pair in self.differences.values()]
        if self.shown != list(self.offered):
            query["facets"] = self.shown
        return query

    def follow_query(self, query: Mapping[str, object]) -> None:
        """Show what an address says; what it says of other facets is passed over."""
        own = list(self.offered)
        for pair in _read_list(query.get("differences"))[:MOST_DIFFERENCES]:
            match pair:
                case [str(first), str(second)] if first in own and second in own:
                    with suppress(HeatmapDataError):
                        self._subtract(first, second)
        asked = _read_list(query.get("facets", list(self.offered)))
        names = [name for name in self.offered if name in asked]
        if names and names != self.shown:
            self.choose(names)

    def remove(self, name: str) -> None:
        """Take a difference away again."""
        left = [each for each in self.shown if each != name]
        self.choose(left or [each for each in self.offered if each != name][:1])
        self.differences = {
            key: pair for key, pair in self.differences.items() if key != name
        }
        self.offered = {
            key: facet for key, facet in self.offered.items() if key != name
        }

    def __panel__(self) -> Viewable:
        style: dict[str, Any] = self._style
        names = ChoiceList(
            self.remove,
            heading="Facets",
            multiple=True,
            items=pn.bind(self._list_items, self.param.offered),
            chosen=self.param.shown,
            sizing_mode="stretch_width",
            margin=(0, 0, 12, 0),
        )

        def follow(event: Event) -> None:
            if set(event.new) != set(self.shown):
                self.choose(event.new)

        names.param.watch(follow, "chosen")
        first, second = (
            pn.widgets.Select(label=label, description=None, **style)
            for label in ("Difference of", "less")
        )

        def offer(*_events: Event) -> None:
            own = self._list_own()
            for number, select in enumerate((first, second)):
                if select.options != own:
                    value = own[min(number, len(own) - 1)]
                    select.param.update(options=own, value=value)

        def subtract(_event: Event) -> None:
            self.show_difference(first.value, second.value)

        self.param.watch(offer, "offered")
        offer()
        return pn.Column(
            names,
            first,
            second,
            pn.widgets.Button(label="Show the difference", on_click=subtract, **style),
            visible=self.param.offered.rx.len() > 1,
            sizing_mode="stretch_width",
        )

    def _set(self, chosen: Mapping[str, Facet], **view: object) -> None:
        """Show these facets of those that are offered."""
        self._is_choosing = True
        try:
            self._heatmap.param.update(
                facets=list(chosen.values()),
                facet_titles=[facet.title for facet in chosen.values()],
                **view,
            )
        finally:
            self._is_choosing = False
        self.shown = list(chosen)

    def _subtract(self, first: str, second: str) -> str:
        """Offer the difference of two facets, and return its name."""
        name = f"{first} - {second}"
        if name not in self.offered:
            facet = Facet.difference(
                self.offered[first], self.offered[second], title=name
            )
            self.differences = {**self.differences, name: (first, second)}
            self.offered = {**self.offered, name: facet}
        return name

    def _list_items(self, offered: dict[str, Facet]) -> list[Item]:
        return [Item(name=name, removable=name in self.differences) for name in offered]

    def _list_own(self) -> list[str]:
        """Return the names of the facets that are no differences."""
        own = [name for name in self.offered if name not in self.differences]
        return own or [""]

    def _follow(self, _event: Event) -> None:
        if not self._is_choosing:
            self._take_over()

    def _take_over(self) -> None:
        """Offer the facets that the heatmap shows, and no other."""
        facets = self._heatmap.facets
        named = _name_facets(facets, self._heatmap.facet_titles)
        self.param.update(offered=named, shown=list(named), differences={})


def _read_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _name_facets(
    facets: Sequence[Facet], titles: Sequence[str], taken: Collection[str] = ()
) -> dict[str, Facet]:
    """Return facets by their titles; the second of one title gets a number."""
    named: dict[str, Facet] = {}
    for facet, title in zip(facets, titles, strict=False):
        name, number = title, 2
        while name in named or name in taken:
            name, number = f"{title} ({number})", number + 1
        named[name] = facet
    return named
