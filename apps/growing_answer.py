"""Answers of models that are shown as the models write and explain them."""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from model_request import list_facets

from textualheatmap.facet.growing import fill_rows, is_grown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from facet_choice import FacetChoice
    from model_request import Answer
    from numpy.typing import NDArray

    from textualheatmap import Facet, TextualHeatmap

# Rows of each facet of an answer.
Blocks: TypeAlias = "tuple[NDArray[np.float32], ...]"
# Time between two arrivals of rows on the page (s).
INTERVAL = 0.25


class GrowingAnswer:
    """The facets of one request, which grow in a heatmap while they are computed.

    A model answers by one facet, or by several that are shown together, such as a
    source and a target. A text that the model writes grows token by token; then rows of
    heat come, as they do of a text that is there from the start.

    The thread of the models calls `add`. The event loop calls all else; only it touches
    the heatmap. The focus goes along with the newest row, unless the reader moves it,
    and stays where it is while a text grows, so that no hover is lost.

    Parameters
    ----------
    heatmap
        The heatmap in which they are shown, in place of what it shows.
    choice
        Its facets.
    name_title
        Takes the name of a model, and returns the title of its facet. Where there are
        several, each has its own title before it.

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
        self.facets: dict[str, Answer] = {}
        self.names: dict[str, tuple[str, ...]] = {}
        self.rows: dict[str, int] = {}
        # What models had to tell before a row, to see whether they go on writing.
        self._begun: dict[str, Answer] = {}
        self._heatmap = heatmap
        self._choice = choice
        self._name_title = name_title
        # A thread appends at one end of it while the loop takes from the other.
        self._waiting: deque[tuple[str, Answer, int, Blocks]] = deque()
        self._shown_at = float("-inf")
        self._go_back: Callable[[], None] | None = None
        self._followed: object = None

    def add(
        self,
        model: str,
        facets: Facet | Sequence[Facet],
        start: int,
        rows: NDArray[np.float32] | Sequence[NDArray[np.float32]],
    ) -> None:
        """Take rows of a model, to be shown soon; of several facets rows of each.

        A text without rows is shown once it has grown: the model is writing it.
        """
        answer = list_facets(facets)
        blocks: Blocks = (rows,) if len(answer) == 1 else tuple(rows)  # pyright: ignore[reportAssignmentType]
        begun = self._begun.setdefault(model, answer)
        if len(blocks[0]) or len(answer[-1]) > len(begun[-1]):
            self._waiting.append((model, answer, start, blocks))

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
            answer = blocks[-1][0]
            explained = [block for block in blocks if len(block[2][0])]
            if explained:
                start = explained[0][1]
                parts = zip(*(block[2] for block in explained), strict=True)
                rows = [np.concatenate(part) for part in parts]
            else:
                start = 0
                rows = [np.zeros((0, len(each)), dtype=np.float32) for each in answer]
            self._fill(model, answer, start, rows)
        self._shown_at = monotonic()

    def count_written(self, model: str) -> int:
        """Return how many tokens a text has that a model is writing, 0 if it is not."""
        is_written = model in self.facets and not self.rows.get(model)
        return len(self.facets[model][-1]) if is_written else 0

    def leads_focus(self) -> bool:
        """Say whether the reader has left the focus where the rows took it."""
        return self._go_back is None or self._followed == self._read_focus()

    def finish(self, answers: Mapping[str, Answer]) -> None:
        """Show the whole answers of models, as far as a reader has not left them out.

        Of models that failed the rows that came are taken away.
        """
        facets = [facet for answer in answers.values() for facet in answer]
        titles = [
            title
            for model, answer in answers.items()
            for title in self._name_titles(model, answer)
        ]
        replaced = [
            name
            for model, answer in answers.items()
            for name in self.names.get(model, (None,) * len(answer))
        ]
        shown = [
            facet
            for facet, name in zip(facets, replaced, strict=True)
            if name is None or name in self._choice.shown
        ]
        first = (shown or facets)[0]
        follows = self.leads_focus()
        view: dict[str, Any] = {}
        if follows and first.rows_of is None:
            view = {"focus": len(first) - 1, "pinned": False}
        if self._go_back is None:
            self._heatmap.param.update(facets=facets, facet_titles=titles, **view)
            names = self._choice.shown
        else:
            ended = [
                name
                for model, own in self.names.items()
                for name in own
                if model not in answers
            ]
            names = self._choice.renew(facets, titles, replaced, dropped=ended, **view)
        if follows and first.rows_of is not None:
            self._heatmap.pinned = False
            self._show_last_row(first.rows_of)
        left = iter(names)
        self.names = {
            model: tuple(next(left) for _ in answer)
            for model, answer in answers.items()
        }

    def go_back(self) -> None:
        """Show again what was shown before the first row."""
        if self._go_back is not None:
            self._go_back()

    def _fill(
        self, model: str, answer: Answer, start: int, rows: list[NDArray[np.float32]]
    ) -> None:
        """Fill rows into the facets of a model, and take the focus there.

        Before there are rows it is taken to the last token, once.
        """
        places = range(start, start + len(rows[0]))
        follows = self.leads_focus() and (places or model not in self.facets)
        if model not in self.facets:
            self.facets[model] = tuple(
                fill_rows(facet, places, values)
                for facet, values in zip(answer, rows, strict=True)
            )
            self._put(model)
        else:
            self._grow(model, answer)
            for facet, values in zip(self.facets[model], rows, strict=True):
                number = self._find(facet)
                if not places:
                    continue
                if number is not None:
                    self._heatmap.fill_rows(number, places, values)
                else:  # the reader has left it out
                    fill_rows(facet, places, values)
        if places:
            self.rows[model] = places.stop
        for facet in self.facets[model]:
            number = self._find(facet)
            if number is not None and facet.rows_of is None and follows:
                last = places.stop if places else len(facet)
                self._heatmap.highlight(last - 1, facet=number)
                self._followed = self._read_focus()

    def _grow(self, model: str, answer: Answer) -> None:
        """Put facets that have become longer in place of what they were."""
        before = self.facets[model]
        if all(
            old.tokens is new.tokens for old, new in zip(before, answer, strict=True)
        ):
            return
        self.facets[model] = answer
        if all(map(is_grown, before, answer)):
            self._choice.grow(self.names[model], answer)
        else:  # what a later token has spelt otherwise
            titles = self._name_titles(model, answer)
            names = self._choice.renew(answer, titles, self.names[model])
            self.names[model] = tuple(names)

    def _put(self, model: str) -> None:
        """Show facets beside those of the other models, or in place of all else."""
        heatmap, facets = self._heatmap, self.facets[model]
        titles = self._name_titles(model, facets)
        if self._go_back is None:
            self._go_back = self._choice.remember()
            heatmap.pinned = False
            heatmap.param.update(facets=[*facets], facet_titles=titles)
            self.names[model] = tuple(self._choice.shown)
        else:
            self.names[model] = tuple(self._choice.add(facets, titles))

    def _find(self, facet: Facet) -> int | None:
        """Return the number of a facet among those that are shown."""
        for number, each in enumerate(self._heatmap.facets):
            if each.store is facet.store:
                return number
        return None

    def _show_last_row(self, owner: str) -> None:
        """Focus the last token of a facet that rows belong to, if it is shown."""
        for number, facet in enumerate(self._heatmap.facets):
            if facet.id == owner:
                self._heatmap.highlight(len(facet) - 1, facet=number)

    def _name_titles(self, model: str, answer: Answer) -> list[str]:
        title = self._name_title(model)
        if len(answer) == 1:
            return [title]
        # What tells them apart comes first: a long title is cut.
        return [f"{facet.title} ({title})" for facet in answer]

    def _read_focus(self) -> object:
        heatmap = self._heatmap
        return heatmap.focus_facet, heatmap.focus_span, heatmap.pinned
