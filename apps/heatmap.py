"""Show heatmaps in a browser: the sample data, an uploaded file, or a given one.

Run it with one of::

    panel serve apps/heatmap.py
    panel serve apps/heatmap.py --args my.json
    panel serve apps/heatmap.py --args my.npz
"""

from __future__ import annotations

import sys
from html import escape
from io import BytesIO
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
from room import Room

from textualheatmap import HeatmapDataError, TextualHeatmap
from textualheatmap.export.html import render_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from panel.viewable import Viewable
    from param.parameterized import Event

HERE = Path(__file__).parent
# Of an upload; the server takes messages of 20 MB.
CHUNK_BYTES = 1_000_000


class App(pn.viewable.Viewer):
    """One session: a heatmap, what it shows, and what was wrong with the last file."""

    # Param types these two as what they are without a value; `__init__` gives one.
    choice: str = param.Selector(  # pyright: ignore[reportAssignmentType]
        doc="Name of the sample or file that is shown."
    )
    heatmap: TextualHeatmap = param.ClassSelector(  # pyright: ignore[reportAssignmentType]
        class_=TextualHeatmap, constant=True, doc="What shows the choice."
    )
    about = param.String(doc="One sentence about what is shown.")
    message = param.String(doc="What is wrong with the last file, or nothing.")

    def __init__(self, **params: Any) -> None:  # noqa: ANN401 - Param checks them
        super().__init__(heatmap=TextualHeatmap(show_meta=True), **params)
        self._choices = read_samples()
        self._fitted_width = self.heatmap.width
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

    def fit_width(self, available: int) -> None:
        """Fit the heatmap into so many px, unless its width was chosen by hand."""
        if self.heatmap.width != self._fitted_width:
            return
        low, high = self.heatmap.param.width.bounds
        self._fitted_width = min(max(available, low), high)
        self.heatmap.width = self._fitted_width

    def build_parts(self) -> dict[str, Any]:
        """Build what `heatmap.html` places, by the names that it uses."""
        css = (HERE / "controls.css").read_text(encoding="utf-8")
        wide = {"sizing_mode": "stretch_width", "margin": 0, "stylesheets": [css]}
        switch = {**wide, "margin": (0, 0, 12, 0)}
        # Without the question mark that opens a Parameter's doc: names say enough.
        control = {**switch, "description": None}
        style = self.heatmap.param
        room = Room(sizing_mode="stretch_width", margin=0)
        room.param.watch(lambda event: self.fit_width(event.new), "available")
        upload = pn.widgets.FileDropper(
            label=f"Open a JSON or NPZ file of up to {MAX_MEGABYTES} MB",
            max_file_size=f"{MAX_MEGABYTES}MB",
            chunk_size=CHUNK_BYTES,
            **wide,
        )
        upload.param.watch(self._open_upload, "value")
        return {
            "data": pn.Column(
                pn.widgets.Select.from_param(
                    self.param.choice, label="Data", **control
                ),
                upload,
                sizing_mode="stretch_width",
            ),
            "room": room,
            "message": pn.pane.HTML(
                pn.bind(write_paragraph, self.param.message, role="alert"), **wide
            ),
            "about": pn.pane.HTML(
                pn.bind(write_paragraph, self.param.about, role="status"), **wide
            ),
            "heatmap": pn.panel(self.heatmap),
            "style": pn.Column(
                pn.widgets.Switch.from_param(style.show_meta, label="Meta", **switch),
                pn.widgets.Switch.from_param(
                    style.rotate_facet_titles, label="Rotated titles", **switch
                ),
                pn.widgets.Select.from_param(style.palette, label="Palette", **control),
                pn.widgets.IntInput.from_param(
                    style.width, label="Width in pixels", step=20, **control
                ),
                pn.widgets.FileDownload(
                    callback=self._write_html,
                    filename="heatmap.html",
                    label="Download as HTML",
                    **wide,
                ),
                sizing_mode="stretch_width",
            ),
        }

    def __panel__(self) -> Viewable:
        return pn.Column(*self.build_parts().values())

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

    def _write_html(self) -> BytesIO:
        return BytesIO(render_html(self.heatmap, title=self.choice).encode())


def write_paragraph(text: str, role: str) -> str:
    """Write a text as HTML that shows it as it is, or nothing.

    Examples
    --------
    >>> write_paragraph("1 < 2", "status")
    '<p role="status">1 &lt; 2</p>'
    """
    return f'<p role="{role}">{escape(text)}</p>' if text else ""


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
    page = (HERE / "heatmap.html").read_text(encoding="utf-8")
    template = pn.Template(page, items=app.build_parts())
    template.add_variable("theme", pn.config.theme)
    template.servable(title="Textual heatmap")


if pn.state.served:
    serve_app(sys.argv[1:])
