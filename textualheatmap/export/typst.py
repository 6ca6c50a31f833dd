"""A heatmap as Typst, for ``#include``: text in coloured cells, without any picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textualheatmap.export.focus_scenes import build_focus_scenes, find_width
from textualheatmap.export.options import read_options
from textualheatmap.export.set_rows import list_meta_cells, list_ramp, list_rows
from textualheatmap.plot.frame_colors import (
    META_BAR,
    META_GROUND,
    META_NOTE,
    META_TEXT,
    TAB_GROUND,
    TAB_TEXT,
    Shade,
)
from textualheatmap.scene.escape import escape_text, split_clusters
from textualheatmap.scene.geometry import CELL_WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textualheatmap.export.focus_scenes import FocusScene
    from textualheatmap.export.set_rows import Cell
    from textualheatmap.scene.legend import Legend
    from textualheatmap.scene.meta import MetaBox
    from textualheatmap.scene.scene import FacetScene, Scene
    from textualheatmap.state.heatmap import Heatmap

# The width of a letter of DejaVu Sans Mono, which is part of Typst, in its size.
ADVANCE = 0.602
# Of titles, meta and the legend, to the tokens' size.
SMALL = 0.9
# Everything is in a block of code, so that nothing is defined beyond it, and all text
# is a string: there is no markup that data could be.
MACROS = """// A heatmap of textualheatmap: #include "NAME.typ"
#{
  let unit = <column>pt
  let ink = rgb("<ink>")
  set text(font: "DejaVu Sans Mono", fallback: true, size: <size>pt, ligatures: false,
    fill: ink, lang: "en", dir: ltr, hyphenate: false, features: (kern: 0))
  set par(spacing: 0pt, leading: 0pt, first-line-indent: 0pt, justify: false)
  set block(spacing: 0pt, above: 0pt, below: 0pt, breakable: false)
  set box(baseline: 0pt)
  let height = 2.5 * unit
  // Text in the middle of a rectangle. Its colour goes on a little, under what follows:
  // else viewers show seams.
  let cell(color, columns, body, line: 0, framed: false, turned: false,
    tall: height, over: 0.2pt) = box(width: columns * unit, height: tall, {
    place(top + left, rect(width: columns * unit + over, height: tall + over,
      fill: rgb(color), stroke: none))
    // With room beside it, so that no rounding breaks the line.
    let side = if turned { right } else { left }
    place(side + horizon, box(width: (columns + 9) * unit, align(side,
      text(dir: if turned { rtl } else { ltr }, body))))
    if line > 0 {
      place(bottom + left, rect(width: columns * unit, height: line * unit,
        fill: ink, stroke: none))
    }
    if framed {
      place(top + left, rect(width: columns * unit, height: tall,
        stroke: (paint: ink, thickness: 0.4pt, dash: (1.2pt, 1.2pt))))
    }
  })
  // Letters of which each is as wide as so many columns.
  let letters(..pairs) = for (columns, letter) in pairs.pos() {
    box(width: columns * unit, align(center, letter))
  }
  let row(tall, ..cells) = block(width: <width> * unit, height: tall * unit,
    stack(dir: ltr, ..cells))
  // Text of what stands around.
  let note(color, scale, body) = text(
    font: "Libertinus Serif", fill: rgb(color), size: scale * <size>pt, body)
  let heading(tall, body) = block(width: <width> * unit, height: tall * unit, body)
  let tab(lines, color, columns, body) = place(top + right,
    box(width: columns * unit, height: (2.5 * lines + 2) * unit, fill: rgb(color),
      align(center + horizon, body)))
  let meta(ground, columns, bar-color, bar, body) = box(
    width: columns * unit, height: 5 * unit, fill: rgb(ground), clip: true, {
    place(top + left, rect(width: bar * unit, height: 5 * unit, fill: rgb(bar-color)))
    place(center + horizon, body)
  })
  let step(color) = rect(width: 0.5 * unit, height: 1.2 * unit, fill: rgb(color),
    stroke: none)
  let ramp(..colors) = stack(dir: ltr, ..colors.pos().map(step))
  v(unit, weak: true)
"""
END = "  v(unit, weak: true)\n}\n"


def render_typst(heatmap: Heatmap, **options: object) -> str:
    """Return a heatmap as a Typst file.

    Parameters
    ----------
    heatmap
        With data.
    options
        As of `read_options`, but for `kind` and `dpi`.

    Raises
    ------
    ValueError, TypeError, IndexError
        If there are no data, or if an option is not as expected.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> 'cell("#2a8747", 2, "Hi", line: 0.25)' in render_typst(heatmap, focus=0)
    True
    """
    chosen = read_options(heatmap, **options)
    column = chosen.font_size * ADVANCE
    width = find_width(heatmap, chosen, column / CELL_WIDTH)
    parts = build_focus_scenes(chosen, width, rotate_facet_titles=False)
    macros = MACROS
    for name, value in {
        "size": f"{chosen.font_size:g}",
        "column": f"{column:.4f}",
        "width": _write_columns(parts[0].scene.geometry.plot_width),
        "ink": parts[0].scene.palette.text,
    }.items():
        macros = macros.replace(f"<{name}>", value)
    writer = _Writer(is_dark=heatmap.theme == "dark")
    lines = (f"  {line}\n" for line in writer.write_parts(chosen.title, parts))
    return macros + "".join(lines) + END


def write_string(text: str) -> str:
    r"""Return a string of Typst; nothing in the text can end it or be markup.

    Parameters
    ----------
    text
        Without half surrogates.

    Examples
    --------
    >>> print(write_string('a "b" \\ é\u202e'))
    "a \"b\" \\ é\u{202e}"
    """
    parts: list[str] = []
    for character in text:
        if character in '"\\':
            parts.append(f"\\{character}")
        elif character.isprintable():
            parts.append(character)
        else:
            parts.append(f"\\u{{{ord(character):x}}}")
    return f'"{"".join(parts)}"'


def _write_columns(px: float) -> str:
    return f"{px / CELL_WIDTH:.5g}"


def _write_row(tall: float, cells: list[str]) -> str:
    return f"row({tall:g}, {', '.join(cells)})"


class _Writer:
    """Writes the rows of a figure as calls of the functions of `MACROS`."""

    def __init__(self, *, is_dark: bool) -> None:
        self._is_dark = is_dark

    def write_parts(self, title: str, parts: list[FocusScene]) -> Iterator[str]:
        if title:
            yield self._write_heading(3.25, META_TEXT, 1.2, title)
        for k, part in enumerate(parts):
            if k:
                yield "v(1.75 * unit)"
            if part.caption:
                yield self._write_heading(2.75, META_TEXT, 1, part.caption)
            yield from self._write_scene(part.scene)

    def _shade(self, shade: Shade) -> str:
        return shade.dark if self._is_dark else shade.light

    def _write_note(self, shade: Shade, text: str, scale: float = 1) -> str:
        text = write_string(escape_text(text))
        return f'note("{self._shade(shade)}", {scale:g}, {text})'

    def _write_heading(self, tall: float, shade: Shade, scale: float, text: str) -> str:
        return f"heading({tall:g}, {self._write_note(shade, text, scale)})"

    def _write_scene(self, scene: Scene) -> Iterator[str]:
        for k, facet in enumerate(scene.facets):
            if k:
                yield "v(unit)"
            if facet.meta:
                yield from self._write_meta(scene, facet.meta)
            yield from self._write_facet(scene, facet)
        if scene.legend:
            yield "v(0.75 * unit)"
            yield self._write_legend(scene, scene.legend)

    def _write_facet(self, scene: Scene, facet: FacetScene) -> Iterator[str]:
        geometry, ground = scene.geometry, scene.palette.colors[0]
        panel = _write_columns(geometry.panel_width)
        edge = _write_row(1, [f'cell("{ground}", {panel}, "", tall: unit)'])
        rows = list_rows(scene, facet)
        note = self._write_note(TAB_TEXT, facet.label, SMALL)
        tab = f'"{self._shade(TAB_GROUND)}", {_write_columns(geometry.tab_width)}'
        height = f"{2.5 * len(rows) + 2:g} * unit"
        yield f"block(width: {_write_columns(geometry.plot_width)} * unit,"
        yield f"  height: {height}, {{"
        yield f"  tab({len(rows)}, {tab}, {note})"
        yield f"  {edge}"
        for cells in rows:
            yield f"  {_write_row(2.5, [_write_cell(cell) for cell in cells])}"
        yield f"  {edge}"
        yield "})"

    def _write_meta(self, scene: Scene, meta: tuple[MetaBox, ...]) -> Iterator[str]:
        if scene.meta_label:
            yield self._write_heading(2, META_NOTE, SMALL, scene.meta_label)
        ground, bar = self._shade(META_GROUND), self._shade(META_BAR)
        boxes: list[str] = []
        for cell in list_meta_cells(meta, scene.geometry.panel_width):
            shade = META_NOTE if cell.is_quiet else META_TEXT
            text = self._write_note(shade, cell.text, SMALL)
            if cell.note:
                note = self._write_note(META_NOTE, cell.note, SMALL)
                text += f" + h(0.8 * unit) + {note}"
            boxes.append(
                f'meta("{ground}", {_write_columns(cell.width)}, '
                f'"{bar}", {_write_columns(cell.bar)}, {text})'
            )
        gapped = ", h(0.25 * unit), ".join(boxes)
        yield f"row(5, {gapped})"

    def _write_legend(self, scene: Scene, legend: Legend) -> str:
        colors = list_ramp(scene.palette, signed=legend.signed)
        quoted = ", ".join(f'"{color}"' for color in colors)
        parts = [
            self._write_note(META_NOTE, legend.low, SMALL) if legend.low else "",
            f"ramp({quoted})",
            self._write_note(META_NOTE, legend.high, SMALL) if legend.high else "",
            self._write_note(META_NOTE, legend.text, SMALL),
        ]
        return _write_row(2, [", h(0.8 * unit), ".join(filter(None, parts))])


def _write_cell(cell: Cell) -> str:
    text = write_string(cell.text)
    if not cell.text.isascii() and not cell.is_turned:
        # Letters of other fonts may have other widths.
        pairs = (
            f"({each.columns}, {write_string(each.drawn)})"
            for each in split_clusters(cell.text)
        )
        text = f"letters({', '.join(pairs)})"
    parts = [f'"{cell.color}"', _write_columns(cell.width), text]
    if cell.underline:
        parts.append(f"line: {_write_columns(cell.underline)}")
    if cell.is_framed:
        parts.append("framed: true")
    if cell.is_turned:
        parts.append("turned: true")
    return f"cell({', '.join(parts)})"
