"""What else of Panel and Bokeh may follow a heatmap, and lead it: an example to copy.

Beside the heatmap stand a table of the hottest pairs of the whole text, the heat as a
matrix, and a bar chart of the focused row. Hovering over a token marks its pairs in the
table and its row in the matrix, and draws its bars; a click on a pair, a row or a bar
focuses its token and pins it. All of it is `heatmap.param.watch`, `heatmap.highlight`
and `heatmap.row()`: every field of what is shown is such a parameter.

Run it with::

    panel serve apps/linked.py
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import panel as pn
from bokeh.models import (
    BoxAnnotation,
    ColumnDataSource,
    DataRange1d,
    LinearColorMapper,
    Range1d,
)
from bokeh.palettes import Greys256
from bokeh.plotting import figure

from textualheatmap import TextualHeatmap, read_file

if TYPE_CHECKING:
    from bokeh.events import Tap
    from panel.models.tabulator import CellClickEvent
    from panel.viewable import Viewable

    from textualheatmap import Facet

EXHIBIT = Path(__file__).parents[1] / "data" / "causal.npz"
MOST_PAIRS, MOST_BARS = 60, 10


def list_pairs(facet: Facet) -> pd.DataFrame:
    """Return the hottest pairs of two tokens, the hottest first.

    Parameters
    ----------
    facet
        Its heat has no axes, and its rows are its own tokens.

    Returns
    -------
    pairs
        `focus` and `token`, the two tokens' texts; `heat`; `row` and `column`, their
        indexes. At most 60.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> pairs = list_pairs(Facet.from_arrays(["to", "be"], [[0, 0.5], [1, 0]]))
    >>> pairs[["focus", "token", "heat"]].head(2).to_numpy().tolist()
    [['be', 'to', 1.0], ['to', 'be', 0.5]]
    """
    heat, tokens = np.array(facet.heat), facet.tokens
    np.fill_diagonal(heat, 0)
    order = np.argsort(-np.abs(heat), axis=None, kind="stable")[:MOST_PAIRS]
    rows, columns = np.unravel_index(order, heat.shape)
    texts = [tokens.texts[position] for position in tokens.positions]
    return pd.DataFrame(
        {
            "focus": [texts[row].strip() for row in rows],
            "token": [texts[column].strip() for column in columns],
            "heat": heat[rows, columns],
            "row": rows,
            "column": columns,
        }
    )


class LinkedViews(pn.viewable.Viewer):
    """A heatmap, and three views that follow its focus and lead it.

    Parameters
    ----------
    heatmap
        The heatmap, of whose first facet the views are.

    Examples
    --------
    >>> records = [{"token": "a", "heat": [1, 0]}, {"token": "b", "heat": [1, 1]}]
    >>> views = LinkedViews(TextualHeatmap().set_data([records]).highlight(1))
    >>> views.bars.data["token"]
    ['b', 'a']
    """

    def __init__(self, heatmap: TextualHeatmap) -> None:
        super().__init__()
        self.heatmap = heatmap
        facet = heatmap.facets[0]
        self.pairs = list_pairs(facet)
        self.table = pn.widgets.Tabulator(
            self.pairs,
            hidden_columns=["row", "column"],
            formatters={"heat": {"type": "money", "precision": 2}},
            show_index=False,
            disabled=True,
            selectable=True,
            layout="fit_columns",
            height=420,
            sizing_mode="stretch_width",
        )
        self.bars = ColumnDataSource(
            {"token": [], "value": [], "index": [], "y": []}, name="bars"
        )
        self.band = BoxAnnotation(
            name="band",
            left=0,
            fill_alpha=0.15,
            fill_color="#ff7f0e",
            line_color="#ff7f0e",
        )
        self.matrix = self._draw_matrix(facet)
        self.chart = self._draw_bars()
        self.table.on_click(self._choose_pair)
        self.matrix.on_event("tap", self._choose_row)
        self.bars.selected.on_change("indices", self._choose_bar)
        heatmap.param.watch(self._follow, ["focus_span", "direction"])
        self._follow()

    def __panel__(self) -> Viewable:
        return pn.Column(
            self.heatmap,
            pn.FlexBox(
                pn.Column("### Hottest pairs", self.table, width=360),
                pn.Column("### Rows by columns", pn.pane.Bokeh(self.matrix)),
                pn.Column("### The focused row", pn.pane.Bokeh(self.chart)),
                gap="24px",
            ),
            sizing_mode="stretch_width",
        )

    def _draw_matrix(self, facet: Facet) -> Any:  # noqa: ANN401 - no public class
        heat = np.asarray(facet.heat)
        rows, columns = heat.shape
        plot = figure(
            name="matrix",
            width=420,
            height=420,
            x_range=Range1d(start=0, end=columns),
            y_range=Range1d(start=rows, end=0),
            tools="tap",
            toolbar_location=None,
        )
        colors = LinearColorMapper(palette=Greys256[::-1])  # dark is hot
        plot.image(
            image=[heat],
            x=0,
            y=0,
            dw=columns,
            dh=rows,
            color_mapper=colors,  # pyright: ignore[reportCallIssue]
        )
        plot.add_layout(self.band)
        return plot

    def _draw_bars(self) -> Any:  # noqa: ANN401 - no public class
        plot = figure(
            name="chart",
            width=320,
            height=420,
            x_range=DataRange1d(start=0),
            y_range=Range1d(start=MOST_BARS, end=0),
            tools="tap",
            toolbar_location=None,
        )
        bars = {"y": "y", "source": self.bars}
        plot.hbar(
            right="value",
            height=0.8,
            fill_alpha=0.4,
            line_color=None,
            nonselection_fill_alpha=0.4,
            **bars,
        )
        plot.text(x=0, text="token", x_offset=6, text_baseline="middle", **bars)
        plot.yaxis.visible = False
        plot.grid.visible = False
        return plot

    def _follow(self, *_events: object) -> None:
        """Show the focus in all three views."""
        start, stop = self.heatmap.focus_span or (0, 0)
        self.band.update(top=start, bottom=stop, visible=stop > start)
        focused = self.pairs["row"].between(start, stop - 1)
        self.table.selection = [int(number) for number in np.flatnonzero(focused)]
        row = self.heatmap.row(facet=0).nlargest(MOST_BARS, "value")
        row = row[row["value"] > 0]
        self.bars.data = {
            "token": [repr(text.strip())[1:-1] for text in row["token"]],
            "value": row["value"].tolist(),
            "index": row["index"].tolist(),
            "y": [number + 0.5 for number in range(len(row))],
        }

    def _choose_pair(self, event: CellClickEvent) -> None:
        self._pin(int(self.pairs["row"].iloc[event.row]))

    def _choose_row(self, event: Tap) -> None:
        if event.y is not None and 0 <= event.y < len(self.heatmap.facets[0].tokens):
            self._pin(int(event.y))

    def _choose_bar(self, _attribute: str, _old: object, chosen: list[int]) -> None:
        if chosen:
            self._pin(self.bars.data["index"][chosen[0]])
            self.bars.selected.indices = []

    def _pin(self, index: int) -> None:
        self.heatmap.highlight(index)
        self.heatmap.pinned = True


def serve() -> None:
    """Show the causal exhibit."""
    pn.extension("tabulator")
    heatmap = TextualHeatmap(
        sizing_mode="stretch_width", max_height=360, facet_titles=["SmolLM2"]
    )
    heatmap.set_data(read_file(EXHIBIT)[:1])
    heatmap.highlight(62)
    pn.Column("# Linked views", LinkedViews(heatmap), margin=16).servable(
        title="Linked views"
    )


if pn.state.served:
    serve()
