"""A whole heatmap as one Bokeh layout: facets, slider, and what starts them."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bokeh.models import Column, CustomJS

from textualheatmap.plot.controls import KEYS, build_slider_row, find_last_row
from textualheatmap.plot.frame import build_frame
from textualheatmap.plot.frame_styles import (
    MINIMAP,
    TAB,
    style_ground,
    style_layout,
    style_print,
    style_tooltip,
)
from textualheatmap.plot.legend_row import build_legend_row
from textualheatmap.plot.messages import write_command
from textualheatmap.plot.payload import FacetPacker, HeatmapState
from textualheatmap.plot.plots import build_minimap, build_plot, resize_plot
from textualheatmap.scene.geometry import (
    CELL_WIDTH,
    LEAST_TAB,
    LINE_HEIGHT,
    MINIMAP_WIDTH,
    PADDING,
    TAB_SHARE,
    WIDEST_TAB,
    Geometry,
    compute_geometry,
    fit_width,
    measure,
)
from textualheatmap.scene.legend import describe_scales
from textualheatmap.scene.palettes import get_palette
from textualheatmap.scene.wrap import MIN_COLUMNS
from textualheatmap.state.heatmap import MIN_WIDTH

if TYPE_CHECKING:
    from textualheatmap.state.heatmap import Heatmap

JS = files("textualheatmap") / "js"
BUNDLE, MOUNT = JS / "textualheatmap.js", JS / "mount.js"
# What scripts of a page call the bundle, as in `js/main.ts` and `js/mount.js`.
BUNDLE_NAME = 'textualheatmap["4"]'
OVERLAYS = files("textualheatmap") / "plot" / "overlays.css"


def build_layout(
    heatmap: Heatmap,
    packer: FacetPacker | None = None,
    state: HeatmapState | None = None,
) -> tuple[Column, HeatmapState]:
    """Build the Bokeh layout of a heatmap, new at each call.

    Parameters
    ----------
    heatmap
        Its facets and style; without data the layout is empty.
    packer
        Packs the facets, and keeps those of an earlier layout that have not changed.
    state
        The state of an earlier layout that this one replaces; a new one without.

    Returns
    -------
    tuple of Column and HeatmapState
        The layout, named ``heatmap``, and the state that moves it, named ``state``.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> layout, state = build_layout(heatmap)
    >>> [child.name for child in layout.children]
    ['panel-0', None, 'legend']
    """
    state = state or HeatmapState(name="state", command=write_command(heatmap))
    # A tag, so that the browser finds it in the layout's document.
    layout = Column(
        name="heatmap",
        margin=0,
        tags=[state],
        stylesheets=[OVERLAYS.read_text(encoding="utf-8")],
        **size_column(heatmap),
    )
    # What lies above what in a heatmap is nothing to the page around it.
    layout.styles = {"isolation": "isolate", **style_print()}
    if heatmap.stretches:
        layout.styles = {**layout.styles, **style_layout()}
    if not heatmap.facets:
        state.parts = None
        return layout, state
    geometry = compute_geometry(heatmap)
    count = range(len(heatmap.facets))
    plots = [build_plot(heatmap, geometry, i) for i in count]
    minimaps = (
        [build_minimap(heatmap, geometry, i) for i in count]
        if _needs_minimaps(heatmap, geometry)
        else []
    )
    panes = [
        build_frame(heatmap, geometry, i, plots[i], *minimaps[i : i + 1]) for i in count
    ]
    state.palette = write_palette(heatmap)
    parts: dict[str, Any] = {
        "version": heatmap.version,
        "layout": layout,
        "plots": plots,
        "facets": (packer or FacetPacker()).pack(heatmap, geometry.units),
        "geometry": [_measure(geometry, i) for i in count],
        "strips": [strip for _, strip in panes],
        "titles": list(heatmap.facet_titles),
        "captions": [
            pane.select_one({"name": f"caption-{i}"})
            for i, (pane, _) in enumerate(panes)
            if heatmap.facets[i].caption
        ],
        "minimaps": minimaps,
        "controls": None,
        "legend": None,
        "stretch": _write_measures(heatmap) if heatmap.stretches else None,
        "axes": _count_slices(heatmap),
        "link": heatmap.link,
    }
    layout.children = [pane for pane, _ in panes]
    if heatmap.interactive:
        row, slider, readout = build_slider_row(heatmap, geometry)
        parts["controls"] = {
            "slider": slider,
            "row": row,
            "readout": readout,
            "tooltip": style_tooltip(),
            "keys": [list(pair) for pair in KEYS],
        }
        layout.children = [*layout.children, row]
    if heatmap.legend:
        legend = build_legend_row(heatmap, geometry)
        parts["legend"] = {
            "row": legend,
            "texts": [describe_scales(heatmap, i) for i in count],
        }
        layout.children = [*layout.children, legend]
    state.parts = parts
    return layout, state


def write_palette(heatmap: Heatmap) -> dict[str, Any]:
    """Return what the browser colours a heatmap by.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> palette = write_palette(Heatmap(palette="paper"))
    >>> palette["text"], palette["panel"]["background"]
    ('#1a1a1a', '#ffffff')
    """
    palette = get_palette(heatmap.view_state.palette)
    return {
        "colors": list(palette.colors),
        "signed": list(palette.signed),
        "missing": palette.missing,
        "text": palette.text,
        "panel": style_ground(palette),
    }


def replace_facets(heatmap: Heatmap, packer: FacetPacker, state: HeatmapState) -> bool:
    """Ship the facets as they are now, and leave the layout's models as they are.

    Returns
    -------
    bool
        True if nothing else has to change. False if another layout is needed: a minimap
        shows another number of lines, or the slider has a second token to go to.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> facet = Facet.from_arrays(["a"], [[[1]], [[0]]], axes=["layer"])
    >>> heatmap, packer = Heatmap().set_data([facet]), FacetPacker()
    >>> _, state = build_layout(heatmap, packer)
    >>> heatmap.axes = {"layer": 1}
    >>> replace_facets(heatmap, packer, state)
    True
    >>> state.parts["facets"][0].heat.reach
    [0.0]
    """
    if state.parts is None:
        return True
    controls, last = state.parts["controls"], find_last_row(heatmap)
    # BokehJS reads `disabled` only where it draws a slider.
    if controls is not None and controls["slider"].disabled and last > 0:
        return False
    geometry = compute_geometry(heatmap)
    measures = [_measure(geometry, i) for i in range(len(heatmap.facets))]
    if heatmap.stretches:
        # The browser lays them out, minimaps included.
        if _needs_minimaps(heatmap, geometry) != bool(state.parts["minimaps"]):
            return False
    elif measures != state.parts["geometry"]:
        if geometry.windowed or state.parts["minimaps"]:
            return False
        for i, plot in enumerate(state.parts["plots"]):
            resize_plot(plot, geometry, i)
    if controls is not None:
        controls["slider"].end = max(1, last)
    state.parts = {
        **state.parts,
        "facets": packer.pack(heatmap, geometry.units),
        "geometry": measures,
    }
    return True


def size_column(heatmap: Heatmap) -> dict[str, Any]:
    """Return what says how wide a column is that holds nothing but a heatmap.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> size_column(Heatmap(sizing_mode="stretch_width"))["sizing_mode"]
    'stretch_width'
    """
    if heatmap.stretches:
        return {"sizing_mode": "stretch_width", "min_width": MIN_WIDTH}
    return {"sizing_mode": None, "min_width": None}


def start_in_browser(state: HeatmapState, *, is_loaded: bool = False) -> None:
    """Make a page that Python is connected to start the browser's half by itself.

    A saved page runs the same bundle as a script of its own.

    Parameters
    ----------
    state
        As of `build_layout`.
    is_loaded
        Whether the page has run the bundle as a script. Else the bundle travels.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> layout, state = build_layout(heatmap)
    >>> start_in_browser(state)
    >>> len(layout.select_one({"name": "facet-0"}).js_property_callbacks)
    1
    """
    code = MOUNT if is_loaded else BUNDLE
    start = CustomJS.from_file(str(code), textualheatmap_state=state)
    for plot in (state.parts or {"plots": ()})["plots"]:
        # The first sign of life of a plot in the browser: it was laid out.
        plot.js_property_callbacks = {}
        plot.js_on_change("inner_width", start)


def _needs_minimaps(heatmap: Heatmap, geometry: Geometry) -> bool:
    """Say whether facets have minimaps, at the width of the page or a narrower one."""
    if geometry.windowed or not heatmap.stretches:
        return geometry.windowed
    return fit_width(measure(heatmap), geometry.units, MIN_WIDTH).windowed


def _count_slices(heatmap: Heatmap) -> dict[str, int]:
    """Return how many slices each axis has in every facet that has it."""
    counts: dict[str, int] = {}
    for facet in heatmap.facets:
        for axis in facet.store.axes:
            count = len(axis.labels)
            counts[axis.name] = min(count, counts.get(axis.name, count))
    return counts


def _write_measures(heatmap: Heatmap) -> dict[str, Any]:
    """Return what the browser lays the text out by, as of `scene.geometry`."""
    measures = measure(heatmap)
    return {
        "width": heatmap.width,
        "least_width": MIN_WIDTH,
        "least_columns": MIN_COLUMNS,
        "padding": PADDING,
        "cell": CELL_WIDTH,
        "minimap": MINIMAP_WIDTH,
        "title": measures.title,
        "share": TAB_SHARE,
        "least_tab": LEAST_TAB,
        "widest_tab": WIDEST_TAB,
        "most": measures.most,
        "window": measures.window,
        "variables": [TAB, MINIMAP],
    }


def _measure(geometry: Geometry, i: int) -> dict[str, int]:
    """Return the measures of facet i in px, columns and lines."""
    return {
        "left": geometry.left,
        "top": geometry.top,
        "cell": CELL_WIDTH,
        "line": LINE_HEIGHT,
        "lines": geometry.facet_lines(i),
        "window": geometry.facet_window(i),
        "columns": geometry.columns,
    }
