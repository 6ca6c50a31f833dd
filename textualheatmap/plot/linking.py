"""What a hover, click, slide, key or turn of the wheel does: attaches js/*.mjs."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from bokeh.events import DoubleTap, MouseLeave, MouseMove, Tap
from bokeh.models import CustomJS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bokeh.models import (
        GlyphRenderer,
        LayoutDOM,
        Model,
        Plot,
        RangeTool,
        Slider,
        Tooltip,
    )

    from textualheatmap.plot.frame import MetaBox
    from textualheatmap.plot.payload import FacetData, FocusState

SCRIPTS = files("textualheatmap") / "js"


def load_script(name: str, **args: Model | list | dict) -> CustomJS:
    """Return ``js/{name}.mjs`` as a callback.

    Examples
    --------
    >>> load_script("unpack").module
    True
    """
    return CustomJS.from_file(str(SCRIPTS / f"{name}.mjs"), **args)


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
    >>> from textualheatmap.plot.payload import FocusState
    >>> link_focus(FocusState(), Parts(Column(), [], [], []))
    """
    plots, facets = list(parts.plots), list(parts.facets)
    shared = {"state": state, "facets": facets, "plots": plots}
    show = load_script("show", boxes=[list(boxes) for boxes in parts.boxes], **shared)
    fill = load_script("window", **shared)
    unpack = load_script("unpack", facets=facets)
    # "change" comes once for all properties that were set together.
    state.js_on_change("change", fill, show)
    for facet in facets:
        facet.js_on_change("unpacked", fill)
        facet.js_on_change("shown", show)
        facet.js_on_change("row", show)
    for plot in plots:
        # The first sign of life of a plot in the browser: it was laid out.
        plot.js_on_change("inner_width", unpack)
    if parts.minimaps:
        _link_window(state, parts, shared)


def _link_window(state: FocusState, parts: Parts, shared: dict[str, Any]) -> None:
    windows = [
        cast("RangeTool", plot.toolbar.tools[0]).y_range for plot in parts.minimaps
    ]
    images = [
        cast("GlyphRenderer", plot.renderers[0]).data_source for plot in parts.minimaps
    ]
    scroll = load_script("scroll", windows=windows, images=images, **shared)
    state.js_on_change("change", scroll)
    for facet in shared["facets"]:
        facet.js_on_change("unpacked", scroll)
    for window in filter(None, windows):
        window.js_on_change("change", scroll)
    for plot in shared["plots"]:
        plot.js_on_change("inner_width", scroll)


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
    >>> from textualheatmap.plot.payload import FocusState
    >>> parts = Parts(Column(), [], [], [])
    >>> slider = Slider(start=0, end=1, value=0)
    >>> link_controls(FocusState(), parts, Controls(slider, FocusState(), []))
    """
    plots, facets = list(parts.plots), list(parts.facets)
    hover = load_script("hover", state=state, facets=facets, plots=plots)
    keys = load_script("keys", state=state, facets=facets, layout=parts.layout)
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
        # The second of two quick clicks comes as this alone.
        plot.js_on_event(DoubleTap, hover)
        plot.js_on_change("inner_width", keys)
        facet.js_on_change("unpacked", slide)
        facet.js_on_change("hovered", tell)
