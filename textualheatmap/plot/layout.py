"""A whole heatmap as one Bokeh layout: facets, slider, and what links them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bokeh.models import Column, Tooltip

from textualheatmap.plot.controls import build_slider_row
from textualheatmap.plot.frame import build_chrome
from textualheatmap.plot.linking import Controls, Parts, link_controls, link_focus
from textualheatmap.plot.payload import FocusState, pack_facet
from textualheatmap.plot.plots import build_minimap, build_plot
from textualheatmap.scene.geometry import compute_geometry

if TYPE_CHECKING:
    from bokeh.models import Plot

    from textualheatmap.state.heatmap import Heatmap


def build_layout(
    heatmap: Heatmap, *, with_heat: bool = True
) -> tuple[Column, FocusState]:
    """Build the Bokeh layout of a heatmap, new at each call.

    Parameters
    ----------
    heatmap
        Its facets and style; without data the layout is empty.
    with_heat
        Whether the heat matrices go with it; else Python has to answer what the
        browser asks for in `FacetData.focused`.

    Returns
    -------
    tuple of Column and FocusState
        The layout, named ``heatmap``, and the focus that moves it, named ``state``.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> layout, state = build_layout(heatmap)
    >>> [child.name for child in layout.children]
    ['panel-0', None]
    """
    layout = Column(name="heatmap", margin=0)
    state = FocusState(name="state")
    state.update(**read_state(heatmap))
    if not heatmap.facets:
        return layout, state
    geometry = compute_geometry(heatmap)
    count = range(len(heatmap.facets))
    plots = [build_plot(heatmap, geometry, i) for i in count]
    minimaps = (
        [build_minimap(heatmap, geometry, i) for i in count]
        if geometry.windowed
        else []
    )
    panes = [
        build_chrome(heatmap, geometry, i, plots[i], *minimaps[i : i + 1])
        for i in count
    ]
    parts = Parts(
        layout=layout,
        plots=plots,
        facets=[pack_facet(heatmap, geometry, i, with_heat=with_heat) for i in count],
        boxes=[boxes for _, boxes in panes],
        minimaps=minimaps,
    )
    layout.children = [pane for pane, _ in panes]
    link_focus(state, parts)
    if heatmap.interactive:
        row, slider, readout = build_slider_row(heatmap, geometry)
        tooltips = [_add_tooltip(plot) for plot in plots]
        link_controls(state, parts, Controls(slider, readout, tooltips))
        layout.children = [*layout.children, row]
    return layout, state


def read_state(heatmap: Heatmap) -> dict[str, list[int] | bool]:
    """Return the focus of a heatmap in the terms of `FocusState`.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> read_state(Heatmap())
    {'origin': [0, -1, -1], 'pinned': False}
    """
    focused = heatmap.find_focus()
    facet, index = (0, -1) if focused is None else focused[:2]
    focus = -1 if heatmap.focus is None else heatmap.focus
    return {"origin": [facet, index, focus], "pinned": heatmap.pinned}


def _add_tooltip(plot: Plot) -> Tooltip:
    tooltip = Tooltip(
        content="",
        position=None,
        visible=False,
        attachment="below",
        interactive=False,
        # A token of spaces is told apart by their number.
        styles={"white-space": "pre-wrap"},
    )
    plot.elements.append(tooltip)
    return tooltip
