"""Show heatmaps in a browser: the sample data, an uploaded file, or a given one.

On the left is a list of what can be shown, to search: the exhibits, each with a line on
what to look for, and the files of this session, which can be removed again; files are
opened by dropping them anywhere on the page, several at once too. In the
middle the heatmap has all the width there is. On the right, folded away at first, is
how it is shown: the view (facets, the difference of two, direction, scale, slices of
layers and heads), the look (palette, theme, meta, titles), and what is known of this
token (bars of the hottest tokens and of predictions, how the heat was made). Above are
find and play, a link to what is seen, and the file of it. The address of the page names
the sample, its facets and differences that are shown and, after "#", what is seen of
them: a reload shows the same. On a narrow page these parts stand below each other, and
the list is folded away.

Run it with one of::

    panel serve apps/heatmap.py
    panel serve apps/heatmap.py --args my.json
    panel serve apps/heatmap.py --args my.npz
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import panel as pn
import param
from choice_list import ChoiceList, Item
from documents import (
    MAX_BINARY_MEGABYTES,
    MAX_BYTES,
    MAX_JSON_MEGABYTES,
    Document,
    read_document,
    read_samples,
)
from page import SPACED, Page
from page_drop import PageDrop
from upload import SentFile, Upload

from textualheatmap import HeatmapDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from panel.io.location import Location
    from param.parameterized import Event

# Files that a session keeps open. When another is opened, the oldest is dropped.
MAX_OPENED = 5
# What the address names before "#"; the theme stands there too.
ADDRESSED = ("document", "facets", "differences")
# What is shown first where a document's `view` does not say it: as in a new heatmap.
DEFAULT_VIEW = {
    "pinned": False,
    "direction": "row",
    "pool": "max",
    "axes": {},
    "meta_label": "",
    "meta_truth": None,
}


class App(Page):
    """One session: a choice among the samples and the files that were opened."""

    data_heading = "Documents"
    data_folds = True

    # Param types it as what it is without a value; `__init__` gives one.
    document: str = param.Selector(  # pyright: ignore[reportAssignmentType]
        doc="Name of the sample or file that is shown."
    )

    opened: dict[str, Document] = param.Dict(  # pyright: ignore[reportAssignmentType]
        default={}, doc="The files that were opened in this session, by their names."
    )

    def __init__(self, **params: Any) -> None:  # noqa: ANN401 - Param checks them
        super().__init__(**params)
        self._samples = read_samples()
        self._shown: Document | None = None
        # Of the files that came together last: what is wrong, and what was opened.
        self._problems: list[str] = []
        self._opened_together: list[str] = []
        self.param.document.objects = list(self._samples)
        self.document = next(iter(self._samples))

    def follow_address(self, location: Location) -> None:
        """Show the sample and facets that the address names, and name them there.

        A file that was opened is not named: another page does not have it.
        """
        query = location.query_params
        asked = query.get("document")
        # What an address says may be any JSON.
        if isinstance(asked, str) and asked in self._samples:
            self.document = asked
        if self.document in self._samples:
            self.facet_choice.follow_query(query)

        def tell(*events: Event) -> None:
            named: dict[str, Any] = {}
            if self.document in self._samples:
                lists = self.facet_choice.to_query()
                named = {key: json.dumps(value) for key, value in lists.items()}
                named["document"] = self.document
            query = {
                key: value
                for key, value in location.query_params.items()
                if key not in ADDRESSED
            }
            search = urlencode({**query, **named})
            location.search = f"?{search}" if search else ""
            if any(event.name == "document" for event in events):
                # After "#" it says what was seen of the document before.
                location.hash = ""

        self.param.watch(tell, "document")
        self.facet_choice.param.watch(tell, ["shown", "differences"])

    def open_file(self, content: bytes, name: str) -> bool:
        """Show a file, and keep it among the choices.

        Returns
        -------
        is_opened
            False if the file is wrong. It then leaves a message, and everything else
            as it was.
        """
        try:
            document = read_document(content, name)
        except HeatmapDataError as error:
            self.message = f"{name}: {error}"
            return False
        self._keep_file(name, document)
        return True

    def take_file(self, sent: SentFile, outcome: Document | HeatmapDataError) -> None:
        """Keep a file among the choices, and show the first of those sent together.

        Parameters
        ----------
        sent
            The file.
        outcome
            The file as it was read, or what is wrong with it. That is told beside what
            is wrong with others, and all else stays as it was.
        """
        if sent.place == 0:
            self._problems, self._opened_together = [], []
        if isinstance(outcome, HeatmapDataError):
            self._problems.append(f"{sent.name}: {outcome}")
        else:
            # They may come from several folders.
            name = find_free_name(sent.name, self._opened_together)
            self._keep_file(name, outcome, is_shown=not self._opened_together)
            self._opened_together.append(name)
        self.message = "\n".join(self._problems)

    def close_file(self, name: str) -> None:
        """Forget a file; if it is shown, the one opened last is shown instead."""
        left = {key: each for key, each in self.opened.items() if key != name}
        next_shown = [next(iter(self._samples)), *left][-1]
        self._keep(left, next_shown if self.document == name else self.document)

    def open_path(self, path: Path) -> None:
        """Show a file of this machine, as `open_file` does."""
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            self.message = f"{path} cannot be read: {error.strerror}"
            return
        self.open_file(content, path.name)

    def name_shown(self) -> str:
        """Return the name of the sample or file."""
        return self.document

    def build_data(self) -> pn.Column:
        """Build the list of documents, and the field that opens a file."""
        documents = ChoiceList(
            self.close_file,
            heading="Documents",
            items=pn.bind(self._list_documents, self.param.opened),
            chosen=pn.bind(lambda name: [name], self.param.document),
            **SPACED,
        )

        def choose(event: Event) -> None:
            self.document = event.new[0]

        documents.param.watch(choose, "chosen")
        return pn.Column(
            documents,
            Upload(
                read_document,
                self.take_file,
                max_bytes=MAX_BYTES,
                most=MAX_OPENED,
                hint=f"Or drop them anywhere. JSON up to {MAX_JSON_MEGABYTES} MB, "
                f"NPZ, Parquet and .zarr.zip up to {MAX_BINARY_MEGABYTES} MB; "
                f"the last {MAX_OPENED} stay.",
                sizing_mode="stretch_width",
                margin=0,
            ),
            PageDrop(width=0, height=0, margin=0),
            sizing_mode="stretch_width",
        )

    def _list_documents(self, opened: dict[str, Document]) -> list[Item]:
        samples = (
            Item(name=name, hint=each.hint, group="Exhibits")
            for name, each in self._samples.items()
        )
        files = (
            Item(name=name, group="Opened files", removable=True) for name in opened
        )
        return [*files, *samples]

    def _keep_file(
        self, name: str, document: Document, *, is_shown: bool = True
    ) -> None:
        """Keep a file as the newest one, and show it or what is shown already."""
        if name in self._samples:
            name = f"{name} (file)"
        others = {key: each for key, each in self.opened.items() if key != name}
        shown = name if is_shown else self.document
        if shown == name:
            self._show(document)
        self._keep({**others, name: document}, shown)

    def _keep(self, opened: dict[str, Document], document: str) -> None:
        """Keep the last of these files, and show a document."""
        opened = dict(list(opened.items())[-MAX_OPENED:])
        if document not in self._samples | opened:
            document = next(reversed(opened))
        # What is shown must be among the choices until the other is.
        self.param.document.objects = [*self._samples, *self.opened, *opened]
        self.opened = opened
        self.document = document
        self.param.document.objects = [*self._samples, *opened]

    @param.depends("document", watch=True)
    def _show_document(self) -> None:
        document = (self._samples | self.opened)[self.document]
        if document is not self._shown:
            self._show(document)

    def _show(self, document: Document) -> None:
        facets, titles, about, view, _ = document
        self.heatmap.param.update(
            facets=facets, facet_titles=titles, **DEFAULT_VIEW | view
        )
        self._shown = document
        self.param.update(about=about, message="")


def serve_app(arguments: Sequence[str]) -> None:
    """Put a new session on the page; the argument is a file to show in it."""
    pn.extension()
    app = App()
    match arguments:
        case []:
            pass
        case [path]:
            app.open_path(Path(path))
        case _:
            app.message = f"--args has {len(arguments)} files, expected one"
    if pn.state.location is not None:
        app.follow_address(pn.state.location)
    app.serve("Textual heatmap")


def find_free_name(name: str, taken: Sequence[str]) -> str:
    """Return a name, with a number where it is taken.

    Examples
    --------
    >>> find_free_name("a.json", ["a.json"])
    'a.json (2)'
    """
    free, number = name, 2
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


# What `pn.state.served` says, which reads the source of all callers first.
if __name__.startswith("bokeh_app_"):
    serve_app(sys.argv[1:])
