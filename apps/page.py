"""The page that all apps share: a heatmap, what is said of it, and how it looks."""

from __future__ import annotations

import operator
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import panel as pn
import param
from room import Room

from textualheatmap import TextualHeatmap
from textualheatmap.export.html import render_html

if TYPE_CHECKING:
    from panel.viewable import Viewable

HERE = Path(__file__).parent
CSS = (HERE / "controls.css").read_text(encoding="utf-8")
WIDE: dict[str, Any] = {
    "sizing_mode": "stretch_width",
    "margin": 0,
    "stylesheets": [CSS],
}
SWITCH: dict[str, Any] = {**WIDE, "margin": (0, 0, 12, 0)}
# Without the question mark that opens a Parameter's doc: names say enough.
CONTROL: dict[str, Any] = {**SWITCH, "description": None}


class Page(pn.viewable.Viewer):
    """One session: a heatmap, what it shows, and what went wrong last.

    Apps derive from it; they say what stands beside the heatmap in `build_data`, and
    what is shown in `name_shown`.
    """

    # Param types it as what it is without a value; `__init__` gives one.
    heatmap: TextualHeatmap = param.ClassSelector(  # pyright: ignore[reportAssignmentType]
        class_=TextualHeatmap, constant=True, doc="What shows the facets."
    )
    about = param.String(doc="One sentence about what is shown.")
    message = param.String(doc="What went wrong last, or nothing.")

    def __init__(self, **params: Any) -> None:  # noqa: ANN401 - Param checks them
        super().__init__(heatmap=TextualHeatmap(show_meta=True), **params)
        self._fitted_width = self.heatmap.width

    def build_data(self) -> pn.Column:
        """Build what chooses the data."""
        raise NotImplementedError

    def name_shown(self) -> str:
        """Return the title of the file in which what is shown is kept."""
        raise NotImplementedError

    def fit_width(self, available: int) -> None:
        """Fit the heatmap into so many px, unless its width was chosen by hand."""
        if self.heatmap.width != self._fitted_width:
            return
        low, high = self.heatmap.param.width.bounds
        self._fitted_width = min(max(available, low), high)
        self.heatmap.width = self._fitted_width

    def build_parts(self) -> dict[str, Any]:
        """Build what `page.html` places, by the names that it uses."""
        style = self.heatmap.param
        room = Room(sizing_mode="stretch_width", margin=0)
        room.param.watch(lambda event: self.fit_width(event.new), "available")
        return {
            "data": self.build_data(),
            "room": room,
            "message": pn.pane.HTML(
                pn.bind(write_paragraph, self.param.message, role="alert"), **WIDE
            ),
            "about": pn.pane.HTML(
                pn.bind(write_paragraph, self.param.about, role="status"), **WIDE
            ),
            "heatmap": pn.panel(self.heatmap),
            "style": pn.Column(
                pn.widgets.Switch.from_param(style.show_meta, label="Meta", **SWITCH),
                pn.widgets.Switch.from_param(
                    style.rotate_facet_titles, label="Rotated titles", **SWITCH
                ),
                pn.widgets.Select.from_param(style.palette, label="Palette", **CONTROL),
                pn.widgets.IntInput.from_param(
                    style.width, label="Width in pixels", step=20, **CONTROL
                ),
                pn.widgets.FileDownload(
                    callback=self._write_html,
                    filename="heatmap.html",
                    label="Download as HTML",
                    disabled=pn.bind(operator.not_, style.facets),
                    **WIDE,
                ),
                sizing_mode="stretch_width",
            ),
        }

    def serve(self, heading: str) -> None:
        """Put this session on the page that is being served."""
        page = (HERE / "page.html").read_text(encoding="utf-8")
        template = pn.Template(page, items=self.build_parts())
        template.add_variable("theme", pn.config.theme)
        template.add_variable("heading", heading)
        template.servable(title=heading)

    def __panel__(self) -> Viewable:
        return pn.Column(*self.build_parts().values())

    def _write_html(self) -> BytesIO:
        return BytesIO(render_html(self.heatmap, title=self.name_shown()).encode())


def write_paragraph(text: str, role: str) -> str:
    """Write a text as HTML that shows it as it is, or nothing.

    Examples
    --------
    >>> write_paragraph("1 < 2", "status")
    '<p role="status">1 &lt; 2</p>'
    """
    return f'<p role="{role}">{escape(text)}</p>' if text else ""
