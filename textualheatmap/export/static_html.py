"""A scene as plain HTML: no script, no style sheet, nothing from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from textualheatmap.export.html_element import write_element
from textualheatmap.export.static_text import render_flow, render_lines
from textualheatmap.plot.caption import render_caption
from textualheatmap.plot.frame_styles import (
    style_caption,
    style_facet,
    style_minimap,
    style_panel,
    style_print,
    style_tab,
    style_theme,
    style_title,
)
from textualheatmap.plot.legend_styles import (
    style_legend,
    style_legend_number,
    style_legend_text,
    style_ramp,
)
from textualheatmap.plot.meta_styles import (
    META_SHARE,
    has_room_for_label,
    style_meta_box,
    style_meta_label,
    style_meta_note,
    style_meta_text,
    style_strip,
    style_strip_border,
)
from textualheatmap.scene.geometry import (
    CONTROLS_HEIGHT,
    FACET_GAP,
    MINIMAP_WIDTH,
)
from textualheatmap.state.heatmap import MIN_WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textualheatmap.scene.legend import Legend
    from textualheatmap.scene.meta import MetaBox
    from textualheatmap.scene.scene import FacetScene, Scene

# Bokeh's own font, which titles and meta have on a live page.
FRAME_FONT = "Helvetica, Arial, sans-serif"
MOST_COVER = 100_000


def render_static(scene: Scene) -> str:
    """Return a scene as an HTML element that looks like the live heatmap.

    It stands where no script runs, and where the live one is not there yet. The text
    can be selected: what is copied has the line ends and tabs of the text, and not
    their marks, nor the ends of lines that were only full. A plain text that is
    searched for is framed; a regular expression is one of JavaScript's, and is not.
    Where the minimaps and the slider would be, nothing is. The text of a heatmap that
    stretches is wrapped by the page, nearly as it is on the live one.

    Parameters
    ----------
    scene
        As of `build_scene`.

    Examples
    --------
    >>> from textualheatmap.scene.scene import build_scene
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "a < b", "heat": [1.0]}]])
    >>> "a &lt; b</b>" in render_static(build_scene(heatmap.highlight(0)))
    True
    """
    parts = [_render_facet(scene, facet) for facet in scene.facets]
    if scene.has_controls:
        parts.append(write_element("div", {"height": f"{CONTROLS_HEIGHT}px"}))
    if scene.legend is not None:
        parts.append(_render_legend(scene, scene.legend))
    width = {"width": f"{scene.geometry.width}px"}
    if scene.stretches:
        width = {"width": "100%", "min-width": f"{MIN_WIDTH}px"}
    style = {
        **width,
        **style_theme(scene.theme),
        "font-family": FRAME_FONT,
        "line-height": "calc(20 / 14)",
        "text-align": "left",
        "isolation": "isolate",
        **style_print(),
        # Colours are kept, too, where contrast is forced.
        "forced-color-adjust": "none",
        # Phones would enlarge the text in its cells.
        "-webkit-text-size-adjust": "none",
        "text-size-adjust": "none",
    }
    return write_element("div", style, *parts, dir="ltr")


def render_cover(scene: Scene) -> str:
    """Return what stands over a heatmap while its plots are redrawn.

    It goes to the page as it is, and is there for a few frames. Panels without their
    text have to do where the text takes more than 100 000 characters: where each one is
    an element of its own, as in Chinese, and the windows are large.

    Parameters
    ----------
    scene
        As of `build_scene`.

    Examples
    --------
    >>> from textualheatmap.scene.scene import build_scene
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "a < b", "heat": [1.0]}]])
    >>> "a &lt; b</b>" in render_cover(build_scene(heatmap.highlight(0)))
    True
    """
    cover = render_static(scene)
    if len(cover) <= MOST_COVER:
        return cover
    return render_static(
        replace(scene, facets=tuple(replace(each, lines=()) for each in scene.facets))
    )


def _render_legend(scene: Scene, legend: Legend) -> str:
    number = style_legend_number()
    return write_element(
        "div",
        style_legend("100%"),
        write_element("span", number, escape(legend.low)),
        write_element("div", style_ramp(scene.palette, signed=legend.signed)),
        write_element("span", number, escape(legend.high)),
        " ",
        write_element(
            "span", style_legend_text(), escape(legend.text), title=legend.text
        ),
    )


def _render_facet(scene: Scene, facet: FacetScene) -> str:
    height = scene.geometry.meta_height
    stretches = scene.stretches
    parts = []
    if facet.meta:
        strip = style_strip(
            len(facet.meta), height, stretches=stretches, rows=scene.meta_rows
        )
        boxes = _render_meta(scene, facet.meta)
        parts.append(write_element("div", strip, *boxes))
        if stretches:
            parts.append(write_element("div", style_strip_border()))
    has_meta = bool(facet.meta)
    panel = style_panel(scene.palette, has_meta=has_meta, stretches=stretches)
    text = render_flow(scene, facet) if stretches else render_lines(scene, facet)
    parts.append(write_element("div", panel, text))
    label = style_title(rotated=scene.has_rotated_titles)
    tab = write_element("span", label, escape(facet.label))
    parts.append(write_element("div", style_tab(), tab, title=facet.title))
    if scene.geometry.windowed:
        margin = style_minimap(scene.palette, scene.geometry, stretches=stretches)
        # As wide as the minimap, and on a page of any width.
        room = {"width": f"{MINIMAP_WIDTH - FACET_GAP}px"} if stretches else {}
        parts.append(write_element("div", {**margin, **room}))
    if facet.caption:
        parts.append(
            write_element("div", style_caption(), render_caption(facet.caption))
        )
    named = {"role": "group", "aria-label": facet.title}
    style = style_facet(scene.geometry, has_meta=has_meta, stretches=stretches)
    return write_element("div", style, *parts, **named)


def _render_meta(scene: Scene, meta: tuple[MetaBox, ...]) -> Iterator[str]:
    """Yield what a strip of meta holds."""
    label, height = scene.meta_label, scene.geometry.meta_height
    labelled = has_room_for_label(label, height)
    for k, box in enumerate(meta):
        style = style_meta_box(
            k, len(meta), height, labelled=labelled, stretches=scene.stretches
        )
        yield write_element(
            "div",
            {META_SHARE: f"{box.share}%", **style},
            write_element(
                "span", style_meta_text(quiet=box.is_quiet), escape(box.text)
            ),
            # Such spaces are seen only where all styles are taken away.
            " ",
            write_element("span", style_meta_note(), escape(box.note)),
            title=box.text,
        )
    if labelled:
        yield write_element("div", style_meta_label(), escape(label))
