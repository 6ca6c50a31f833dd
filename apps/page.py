"""The page that both apps share: a heatmap, texts about it, and its style."""

from __future__ import annotations

import operator
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import panel as pn
import param
from bokeh.io import curdoc
from copy_link import CopyLink
from facet_choice import FacetChoice
from find_button import FindButton
from folded import Folded
from play_button import PlayButton
from save_button import SaveButton
from token_panel import TokenPanel

from textualheatmap import TextualHeatmap
from textualheatmap.controls import build_controls
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
# Of the buttons above.
BAR: dict[str, Any] = {
    "height": 32,
    "margin": 0,
    # On a narrow page they share the width.
    "styles": {"flex-grow": "1"},
    "stylesheets": [(HERE / "bar.css").read_text(encoding="utf-8")],
}
# Without Panel's question mark that shows the doc of a Parameter.
CONTROL: dict[str, Any] = {**SPACED, "description": None}


class _Template(pn.Template):
    """A template that does not write all its parts out, as Panel does for each."""

    def __repr__(self) -> str:
        return type(self).__name__


class Page(pn.viewable.Viewer):
    """One session: a heatmap, a sentence about it, and a message if something is wrong.

    An app derives from it. Its `build_data` builds what stands beside the heatmap, and
    its `name_shown` names what is shown.

    Attributes
    ----------
    data_heading
        What the controls beside the heatmap are called.
    data_folds
        Whether they are folded away at first where the page is narrow.
    more_heading
        What further controls are called, which are folded away, and below which there
        are others; empty where there are none. `build_parts` then has `more` and `ask`.
    """

    data_heading: ClassVar[str] = "Data"
    data_folds: ClassVar[bool] = False
    more_heading: ClassVar[str] = ""

    # Param types it as what it is without a value; `__init__` gives one.
    heatmap: TextualHeatmap = param.ClassSelector(  # pyright: ignore[reportAssignmentType]
        class_=TextualHeatmap, constant=True, doc="The heatmap that is shown."
    )
    about = param.String(doc="One sentence about what is shown.")
    message = param.String(doc="What went wrong last; empty if nothing did.")
    facet_choice: FacetChoice = param.ClassSelector(  # pyright: ignore[reportAssignmentType]
        class_=FacetChoice, constant=True, doc="Which facets are shown."
    )

    def __init__(self, **params: Any) -> None:  # noqa: ANN401 - Param checks them
        heatmap = TextualHeatmap(show_meta=True, sizing_mode="stretch_width", link=True)
        choice = FacetChoice(heatmap, self._tell, **SPACED)
        super().__init__(heatmap=heatmap, facet_choice=choice, **params)

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
            "actions": pn.FlexBox(
                FindButton(width=64, **BAR),
                self._build_play(),
                CopyLink(width=110, **BAR),
                SaveButton(
                    self._write_html,
                    disabled=pn.bind(operator.not_, style.facets),
                    width=170,
                    **BAR,
                ),
                gap="8px",
                margin=0,
            ),
            "view": Folded(
                lambda _: pn.Column(
                    pn.panel(self.facet_choice),
                    build_controls(self.heatmap, "view", stylesheets=[CSS]),
                    sizing_mode="stretch_width",
                )
            ),
            "token": Folded(partial(TokenPanel, self.heatmap)),
            "style": Folded(
                lambda _: build_controls(self.heatmap, "look", stylesheets=[CSS])
            ),
        }

    def serve(self, heading: str) -> None:
        """Put this session on the page that is being served."""
        page = (HERE / "page.html").read_text(encoding="utf-8")
        template = _Template(page, items=self.build_parts(), location=True)
        template.add_variable("theme", pn.config.theme)
        template.add_variable("heading", heading)
        template.add_variable("data_heading", self.data_heading)
        template.add_variable("data_folds", self.data_folds)
        template.add_variable("more_heading", self.more_heading)
        # Else Bokeh lists all models anew after each part.
        with curdoc().models.freeze():
            template.servable(title=heading)

    def __panel__(self) -> Viewable:
        return pn.Column(*self.build_parts().values())

    def _build_play(self) -> PlayButton:
        """Build the button that plays or stops, as the one beside the slider does."""
        names = self.heatmap.param

        def turn(_event: Event) -> None:
            self.heatmap.playing = not self.heatmap.playing

        button = PlayButton(
            label=names.playing.rx.where("Stop", "Play"),
            disabled=pn.bind(operator.not_, names.facets),
            width=64,
            **BAR,
        )
        button.param.watch(turn, "clicks")
        return button

    def _tell(self, message: str) -> None:
        self.message = message

    def _write_html(self) -> str:
        return render_html(self.heatmap, title=self.name_shown())


def write_paragraph(text: str, role: str) -> str:
    """Return HTML that shows a text as it is, or nothing if the text is empty.

    Examples
    --------
    >>> write_paragraph("1 < 2", "status")
    '<p role="status">1 &lt; 2</p>'
    """
    return f'<p role="{role}">{escape(text)}</p>' if text else ""
