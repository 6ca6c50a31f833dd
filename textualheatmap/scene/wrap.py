"""Where each token sits: tokens are laid out in cells of character columns."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from uniseg.linebreak import (  # pyright: ignore[reportMissingTypeStubs]
    line_break_boundaries,  # pyright: ignore[reportUnknownVariableType]
)

from textualheatmap.scene.escape import EMPTY, WIDEST, draw_clusters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textualheatmap.facet.tokens import Tokens

MIN_COLUMNS = WIDEST + 1
"""Columns in which every grapheme cluster fits, with one left for a hanging space."""

NEWLINES = ("\n", "\r", "\r\n")
HARD = ("\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")

# UAX #14 lets lines break here whatever else surrounds the place, so that the text
# can be analysed in short pieces, many of which come again.
IDEOGRAPHS = (
    "一-鿼あいうえおか-ぢつ-もやゆよら-ろわ-んアイウエオカ-ヂツ-モヤユヨラ-ロワ-ン"
)
CUT = re.compile(rf"\n|(?<=[\w,.;:!?]) +(?=\w)|(?<=[{IDEOGRAPHS}])(?=[{IDEOGRAPHS}])")
# Letters, of line breaking class AL, between which no line breaks.
WORD = re.compile("[A-Za-zÀ-ɏΑ-ωЀ-ӿ]+[,.;:!?]? *")


class Unit(NamedTuple):
    """What is drawn for one grapheme cluster of a token."""

    position: int
    start: int
    text: str
    width: int
    hangs: bool
    ends_line: bool


def layout_cells(
    tokens: Tokens, columns: int, *, wrap_after_token: bool = False
) -> pd.DataFrame:
    """Lay tokens out in lines of character columns.

    Lines break where Unicode (UAX #14) allows it in the text of the whole facet, so
    that facets of one text break alike whatever their tokens; a word is broken, between
    grapheme clusters, only if it is longer than a line. The last column is kept for
    the space or the newline mark that ends a line: text fills `columns - 1`, and no
    line begins with the space that ended the last.

    Parameters
    ----------
    tokens
        The tokens of one facet.
    columns
        The character columns of a line, at least `MIN_COLUMNS`. East Asian wide
        characters and emoji take two.
    wrap_after_token
        Whether lines may also break after any token, except before a space.

    Returns
    -------
    cells
        One row a cell, in reading order, with the columns `position`, `index` (-1 for
        format tokens), `line`, `column`, `width` and `text`, which is what is drawn and
        as wide as the cell. A token has a cell on each line that it touches; every
        non-format token has at least one.

    Raises
    ------
    ValueError
        If `columns` is less than `MIN_COLUMNS`.

    Examples
    --------
    >>> from textualheatmap.facet.reading import read_arrays
    >>> cells = layout_cells(read_arrays(["to see", " it all"]), columns=11)
    >>> cells[["index", "line", "column", "text"]].to_numpy().tolist()
    [[0, 0, 0, 'to see'], [1, 0, 6, ' it '], [1, 1, 0, 'all']]
    """
    if columns < MIN_COLUMNS:
        msg = f"columns is {columns}, expected at least {MIN_COLUMNS}"
        raise ValueError(msg)
    rows: list[list[int]] = []
    texts: list[str] = []
    placed = _place_units(tokens, columns, wrap_after_token=wrap_after_token)
    for unit, line, column in placed:
        if not unit.text:
            continue
        if rows and rows[-1][0] == unit.position and rows[-1][1] == line:
            rows[-1][3] += unit.width
            texts[-1] += unit.text
        else:
            rows.append([unit.position, line, column, unit.width])
            texts.append(unit.text)
    position, line, column, width = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    index = np.where(tokens.is_format, -1, np.cumsum(~tokens.is_format) - 1)
    return pd.DataFrame(
        {
            "position": position,
            "index": index[position],
            "line": line,
            "column": column,
            "width": width,
            "text": np.array(texts, dtype=object),
        }
    )


def _place_units(
    tokens: Tokens, columns: int, *, wrap_after_token: bool
) -> Iterator[tuple[Unit, int, int]]:
    """Yield each unit with its line and column."""
    line = column = 0
    for chunk in _split_chunks(tokens, wrap_after_token=wrap_after_token):
        widths = [unit.width for unit in chunk]
        hanging = 0
        for unit in reversed(chunk):
            if not unit.hangs:
                break
            hanging += unit.width
        end = column + sum(widths)
        if column and (end - hanging >= columns or end > columns):
            line, column = line + 1, 0
        for unit in chunk:
            if column + unit.width > columns - (not unit.hangs):
                line, column = line + 1, 0
            yield unit, line, column
            column += unit.width
        if chunk[-1].ends_line:
            line, column = line + 1, 0


def _split_chunks(tokens: Tokens, *, wrap_after_token: bool) -> Iterator[list[Unit]]:
    """Yield the runs of units between which a line may break."""
    breaks = find_breaks(tokens.text)
    chunk: list[Unit] = []
    for unit in _list_units(tokens):
        after_token = (
            wrap_after_token
            and bool(chunk)
            and chunk[-1].position != unit.position
            and not unit.hangs
        )
        if chunk and (after_token or unit.start in breaks):
            yield chunk
            chunk = []
        chunk.append(unit)
    if chunk:
        yield chunk


def _list_units(tokens: Tokens) -> Iterator[Unit]:
    """Yield what is drawn for each grapheme cluster of each token."""
    start = 0
    for position, (text, is_format) in enumerate(
        zip(tokens.texts, tokens.is_format.tolist(), strict=True)
    ):
        if not text and not is_format:
            yield Unit(position, start, EMPTY, 1, hangs=False, ends_line=False)
        for cluster, drawn, width in draw_clusters(text):
            is_newline = cluster in NEWLINES
            yield Unit(
                position,
                start,
                "" if is_newline and is_format else drawn,
                0 if is_newline and is_format else width,
                hangs=is_newline or cluster == " ",
                ends_line=cluster.endswith(HARD),
            )
            start += len(cluster)


def find_breaks(text: str) -> frozenset[int]:
    """Return the offsets in a text before which a line may break (UAX #14).

    Examples
    --------
    >>> sorted(find_breaks("twenty-one 漢字"))
    [7, 11, 12, 13]
    """
    breaks: set[int] = set()
    cuts = [match.end() for match in CUT.finditer(text)]
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        breaks.update(start + offset for offset in _break_piece(text[start:end]))
    return frozenset(breaks)


@lru_cache(maxsize=2**14)
def _break_piece(piece: str) -> tuple[int, ...]:
    """Return the offsets in a piece of text before which a line may break."""
    if not piece:
        return ()
    if WORD.fullmatch(piece):
        return (len(piece),)
    return tuple(line_break_boundaries(piece))
