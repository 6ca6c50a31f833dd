"""The slider under the facets, with the focused token beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bokeh.core.properties import String
from bokeh.model import DataModel
from bokeh.models import InlineStyleSheet, Pane, Slider
from bokeh.models.dom import Span, ValueOf

from textualheatmap.plot.frame_colors import (
    HANDLE,
    HANDLE_BORDER,
    PLAY_MARK,
    TRACK,
    TRACK_BORDER,
    TRACK_DONE,
)
from textualheatmap.plot.style import FRAME_FONT_SIZE
from textualheatmap.scene.geometry import CONTROLS_HEIGHT

if TYPE_CHECKING:
    from bokeh.models import UIElement

    from textualheatmap.scene.geometry import Geometry
    from textualheatmap.state.heatmap import Heatmap

# The keys of `js/keys.ts`, as `?` shows them.
KEYS = (
    ("← →", "token before or after"),
    ("↑ ↓", "line above or below"),
    ("Home End", "start or end of the line; with Ctrl, of the text"),
    ("Page Up Down", "a window of lines up or down"),
    ("Shift + these", "extend the focus to a span, pinned"),
    ("Enter", "pin or release"),
    (". ,", "hottest token of the row, then the next; back"),
    ("/", "find text"),
    ("n N", "next hit, hit before"),
    ("p", "play or stop"),
    ("s", "select text by a drag, as with Alt"),
    ("Ctrl + C", "copy what is selected, or the row"),
    ("Esc", "end find or selecting, release"),
    ("+ - 0", "stronger or weaker colours; as they were"),
    ("?", "show or hide these keys"),
)
# Of the slider, left and right together, in px.
SLIDER_MARGIN = 14
# The read-out takes a quarter of the width, or this many px, but at most half of it.
READOUT_WIDTH = 160
# The width and height of the button that plays.
PLAY_SIZE = 26

# Bokeh's own slider is that of a light page.
SLIDER_CSS = f"""
.noUi-target {{
  background: {TRACK.css};
  border-color: {TRACK_BORDER.css};
  box-shadow: none;
}}
/* Bokeh writes its colour into the element. */
.noUi-connect {{ background-color: {TRACK_DONE.css} !important }}
.noUi-target .noUi-handle {{
  background: {HANDLE.css};
  border-color: {HANDLE_BORDER.css};
  box-shadow: 0 1px 2px #0003;
}}
@media (prefers-reduced-motion: reduce) {{
  .noUi-connect, .noUi-origin {{ transition: none !important }}
}}
"""


PLAY_CSS = f"""
button {{
  flex: none; width: {PLAY_SIZE}px; height: {PLAY_SIZE}px; margin: 0; padding: 0;
  display: grid; place-items: center; border: none; border-radius: 4px;
  background: none; color: {PLAY_MARK.css}; cursor: pointer;
}}
button:hover {{ background: {TRACK_DONE.css} }}
button:focus-visible {{ outline: 2px solid #2f81f7 }}
button::before {{
  content: ""; width: 10px; height: 12px; background: currentColor;
  clip-path: polygon(0 0, 100% 50%, 0 100%); forced-color-adjust: none;
}}
button[aria-pressed=true]::before {{
  clip-path: polygon(0 0, 35% 0, 35% 100%, 65% 100%, 65% 0, 100% 0, 100% 100%, 0 100%);
}}
"""


class ReadOut(DataModel):
    """The focused token in words, beside the slider; the browser fills it."""

    text = String(default="no focus", help="Index and text of the token.")


def find_last_row(heatmap: Heatmap) -> int:
    """Return the last token that the first facet has a row of: the slider ends there.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> prompt = Facet.from_arrays(["Hi", "?"], [[1, 0]], rows_of="answer")
    >>> answer = Facet.from_arrays(["Yes"], [[1]], id="answer")
    >>> find_last_row(Heatmap(facets=[prompt, answer]))
    0
    """
    return len(heatmap.facets[heatmap.row_facets[0]]) - 1


def build_slider_row(
    heatmap: Heatmap, geometry: Geometry
) -> tuple[UIElement, Slider, ReadOut]:
    """Build the slider over the first facet's rows, with the focused token beside it.

    Parameters
    ----------
    heatmap
        With data.
    geometry
        As of `compute_geometry`; only its width counts.

    Returns
    -------
    row, slider, readout
        The whole row, as wide as the heatmap, and the two models that change in it.

    Examples
    --------
    >>> from textualheatmap.scene.geometry import compute_geometry
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> build_slider_row(heatmap, compute_geometry(heatmap))[1].name
    'focus-slider'
    """
    last = find_last_row(heatmap)
    readout = ReadOut(name="readout", syncable=False)
    half = min(geometry.width // 2, READOUT_WIDTH)
    readout_width = max(geometry.width // 4, half)
    taken = readout_width + PLAY_SIZE + SLIDER_MARGIN
    size: dict[str, Any] = {"width": geometry.width - taken}
    if heatmap.stretches:
        size = {"sizing_mode": "stretch_width"}
    slider = Slider(
        name="focus-slider",
        # Python hears of the focus that it moves, and not of the slider itself.
        syncable=False,
        start=0,
        end=max(1, last),
        value=heatmap.focus or 0,
        step=1,
        title=None,
        show_value=False,
        tooltips=False,
        disabled=last == 0,
        margin=(0, 4, 0, 10),
        stylesheets=[InlineStyleSheet(css=SLIDER_CSS)],
        **size,
    )
    label = Span(
        style={
            "overflow": "hidden",
            "text-overflow": "ellipsis",
            "white-space": "pre",
            "width": f"max(25%, min(50%, {READOUT_WIDTH}px))"
            if heatmap.stretches
            else f"{readout_width}px",
            "display": "block",
            "height": f"{CONTROLS_HEIGHT}px",
            "line-height": f"{CONTROLS_HEIGHT}px",
            "flex": "none",
            # New text lays out this box and nothing around it.
            "contain": "strict",
        },
        children=[ValueOf(obj=readout, attr="text", formatter="basic")],
    )
    row = Pane(
        elements=[label, slider],
        stylesheets=[InlineStyleSheet(css=PLAY_CSS)],
        styles={
            "display": "flex",
            "align-items": "center",
            "width": "100%" if heatmap.stretches else f"{geometry.width}px",
            "height": f"{CONTROLS_HEIGHT}px",
            "font-size": FRAME_FONT_SIZE,
        },
    )
    return row, slider, readout
