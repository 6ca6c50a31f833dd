"""The page that both apps share: a heatmap, texts about it, and its style."""

from __future__ import annotations

import operator
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import panel as pn
import param
from page_width import PageWidth

from textualheatmap import TextualHeatmap
from textualheatmap.export.html import render_html

if TYPE_CHECKING:
    from panel.viewable import Viewable
    from param.parameterized import Event

HERE = Path(__file__).parent
CSS = (HERE / "controls.css").read_text(encoding="utf-8")
WIDE: dict[str, Any] = {
    "sizing_mode": "stretch_width",
    "margin": 0,
    "stylesheets": [CSS],
}
SPACED: dict[str, Any] = {**WIDE, "margin": (0, 0, 12, 0)}
# Without Panel's question mark that shows the doc of a Parameter.
CONTROL: dict[str, Any] = {**SPACED, "description": None}


class Page(pn.viewable.Viewer):
    """One session: a heatmap, a sentence about it, and a message if something is wrong.

    An app derives from it. Its `build_data` builds what stands beside the heatmap, and
    its `name_shown` names what is shown.
    """

    # Param types it as what it is without a value; `__init__` gives one.
    heatmap: TextualHeatmap = param.ClassSelector(  # pyright: ignore[reportAssignmentType]
        class_=TextualHeatmap, constant=True, doc="The heatmap that is shown."
    )
    about = param.String(doc="One sentence about what is shown.")
    message = param.String(doc="What went wrong last; empty if nothing did.")

    def __init__(self, **params: Any) -> None:  # noqa: ANN401 - Param checks them
        super().__init__(heatmap=TextualHeatmap(show_meta=True), **params)
        self._fitted_width = self.heatmap.width

    def build_data(self) -> pn.Column:
        """Build the controls that choose the data."""
        raise NotImplementedError

    def name_shown(self) -> str:
        """Return the title of a saved page of what is shown."""
        raise NotImplementedError

    def fit_width(self, available: int) -> None:
        """Fit the heatmap into a width in px, unless the reader chose another width."""
        if self.heatmap.width != self._fitted_width:
            return
        low, high = self.heatmap.param.width.bounds
        self._fitted_width = min(max(available, low), high)
        self.heatmap.width = self._fitted_width

    def build_parts(self) -> dict[str, Any]:
        """Build the parts of the page, by the names that `page.html` has for them."""
        style = self.heatmap.param
        page_width = PageWidth(sizing_mode="stretch_width", margin=0)
        page_width.param.watch(lambda event: self.fit_width(event.new), "pixels")
        return {
            "data": self.build_data(),
            "page_width": page_width,
            "message": pn.pane.HTML(
                pn.bind(write_paragraph, self.param.message, role="alert"), **WIDE
            ),
            "about": pn.pane.HTML(
                pn.bind(write_paragraph, self.param.about, role="status"), **WIDE
            ),
            "heatmap": pn.panel(self.heatmap),
            "style": pn.Column(
                pn.widgets.Switch.from_param(style.show_meta, label="Meta", **SPACED),
                pn.widgets.Switch.from_param(
                    style.rotate_facet_titles, label="Rotated titles", **SPACED
                ),
                pn.widgets.Select.from_param(style.palette, label="Palette", **CONTROL),
                self._build_width(),
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

    def _build_width(self) -> pn.widgets.IntInput:
        """Build the field for the width; when it is cleared, the width comes back."""
        width = self.heatmap.param.width
        low, high = width.bounds
        field = pn.widgets.IntInput(
            label="Width in pixels",
            value=self.heatmap.width,
            start=low,
            end=high,
            step=20,
            **CONTROL,
        )

        def set_width(event: Event) -> None:
            if event.new is None:
                field.value = self.heatmap.width
            else:
                self.heatmap.width = event.new

        field.param.watch(set_width, "value")
        self.heatmap.param.watch(
            lambda event: field.param.update(value=event.new), "width"
        )
        return field

    def _write_html(self) -> BytesIO:
        return BytesIO(render_html(self.heatmap, title=self.name_shown()).encode())


def write_paragraph(text: str, role: str) -> str:
    """Return HTML that shows a text as it is, or nothing if the text is empty.

    Examples
    --------
    >>> write_paragraph("1 < 2", "status")
    '<p role="status">1 &lt; 2</p>'
    """
    return f'<p role="{role}">{escape(text)}</p>' if text else ""
