"""The page that both apps share: a heatmap, texts about it, and its style."""

from __future__ import annotations

import operator
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import panel as pn
import param
from copy_link import CopyLink

from textualheatmap import TextualHeatmap
from textualheatmap.export.html import render_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from panel.viewable import Viewable
    from param.parameterized import Event

    from textualheatmap import Facet

HERE = Path(__file__).parent
CSS = (HERE / "controls.css").read_text(encoding="utf-8")
WIDE: dict[str, Any] = {
    "sizing_mode": "stretch_width",
    "margin": 0,
    "stylesheets": [CSS],
}
SPACED: dict[str, Any] = {**WIDE, "margin": (0, 0, 12, 0)}
# What choices are called here; `Heatmap` says what each means.
DIRECTIONS = {"what the focus looked at": "row", "who looked at the focus": "column"}
SCALES = {
    "as the heat is": "auto",
    "largest of the row": "row",
    "largest of the facet": "facet",
    "largest of all": "all",
    "heat of 1": "none",
}
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
        heatmap = TextualHeatmap(show_meta=True, sizing_mode="stretch_width", link=True)
        super().__init__(heatmap=heatmap, **params)

    def build_data(self) -> pn.Column:
        """Build the controls that choose the data."""
        raise NotImplementedError

    def name_shown(self) -> str:
        """Return the title of a saved page of what is shown."""
        raise NotImplementedError

    def build_parts(self) -> dict[str, Any]:
        """Build the parts of the page, by the names that `page.html` has for them."""
        style = self.heatmap.param
        return {
            "data": self.build_data(),
            "message": pn.pane.HTML(
                pn.bind(write_paragraph, self.param.message, role="alert"), **WIDE
            ),
            "about": pn.pane.HTML(
                pn.bind(write_paragraph, self.param.about, role="status"), **WIDE
            ),
            "heatmap": pn.panel(self.heatmap),
            "actions": pn.Row(
                CopyLink(width=110, height=30, margin=(0, 8, 0, 0)),
                pn.widgets.FileDownload(
                    callback=self._write_html,
                    filename="heatmap.html",
                    label="Download as HTML",
                    disabled=pn.bind(operator.not_, style.facets),
                    width=170,
                    margin=0,
                    stylesheets=[CSS],
                ),
            ),
            "view": pn.Column(
                pn.widgets.Select.from_param(
                    style.direction, label="Direction", options=DIRECTIONS, **CONTROL
                ),
                pn.widgets.Select.from_param(
                    style.scale, label="Full colour", options=SCALES, **CONTROL
                ),
                pn.Column(
                    pn.bind(self._build_axes, style.facets),
                    sizing_mode="stretch_width",
                    margin=0,
                ),
                sizing_mode="stretch_width",
            ),
            "style": pn.Column(
                pn.widgets.Switch.from_param(style.show_meta, label="Meta", **SPACED),
                pn.widgets.Switch.from_param(
                    style.rotate_facet_titles, label="Rotated titles", **SPACED
                ),
                pn.widgets.Select.from_param(style.palette, label="Palette", **CONTROL),
                sizing_mode="stretch_width",
            ),
        }

    def serve(self, heading: str) -> None:
        """Put this session on the page that is being served."""
        page = (HERE / "page.html").read_text(encoding="utf-8")
        template = pn.Template(page, items=self.build_parts(), location=True)
        template.add_variable("theme", pn.config.theme)
        template.add_variable("heading", heading)
        template.servable(title=heading)

    def __panel__(self) -> Viewable:
        return pn.Column(*self.build_parts().values())

    def _build_axes(self, facets: Sequence[Facet]) -> pn.Column:
        """Build a choice for each axis of the heat, as of layers or heads."""
        labels: dict[str, Sequence[str]] = {}
        for facet in facets:
            for axis in facet.store.axes:
                known = labels.get(axis.name, axis.labels)
                labels[axis.name] = min(known, axis.labels, key=len)
        return pn.Column(
            *(self._build_axis(name, known) for name, known in labels.items()),
            sizing_mode="stretch_width",
            margin=0,
        )

    def _build_axis(self, name: str, labels: Sequence[str]) -> pn.widgets.Select:
        slices = {f"{name} {label}": i for i, label in enumerate(labels)}
        select = pn.widgets.Select(
            label=name.capitalize(),
            options={"mean of all": "mean", "max of all": "max", **slices},
            value=self.heatmap.axes[name],
            **CONTROL,
        )

        def choose(event: Event) -> None:
            self.heatmap.axes = {**self.heatmap.axes, name: event.new}

        def follow(event: Event) -> None:
            if name in event.new:
                select.value = event.new[name]

        select.param.watch(choose, "value")
        self.heatmap.param.watch(follow, "axes")
        return select

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
