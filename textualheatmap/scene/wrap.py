"""Which column of which line each piece of a facet's text is drawn in.

First the text is cut into units, between which lines may break; this does not depend on
the width. Then the units are wrapped at a width, as `js/wrap.ts` does in the browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from wcwidth import iter_graphemes

from textualheatmap.scene.escape import EMPTY, LINE_ENDS, WIDEST, split_clusters
from textualheatmap.scene.line_breaks import find_breaks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from textualheatmap.facet.tokens import Tokens

MIN_COLUMNS = WIDEST + 1
"""Columns in which every grapheme cluster fits, with one left for a hanging space."""

# A line ends after any of these (classes BK, CR, LF and NL of UAX #14).
HARD_BREAKS = ("\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")


class Pieces(NamedTuple):
    """The grapheme clusters of a unit, and the columns of each."""

    text: list[str]
    columns: list[int]


@dataclass(frozen=True, eq=False)
class Units:
    """The text of a facet, cut wherever a line may break and between tokens.

    Attributes
    ----------
    index
        Index of each unit's token, -1 for format tokens.
    position
        Position of each unit's token.
    text
        What is drawn.
    columns
        How many columns that takes.
    breaks
        Whether a line may break before the unit.
    hangs
        Columns at the unit's end that may stand in the last column of a line, which
        is kept for them: spaces, and the newline mark that ends a line.
    ends
        Whether the line ends after the unit.
    pieces
        By number of the unit, the pieces at which it may be broken if it is longer
        than a line. A unit that has none here is broken at its characters, if it has
        as many characters as columns, and else not at all.
    """

    index: NDArray[np.int64]
    position: NDArray[np.int64]
    text: tuple[str, ...]
    columns: NDArray[np.int64]
    breaks: NDArray[np.bool_]
    hangs: NDArray[np.int64]
    ends: NDArray[np.bool_]
    pieces: Mapping[int, Pieces]

    def to_json(self) -> dict[str, object]:
        """Return the units as lists and numbers, as `js/wrap.ts` takes them.

        Examples
        --------
        >>> from textualheatmap.facet.reading import read_arrays
        >>> split_units(read_arrays(["a b"])).to_json()["text"]
        ['a ', 'b']
        """
        return {
            "index": self.index.tolist(),
            "position": self.position.tolist(),
            "text": list(self.text),
            "columns": self.columns.tolist(),
            "breaks": self.breaks.astype(int).tolist(),
            "hangs": self.hangs.tolist(),
            "ends": self.ends.astype(int).tolist(),
            "pieces": {str(k): piece._asdict() for k, piece in self.pieces.items()},
        }


@dataclass(frozen=True, eq=False)
class Cells:
    """The boxes of a facet's text in lines of character columns, in reading order.

    A token has a cell on each line that it touches; every token that is not a format
    token has at least one.

    Attributes
    ----------
    index
        Index of each cell's token, -1 for format tokens.
    position
        Position of each cell's token.
    line, column
        Where the cell begins.
    width
        Its columns.
    text
        What is drawn, as wide as the cell.
    """

    index: NDArray[np.int64]
    position: NDArray[np.int64]
    line: NDArray[np.int64]
    column: NDArray[np.int64]
    width: NDArray[np.int64]
    text: tuple[str, ...]

    @property
    def lines(self) -> int:
        """The number of lines up to the last cell."""
        return int(self.line[-1]) + 1


class _Unit(NamedTuple):
    """One of `Units`, on its way there."""

    position: int
    text: str
    columns: int
    breaks: bool
    hangs: int
    ends: bool
    pieces: Pieces | None


def split_units(tokens: Tokens, *, wrap_after_token: bool = False) -> Units:
    """Cut the text of a facet into the units between which lines may break.

    Lines break where Unicode (UAX #14) allows it in the text of the whole facet, so
    that facets of one text break alike whatever their tokens.

    Parameters
    ----------
    tokens
        The tokens of one facet.
    wrap_after_token
        Whether lines may also break after any token, except before a space.

    Examples
    --------
    >>> from textualheatmap.facet.reading import read_arrays
    >>> units = split_units(read_arrays(["to see", " it"]))
    >>> units.text, units.position.tolist(), units.breaks.tolist()
    (('to ', 'see', ' ', 'it'), [0, 0, 1, 1], [True, True, False, True])
    """
    units = list(_list_units(tokens, wrap_after_token=wrap_after_token))
    position = np.array([unit.position for unit in units], dtype=np.int64)
    columns = np.array([unit.columns for unit in units], dtype=np.int64)
    breaks = np.array([unit.breaks for unit in units], dtype=np.bool_)
    breaks[:1] = True
    ends = np.array([unit.ends for unit in units], dtype=np.bool_)
    # Of a carriage return and a line feed in two tokens the latter ends the line.
    ends[:-1] &= breaks[1:]
    index = np.where(tokens.is_format, -1, np.cumsum(~tokens.is_format) - 1)
    return Units(
        index=index[position],
        position=position,
        text=tuple(unit.text for unit in units),
        columns=columns,
        breaks=breaks,
        hangs=np.array([unit.hangs for unit in units], dtype=np.int64),
        ends=ends,
        pieces={
            number: pieces
            for number in _find_wide(breaks, columns)
            if (pieces := units[number].pieces) is not None
        },
    )


def _find_wide(breaks: NDArray[np.bool_], columns: NDArray[np.int64]) -> list[int]:
    """Return the units in runs without a break that may be longer than a line."""
    run = np.cumsum(breaks) - 1
    width = np.bincount(run, weights=columns)
    return np.flatnonzero(width[run] >= MIN_COLUMNS).tolist()


def _list_units(tokens: Tokens, *, wrap_after_token: bool) -> Iterator[_Unit]:
    """Yield the units of each token."""
    breaks = [*find_breaks(tokens.text).tolist(), bool(tokens.text)]
    start = 0
    for position, (text, is_format) in enumerate(
        zip(tokens.texts, tokens.is_format.tolist(), strict=True)
    ):
        end = start + len(text)
        flags = breaks[start : end + 1]
        flags[0] = flags[0] or (wrap_after_token and not _begins_hanging(text))
        if not text:
            if not is_format:
                yield _Unit(position, EMPTY, 1, flags[0], 0, ends=False, pieces=None)
        elif text.isascii() and text.isprintable():
            yield from _split_plain(position, text, flags)
        else:
            yield from _split_any(position, text, flags, is_format=is_format)
        start = end


def _begins_hanging(text: str) -> bool:
    """Return whether a text begins with a space or a newline."""
    first = next(iter_graphemes(text), "")
    return first == " " or first in LINE_ENDS


def _split_plain(position: int, text: str, flags: list[bool]) -> Iterator[_Unit]:
    """Yield the units of a token of printable ASCII."""
    start = 0
    while start < len(text):
        try:
            end = flags.index(True, start + 1, len(text))
        except ValueError:
            end = len(text)
        piece = text[start:end]
        hangs = len(piece) - len(piece.rstrip(" "))
        yield _Unit(
            position, piece, len(piece), flags[start], hangs, ends=False, pieces=None
        )
        start = end


def _split_any(
    position: int, text: str, flags: list[bool], *, is_format: bool
) -> Iterator[_Unit]:
    """Yield the units of any token."""
    start = offset = hangs = 0
    pieces = Pieces([], [])
    last = ""
    for cluster in split_clusters(text):
        if pieces.text and flags[offset]:
            yield _join_pieces(position, pieces, hangs, last, breaks=flags[start])
            start, hangs, pieces = offset, 0, Pieces([], [])
        last = cluster.text
        is_newline = last in LINE_ENDS
        is_drawn = not (is_newline and is_format)
        columns = cluster.columns if is_drawn else 0
        pieces.text.append(cluster.drawn if is_drawn else "")
        pieces.columns.append(columns)
        hangs = hangs + columns if is_newline or last == " " else 0
        offset += len(last)
    yield _join_pieces(position, pieces, hangs, last, breaks=flags[start])


def _join_pieces(
    position: int, pieces: Pieces, hangs: int, last: str, *, breaks: bool
) -> _Unit:
    """Return the unit of some clusters, the last of which is of the text `last`."""
    text, columns = "".join(pieces.text), sum(pieces.columns)
    count = len(pieces.text)
    is_plain = count == columns == len(text)
    is_one = count == 1 and len(text) != columns
    return _Unit(
        position,
        text,
        columns,
        breaks,
        hangs,
        ends=last.endswith(HARD_BREAKS),
        pieces=None if is_plain or is_one else pieces,
    )


def wrap(units: Units, columns: int) -> Cells:
    """Lay units out in lines of character columns.

    A run of units between which no line may break is broken only if it is longer than
    a line, and then between grapheme clusters. The last column is kept for the space
    or the newline mark that ends a line: text fills `columns - 1`, and no line begins
    with the space that ended the last.

    Parameters
    ----------
    units
        The text of a facet, as of `split_units`.
    columns
        The character columns of a line, at least `MIN_COLUMNS`. East Asian wide
        characters and emoji take two.

    Raises
    ------
    ValueError
        If `columns` is less than `MIN_COLUMNS`.

    Examples
    --------
    >>> from textualheatmap.facet.reading import read_arrays
    >>> cells = wrap(split_units(read_arrays(["to see", " it all"])), columns=11)
    >>> cells.text, cells.line.tolist(), cells.column.tolist()
    (('to see', ' it ', 'all'), [0, 0, 1], [0, 6, 0])
    """
    if columns < MIN_COLUMNS:
        msg = f"columns is {columns}, expected at least {MIN_COLUMNS}"
        raise ValueError(msg)
    boxes: list[list[int]] = []
    parts: list[list[str]] = []
    for position, line, column, width, text in _place_units(units, columns):
        if not text:
            continue
        if boxes and boxes[-1][0] == position and boxes[-1][1] == line:
            boxes[-1][3] += width
            parts[-1].append(text)
        else:
            boxes.append([position, line, column, width])
            parts.append([text])
    table = np.array(boxes, dtype=np.int64).reshape(-1, 4)
    return Cells(
        index=units.index[np.searchsorted(units.position, table[:, 0])],
        position=table[:, 0],
        line=table[:, 1],
        column=table[:, 2],
        width=table[:, 3],
        text=tuple(map("".join, parts)),
    )


def _place_units(
    units: Units, columns: int
) -> Iterator[tuple[int, int, int, int, str]]:
    """Yield the position, line, column, width and text of what is drawn."""
    texts, widths, hangs = units.text, units.columns.tolist(), units.hangs.tolist()
    positions, ends = units.position.tolist(), units.ends.tolist()
    starts = np.flatnonzero(units.breaks).tolist()
    line = column = 0
    for first, stop in zip(starts, [*starts[1:], len(texts)], strict=True):
        end = column + sum(widths[first:stop])
        text_end = end - _count_hanging(widths, hangs, first, stop)
        if column and (text_end >= columns or end > columns):
            line, text_end, end, column = line + 1, text_end - column, end - column, 0
        is_longer = text_end >= columns or end > columns
        for number in range(first, stop):
            if not is_longer:
                yield positions[number], line, column, widths[number], texts[number]
                column += widths[number]
                continue
            for text, width, may_hang in _break_unit(units, number):
                if column + width > columns - (not may_hang):
                    line, column = line + 1, 0
                yield positions[number], line, column, width, text
                column += width
        if ends[stop - 1]:
            line, column = line + 1, 0


def _count_hanging(widths: list[int], hangs: list[int], first: int, stop: int) -> int:
    """Return how many columns hang at the end of the units `first` to `stop - 1`."""
    hanging = 0
    for number in range(stop - 1, first - 1, -1):
        hanging += hangs[number]
        if hangs[number] < widths[number]:
            break
    return hanging


def _break_unit(units: Units, number: int) -> Iterator[tuple[str, int, bool]]:
    """Yield the pieces of a unit, with their columns and whether they may hang."""
    text, columns = units.text[number], int(units.columns[number])
    if number in units.pieces:
        texts, widths = units.pieces[number]
    elif len(text) == columns:
        texts, widths = text, [1] * columns
    else:
        texts, widths = [text], [columns]
    hanging_start = columns - int(units.hangs[number])
    column = 0
    for piece, width in zip(texts, widths, strict=True):
        yield piece, width, piece == " " or column >= hanging_start
        column += width
