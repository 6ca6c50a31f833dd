"""Panel's widgets for what a heatmap shows and how it looks.

They follow and lead the parameters of the heatmap, as gestures on its page do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import panel as pn

from textualheatmap.state.view_state import read_choice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from param.parameterized import Event

    from textualheatmap.facet.facet import Facet
    from textualheatmap.state.grouping import Grouping
    from textualheatmap.state.heatmap import Heatmap

ControlGroup: TypeAlias = Literal["view", "look"]
CONTROL_GROUPS: tuple[ControlGroup, ...] = get_args(ControlGroup)

# What choices are called here; `Heatmap` says what each means.
DIRECTIONS = {"what the focus looked at": "row", "who looked at the focus": "column"}
SCALES = {
    "as the heat is": "auto",
    "largest of the row": "row",
    "largest of the facet": "facet",
    "largest of all": "all",
    "heat of 1": "none",
}
GROUPINGS = {
    "tokens": "token",
    "words": "word",
    "sentences": "sentence",
    "lines": "line",
}
POOLS = {"largest": "max", "mean": "mean", "sum": "sum"}
THEMES = {"as the page": "auto", "light": "light", "dark": "dark"}
GAMMAS = (0.2, 3.0)
# Bokeh gives these buttons no name; the arrow keys and the wheel do the same.
NUMBER_CSS = ".bk-spin-btn { display: none !important }"
WIDTH = 240
# JupyterLab has this colour for Panel's widgets only where ipywidgets are installed:
# else their words would be dark on its dark theme.
NOTEBOOK_CSS = ":host { --jp-widgets-label-color: var(--jp-ui-font-color1) }"


def build_controls(
    heatmap: Heatmap, group: ControlGroup, *, stylesheets: Sequence[str] = ()
) -> pn.Column:
    """Return the controls of one group, as wide as what holds them.

    Parameters
    ----------
    heatmap
        What they follow and lead.
    group
        ``"view"``: what is shown of the heat, and on what scale; ``"look"``: colours,
        meta and titles.
    stylesheets
        CSS for each of the widgets.

    Raises
    ------
    ValueError
        If there is no such group.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> [widget.label for widget in build_controls(Heatmap(), "look")]
    ['Palette', 'Theme', 'Meta', 'Rotated titles']
    """
    read_choice("controls", group, CONTROL_GROUPS)
    style: dict[str, Any] = {
        "sizing_mode": "stretch_width",
        "margin": (0, 0, 12, 0),
        "stylesheets": [NOTEBOOK_CSS, *stylesheets],
    }
    widgets = _GROUPS[group](heatmap, style)
    return pn.Column(*widgets, sizing_mode="stretch_width", margin=0)


def _build_view(heatmap: Heatmap, style: Mapping[str, Any]) -> list[Any]:
    """Build what says which heat is shown, and on what scale."""
    select = pn.widgets.Select
    names = heatmap.param
    # Without Panel's question mark that shows the doc of a Parameter.
    plain = {**style, "description": None}
    return [
        select.from_param(
            names.direction, label="Direction", options=DIRECTIONS, **plain
        ),
        _build_grouping(heatmap, plain),
        select.from_param(
            names.scale, label="Scale (full colour is)", options=SCALES, **plain
        ),
        select.from_param(names.pool, label="Pooling", options=POOLS, **plain),
        _build_number(heatmap, "gamma", (*GAMMAS, 0.1), plain),
        _build_number(heatmap, "threshold", (0, 1, 0.05), plain),
        pn.Column(
            pn.bind(_bind_axes(heatmap, plain), names.facets),
            sizing_mode="stretch_width",
            margin=0,
        ),
    ]


def _build_look(heatmap: Heatmap, style: Mapping[str, Any]) -> list[Any]:
    """Build what says how it looks."""
    select, switch = pn.widgets.Select, pn.widgets.Switch
    names = heatmap.param
    plain = {**style, "description": None}
    return [
        select.from_param(names.palette, label="Palette", **plain),
        select.from_param(names.theme, label="Theme", options=THEMES, **plain),
        switch.from_param(names.show_meta, label="Meta", **style),
        switch.from_param(names.rotate_facet_titles, label="Rotated titles", **style),
    ]


_GROUPS: dict[ControlGroup, Callable[[Heatmap, Mapping[str, Any]], list[Any]]] = {
    "view": _build_view,
    "look": _build_look,
}


def _build_grouping(heatmap: Heatmap, style: Mapping[str, Any]) -> pn.widgets.Select:
    """Build the choice of what is shown as one; a regular expression has no name."""
    select = pn.widgets.Select(
        label="Granularity",
        options=GROUPINGS,
        value=_name_grouping(heatmap.grouping),
        **style,
    )

    def choose(event: Event) -> None:
        if event.new is not None:
            heatmap.grouping = event.new

    def follow(event: Event) -> None:
        select.value = _name_grouping(event.new)

    select.param.watch(choose, "value")
    heatmap.param.watch(follow, "grouping")
    return select


def _build_number(
    heatmap: Heatmap,
    name: str,
    bounds: tuple[float, float, float],
    style: Mapping[str, Any],
) -> pn.widgets.FloatInput:
    """Build a field for a number, with its least, its largest and its step.

    It is no slider: Bokeh gives their handles no name, which a screen reader would say.
    """
    start, end, step = bounds
    field = pn.widgets.FloatInput(
        label=name.capitalize(),
        value=getattr(heatmap, name),
        start=start,
        end=end,
        step=step,
        **{**style, "stylesheets": [*style["stylesheets"], NUMBER_CSS]},
    )

    def choose(event: Event) -> None:
        if event.new is None:  # what was typed was deleted
            field.value = getattr(heatmap, name)
        else:
            setattr(heatmap, name, event.new)

    def follow(event: Event) -> None:
        field.value = event.new

    field.param.watch(choose, "value")
    heatmap.param.watch(follow, name)
    return field


def _name_grouping(grouping: Grouping) -> str | None:
    return grouping if isinstance(grouping, str) else None


def _bind_axes(
    heatmap: Heatmap, style: Mapping[str, Any]
) -> Callable[[Sequence[Facet]], pn.Column]:
    """Return what builds a choice for each axis of the heat, as of layers or heads."""

    def build(facets: Sequence[Facet]) -> pn.Column:
        labels: dict[str, Sequence[str]] = {}
        for facet in facets:
            for axis in facet.store.axes:
                known = labels.get(axis.name, axis.labels)
                labels[axis.name] = min(known, axis.labels, key=len)
        return pn.Column(
            *(
                _build_axis(heatmap, name, known, style)
                for name, known in labels.items()
            ),
            sizing_mode="stretch_width",
            margin=0,
        )

    return build


def _build_axis(
    heatmap: Heatmap, name: str, labels: Sequence[str], style: Mapping[str, Any]
) -> pn.widgets.Select:
    slices = {f"{name} {label}": i for i, label in enumerate(labels)}
    select = pn.widgets.Select(
        label=name.capitalize(),
        options={"mean of all": "mean", "max of all": "max", **slices},
        value=heatmap.axes[name],
        **style,
    )

    def choose(event: Event) -> None:
        heatmap.axes = {**heatmap.axes, name: event.new}

    def follow(event: Event) -> None:
        if name in event.new:
            select.value = event.new[name]

    select.param.watch(choose, "value")
    heatmap.param.watch(follow, "axes")
    return select
