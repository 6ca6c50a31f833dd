"""In which line and columns each piece of a facet's text is drawn.

First the text is cut into units, between which lines may break; this does not depend on
the width. Then the units are wrapped at a width, as `js/wrap.ts` does in the browser.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from textualheatmap.facet.normalising import SPECIAL
from textualheatmap.scene.directions import RIGHT_TO_LEFT, find_levels, order_line
from textualheatmap.scene.escape import EMPTY, LINE_ENDS, WIDEST, split_clusters
from textualheatmap.scene.joining import JOINER, joins_before, joins_next
from textualheatmap.scene.line_breaks import find_breaks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from textualheatmap.facet.tokens import Tokens

MIN_COLUMNS = WIDEST + 1
"""Columns in which every grapheme cluster fits, with one left for a hanging space."""

# A line ends after any of these (classes BK, CR, LF and NL of UAX #14).
HARD_BREAKS = ("\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")
# Clusters that may stand in the last column of a line.
HANGING = frozenset((" ", *LINE_ENDS))


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
        How many columns at the unit's end may hang, that is, stand in the last column
        of a line, which other text leaves free: spaces, and the mark of a newline.
    ends
        Whether the line ends after the unit.
    level
        Which way the unit runs, as of `find_levels`: the same for all of it.
    pieces
        By the unit's number, the pieces between which a unit that is longer than a line
        is broken. A unit without an entry is broken between its characters if it has as
        many characters as columns; otherwise it is not broken.
    """

    index: NDArray[np.int64]
    position: NDArray[np.int64]
    text: tuple[str, ...]
    columns: NDArray[np.int64]
    breaks: NDArray[np.bool_]
    hangs: NDArray[np.int64]
    ends: NDArray[np.bool_]
    level: NDArray[np.int64]
    pieces: Mapping[int, Pieces]

    def to_json(self) -> dict[str, object]:
        """Return the units as lists and numbers, as `js/wrap.ts` takes them.

        Examples
        --------
        >>> from textualheatmap.facet.reading import read_arrays
        >>> split_units(read_arrays(["a b"])).to_json()["text"]
        ['a ', 'b']
        """
        units: dict[str, object] = {
            "index": self.index.tolist(),
            "position": self.position.tolist(),
            "text": list(self.text),
            "columns": self.columns.tolist(),
            "breaks": self.breaks.astype(int).tolist(),
            "hangs": self.hangs.tolist(),
            "ends": self.ends.astype(int).tolist(),
            "pieces": {str(k): piece._asdict() for k, piece in self.pieces.items()},
        }
        # Most texts run from left to right.
        return {**units, "level": self.level.tolist()} if self.level.any() else units


@dataclass(frozen=True, eq=False)
class Cells:
    """The boxes of a facet's text on a grid of lines and columns, in reading order.

    A token has a cell on each line that it touches, or several where parts of it run
    another way; every token that is not a format token has at least one.

    Attributes
    ----------
    index
        Index of each cell's token, -1 for format tokens.
    position
        Position of each cell's token.
    line, column
        Line and first column of each cell, from 0.
    width
        How many columns each cell has.
    level
        Which way each cell runs: from right to left if it is odd. It is at least
        `RIGHT_TO_LEFT` where the paragraph does, whose lines end at the right edge.
    text
        What is drawn in each cell, as wide as it is.
    """

    index: NDArray[np.int64]
    position: NDArray[np.int64]
    line: NDArray[np.int64]
    column: NDArray[np.int64]
    width: NDArray[np.int64]
    level: NDArray[np.int64]
    text: tuple[str, ...]

    @property
    def lines(self) -> int:
        """The number of lines up to the last cell."""
        return int(self.line[-1]) + 1


@dataclass(frozen=True, eq=False)
class _Clusters:
    """The grapheme clusters of all tokens of a facet, one entry a cluster.

    Attributes
    ----------
    text, drawn, columns
        As of `Cluster`. An empty token has one cluster, of no text.
    position
        Position of each cluster's token.
    level
        Which way each cluster runs, as of `find_levels`.
    """

    text: list[str]
    drawn: list[str]
    columns: NDArray[np.int64]
    position: NDArray[np.intp]
    level: NDArray[np.int64]


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
    clusters = _split_tokens(tokens)
    hanging = _flag(text in HANGING for text in clusters.text)
    begins_token = np.diff(clusters.position, prepend=-1) > 0
    may_break = np.append(find_breaks(tokens.text), bool(tokens.text))
    begins_run = may_break[_accumulate(_measure(clusters.text))[:-1]]
    if wrap_after_token:
        begins_run |= begins_token & ~hanging
    begins_run[:1] = True

    turns = _find_turns(clusters.level, hanging)
    first = np.flatnonzero(begins_token | begins_run | turns)
    stop = np.append(first[1:], len(hanging))
    edges = _accumulate(clusters.columns)
    # Clusters that hang at the end of a unit follow its last one that does not.
    hangs_from = np.maximum(_find_last(~hanging)[stop - 1] + 1, first)
    breaks = begins_run[first]
    last: list[int] = (stop - 1).tolist()
    ends = _flag(clusters.text[k].endswith(HARD_BREAKS) for k in last)
    # Of a carriage return and a line feed in two tokens the latter ends the line.
    ends[:-1] &= breaks[1:]
    position = clusters.position[first]
    index = np.where(tokens.is_format, -1, np.cumsum(~tokens.is_format) - 1)
    columns = edges[stop] - edges[first]
    return Units(
        index=index[position],
        position=position,
        text=_join(clusters.drawn, first, stop),
        columns=columns,
        breaks=breaks,
        hangs=edges[stop] - edges[hangs_from],
        ends=ends,
        level=clusters.level[first],
        pieces=_list_pieces(clusters, first, stop, _find_wide(breaks, columns)),
    )


def _split_tokens(tokens: Tokens) -> _Clusters:
    """Return the grapheme clusters of all tokens."""
    text: list[str] = []
    drawn: list[str] = []
    columns: list[int] = []
    counts: list[int] = []
    for token, is_format in zip(tokens.texts, tokens.is_format.tolist(), strict=True):
        before = len(text)
        if not token and not is_format:
            text.append("")
            drawn.append(EMPTY)
            columns.append(1)
        elif token.isascii() and token.isprintable():
            text.extend(token)
            drawn.extend(token)
            columns.extend([1] * len(token))
        else:
            for cluster in split_clusters(token):
                # A newline between tokens breaks the line without a mark.
                is_drawn = not (is_format and cluster.text in LINE_ENDS)
                text.append(cluster.text)
                drawn.append(cluster.drawn if is_drawn else "")
                columns.append(cluster.columns if is_drawn else 0)
        counts.append(len(text) - before)
    position = np.repeat(np.arange(len(counts)), counts)
    level = _find_levels(tokens, text, drawn, position)
    if level.any():
        _join_letters(drawn, position, level)
    return _Clusters(text, drawn, np.array(columns, dtype=np.int64), position, level)


def _find_levels(
    tokens: Tokens, text: list[str], drawn: list[str], position: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Return which way each cluster runs."""
    if tokens.text.isascii():
        return np.zeros(len(text), dtype=np.int64)
    ends = [k for k, each in enumerate(text, 1) if each.endswith(HARD_BREAKS)]
    names = [SPECIAL.fullmatch(token.strip()) is not None for token in tokens.texts]
    named = np.array(names)[position].tolist()
    return np.array(find_levels(drawn, [*ends, len(text)], named), dtype=np.int64)


def _join_letters(
    drawn: list[str], position: NDArray[np.intp], level: NDArray[np.int64]
) -> None:
    """Join the Arabic letters on both sides of where a token ends within a word."""
    for k in np.flatnonzero((np.diff(position) > 0) & (level[1:] % 2 > 0)).tolist():
        if joins_next(drawn[k]) and joins_before(drawn[k + 1]):
            drawn[k] += JOINER
            drawn[k + 1] = JOINER + drawn[k + 1]


def _find_turns(
    level: NDArray[np.int64], hanging: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return before which clusters the text turns, or may where a line ends there."""
    turns = np.diff(level, prepend=level[:1]) != 0
    # What hangs at the end of a line runs as the paragraph does.
    own = hanging & (level != 0) & (level != RIGHT_TO_LEFT)
    return turns | (np.diff(own, prepend=own[:1]) != 0)


def _find_wide(
    breaks: NDArray[np.bool_], columns: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which units are part of a run that the shortest line cannot hold."""
    run = np.cumsum(breaks) - 1
    return np.bincount(run, weights=columns)[run] >= MIN_COLUMNS


def _list_pieces(
    clusters: _Clusters,
    first: NDArray[np.intp],
    stop: NDArray[np.intp],
    wide: NDArray[np.bool_],
) -> dict[int, Pieces]:
    """Return the pieces of those wide units that are not broken between characters."""
    characters = _measure(clusters.drawn)
    is_odd = _accumulate((characters != 1) | (clusters.columns != 1))
    edges, character_edges = _accumulate(clusters.columns), _accumulate(characters)
    looks_plain = (
        character_edges[stop] - character_edges[first] == edges[stop] - edges[first]
    )
    needed = (is_odd[stop] > is_odd[first]) & ((stop - first > 1) | looks_plain)
    return {
        unit: Pieces(
            clusters.drawn[first[unit] : stop[unit]],
            clusters.columns[first[unit] : stop[unit]].tolist(),
        )
        for unit in np.flatnonzero(wide & needed).tolist()
    }


def _flag(flags: Iterable[bool]) -> NDArray[np.bool_]:
    """Return bools as an array."""
    return np.fromiter(flags, dtype=np.bool_)


def _measure(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return the number of characters of each text."""
    return np.fromiter(map(len, texts), np.int64, len(texts))


def _accumulate(counts: NDArray[np.int64] | NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the sum of the counts before each place, and last the sum of all."""
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


def _find_last(flags: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return for each place the last one up to it that is flagged, or -1."""
    return np.maximum.accumulate(np.where(flags, np.arange(len(flags)), -1))


def _join(
    texts: Sequence[str], first: NDArray[np.intp], stop: NDArray[np.intp]
) -> tuple[str, ...]:
    """Join the texts from each `first` to before its `stop`."""
    edges, joined = _accumulate(_measure(texts)), "".join(texts)
    bounds = zip(edges[first].tolist(), edges[stop].tolist(), strict=True)
    return tuple(joined[start:end] for start, end in bounds)


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
    placed = _place_pieces(units, columns)
    return _build_cells(units, placed, np.array(placed.line), columns)


def split_runs(units: Units, columns: int) -> Cells:
    """Cut lines of character columns wherever else a line may break.

    Parameters
    ----------
    units, columns
        As for `wrap`.

    Returns
    -------
    Cells
        As of `wrap`, except that each run of units between which no line may break is
        a line of its own, and each part of one that is longer than a line.

    Examples
    --------
    >>> from textualheatmap.facet.reading import read_arrays
    >>> cells = split_runs(split_units(read_arrays(["to see", " it all"])), 11)
    >>> cells.text, cells.line.tolist()
    (('to ', 'see', ' ', 'it ', 'all'), [0, 1, 1, 2, 3])
    """
    placed = _place_pieces(units, columns)
    run = (np.cumsum(units.breaks) - 1)[np.array(placed.unit)]
    is_broken = (np.diff(placed.line, prepend=0) > 0) & (np.diff(run, prepend=-1) == 0)
    return _build_cells(units, placed, run + np.cumsum(is_broken))


def _build_cells(
    units: Units, placed: _Placed, line: NDArray[np.int64], columns: int | None = None
) -> Cells:
    """Return the cells of what is placed, on lines of these numbers.

    Without `columns` these are no lines yet, but parts of lines.
    """
    unit, column = np.array(placed.unit), np.array(placed.column)
    width = np.array(placed.width)
    position, level = units.position[unit], units.level[unit]
    # What hangs at the end of a line runs as the paragraph does.
    is_own = (level % RIGHT_TO_LEFT > 0) & (units.hangs[unit] == width)
    # The pieces of a token on one line are one cell, unless some run another way.
    is_new = is_own | np.append(False, is_own[:-1])
    for each in (position, line, level):
        is_new |= np.diff(each, prepend=-1) != 0
    first = np.flatnonzero(is_new)
    stop = np.append(first[1:], len(unit))
    edges = _accumulate(width)
    cells = Cells(
        index=units.index[unit[first]],
        position=position[first],
        line=line[first],
        column=column[first],
        width=edges[stop] - edges[first],
        level=level[first],
        text=_join(placed.text, first, stop),
    )
    if cells.level.any():
        _turn_lines(cells, is_own[first], columns)
    return cells


def _turn_lines(cells: Cells, may_turn: NDArray[np.bool_], columns: int | None) -> None:
    """Place the cells of each line so that each runs its way."""
    edges = np.flatnonzero(np.diff(cells.line, prepend=-1, append=-1)).tolist()
    for start, stop in pairwise(edges):
        level, width = cells.level[start:stop], cells.width[start:stop]
        from_right = level[0] >= RIGHT_TO_LEFT
        if columns is not None:
            # The rule L1 of UAX #9.
            stays = np.flatnonzero(~may_turn[start:stop])
            last = int(stays[-1]) + 1 if len(stays) else 0
            level[last:] = RIGHT_TO_LEFT if from_right else 0
        if not level.any():
            continue
        order = np.array(order_line(level.tolist()))
        left = int(cells.column[start])
        if from_right and columns is not None:
            left = columns - int(width.sum())
        cells.column[start + order] = left + _accumulate(width[order])[:-1]


@dataclass(frozen=True, eq=False)
class _Placed:
    """Units, or pieces of those that are broken, where they are drawn."""

    unit: list[int] = field(default_factory=list[int])
    line: list[int] = field(default_factory=list[int])
    column: list[int] = field(default_factory=list[int])
    width: list[int] = field(default_factory=list[int])
    text: list[str] = field(default_factory=list[str])

    def add(self, unit: int, line: int, column: int, width: int, text: str) -> None:
        """Add a unit or a piece of one, unless nothing is drawn for it."""
        if text:
            self.unit.append(unit)
            self.line.append(line)
            self.column.append(column)
            self.width.append(width)
            self.text.append(text)


def _place_pieces(units: Units, columns: int) -> _Placed:
    """Return each unit, or its pieces where it is broken, with its place."""
    placed = _Placed()
    texts, widths, ends = units.text, units.columns.tolist(), units.ends.tolist()
    line = column = 0
    for first, stop, width, hanging in _measure_runs(units):
        end = column + width
        if column and (end - hanging >= columns or end > columns):
            line, column, end = line + 1, 0, width
        if end - hanging < columns and end <= columns:
            for unit in range(first, stop):
                placed.add(unit, line, column, widths[unit], texts[unit])
                column += widths[unit]
        else:
            for unit in range(first, stop):
                for text, piece_width, may_hang in _break_unit(units, unit):
                    if column + piece_width > columns - (not may_hang):
                        line, column = line + 1, 0
                    placed.add(unit, line, column, piece_width, text)
                    column += piece_width
        if ends[stop - 1]:
            line, column = line + 1, 0
    return placed


def _measure_runs(units: Units) -> Iterator[tuple[int, int, int, int]]:
    """Yield the start and stop of each run of units, its columns, and what hangs.

    A run is broken only if it is longer than a line.
    """
    first = np.flatnonzero(units.breaks)
    stop = np.append(first[1:], len(units.text))
    edges = _accumulate(units.columns)
    # What hangs is the end of the last unit that does not hang as a whole, and all
    # units after it.
    last = np.maximum(_find_last(units.hangs < units.columns)[stop - 1], first)
    hanging = units.hangs[last] + edges[stop] - edges[last + 1]
    width = edges[stop] - edges[first]
    runs = (values.tolist() for values in (first, stop, width, hanging))
    return zip(*runs, strict=True)


def _break_unit(units: Units, unit: int) -> Iterator[tuple[str, int, bool]]:
    """Yield the pieces of a unit, with their columns and whether they may hang."""
    text, columns = units.text[unit], int(units.columns[unit])
    if unit in units.pieces:
        texts, widths = units.pieces[unit]
    elif len(text) == columns:
        texts, widths = text, [1] * columns
    else:
        texts, widths = [text], [columns]
    hanging_start = columns - int(units.hangs[unit])
    column = 0
    for piece, width in zip(texts, widths, strict=True):
        yield piece, width, piece == " " or column >= hanging_start
        column += width
