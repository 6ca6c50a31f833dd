"""Answers of models that are shown row by row, as the models compute them."""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from textualheatmap.facet.growing import fill_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from facet_choice import FacetChoice
    from numpy.typing import NDArray

    from textualheatmap import Facet, TextualHeatmap

# Time between two arrivals of rows on the page (s).
INTERVAL = 0.25


class GrowingAnswer:
    """The facets of one request, which grow in a heatmap while they are computed.

    The thread of the models calls `add`. The event loop calls all else; only it touches
    the heatmap. The focus goes along with the newest row, unless the reader moves it.

    Parameters
    ----------
    heatmap
        The heatmap in which they are shown, in place of what it shows.
    choice
        Its facets.
    name_title
        Takes the name of a model, and returns the title of its facet.

    Examples
    --------
    >>> from facet_choice import FacetChoice
    >>> from textualheatmap import Facet, TextualHeatmap
    >>> heatmap = TextualHeatmap()
    >>> answer = GrowingAnswer(heatmap, FacetChoice(heatmap, print), str)
    >>> begun = Facet.from_arrays(["a"], [[float("nan")]], missing=True)
    >>> answer.add("GRU", begun, 0, [[0.5]])
    >>> answer.show()
    >>> heatmap.facets[0].heat.tolist(), answer.rows
    ([[0.5]], {'GRU': 1})
    """

    def __init__(
        self,
        heatmap: TextualHeatmap,
        choice: FacetChoice,
        name_title: Callable[[str], str],
    ) -> None:
        self.facets: dict[str, Facet] = {}
        self.names: dict[str, str] = {}
        self.rows: dict[str, int] = {}
        self._heatmap = heatmap
        self._choice = choice
        self._name_title = name_title
        # A thread appends at one end of it while the loop takes from the other.
        self._waiting: deque[tuple[str, Facet, int, NDArray[np.float32]]] = deque()
        self._shown_at = float("-inf")
        self._go_back: Callable[[], None] | None = None
        self._followed: object = None

    def add(
        self, model: str, facet: Facet, start: int, rows: NDArray[np.float32]
    ) -> None:
        """Take rows of a model, to be shown soon."""
        if len(rows):
            self._waiting.append((model, facet, start, rows))

    def show(self, *, at_once: bool = False) -> None:
        """Show the rows that came, if the last ones were not shown just now.

        Parameters
        ----------
        at_once
            Whether they are shown in any case.
        """
        is_soon = monotonic() - self._shown_at < INTERVAL
        if not self._waiting or (is_soon and not at_once):
            return
        came: dict[str, list[list[Any]]] = {}
        while self._waiting:
            model, *block = self._waiting.popleft()
            came.setdefault(model, []).append(block)
        for model, blocks in came.items():
            begun, start, _ = blocks[0]
            self._fill(model, begun, start, np.concatenate([b[2] for b in blocks]))
        self._shown_at = monotonic()

    def leads_focus(self) -> bool:
        """Say whether the reader has left the focus where the rows took it."""
        return self._go_back is None or self._followed == self._read_focus()

    def finish(self, facets: Mapping[str, Facet]) -> None:
        """Show the whole facets of models, as far as a reader has not left them out.

        Of models that failed the rows that came are taken away.
        """
        view: dict[str, Any] = {}
        if self.leads_focus():
            shown = [
                facet
                for model, facet in facets.items()
                if self.names.get(model, "") in ("", *self._choice.shown)
            ]
            first = next(iter(shown or facets.values()))
            view = {"focus": len(first) - 1, "pinned": False}
        titles = [self._name_title(model) for model in facets]
        if self._go_back is None:
            self._heatmap.param.update(
                facets=[*facets.values()], facet_titles=titles, **view
            )
            names = self._choice.shown
        else:
            ended = [name for model, name in self.names.items() if model not in facets]
            replaced = [self.names.get(model) for model in facets]
            names = self._choice.renew(
                [*facets.values()], titles, replaced, dropped=ended, **view
            )
        self.names = dict(zip(facets, names, strict=True))

    def go_back(self) -> None:
        """Show again what was shown before the first row."""
        if self._go_back is not None:
            self._go_back()

    def _fill(
        self, model: str, begun: Facet, start: int, rows: NDArray[np.float32]
    ) -> None:
        """Fill rows into the facet of a model, and take the focus there."""
        heatmap, follows = self._heatmap, self.leads_focus()
        places = range(start, start + len(rows))
        if model not in self.facets:
            self.facets[model] = fill_rows(begun, places, rows)
            self._put(model)
        else:
            store = self.facets[model].store
            shown = [facet.store is store for facet in heatmap.facets]
            if any(shown):
                heatmap.fill_rows(shown.index(True), places, rows)
            else:  # the reader has left it out
                fill_rows(self.facets[model], places, rows)
        self.rows[model] = places.stop
        store = self.facets[model].store
        for number, facet in enumerate(heatmap.facets):
            if facet.store is store and follows:
                heatmap.highlight(places.stop - 1, facet=number)
                self._followed = self._read_focus()

    def _put(self, model: str) -> None:
        """Show a facet beside those of the other models, or in place of all else."""
        heatmap, title = self._heatmap, self._name_title(model)
        if self._go_back is None:
            self._go_back = self._choice.remember()
            heatmap.pinned = False
            heatmap.param.update(facets=[self.facets[model]], facet_titles=[title])
            self.names[model] = self._choice.shown[0]
        else:
            self.names[model] = self._choice.add(self.facets[model], title)

    def _read_focus(self) -> object:
        heatmap = self._heatmap
        return heatmap.focus_facet, heatmap.focus_span, heatmap.pinned
