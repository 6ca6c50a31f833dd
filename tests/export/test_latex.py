"""LaTeX: that no data are commands, and what a real LaTeX makes of them."""

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap.export.latex import MACROS, render_latex
from textualheatmap.export.latex_text import MARKS, MISSING, PROPORTIONAL, write_latex
from textualheatmap.export.saving import save_heatmap
from textualheatmap.facet.facet import Facet
from textualheatmap.scene.escape import escape_text
from textualheatmap.scene.palettes import get_palette
from textualheatmap.state.heatmap import Heatmap

SIGNS = {command: sign for sign, command in PROPORTIONAL.items()}
# Everything that data may become: letters, digits, spaces, and three macros.
PIECE = re.compile(
    r"(?P<plain>[A-Za-z0-9])|(?P<space>\\ )"
    r"|\\HeatSign\{\\(?:char(?P<code>\d+)|(?P<command>[a-z]+))\}"
    r"|\\HeatLetter\{\d+\}\{\d+\}\{(?P<letter>[^\\{}%#$&_^~]+)\}\{(?P<fallback>"
    + "|".join(map(re.escape, [*MARKS.values(), MISSING]))
    + r")\}"
)
# What is special in LaTeX, its ligatures, and what tries to get out of an argument.
HOSTILE = [
    *("\\input{secret} ", "} ", "{ ", "%", "$", "&", "#1 ", "^^5cinput ", "_", "~"),
    *("--", "---", "?`", "!`", "``", "''", '"', "<<", ">>", ",,", "fi", "  a  "),
    *("\\\u0301", "{\u0301 ", "%\u0301", "#\u20dd", "\u037e\u1fef", "\r\n", "\t"),
    *("\x1b[31m", "\u202e", "\x85", "\ud800", "é", "e\u0301", "漢", "😀", "שלום(", "س"),
]
TEXTS = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=3), max_size=6).map(
    "".join
)


def read_latex(latex: str) -> str:
    """Return the text that LaTeX shows, or fail where it may be anything else."""
    parts: list[str] = []
    place = 0
    while place < len(latex):
        found = PIECE.match(latex, place)
        assert found, latex[place : place + 40]
        place = found.end()
        if found["code"]:
            parts.append(chr(int(found["code"])))
        elif found["command"]:
            parts.append(SIGNS[found["command"]])
        else:
            parts.append(found["plain"] or found["letter"] or " ")
    return "".join(parts)


def normalize(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("is_monospaced", [True, False])
@given(text=TEXTS)
def test_every_character_is_shown_and_none_is_a_command(
    *, text: str, is_monospaced: bool
) -> None:
    shown = escape_text(text)
    read = read_latex(write_latex(shown, is_monospaced=is_monospaced))
    assert normalize(read) == normalize(shown)


@given(text=TEXTS)
def test_the_same_holds_from_right_to_left(text: str) -> None:
    shown = escape_text(text)
    read = read_latex(write_latex(shown, is_monospaced=True, is_turned=True))
    assert sorted(normalize(read)) == sorted(
        normalize(shown).translate(str.maketrans("()[]{}<>", ")(][}{><"))
    )


def build_heatmap(tokens: list[str], **style: object) -> Heatmap:
    heat = np.random.default_rng(1).uniform(size=(len(tokens), len(tokens)))
    meta = [[(f"guess {token}", 0.5), ("other", 0.25)] for token in tokens]
    facets = [
        Facet.from_arrays(tokens, heat, title=title, meta=meta)
        for title in ("A_1 %", "B\\relax")
    ]
    heatmap = Heatmap(facets=facets, show_meta=True, meta_label="{l}")
    heatmap.param.update(style)
    return heatmap.highlight(0)


def test_the_file_has_the_colours_the_focus_and_all_around_the_text() -> None:
    heatmap = build_heatmap(["one ", "two ", "three"], palette="paper", exclude=[2])
    latex = render_latex(heatmap, focus=[0, slice(0, 2)], title="50% of $x$")
    body = latex.partition(r"\offinterlineskip")[2]
    assert latex.splitlines()[0].endswith(r"In the preamble: \usepackage{xcolor}")
    # Neighbours in one colour are one cell.
    assert body.count(r"\HeatFocus{4}{0.25}") == 2
    assert body.count(r"\HeatFocus{8}{0.25}") == 2
    assert body.count(r"\HeatFrame{5}") == 4
    assert rf"\color[HTML]{{{get_palette('paper').text[1:].upper()}}}" in body
    assert write_latex("50% of $x$") in body
    for text in ("0 “one ”", "0\N{EN DASH}1 “one two ”", "A_1 %", "B\\relax", "{l}"):
        assert write_latex(text) in body
    assert body.count(write_latex("guess one ")) == 2
    # One legend for both focuses.
    assert body.count(r"heat\HeatSign{\char59}\ full\ colour") == 1
    assert body.count(r"\HeatRow{") > 12


def test_options_of_other_formats_are_refused(tmp_path: Path) -> None:
    heatmap = build_heatmap(["a"])
    with pytest.raises(ValueError, match=r"dpi is not for '\.tex', only for \.pdf"):
        save_heatmap(heatmap, tmp_path / "a.tex", dpi=300)
    with pytest.raises(ValueError, match=r"kind is not for '\.tex', only for \.pdf"):
        save_heatmap(heatmap, tmp_path / "a.tex", kind="matrix")
    with pytest.raises(ValueError, match=r"width is 0\.10in, expected"):
        save_heatmap(heatmap, tmp_path / "a.tex", width="0.1in")


def test_every_macro_is_documented_by_its_use() -> None:
    tokens = [*HOSTILE, "a" * 40]
    body = render_latex(build_heatmap(tokens, exclude=[0]), title="t", focus=[0, 1])
    for name in re.findall(r"\\def(\\Heat\w+)", MACROS):
        assert body.count(name) > 1, name


# What packages for languages do: signs are commands, here ones that fail.
ACTIVE = r"\catcode126 13 " + "".join(
    rf"\begingroup\lccode126 {ord(sign)} \lowercase{{\endgroup\def~}}{{\Undefined}}"
    rf"\catcode{ord(sign)} 13 "
    for sign in "\"!?;:,*'/=<>`-"
)


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("engine", "preamble", "before"),
    [
        ("pdflatex", "", ""),
        ("pdflatex", r"\usepackage[T1]{fontenc}", ACTIVE),
        ("xelatex", r"\usepackage{fontspec}\setmonofont{DejaVu Sans Mono}", ""),
        ("lualatex", r"\usepackage{fontspec}", ACTIVE),
    ],
)
def test_latex_sets_it(tmp_path: Path, engine: str, preamble: str, before: str) -> None:
    if shutil.which(engine) is None:
        pytest.skip(f"there is no {engine}: apt-get install texlive-xetex")
    heatmap = build_heatmap([*HOSTILE, "visible"], palette="paper")
    save_heatmap(
        heatmap, tmp_path / "heat.tex", width="4.5in", focus=[0, 3], title="T^1 \\x"
    )
    document = tmp_path / "document.tex"
    document.write_text(
        rf"\documentclass{{article}}{preamble}\usepackage{{xcolor}}\begin{{document}}"
        rf"\begingroup {before}\input heat.tex \endgroup"
        r"\newpage Undefined: \ifdefined\HeatCell no\else yes\fi\end{document}",
        encoding="utf-8",
    )
    done = subprocess.run(
        [engine, "-interaction=nonstopmode", "-halt-on-error", document.name],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    assert b"Overfull" not in done.stdout
    pages = pypdfium2.PdfDocument(tmp_path / "document.pdf")
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    for part in ("\\input{secret}", "visible", "^^5cinput", "\\x", "heat"):
        assert part.replace(" ", "") in re.sub(r"\s", "", text), part
    assert "yes" in text


@pytest.mark.sweep
@pytest.mark.parametrize("preamble", ["", r"\usepackage[T1]{fontenc}"])
def test_all_lines_start_below_each_other(tmp_path: Path, preamble: str) -> None:
    if shutil.which("pdflatex") is None:
        pytest.skip("there is no pdflatex: apt-get install texlive-latex-base")
    # A box a letter in the first line, and a box a line, where no size fits.
    numbers = "one two three four five six seven eight nine ten eleven twelve thirteen"
    heatmap = build_heatmap([*"When ", f"{numbers} fourteen fifteen sixteen seventeen"])
    save_heatmap(heatmap, tmp_path / "heat.tex", width="3.3in", focus=0)
    (tmp_path / "document.tex").write_text(
        rf"\documentclass{{article}}{preamble}\usepackage{{xcolor}}"
        r"\begin{document}Before \input heat.tex \end{document}",
        encoding="utf-8",
    )
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error"]
    subprocess.run(
        [*command, "document.tex"], cwd=tmp_path, capture_output=True, check=True
    )
    page = pypdfium2.PdfDocument(tmp_path / "document.pdf")[0].get_textpage()
    text = page.get_text_range()
    starts = [
        page.get_charbox(text.index(line), loose=True)[0]
        for line in text.splitlines()
        if line.split(" ")[0] in ["When", *numbers.split()]
    ]
    assert len(starts) > 1
    assert max(starts) - min(starts) < 0.1
