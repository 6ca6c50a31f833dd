"""Show heatmaps in a browser: the sample data, an uploaded file, or a given one.

Run it with one of::

    panel serve apps/heatmap.py
    panel serve apps/heatmap.py --args my.json
    panel serve apps/heatmap.py --args my.npz
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import panel as pn
import param
from choices import (
    MAX_BYTES,
    MAX_MEGABYTES,
    Choice,
    describe_facets,
    name_facets,
    read_facets,
    read_samples,
)
from page import CONTROL, WIDE, Page

from textualheatmap import HeatmapDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from param.parameterized import Event

# Of an upload; the server takes messages of 20 MB.
CHUNK_BYTES = 1_000_000


class App(Page):
    """One session: a choice among samples and files that were opened."""

    # Param types it as what it is without a value; `__init__` gives one.
    choice: str = param.Selector(  # pyright: ignore[reportAssignmentType]
        doc="Name of the sample or file that is shown."
    )

    def __init__(self, **params: Any) -> None:  # noqa: ANN401 - Param checks them
        super().__init__(**params)
        self._choices = read_samples()
        self.param.choice.objects = list(self._choices)
        self.choice = next(iter(self._choices))

    def open_file(self, content: bytes, name: str) -> None:
        """Show a file; a wrong one leaves a message, and everything else as it was."""
        try:
            facets = read_facets(content, name)
        except HeatmapDataError as error:
            self.message = str(error)
            return
        about = f"{name}. {describe_facets(facets)}"
        titles = name_facets(len(facets))
        self._choices[name] = Choice(facets, titles, about, len(facets[0]) - 1)
        self.param.choice.objects = list(self._choices)
        if self.choice == name:
            self._show_choice()
        else:
            self.choice = name

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
        return self.choice

    def build_data(self) -> pn.Column:
        """Build what chooses a sample or opens a file."""
        upload = pn.widgets.FileDropper(
            label=f"Open a JSON or NPZ file of up to {MAX_MEGABYTES} MB",
            max_file_size=f"{MAX_MEGABYTES}MB",
            chunk_size=CHUNK_BYTES,
            **WIDE,
        )
        upload.param.watch(self._open_upload, "value")
        return pn.Column(
            pn.widgets.Select.from_param(self.param.choice, label="Data", **CONTROL),
            upload,
            sizing_mode="stretch_width",
        )

    @param.depends("choice", watch=True)
    def _show_choice(self) -> None:
        facets, titles, about, focus = self._choices[self.choice]
        self.heatmap.param.update(
            facets=facets, facet_titles=titles, focus=focus, pinned=False
        )
        self.param.update(about=about, message="")

    def _open_upload(self, event: Event) -> None:
        for name, content in event.new.items():
            # Panel has decoded what a browser calls text.
            decoded = isinstance(content, str)
            self.open_file(content.encode() if decoded else content, name)
        # Or the next upload would open this one again.
        event.new.clear()


def serve_app(arguments: Sequence[str]) -> None:
    """Put a new session on the page; the argument is a file to show in it."""
    pn.extension("filedropper")
    app = App()
    match arguments:
        case []:
            pass
        case [path]:
            app.open_path(Path(path))
        case _:
            app.message = f"--args has {len(arguments)} files, expected one"
    app.serve("Textual heatmap")


if pn.state.served:
    serve_app(sys.argv[1:])
