r"""Text in LaTeX: every character is shown, and none can be a command.

Letters and digits stand for themselves; all else is an argument of a macro of
`latex.MACROS`, so that neither a ligature nor what a package made of a character
changes it.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING

from textualheatmap.scene.escape import split_clusters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What runs from right to left opens with what else closes.
MIRRORED = str.maketrans("()[]{}<>", ")(][}{><")
# Signs that old fonts lack where ASCII has them, by their commands.
EVERYWHERE = {"'": "textquotesingle", "`": "textasciigrave"}
PROPORTIONAL = {
    **EVERYWHERE,
    "\\": "textbackslash",
    "{": "textbraceleft",
    "}": "textbraceright",
    "<": "textless",
    ">": "textgreater",
    "|": "textbar",
    "^": "textasciicircum",
    "~": "textasciitilde",
    "_": "textunderscore",
}
# What pdfLaTeX draws for marks of ours, and of tokenizers, that it has no letter for.
MARKS = {
    "↵": r"\ensuremath{\hookleftarrow}",
    "⇥": r"\ensuremath{\rightarrow}",
    "∅": r"\ensuremath{\emptyset}",
    "◌": r"\ensuremath{\circ}",
    "✓": r"\ensuremath{\surd}",
    "▁": r"\rule{.8\HeatUnit}{.2\HeatUnit}",
}
MISSING = r"\HeatMissing"


def write_latex(
    text: str, *, is_monospaced: bool = False, is_turned: bool = False
) -> str:
    r"""Return LaTeX that shows a text on one line.

    Parameters
    ----------
    text
        What is shown is escaped as of `escape_text` before.
    is_monospaced
        Whether it is set in the monospaced font, in columns.
    is_turned
        Whether it runs from right to left: its letters join their neighbours.

    Examples
    --------
    >>> print(write_latex(r"a_b \x 5%"))
    a\HeatSign{\textunderscore}b\ \HeatSign{\textbackslash}x\ 5\HeatSign{\char37}
    >>> print(write_latex("é", is_monospaced=True))
    \HeatLetter{1}{233}{é}{\HeatMissing}
    """
    commands = EVERYWHERE if is_monospaced else PROPORTIONAL
    parts: list[str] = []
    for is_ascii, run in groupby(_list_drawn(text), key=lambda one: one[0].isascii()):
        if is_ascii:
            drawn = "".join(one for one, _ in run)
            if is_turned:
                drawn = drawn.translate(MIRRORED)
            parts += (_write_ascii(character, commands) for character in drawn)
        elif is_turned:
            letters, columns = zip(*run, strict=True)
            parts.append(_write_letter("".join(letters), sum(columns)))
        else:
            parts += (_write_letter(letter, columns) for letter, columns in run)
    return "".join(parts)


def _list_drawn(text: str) -> Iterator[tuple[str, int]]:
    """Yield what is drawn for each cluster, and in how many columns."""
    for cluster in split_clusters(text):
        # A letter with an accent is one character to pdfLaTeX.
        drawn = unicodedata.normalize("NFC", cluster.drawn)
        sign = drawn[0]
        if len(drawn) > 1 and not drawn.isascii() and _is_sign(sign):
            # With an accent a sign would still be one of LaTeX's own.
            yield sign, cluster.columns
            yield drawn[1:], 0
        else:
            yield drawn, cluster.columns


def _is_sign(character: str) -> bool:
    return character.isascii() and not character.isalnum()


def _write_ascii(character: str, commands: Mapping[str, str]) -> str:
    if character.isalnum():
        return character
    if character == " ":
        return r"\ "
    command = commands.get(character, f"char{ord(character)}")
    return rf"\HeatSign{{\{command}}}"


def _write_letter(letter: str, columns: int) -> str:
    """Return letters that are not ASCII, and what stands for them where none is."""
    fallback = MARKS.get(letter, MISSING)
    code = ord(letter[0])
    return rf"\HeatLetter{{{columns}}}{{{code}}}{{{letter}}}{{{fallback}}}"
