r"""A heatmap as LaTeX, for ``\input``: text in coloured cells, without any picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textualheatmap.export.focus_scenes import build_focus_scenes, find_width
from textualheatmap.export.latex_text import write_latex
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
from textualheatmap.scene.geometry import CELL_WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textualheatmap.export.focus_scenes import FocusScene
    from textualheatmap.export.set_rows import Cell
    from textualheatmap.scene.legend import Legend
    from textualheatmap.scene.meta import MetaBox
    from textualheatmap.scene.scene import FacetScene, Scene
    from textualheatmap.state.heatmap import Heatmap

# The width of a letter of the usual monospaced fonts of LaTeX, in their size.
ADVANCE = 0.525
# Of titles and meta, whose room is counted in columns, to the tokens' size.
SMALL = 0.9
INTRODUCTION = r"""% A heatmap of textualheatmap. In the preamble: \usepackage{xcolor}
% \input this file where a paragraph may stand, such as in a figure. Any engine will do.
% pdfLaTeX draws boxes for letters that it does not know. XeLaTeX and LuaLaTeX have
% those of \ttfamily, and then of \HeatOther, which you may define, as by
% \newfontfamily\HeatOther{Noto Sans Mono CJK SC}.
"""
# No digit may be in a macro's name. All that is defined is forgotten at the end of the
# group, but for one length. Lines that end in % leave no space.
MACROS = r"""\par\begingroup
% Languages give some of these a meaning of their own.
\catcode39 12 \catcode42 12 \catcode45 12 \catcode46 12 \catcode47 12
\catcode58 12 \catcode60 12 \catcode61 12 \catcode62 12
\ifdefined\XeTeXinterchartokenstate\XeTeXinterchartokenstate 0 \fi
\ifdefined\HeatUnit\else\newlength\HeatUnit\fi
\providecommand\HeatOther{}
\parindent 0pt \parskip 0pt\relax
\normalfont\ttfamily\fontsize{<size>}{<leading>}\selectfont
% One column; a font with wider letters is set smaller.
\HeatUnit\fontcharwd\font48\relax
\ifdim\HeatUnit><column>pt
  \fontsize{\the\dimexpr<size>pt*\dimexpr<column>pt\relax/\HeatUnit\relax}%
    {<leading>}\selectfont
  % Some fonts have a few sizes only for LaTeX, but any for TeX.
  \ifdim\fontcharwd\font48><column>pt
    \def\HeatFirst#1 #2\relax{#1}%
    \edef\HeatName{\fontname\font\space}%
    \edef\HeatName{\expandafter\HeatFirst\HeatName\relax}%
    \font\HeatFont=\HeatName\space at <size>pt
    \HeatUnit\fontcharwd\HeatFont48\relax
    \font\HeatFont=\HeatName\space at
      \dimexpr<size>pt*\dimexpr<column>pt\relax/\HeatUnit\relax
    \HeatFont
  \fi
  \HeatUnit <column>pt\relax
\fi
\smallskip
\offinterlineskip
% A row of cells.
\def\HeatRow#1{\noindent
  \hbox to <width>\HeatUnit{\color[HTML]{<ink>}#1\hss}\par}
% The ground of a cell reaches a little under the next one: else viewers show seams.
\def\HeatGround#1#2#3#4{{\color[HTML]{#1}\rlap{\smash{\vrule width
  \dimexpr#2\HeatUnit+.2pt\relax height #3\HeatUnit depth
  \dimexpr#4\HeatUnit+.2pt\relax}}}%
  \vrule width 0pt height #3\HeatUnit depth #4\HeatUnit}
% Colour, columns, text; then a line below it: columns, thickness; a frame: columns.
\def\HeatCell#1#2#3{\HeatGround{#1}{#2}{1.875}{.625}\hbox to #2\HeatUnit{\hss#3\hss}}
\def\HeatFocus#1#2{\llap{\vrule width #1\HeatUnit height
  \dimexpr#2\HeatUnit-.625\HeatUnit\relax depth .625\HeatUnit}}
\def\HeatFrame#1{\llap{\hbox to #1\HeatUnit{%
  \rlap{\hbox to #1\HeatUnit{\leaders\hrule height
    \dimexpr.4pt-.625\HeatUnit\relax depth .625\HeatUnit\hfil}}%
  \vrule width .4pt height 1.875\HeatUnit depth .625\HeatUnit
  \leaders\hrule height 1.875\HeatUnit depth \dimexpr.4pt-1.875\HeatUnit\relax\hfil
  \vrule width .4pt height 1.875\HeatUnit depth .625\HeatUnit}}}
% An edge of the panel: colour, columns.
\def\HeatEdge#1#2{\HeatGround{#1}{#2}{1}{0}\hbox to #2\HeatUnit{\hss}}
% Text from right to left.
\ifdefined\directlua
  \def\HeatTurned#1{{\textdir TRT #1}}
\else
  \TeXXeTstate 1 \def\HeatTurned#1{\beginR#1\endR}
\fi
% A sign; another letter: columns, code, the letter, and what stands for it.
\def\HeatBox#1#2{\hbox to #1\HeatUnit{\hss#2\hss}}
\def\HeatSign#1{\HeatBox{1}{#1}}
\def\HeatMissing{{\fboxsep 0pt \fboxrule .3pt
  \fbox{\vrule width 0pt height 1.1\HeatUnit\hskip .5\HeatUnit}}}
\ifdefined\Umathcode
  \def\HeatLetter#1#2#3#4{\HeatBox{#1}{\iffontchar\font#2 #3\else
    {\HeatOther\iffontchar\font#2 #3\else#4\fi}\fi}}
\else
  \def\HeatLetter#1#2#3#4{\HeatBox{#1}{%
    \ifcsname u8:\detokenize{#3}\endcsname#3\else#4\fi}}
\fi
% Text in the font of the document: colour, size, text.
\def\HeatNote#1#2#3{{\normalfont\fontsize{#2}{#2}\selectfont
  \def\HeatBox##1##2{\hbox{##2}}\color[HTML]{#1}#3}}
% The title of a facet, over the last cell: columns, how far it is raised, the title.
\def\HeatTitle#1#2#3{\llap{\smash{\raise#2\HeatUnit
  \hbox to #1\HeatUnit{\hss#3\hss}}}}
% A box of meta: its colour and columns, those of its bar, the text.
\def\HeatMeta#1#2#3#4#5{\HeatGround{#1}{#2}{3}{2}\HeatGround{#3}{#4}{3}{2}%
  \hbox to #2\HeatUnit{\hss#5\hss}}
\def\HeatSkip#1{\hskip#1\HeatUnit}
\def\HeatGap#1{\kern#1\HeatUnit}
"""
END = "\\smallskip\\endgroup\n"


def render_latex(heatmap: Heatmap, **options: object) -> str:
    r"""Return a heatmap as a LaTeX file.

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
    >>> latex = render_latex(heatmap, focus=0)
    >>> r"\HeatCell{2A8747}{2}{Hi}\HeatFocus{2}{0.25}" in latex
    True
    """
    chosen = read_options(heatmap, **options)
    column = chosen.font_size * ADVANCE
    width = find_width(heatmap, chosen, column / CELL_WIDTH)
    parts = build_focus_scenes(chosen, width, rotate_facet_titles=False)
    writer = _Writer(chosen.font_size, is_dark=heatmap.theme == "dark")
    macros = MACROS
    for name, value in {
        "size": f"{chosen.font_size:g}",
        "leading": f"{1.5 * chosen.font_size:g}",
        "column": f"{column:.4f}",
        "width": _write_columns(parts[0].scene.geometry.plot_width),
        "ink": _write_color(parts[0].scene.palette.text),
    }.items():
        macros = macros.replace(f"<{name}>", value)
    lines = list(writer.write_parts(chosen.title, parts))
    return INTRODUCTION + macros + "\n".join(lines) + "\n" + END


def _write_color(color: str) -> str:
    return color[1:].upper()


def _write_row(*parts: str) -> str:
    return rf"\HeatRow{{{''.join(parts)}}}"


def _write_columns(px: float) -> str:
    return f"{px / CELL_WIDTH:.4g}"


class _Writer:
    """Writes the rows of a figure in one size of letters, in points."""

    def __init__(self, size: float, *, is_dark: bool) -> None:
        self._size = size
        self._is_dark = is_dark

    def write_parts(self, title: str, parts: list[FocusScene]) -> Iterator[str]:
        if title:
            yield self._write_heading(title, 1.2)
        for k, part in enumerate(parts):
            if k:
                yield r"\HeatGap{1.75}"
            if part.caption:
                yield self._write_heading(part.caption, 1)
            yield from self._write_scene(part.scene)

    def _shade(self, shade: Shade) -> str:
        return _write_color(shade.dark if self._is_dark else shade.light)

    def _write_note(self, shade: Shade, text: str, scale: float = 1) -> str:
        size = f"{scale * self._size:.4g}"
        return rf"\HeatNote{{{self._shade(shade)}}}{{{size}}}{{{write_latex(text)}}}"

    def _write_heading(self, text: str, scale: float) -> str:
        note = self._write_note(META_TEXT, text, scale)
        return rf"\HeatRow{{{note}}}\HeatGap{{.75}}"

    def _write_scene(self, scene: Scene) -> Iterator[str]:
        for k, facet in enumerate(scene.facets):
            if k:
                yield r"\HeatGap{1}"
            if facet.meta:
                yield from self._write_meta(scene, facet.meta)
            yield from self._write_facet(scene, facet)
        if scene.legend:
            yield r"\HeatGap{.75}"
            yield self._write_legend(scene, scene.legend)

    def _write_facet(self, scene: Scene, facet: FacetScene) -> Iterator[str]:
        geometry = scene.geometry
        tab, ground = self._shade(TAB_GROUND), _write_color(scene.palette.colors[0])
        panel_width, tab_width = map(
            _write_columns, (geometry.panel_width, geometry.tab_width)
        )
        edge = _write_row(
            rf"\HeatEdge{{{ground}}}{{{panel_width}}}",
            rf"\HeatEdge{{{tab}}}{{{tab_width}}}",
        )
        rows = list_rows(scene, facet)
        yield edge
        for k, cells in enumerate(rows):
            title = ""
            if k == len(rows) // 2:
                raised = 0 if len(rows) % 2 else 1.25
                note = self._write_note(TAB_TEXT, facet.label, SMALL)
                title = rf"\HeatTitle{{{tab_width}}}{{{raised:g}}}{{{note}}}"
            text = "".join(map(_write_cell, cells))
            yield _write_row(text, rf"\HeatCell{{{tab}}}{{{tab_width}}}{{}}", title)
        yield edge

    def _write_meta(self, scene: Scene, meta: tuple[MetaBox, ...]) -> Iterator[str]:
        if scene.meta_label:
            note = self._write_note(META_NOTE, scene.meta_label, SMALL)
            yield rf"\HeatRow{{{note}}}\HeatGap{{.5}}"
        ground, bar = self._shade(META_GROUND), self._shade(META_BAR)
        boxes: list[str] = []
        for cell in list_meta_cells(meta, scene.geometry.panel_width):
            text = self._write_note(
                META_NOTE if cell.is_quiet else META_TEXT, cell.text, SMALL
            )
            if cell.note:
                text += r"\HeatSkip{.8}" + self._write_note(META_NOTE, cell.note, SMALL)
            boxes.append(
                rf"\HeatMeta{{{ground}}}{{{_write_columns(cell.width)}}}"
                rf"{{{bar if cell.bar else ground}}}{{{_write_columns(cell.bar)}}}"
                rf"{{{text}}}"
            )
        yield _write_row(r"\HeatSkip{.25}".join(boxes))

    def _write_legend(self, scene: Scene, legend: Legend) -> str:
        ramp = "".join(
            rf"\HeatGround{{{_write_color(color)}}}{{.5}}{{1.1}}{{0}}\HeatSkip{{.5}}"
            for color in list_ramp(scene.palette, signed=legend.signed)
        )
        parts = [
            self._write_note(META_NOTE, legend.low) if legend.low else "",
            ramp,
            self._write_note(META_NOTE, legend.high) if legend.high else "",
            self._write_note(META_NOTE, legend.text),
        ]
        return _write_row(r"\HeatSkip{.8}".join(filter(None, parts)))


def _write_cell(cell: Cell) -> str:
    width = _write_columns(cell.width)
    text = write_latex(cell.text, is_monospaced=True, is_turned=cell.is_turned)
    if cell.is_turned:
        text = rf"\HeatTurned{{{text}}}"
    parts = [rf"\HeatCell{{{_write_color(cell.color)}}}{{{width}}}{{{text}}}"]
    if cell.underline:
        parts.append(rf"\HeatFocus{{{width}}}{{{_write_columns(cell.underline)}}}")
    if cell.is_framed:
        parts.append(rf"\HeatFrame{{{width}}}")
    return "".join(parts)
