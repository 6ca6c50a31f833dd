"""What is known of the focused token: the hottest tokens, predictions, provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import panel as pn
from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, Range1d
from bokeh.plotting import figure
from provenance_text import write_table

from textualheatmap.scene.escape import escape_text
from textualheatmap.scene.meta import list_entries, list_numbers
from textualheatmap.state.colouring import paint_facet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from open_state import OpenState
    from panel.viewable import Viewable

    from textualheatmap import TextualHeatmap

# Bars of a facet, facets, and characters of a token that are shown.
MOST_BARS, MOST_FACETS, MOST_CHARACTERS = 8, 4, 22
LINE_HEIGHT = 26  # px
# Bars lie behind their text: of unsigned heat, of both signs, and of predictions.
LIGHT = {
    "heat": "#cfe2f3",
    "for": "#f6d5cb",
    "against": "#c9e3e8",
    "meta": "#d9ead3",
    "text": "#1b1b1b",
}
DARK = {
    "heat": "#24507a",
    "for": "#7a3a24",
    "against": "#1c5560",
    "meta": "#33572d",
    "text": "#f2f2f2",
}
HEADING = "heading"
FOLLOWED = (
    *("focus_span", "focus_facet", "direction", "pool", "axes"),
    *("facets", "arrived", "meta_label", "meta_truth"),
)
TABLE = """
table { border-collapse: collapse; font-size: 13px; margin: 12px 0 0; width: 100% }
caption { font-weight: 600; padding: 4px 0; text-align: left }
th, td { overflow-wrap: anywhere; padding: 2px 0 }
th, td { text-align: left; vertical-align: top }
th { font-weight: 400; padding-right: 12px; width: 40% }
tr { border-top: 1px solid #8884 }
"""


class Line(NamedTuple):
    """One line of the chart.

    Parameters
    ----------
    kind
        ``"heading"``; ``"number"``, of which there is no bar; or what its bar stands
        for: a key of `LIGHT`.
    text, number
        What stands at its left and at its right.
    share
        Length of the bar, from 0 to 1.
    facet, token
        The number of the facet and the index of the token that the bar is of, or -1.
    """

    kind: str
    text: str
    number: str = ""
    share: float = 0.0
    facet: int = -1
    token: int = -1


def list_lines(heatmap: TextualHeatmap) -> list[Line]:
    """Return the lines of the chart: for each facet hottest tokens, meta, numbers.

    Examples
    --------
    >>> from textualheatmap import TextualHeatmap
    >>> records = [{"token": "a", "heat": [0.5]}]
    >>> heatmap = TextualHeatmap(facet_titles=["GRU"]).set_data([records]).highlight(0)
    >>> [(line.text, line.number) for line in list_lines(heatmap)]
    [('GRU', ''), ('a', '0.50')]
    """
    if heatmap.find_focus() is None:
        return [Line(HEADING, "No token is focused.")]
    count = min(len(heatmap.facets), MOST_FACETS)
    return [line for i in range(count) for line in _list_facet(heatmap, i)]


def _list_facet(heatmap: TextualHeatmap, i: int) -> Iterator[Line]:
    yield Line(HEADING, heatmap.facet_titles[i])
    table = heatmap.row(facet=i)
    hottest = table[table["value"].notna()].nsmallest(MOST_BARS, "rank")
    largest = float(hottest["value"].abs().max()) if len(hottest) else 0.0
    names = ("token", "value", "index")
    for text, heat, index in zip(*(hottest[name] for name in names), strict=True):
        if heat:
            kind = "heat"
            if heatmap.facets[i].store.signed:
                kind = "for" if heat > 0 else "against"
            share = abs(heat) / largest
            yield Line(kind, _write_token(text), f"{heat:.2f}", share, i, index)
    focus = paint_facet(heatmap, i).counterparts
    if focus is None:
        return
    boxes = list_entries(heatmap, i, focus.stop - 1)
    if boxes:
        yield Line(HEADING, heatmap.meta_label or "meta")
    for box in boxes[:MOST_BARS]:
        yield Line("meta", box.text, box.note, box.share / 100)
    numbers = list_numbers(heatmap, i, focus.stop - 1)
    if numbers:
        yield Line(HEADING, "numbers")
    for name, number in numbers[:MOST_BARS]:
        yield Line("number", name, number)


class TokenPanel(pn.viewable.Viewer):
    """A bar chart of the focused token's row, and how its heat was made.

    Nothing is computed unless it is open; while it is, Python hears of the focus at
    most five times a second. A click on a bar focuses its token and pins it.

    Parameters
    ----------
    heatmap
        The heatmap.
    open_state
        Knows whether it is open.

    Examples
    --------
    >>> from open_state import OpenState
    >>> from textualheatmap import TextualHeatmap
    >>> panel = TokenPanel(TextualHeatmap(), OpenState(is_open=True))
    >>> [line.text for line in panel.lines]
    ['No token is focused.']
    """

    def __init__(self, heatmap: TextualHeatmap, open_state: OpenState) -> None:
        super().__init__()
        self._heatmap = heatmap
        self._open_state = open_state
        self.lines: list[Line] = []
        self._source = ColumnDataSource(_arrange([]))
        self._figure = self._draw()
        self._provenance = pn.pane.HTML(
            sizing_mode="stretch_width", margin=0, stylesheets=[TABLE]
        )
        heatmap.param.watch(self._follow, list(FOLLOWED))
        open_state.param.watch(self._follow, "is_open")
        self._source.selected.on_change("indices", self._choose)
        self._follow()

    def __panel__(self) -> Viewable:
        return pn.Column(
            pn.pane.Bokeh(self._figure, sizing_mode="stretch_width", margin=0),
            self._provenance,
            sizing_mode="stretch_width",
        )

    def _draw(self) -> Any:  # noqa: ANN401 - Bokeh's figure has no public class
        colors = DARK if pn.config.theme == "dark" else LIGHT
        plot = figure(
            height=LINE_HEIGHT,
            sizing_mode="stretch_width",
            x_range=Range1d(start=0, end=1),
            y_range=Range1d(start=1, end=0),
            tools="tap",
            toolbar_location=None,
            background_fill_color=None,
            border_fill_color=None,
            outline_line_color=None,
            min_border=0,
        )
        plot.axis.visible = False
        plot.grid.visible = False
        bars = {"y": "y", "left": 0, "height": 0.86, "source": self._source}
        faint = {"fill_color": colors["text"], "fill_alpha": 0.05, "line_color": None}
        texts = {"source": self._source, "text_baseline": "middle"} | {
            "text_color": colors["text"],
            "text_font": value("system-ui, sans-serif"),
            "text_font_size": "13px",
        }
        drawn = [
            plot.hbar(right="room", **bars, **faint),
            plot.hbar(right="share", **bars, fill_color="color", line_color=None),
            plot.text(
                *(0, "y"),
                text="text",
                x_offset="offset",
                text_font_style="style",
                **texts,
            ),
            plot.text(
                *(1, "y"),
                text="number",
                x_offset=-8,
                text_align="right",
                **texts,
            ),
        ]
        for renderer in drawn:
            renderer.nonselection_glyph = renderer.selection_glyph = None
        return plot

    def _follow(self, *_events: object) -> None:
        if not self._open_state.is_open:
            return
        document = self._figure.document
        if document is None or document.session_context is None:
            self._write()
        else:
            # Between two steps of a request nobody has the lock of Bokeh's document.
            document.add_next_tick_callback(self._write)

    def _write(self) -> None:
        self.lines = list_lines(self._heatmap)
        self._source.data = _arrange(self.lines)
        if self._figure.y_range.start != len(self.lines):
            self._figure.y_range.start = len(self.lines)
            self._figure.height = LINE_HEIGHT * len(self.lines)
        heatmap = self._heatmap
        # Without facets there may be titles for those to come.
        titles = heatmap.facet_titles[: len(heatmap.facets)]
        self._provenance.object = write_table(titles, heatmap.facets)

    def _choose(self, _attr: str, _old: object, chosen: list[int]) -> None:
        """Focus and pin the token whose bar was clicked."""
        for number in chosen[:1]:
            line = self.lines[number] if number < len(self.lines) else None
            if line is not None and line.token >= 0:
                self._heatmap.highlight(line.token, line.facet)
                self._heatmap.pinned = True
        if chosen:
            self._source.selected.indices = []


def _arrange(lines: list[Line]) -> dict[str, Any]:
    """Return lines as the columns of a source."""
    colors = DARK if pn.config.theme == "dark" else LIGHT
    headings = [line.kind == HEADING for line in lines]
    return {
        "y": [number + 0.5 for number in range(len(lines))],
        # Bokeh draws a text of digits lower than others, unless something follows it.
        "text": [_shorten(line.text) + "\u200b" for line in lines],
        "number": [line.number + "\u200b" for line in lines],
        "share": [line.share for line in lines],
        "room": [0 if heading else 1 for heading in headings],
        "offset": [0 if heading else 8 for heading in headings],
        "style": ["bold" if heading else "normal" for heading in headings],
        "color": [colors.get(line.kind, colors["heat"]) for line in lines],
    }


def _write_token(text: str) -> str:
    """Return a token as it is shown: white space alone would not be seen."""
    return escape_text(text) if text.strip() else "␣" * len(text)


def _shorten(text: str) -> str:
    whole = len(text) <= MOST_CHARACTERS
    return text if whole else text[: MOST_CHARACTERS - 1] + "…"
