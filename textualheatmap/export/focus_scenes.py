"""The scenes of a figure: one for each focus, in one width."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textualheatmap.export.options import UNITS
from textualheatmap.scene.escape import elide
from textualheatmap.scene.geometry import compute_geometry
from textualheatmap.scene.scene import build_scene
from textualheatmap.scene.wrap import wrap
from textualheatmap.state.heatmap import MAX_WIDTH, MIN_WIDTH

if TYPE_CHECKING:
    from textualheatmap.export.options import FigureOptions
    from textualheatmap.scene.geometry import Geometry
    from textualheatmap.scene.scene import Scene
    from textualheatmap.state.heatmap import Heatmap

# How much of a focus a caption quotes, in characters.
MOST_QUOTED = 40


@dataclass(frozen=True, slots=True)
class FocusScene:
    """A heatmap with one focus.

    Parameters
    ----------
    caption
        Index and text of the focus, escaped; nothing where there is one focus only.
    heatmap
        With this focus.
    scene
        What is shown of it.
    """

    caption: str
    heatmap: Heatmap
    scene: Scene


def build_focus_scenes(
    chosen: FigureOptions, width: int, *, columns: int | None = None, **style: object
) -> list[FocusScene]:
    """Return a scene for each focus, from top to bottom.

    Parameters
    ----------
    chosen
        As of `read_options`.
    width
        In px.
    columns
        How many characters a line has; as many as fit without it.
    style
        Parameters of the heatmap that are to be different.

    Examples
    --------
    >>> from textualheatmap.export.options import read_options
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a", "heat": [1, 0]}, {"token": "b", "heat": [0, 1]}]
    >>> chosen = read_options(Heatmap().set_data([records]), focus=[0, 1])
    >>> [each.caption for each in build_focus_scenes(chosen, 600)]
    ['0 “a”', '1 “b”']
    """
    shown = [
        each.clone(width=width, sizing_mode="fixed", legend=chosen.legend, **style)
        for each in chosen.focuses
    ]
    scenes = [build_scene(each, geometry=_lay_out(each, columns)) for each in shown]
    # One legend is enough, where all say the same.
    if all(scene.legend == scenes[0].legend for scene in scenes):
        scenes[:-1] = [replace(scene, legend=None) for scene in scenes[:-1]]
    return [
        FocusScene(_describe_focus(each) if len(shown) > 1 else "", each, scene)
        for each, scene in zip(shown, scenes, strict=True)
    ]


def _lay_out(heatmap: Heatmap, columns: int | None) -> Geometry:
    geometry = compute_geometry(heatmap, whole=True)
    if columns is None:
        return geometry
    cells = tuple(wrap(units, columns) for units in geometry.units)
    lines = max(each.lines for each in cells)
    return replace(geometry, columns=columns, cells=cells, lines=lines)


def find_width(heatmap: Heatmap, chosen: FigureOptions, scale: float) -> int:
    """Return the width of a figure in px.

    Parameters
    ----------
    heatmap
        Whose width is taken where none is asked for.
    chosen
        As of `read_options`.
    scale
        Points of a px.

    Raises
    ------
    ValueError
        If the figure would be narrower or wider than a heatmap may be.

    Examples
    --------
    >>> from textualheatmap.export.options import read_options
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> find_width(heatmap, read_options(heatmap, width="3in"), 0.5)
    432
    """
    if chosen.width is None:
        return heatmap.width
    # A length that is a number of px but for a rounding.
    width = math.floor(chosen.width / scale + 1e-6)
    if not MIN_WIDTH <= width <= MAX_WIDTH:
        low, high = (each * scale / UNITS["in"] for each in (MIN_WIDTH, MAX_WIDTH))
        msg = (
            f"width is {chosen.width / UNITS['in']:.2f}in, expected {low:.2f} to "
            f"{high:.2f}in at a font size of {chosen.font_size:g} points"
        )
        raise ValueError(msg)
    return width


def _describe_focus(heatmap: Heatmap) -> str:
    """Return the caption of a focus: index and text of its tokens."""
    focus = heatmap.find_focus()
    if focus is None:
        return "no focus"
    tokens = heatmap.facets[focus.facet].tokens
    stop = min(focus.stop, focus.start + MOST_QUOTED)
    texts = (tokens.texts[p] for p in tokens.positions[focus.start : stop])
    text = elide("".join(texts), MOST_QUOTED)
    is_span = focus.stop > focus.start + 1
    span = f"{focus.start}\N{EN DASH}{focus.stop - 1}" if is_span else focus.start
    return f"{span} “{text}”"
