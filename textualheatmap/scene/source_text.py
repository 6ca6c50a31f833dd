"""Which characters of a facet's text each of its cells is drawn for.

A cell's own text may differ from them: a newline is drawn as a mark, for example.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from textualheatmap.scene.escape import LINE_ENDS, split_clusters
from textualheatmap.scene.joining import JOINER
from textualheatmap.scene.wrap import HARD_BREAKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textualheatmap.facet.tokens import Tokens
    from textualheatmap.scene.wrap import Cells


class SourceText(NamedTuple):
    """The characters of the text that some cells are drawn for.

    Attributes
    ----------
    text
        One string for each cell.
    ended
        The numbers of the lines that end at a line end of the text, drawn or not. The
        other lines end because they are full.
    """

    text: list[str]
    ended: set[int]


def find_source_text(tokens: Tokens, cells: Cells, first: int, stop: int) -> SourceText:
    r"""Find the characters that the cells `first` to `stop - 1` are drawn for.

    Parameters
    ----------
    tokens
        The tokens of a facet.
    cells
        The cells of the facet, as of `wrap`.
    first, stop
        The numbers of the cells.

    Examples
    --------
    >>> from textualheatmap.facet.reading import read_arrays
    >>> from textualheatmap.scene.wrap import split_units, wrap
    >>> tokens = read_arrays(["a\n", "", "b"])
    >>> cells = wrap(split_units(tokens), 11)
    >>> cells.text, find_source_text(tokens, cells, 0, 3)
    (('a↵', '∅', 'b'), SourceText(text=['a\n', '', 'b'], ended={0}))
    """
    sources = [""] * (stop - first)
    ended: set[int] = set()
    for cell, line, source in _list_pieces(tokens, cells, first, stop):
        if first <= cell < stop:
            sources[cell - first] += source
        if source in LINE_ENDS:
            ended.add(line)
    return SourceText(sources, ended)


def _list_pieces(
    tokens: Tokens, cells: Cells, first: int, stop: int
) -> Iterator[tuple[int, int, str]]:
    """Yield the cell (-1 if it is not drawn), line and characters of pieces of text."""
    # Line ends that are not drawn may stand between the cell before and the first one.
    position = int(cells.position[first - 1]) if first else 0
    last = int(cells.position[stop]) if stop < len(cells.text) else len(tokens.texts)
    cell = int(np.searchsorted(cells.position, position))
    line = int(cells.line[cell]) if first else 0
    while position < last or (cell < stop and position == last):
        text = tokens.texts[position]
        own = int(np.searchsorted(cells.position, position, "right"))
        if text.isascii() and text.isprintable():
            offset = 0
            while cell < own:
                end = offset + len(cells.text[cell])
                line = int(cells.line[cell])
                yield cell, line, text[offset:end]
                cell, offset = cell + 1, end
        else:
            drawn = 0
            for cluster in split_clusters(text):
                if tokens.is_format[position] and cluster.text in LINE_ENDS:
                    yield -1, line, cluster.text
                    line += 1
                    continue
                line = int(cells.line[cell])
                yield cell, line, cluster.text
                line += cluster.text[-1:] in HARD_BREAKS
                drawn += len(cluster.drawn)
                # The joiners beside its letters are nobody's.
                if drawn >= len(cells.text[cell].strip(JOINER)):
                    cell, drawn = cell + 1, 0
        cell = own
        position += 1
