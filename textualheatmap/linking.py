"""What the browser needs to move the focus: its state, its data, its JavaScript."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bokeh.core.properties import (
    Any as AnyProperty,
)
from bokeh.core.properties import (
    Bool,
    Bytes,
    Dict,
    Int,
    List,
    String,
)
from bokeh.events import MouseLeave, MouseMove, Tap
from bokeh.model import DataModel
from bokeh.models import CustomJS

from textualheatmap.shown import show_text
from textualheatmap.figure import NOT_A_NUMBER
from textualheatmap.geometry import CELL_WIDTH, LINE_HEIGHT, Geometry
from textualheatmap.heat import quantise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bokeh.models import GlyphRenderer, LayoutDOM, Model, Plot, Slider, Tooltip

    from textualheatmap.chrome import MetaBox

    from textualheatmap.model import Heatmap
    from textualheatmap.tokens import Meta

SCRIPTS = files("textualheatmap") / "js"


class FocusState(DataModel):
    """The focus and the window, as the browser knows them."""

    # One property, so that the three always arrive together.
    origin = List(
        Int,
        default=[0, -1, -1],
        help="Facet of the focused token, its index in it, and the index of its first "
        "counterpart in the first facet; -1 for none.",
    )
    pinned = Bool(default=False, help="Whether hover leaves the focus alone.")
    line = Int(default=0, help="First shown line.")
    slid = Int(default=-1, help="Index that the slider was last moved to by a focus.")


class FacetData(DataModel):
    """A facet's heats and cells, packed for the wire."""

    heat = Bytes(help="Deflated uint8 codes of the heat matrix, row by row.")
    text = Bytes(help="Deflated JSON of scales, tokens, cells and meta.")
    geometry = Dict(String, Int, help="Measures in px, columns and lines.")
    # The browser's own, from here on.
    unpacked = AnyProperty(default=None, help="Heat and text, unpacked.")
    shown = AnyProperty(default=None, help="First line and cells of the window.")
    row = AnyProperty(default=None, help="Heat of each token for the focus.")
    hovered = Int(default=-1, help="Index of the token under the pointer, or -1.")


def load_script(name: str, **args: Model | list | dict) -> CustomJS:
    """Return ``js/{name}.mjs`` as a callback.

    Examples
    --------
    >>> load_script("unpack").module
    'auto'
    """
    return CustomJS.from_file(str(SCRIPTS / f"{name}.mjs"), **args)


def pack_facet(heatmap: Heatmap, geometry: Geometry, i: int) -> FacetData:
    """Pack facet i of a heatmap for the browser.

    Examples
    --------
    >>> from textualheatmap.geometry import compute_geometry
    >>> from textualheatmap.model import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> zlib.decompress(pack_facet(heatmap, compute_geometry(heatmap), 0).heat)
    b'\\xff'
    """
    facet = heatmap.facets[i]
    codes, scales = quantise(facet.heat)
    tokens = facet.tokens
    cells = geometry.cells[i]
    twins = [other.tokens for other in heatmap.facets]
    text: dict[str, Any] = {
        "scales": [float(f"{scale:.6g}") for scale in scales],
        "tokens": [show_text(tokens.texts[p]) for p in tokens.positions],
        "starts": tokens.starts[tokens.positions].tolist(),
        "ends": tokens.ends[tokens.positions].tolist(),
        # The first facet that spells the same text, and the first one that cuts it
        # into the same tokens.
        "spelling": next(k for k, t in enumerate(twins) if t.text == tokens.text),
        "cut": next(
            k
            for k, t in enumerate(twins)
            if t.texts == tokens.texts and (t.is_format == tokens.is_format).all()
        ),
        "index": cells["index"].tolist(),
        "line": cells["line"].tolist(),
        "column": cells["column"].tolist(),
        "width": cells["width"].tolist(),
        "text": [
            text + NOT_A_NUMBER if text.strip() else "" for text in cells["text"]
        ],
    }
    if geometry.meta_height:
        text["meta"] = [_write_meta(tokens.meta[p]) for p in tokens.positions]
    measures = {
        "left": geometry.left,
        "top": geometry.top,
        "cell": CELL_WIDTH,
        "line": LINE_HEIGHT,
        "lines": geometry.facet_lines(i),
        "window": geometry.facet_window(i),
        "columns": geometry.columns,
    }
    return FacetData(
        name=f"data-{i}",
        heat=zlib.compress(codes.tobytes(), 9),
        text=zlib.compress(json.dumps(text, ensure_ascii=False).encode(), 9),
        geometry=measures,
    )


def _write_meta(meta: Meta) -> list[str | list[str]]:
    return [
        show_text(text) if p is None else [show_text(text), f"{p:.0%}"]
        for text, p in meta
    ]


@dataclass(frozen=True)
class Parts:
    """The Bokeh models of one heatmap, one entry a facet in each list."""

    layout: LayoutDOM
    plots: Sequence[Plot]
    facets: Sequence[FacetData]
    boxes: Sequence[Sequence[MetaBox]]
    minimaps: Sequence[Plot] = ()


@dataclass(frozen=True)
class Controls:
    """The Bokeh models by which a reader moves the focus, besides the text."""

    slider: Slider
    readout: Model
    tooltips: Sequence[Tooltip]


def link_focus(state: FocusState, parts: Parts) -> None:
    """Make every facet show the focus of `state`, and the window move with it.

    Parameters
    ----------
    state
        What Python or `link_controls` move.
    parts
        What shows it.

    Examples
    --------
    >>> from bokeh.models import Column
    >>> link_focus(FocusState(), Parts(Column(), [], [], []))
    """
    plots, facets = list(parts.plots), list(parts.facets)
    shared = {"state": state, "facets": facets, "plots": plots}
    show = load_script("show", boxes=[list(boxes) for boxes in parts.boxes], **shared)
    unpack = load_script("unpack", facets=facets)
    # "change" comes once for all properties that were set together.
    state.js_on_change("change", show)
    for facet in facets:
        facet.js_on_change("unpacked", show)
    for plot in plots:
        # The first sign of life of a plot in the browser: it was laid out.
        plot.js_on_change("inner_width", unpack)
    if parts.minimaps:
        _link_window(state, parts, shared)


def _link_window(state: FocusState, parts: Parts, shared: dict[str, Any]) -> None:
    tools = [plot.toolbar.tools[0] for plot in parts.minimaps]
    windows = [tool.y_range for tool in tools]
    images = [_first_source(plot) for plot in parts.minimaps]
    scroll = load_script("scroll", windows=windows, images=images, **shared)
    state.js_on_change("change", scroll)
    for facet in shared["facets"]:
        facet.js_on_change("unpacked", scroll)
    for window in windows:
        window.js_on_change("change", scroll)
    for plot in shared["plots"]:
        plot.js_on_change("inner_width", scroll)


def _first_source(plot: Plot) -> Model:
    renderer: GlyphRenderer = plot.renderers[0]
    return renderer.data_source


def link_controls(state: FocusState, parts: Parts, controls: Controls) -> None:
    """Let hover, click, slider and keys move the focus of `state`.

    Parameters
    ----------
    state
        What is moved.
    parts
        The facets, whose plots take hovers and clicks.
    controls
        The slider and what tells of the focus.

    Examples
    --------
    >>> from bokeh.models import Column, Slider
    >>> parts = Parts(Column(), [], [], [])
    >>> slider = Slider(start=0, end=1, value=0)
    >>> link_controls(FocusState(), parts, Controls(slider, FocusState(), []))
    """
    plots, facets = list(parts.plots), list(parts.facets)
    hover = load_script("hover", state=state, facets=facets, plots=plots)
    keys = load_script("keys", state=state, layout=parts.layout)
    tell = load_script("tooltip", facets=facets, tooltips=list(controls.tooltips))
    slide = load_script(
        "slider",
        state=state,
        facets=facets,
        slider=controls.slider,
        readout=controls.readout,
    )
    state.js_on_change("change", slide)
    controls.slider.js_on_change("value", slide)
    for plot, facet in zip(plots, facets, strict=True):
        plot.js_on_event(MouseMove, hover)
        plot.js_on_event(MouseLeave, hover)
        plot.js_on_event(Tap, hover)
        plot.js_on_change("inner_width", keys)
        facet.js_on_change("unpacked", slide)
        facet.js_on_change("hovered", tell)
