"""The facets of one heatmap together: their titles, ids, rows and alignment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import quote
from textualheatmap.state.alignment import Alignment
from textualheatmap.state.suggesting import suggest
from textualheatmap.state.view_state import LONGEST_ID, AxisChoices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textualheatmap.facet.facet import Facet
    from textualheatmap.facet.store import Axis, HeatStore
    from textualheatmap.state.view_state import AxisChoice

MOST_FACETS = 64
"""How many facets a heatmap may have: a page with more takes seconds to appear."""

ONLY_TITLE = "Heatmap"
"""Title of a single facet that has none."""


@dataclass(frozen=True, eq=False)
class FacetSet:
    """The facets of one heatmap, and what follows from them; it is never changed.

    Parameters
    ----------
    facets
        The facets. Whether their ids and `rows_of` agree is checked.
    given_titles
        The titles that were set by `facet_titles`, or None. Facets that replace all of
        these facets get them.
    version
        Number of facet sets that this heatmap had before.

    Raises
    ------
    HeatmapDataError
        If there are too many facets, or if ids or `rows_of` do not agree.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> facet = Facet.from_arrays(["a"], [[1]])
    >>> facets = FacetSet((facet, facet))
    >>> facets.titles, facets.ids
    (['1', '2'], ['facet-0', 'facet-1'])
    """

    facets: tuple[Facet, ...] = ()
    given_titles: tuple[str, ...] | None = None
    version: int = 0
    _chosen: dict[int, tuple[AxisChoices, HeatStore]] = field(
        default_factory=dict[int, "tuple[AxisChoices, HeatStore]"], init=False
    )

    def __post_init__(self) -> None:
        if len(self.facets) > MOST_FACETS:
            msg = f"data has {len(self.facets)} facets, expected at most {MOST_FACETS}"
            raise HeatmapDataError(msg)
        _check_ids(self.facets)
        _check_rows(self.facets, self.row_facets)

    @cached_property
    def titles(self) -> list[str]:
        """The title of each facet; those that have none are numbered."""
        if not self.facets:
            return list(self.given_titles or [ONLY_TITLE])
        return _name_facets(self.facets)

    @cached_property
    def ids(self) -> list[str]:
        """The id of each facet: its own, else its title, else its number.

        A title is used only if it belongs to one facet alone and is no id of another.
        """
        taken = {facet.id for facet in self.facets}
        titles = Counter(facet.title for facet in self.facets if facet.id is None)
        ids: list[str] = []
        for number, facet in enumerate(self.facets):
            title = facet.title
            fits = 0 < len(title) <= LONGEST_ID and titles[title] == 1
            name = facet.id or (title if fits and title not in taken else "")
            if not name:
                name = f"facet-{number}"
                while name in taken or name in titles:
                    name += "'"
            ids.append(name)
        return ids

    @cached_property
    def row_facets(self) -> list[int]:
        """For each facet the number of the one whose tokens its rows belong to."""
        numbers = {facet.id: number for number, facet in enumerate(self.facets)}
        return [
            number if facet.rows_of is None else numbers.get(facet.rows_of, -1)
            for number, facet in enumerate(self.facets)
        ]

    @cached_property
    def alignment(self) -> Alignment:
        """Which tokens of the facets correspond."""
        linked = [pair for pair in enumerate(self.row_facets) if pair[0] != pair[1]]
        return Alignment([facet.tokens for facet in self.facets], linked)

    @cached_property
    def axes(self) -> list[str]:
        """The names of all axes of the facets' heat."""
        names = (axis.name for facet in self.facets for axis in facet.store.axes)
        return list(dict.fromkeys(names))

    def replace(
        self,
        facets: Sequence[Facet] | None = None,
        titles: Sequence[str] | None = None,
    ) -> Self:
        """Return the set with other facets, other titles, or both.

        Parameters
        ----------
        facets
            The new facets. Those that were there before keep their titles. If all are
            new and titles were given before, they get these titles; if they are more or
            fewer than the titles, all must have titles of their own.
        titles
            The new titles, one for each facet.

        Raises
        ------
        HeatmapDataError
            If facets and titles differ in number, or ids or `rows_of` do not agree.

        Examples
        --------
        >>> from textualheatmap import Facet
        >>> facet = Facet.from_arrays(["a"], [[1]])
        >>> FacetSet().replace([facet], ["GRU"]).ids
        ['GRU']
        """
        chosen = self.facets if facets is None else tuple(facets)
        given = self.given_titles
        if titles is not None:
            given = tuple(titles)
            chosen = _retitle(chosen, given)
        elif given is not None and chosen:
            known = [self.find(facet) for facet in chosen]
            if any(number is not None for number in known):
                chosen = tuple(
                    facet
                    if number is None or facet.title
                    else self.facets[number]  # its copy under the title that was given
                    for facet, number in zip(chosen, known, strict=True)
                )
                given = tuple(_name_facets(chosen))
            elif len(given) != len(chosen) and all(facet.title for facet in chosen):
                given = None
            else:
                chosen = _retitle(chosen, given)
        return type(self)(chosen, given, self.version + 1)

    def grow(self, facets: Sequence[Facet]) -> Self:
        """Return the set with facets of which some have got more rows or tokens.

        The version stays the same: what a page reports or asks of the earlier tokens
        and rows is still right.

        Parameters
        ----------
        facets
            The grown facets and the others, in the same order.

        Examples
        --------
        >>> from textualheatmap import Facet
        >>> from textualheatmap.facet.growing import append_tokens
        >>> facets = FacetSet((Facet.from_arrays(["a"], [[1]]),))
        >>> grown = append_tokens(facets.facets[0], ["b"], [[0, 1]])
        >>> len(facets.grow([grown]).facets[0])
        2
        """
        grown = type(self)(tuple(facets), self.given_titles, self.version)
        if all(a.tokens is b.tokens for a, b in zip(self.facets, facets, strict=True)):
            vars(grown)["alignment"] = self.alignment
        return grown

    def find(self, facet: Facet) -> int | None:
        """Return the number of a facet, or of its copy under another title, or None.

        Examples
        --------
        >>> from textualheatmap import Facet
        >>> facet = Facet.from_arrays(["a"], [[1]])
        >>> FacetSet().replace([facet], ["GRU"]).find(facet)
        0
        """
        for number, own in enumerate(self.facets):
            if own is facet or (
                own.tokens is facet.tokens and own.store is facet.store
            ):
                return number
        return None

    def find_name(self, name: str) -> int:
        """Return the number of the facet that has an id, or else a title.

        Raises
        ------
        ValueError
            If there is none, or if several have this title.

        Examples
        --------
        >>> from textualheatmap import Facet
        >>> facet = Facet.from_arrays(["a"], [[1]], title="GRU", id="gru")
        >>> FacetSet((facet,)).find_name("GRU")
        0
        """
        if name in self.ids:
            return self.ids.index(name)
        found = [number for number, title in enumerate(self.titles) if title == name]
        if len(found) == 1:
            return found[0]
        if found:
            msg = f"facet is {quote(name)}, which {len(found)} facets have as title"
        else:
            known = dict.fromkeys([*self.ids, *self.titles])
            expected = ", ".join(map(quote, list(known)[:5])) or "none, without data"
            msg = f"facet is {quote(name)}, expected {expected}{suggest(name, known)}"
        raise ValueError(msg)

    def choose_axes(self, choices: Mapping[str, object]) -> AxisChoices:
        """Return a choice for every axis: the given one, else where it begins.

        An axis that meta follow begins at its last label, any other one at "mean".

        Parameters
        ----------
        choices
            An index, a label, "mean" or "max" by the name of an axis.

        Raises
        ------
        ValueError
            If there is no such axis, or no such index or label on it.

        Examples
        --------
        >>> from textualheatmap import Facet
        >>> facet = Facet.from_arrays(["a"], [[[1]], [[0]]], axes={"layer": ["x", "y"]})
        >>> FacetSet((facet,)).choose_axes({"layer": "y"})
        {'layer': 1}
        """
        for name in choices:
            if name not in self.axes:
                known = ", ".join(map(quote, self.axes[:5])) or "none"
                hint = suggest(str(name), self.axes)
                msg = f"axes has {quote(name)}, but the axes are {known}{hint}"
                raise ValueError(msg)
        return AxisChoices({name: self._choose(name, choices) for name in self.axes})

    def keep_axes(self, choices: AxisChoices) -> AxisChoices:
        """Return a choice for every axis: the one before if it still fits.

        Else it is where the axis begins, as in `choose_axes`.

        Examples
        --------
        >>> from textualheatmap import Facet
        >>> facet = Facet.from_arrays(["a"], [[[1]], [[0]]], axes={"layer": ["x", "y"]})
        >>> FacetSet((facet,)).keep_axes(AxisChoices({"layer": 2, "head": 1}))
        {'layer': 'mean'}
        """
        kept: dict[str, AxisChoice] = {}
        for name in self.axes:
            try:
                kept[name] = self._choose(name, choices)
            except ValueError:
                kept[name] = self._choose(name, {})
        return AxisChoices(kept)

    def choose_store(self, i: int, choices: AxisChoices) -> HeatStore:
        """Return the matrix of facet i that the choices on its axes give.

        The last one of each facet is kept, with the extremes that were found for it.

        Examples
        --------
        >>> from textualheatmap import Facet
        >>> facet = Facet.from_arrays(["a"], [[[1]], [[0]]], axes={"layer": ["x", "y"]})
        >>> FacetSet((facet,)).choose_store(0, AxisChoices({"layer": 0})).axes
        ()
        """
        store = self.facets[i].store
        own = AxisChoices({axis.name: choices[axis.name] for axis in store.axes})
        if not own:
            return store
        known = self._chosen.get(i)
        if known is None or known[0] != own:
            known = self._chosen[i] = own, store.at(**own)
        return known[1]

    def _find_beginning(self, axes: Sequence[Axis]) -> AxisChoice:
        """Return what is shown of an axis at first; facets may differ in its labels."""
        is_followed = axes[0].name in {facet.meta_axis for facet in self.facets}
        counts = {len(axis.labels) for axis in axes}
        return counts.pop() - 1 if is_followed and len(counts) == 1 else "mean"

    def _choose(self, name: str, choices: Mapping[str, object]) -> AxisChoice:
        """Return the choice on one axis, a label as its index.

        Several facets may have the axis; a label must have the same index in all.
        """
        axes = [axis for f in self.facets for axis in f.store.axes if axis.name == name]
        choice = choices.get(name, self._find_beginning(axes))
        found: set[AxisChoice] = {axis.find(choice) for axis in axes}
        if len(found) > 1:
            msg = f"axes[{quote(name)}] is {quote(choice)}, which facets have elsewhere"
            raise ValueError(msg)
        return found.pop()


def _name_facets(facets: Sequence[Facet]) -> list[str]:
    """Return the facets' titles; those that have none are numbered."""
    if len(facets) == 1:
        return [facets[0].title or ONLY_TITLE]
    return [facet.title or str(i) for i, facet in enumerate(facets, start=1)]


def _retitle(facets: tuple[Facet, ...], titles: Sequence[str]) -> tuple[Facet, ...]:
    """Return copies of facets with other titles, which share tokens and heat."""
    if not facets:
        return facets
    if len(facets) != len(titles):
        plural = "" if len(facets) == 1 else "s", "" if len(titles) == 1 else "s"
        msg = (
            f"data has {len(facets)} facet{plural[0]}, "
            f"but facet_titles has {len(titles)} title{plural[1]}"
        )
        raise HeatmapDataError(msg)
    return tuple(
        facet if facet.title == title else facet.replace(title=title)
        for facet, title in zip(facets, titles, strict=True)
    )


def _check_ids(facets: Sequence[Facet]) -> None:
    """Raise if an id is too long, or if two facets have the same."""
    numbers: dict[str, int] = {}
    for number, facet in enumerate(facets):
        if facet.id is None:
            continue
        if len(facet.id) > LONGEST_ID:
            msg = (
                f"facets[{number}].id has {len(facet.id)} characters, "
                f"expected at most {LONGEST_ID}"
            )
            raise HeatmapDataError(msg)
        if facet.id in numbers:
            msg = (
                f"facets[{number}].id is {quote(facet.id)}, "
                f"which facets[{numbers[facet.id]}] has, too"
            )
            raise HeatmapDataError(msg)
        numbers[facet.id] = number


def _check_rows(facets: Sequence[Facet], row_facets: Sequence[int]) -> None:
    """Raise if the rows of a facet are not the tokens of the facet that it names."""
    known = [facet.id for facet in facets if facet.id is not None]
    for number, (facet, other) in enumerate(zip(facets, row_facets, strict=True)):
        if facet.rows_of is None:
            continue
        where = f"facets[{number}]"
        if other < 0 or other == number:
            ids = ", ".join(quote(name) for name in known[:5] if name != facet.id)
            hint = suggest(facet.rows_of, known) if other < 0 else ""
            msg = (
                f"{where}.rows_of is {quote(facet.rows_of)}, "
                f"expected the id of another facet: {ids or 'there is none'}{hint}"
            )
            raise HeatmapDataError(msg)
        rows, expected = facet.store.shape[0], len(facets[other])
        if rows != expected:
            msg = (
                f"{where}.heat has {rows} rows, expected {expected} "
                f"(one per non-format token of {quote(facet.rows_of)})"
            )
            raise HeatmapDataError(msg)
    for number in range(len(facets)):
        _check_cycle(facets, row_facets, number)


def _check_cycle(
    facets: Sequence[Facet], row_facets: Sequence[int], number: int
) -> None:
    """Raise if rows lead from a facet back to itself."""
    path = [number]
    while row_facets[path[-1]] != path[-1]:
        path.append(row_facets[path[-1]])
        if path[-1] == number:
            names = " -> ".join(quote(facets[each].id) for each in path)
            msg = f"facets[{number}].rows_of goes in a circle: {names}"
            raise HeatmapDataError(msg)
        if len(path) > len(facets):  # the circle is another facet's
            return
