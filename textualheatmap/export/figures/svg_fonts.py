"""Fonts within an SVG file: its letters, so that it looks alike anywhere."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from matplotlib import font_manager

from textualheatmap.export.figures.fonts import MONOSPACED, PROPORTIONAL, list_families

if TYPE_CHECKING:
    from collections.abc import Iterator

# What matplotlib writes once, before all else.
STYLE = '<style type="text/css">'
# Spaces are kept, of which the text may have several in a row. Without the precision
# Chromium rounds the width of each letter to whole px of a screen.
TEXT_STYLE = "text{white-space:pre;text-rendering:geometricPrecision}"


def embed_fonts(svg: str, letters: set[str]) -> str:
    """Return an SVG file with the letters of the fonts that its text is set in.

    Parameters
    ----------
    svg
        As matplotlib writes it, with text as text.
    letters
        Every character of its text.

    Raises
    ------
    ValueError
        If it was not written by matplotlib.

    Examples
    --------
    >>> embed_fonts(STYLE + "</style>", {"a"}).count("@font-face")
    2
    """
    head, found, tail = svg.partition(STYLE)
    if not found:
        msg = "the SVG file has no style, expected one of matplotlib's"
        raise ValueError(msg)
    rules = [TEXT_STYLE, *_write_faces(letters)]
    return head + found + "".join(rules) + tail


def _write_faces(letters: set[str]) -> Iterator[str]:
    """Yield a rule for each font that is used."""
    missing = {ord(letter) for letter in letters}
    for family in (PROPORTIONAL, MONOSPACED, *list_families()):
        if not missing:
            return
        path = font_manager.findfont(family)
        with TTFont(
            path, fontNumber=path.face_index, lazy=True, recalcTimestamp=False
        ) as font:
            known = missing & set(font.getBestCmap() or ())
            if not known:
                continue
            data = base64.b64encode(_cut_font(font, known)).decode()
        # The usual letters are in both of the first fonts, and each may be used.
        if family != PROPORTIONAL:
            missing -= known
        url = f"url(data:font/woff;base64,{data})"
        yield f"@font-face{{font-family:'{family}';src:{url} format('woff')}}"


def _cut_font(font: TTFont, letters: set[int]) -> bytes:
    """Return a font with some letters only."""
    # FontForge's notes to itself have no place in a figure.
    options = Options(notdef_outline=True, drop_tables=[*Options().drop_tables, "FFTM"])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    file = io.BytesIO()
    font.flavor = "woff"
    font.save(file)
    return file.getvalue()
