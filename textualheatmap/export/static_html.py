"""A scene as plain HTML: no script, no style sheet, nothing from elsewhere."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from textualheatmap.plot.frame_styles import (
    style_facet,
    style_meta_box,
    style_meta_note,
    style_meta_text,
    style_minimap,
    style_panel,
    style_strip,
    style_tab,
    style_title,
)
from textualheatmap.plot.plots import FONT
from textualheatmap.scene.escape import LINE_ENDS, split_clusters
from textualheatmap.scene.geometry import (
    CELL_WIDTH,
    CONTROLS_HEIGHT,
    FONT_SIZE,
    LINE_HEIGHT,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textualheatmap.plot.frame_styles import Style
    from textualheatmap.scene.scene import Box, FacetScene, Line, MetaBox, Scene

# Bokeh's own font, which titles and meta have on a live page.
FRAME_FONT = "Helvetica, Arial, sans-serif"


def render_static(scene: Scene) -> str:
    """Return a scene as an HTML element that looks like the live heatmap.

    It stands where no script runs, and where the live one is not there yet. The text
    can be selected: what is copied has the line ends and tabs of the text, and not
    their marks, nor the ends of lines that were only full. Where the minimaps and the
    slider would be, nothing is.

    Parameters
    ----------
    scene
        As of `build_scene`.

    Examples
    --------
    >>> from textualheatmap.scene.scene import build_scene
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "a < b", "heat": [1.0]}]])
    >>> "a &lt; b</span>" in render_static(build_scene(heatmap.highlight(0)))
    True
    """
    parts = [_render_facet(scene, facet) for facet in scene.facets]
    if scene.has_controls:
        parts.append(_write("div", {"height": f"{CONTROLS_HEIGHT}px"}))
    style = {
        "width": f"{scene.geometry.width}px",
        "font-family": FRAME_FONT,
        "line-height": "calc(20 / 14)",
        "text-align": "left",
        # Colours are the content: they are printed, and kept where contrast is forced.
        "-webkit-print-color-adjust": "exact",
        "print-color-adjust": "exact",
        "forced-color-adjust": "none",
        # Phones would enlarge the text in its cells.
        "-webkit-text-size-adjust": "none",
        "text-size-adjust": "none",
    }
    return _write("div", style, *parts, dir="ltr")


def _render_facet(scene: Scene, facet: FacetScene) -> str:
    height = scene.geometry.meta_height
    parts = [_render_strip(facet.meta, height)] if facet.meta else []
    panel = style_panel(scene.palette, has_meta=bool(facet.meta))
    parts.append(_write("div", panel, _render_text(scene, facet)))
    label = style_title(rotated=scene.has_rotated_titles)
    tab = _write("span", label, escape(facet.label))
    parts.append(_write("div", style_tab(), tab, title=facet.title))
    if scene.geometry.windowed:
        parts.append(_write("div", style_minimap(scene.palette)))
    named = {"role": "group", "aria-label": facet.title}
    return _write("div", style_facet(scene.geometry), *parts, **named)


def _render_strip(meta: tuple[MetaBox, ...], height: int) -> str:
    boxes = (
        _write(
            "div",
            style_meta_box(k, len(meta), height),
            _write("span", style_meta_text(), escape(box.text)),
            _write("span", style_meta_note(), escape(box.note)),
        )
        for k, box in enumerate(meta)
    )
    return _write("div", style_strip(len(meta)), *boxes)


def _render_text(scene: Scene, facet: FacetScene) -> str:
    style = {
        "height": f"{facet.height}px",
        "box-sizing": "border-box",
        "padding": f"{scene.geometry.top}px 0 0 {scene.geometry.left}px",
        "font": f"{FONT_SIZE:.3f}px/{LINE_HEIGHT}px {FONT}",
        "letter-spacing": f"calc({CELL_WIDTH}px - 1ch)",
        "color": scene.palette.text,
    }
    lines = (_render_line(line, scene.palette.colors[0]) for line in facet.lines)
    return _write("div", style, *lines)


def _render_line(line: Line, ground: str) -> str:
    runs = groupby(line.boxes, key=_find_run)
    content = "".join(_render_run(list(boxes), ground) for _, boxes in runs)
    # An inline block, since a copied text has a line end after every block.
    style = {
        "display": "inline-block",
        "width": "100%",
        "height": f"{LINE_HEIGHT}px",
        # Half a pixel lower in its line, as Bokeh draws it.
        "line-height": f"{LINE_HEIGHT + 1}px",
        "vertical-align": "top",
        "white-space": "pre",
    }
    return _write("span", style, content, "\n" if line.is_ended else "")


def _find_run(box: Box) -> tuple[str, int, int]:
    """Return what the boxes of one run have in common.

    Letters that every monospaced font has need no box of their own: neighbours that
    look alike are one run.
    """
    return box.color, box.underline, -1 if _is_plain(box) else box.left


def _is_plain(box: Box) -> bool:
    return box.text.isascii() and box.text == box.source


def _render_run(boxes: list[Box], ground: str) -> str:
    """Return boxes that stand side by side and look alike."""
    first = boxes[0]
    is_plain = _is_plain(first)
    if is_plain:
        content = escape("".join(box.text for box in boxes))
        if first.color == ground and not first.underline:
            return content
    else:
        content = "".join(_render_text_pieces(first))
    # All that the line says of itself, its height included, in few characters.
    style = {
        "all": "inherit",
        "width": f"{sum(box.width for box in boxes)}px",
        "background": first.color,
    }
    if not is_plain:
        style["text-align"] = "center"
    if first.underline:
        style["box-shadow"] = f"inset 0 -{first.underline}px"
    return _write("span", style, content)


def _render_text_pieces(box: Box) -> Iterator[str]:
    """Yield the content of a box, whose marks are seen but not copied."""
    if not box.source:
        yield _write_mark(box.text)
    for cluster in split_clusters(box.source):
        if cluster.text in LINE_ENDS:
            yield _write_mark(cluster.drawn)
        elif cluster.text == "\t":
            yield _write_mark(cluster.drawn) + _write("span", {"tab-size": "0"}, "\t")
        else:
            yield escape(cluster.drawn)


def _write_mark(mark: str) -> str:
    style = {"-webkit-user-select": "none", "user-select": "none"}
    return _write("span", style, escape(mark), **{"aria-hidden": "true"})


def _write(tag: str, style: Style, *content: str, **attributes: str) -> str:
    """Return an element; the content is HTML, the attributes' values are text."""
    css = ";".join(f"{name}:{value}" for name, value in style.items())
    named = {"style": css, **attributes}
    listed = "".join(f' {name}="{escape(value)}"' for name, value in named.items())
    return f"<{tag}{listed}>{''.join(content)}</{tag}>"
