"""The measures of a heatmap in CSS pixels; places count from a plot's top left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textualheatmap.scene.escape import count_columns, elide
from textualheatmap.scene.wrap import MIN_COLUMNS, split_units, wrap

if TYPE_CHECKING:
    from textualheatmap.scene.wrap import Cells, Units
    from textualheatmap.state.heatmap import Heatmap

# A cell is a whole number of pixels in both directions, at device scales of 1.25 and
# 1.5 too, so that neighbouring rectangles meet on a pixel's edge: a fractional edge
# shows as a seam.
CELL_WIDTH = 8
LINE_HEIGHT = 20
# The advance of the usual monospaced fonts is 0.6 em.
FONT_SIZE = CELL_WIDTH / 0.6
META_HEIGHT = 40
CONTROLS_HEIGHT = 28
PADDING = 8
TAB_PADDING = 8
# The tab of a long title takes a fifth of the width, but at least 4 and at most 16
# letters, each as wide as a cell.
TAB_SHARE = 5
LEAST_TAB, WIDEST_TAB = (letters * CELL_WIDTH + 2 * TAB_PADDING for letters in (4, 16))
MINIMAP_WIDTH = 36
FACET_GAP = 8
MAX_LINES = 60
# So that the windows of two facets, with their meta, fit on one screen.
WINDOW_LINES = 14


@dataclass(frozen=True)
class Geometry:
    """The measures that all facets of one heatmap share, and each facet's cells.

    Attributes
    ----------
    width
        Width of a facet in px, title and minimap included.
    columns
        Character columns of a line; all facets wrap at the same one.
    tab_width
        Width in px of the title's tab: the widest title's, for all facets.
    meta_height
        Height in px of the strip above the text, 0 without meta.
    window
        Lines that are shown at once.
    lines
        Lines of the longest facet.
    units
        The text of each facet, cut where lines may break.
    cells
        The cells of each facet.
    """

    width: int
    columns: int
    tab_width: int
    meta_height: int
    window: int
    lines: int
    units: tuple[Units, ...]
    cells: tuple[Cells, ...]

    @property
    def windowed(self) -> bool:
        """Whether a facet has more lines than are shown at once: minimaps are shown."""
        return self.lines > self.window

    @property
    def plot_width(self) -> int:
        """Width in px of a facet's plot, the minimap left out."""
        return self.width - (MINIMAP_WIDTH if self.windowed else 0)

    @property
    def panel_width(self) -> int:
        """Width in px of the dark panel that holds the text."""
        return self.plot_width - self.tab_width

    @property
    def left(self) -> int:
        """Where the first column begins, in px."""
        return PADDING

    @property
    def top(self) -> int:
        """Where the first shown line begins, in px."""
        return PADDING

    def cut_title(self, title: str, i: int, *, rotated: bool) -> str:
        """Return the title of facet i as it is shown in the tab, cut if it is too long.

        Examples
        --------
        >>> from textualheatmap.state.heatmap import Heatmap
        >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
        >>> geometry = compute_geometry(heatmap)
        >>> geometry.cut_title("A long short-term memory", 0, rotated=False)
        'A long…'
        """
        room = self.tab_width - 2 * TAB_PADDING
        if rotated:
            room = self.facet_height(i) - TAB_PADDING
        return elide(title, max(1, room // CELL_WIDTH))

    def facet_lines(self, i: int) -> int:
        """Return the number of lines of facet i."""
        return self.cells[i].lines

    def facet_window(self, i: int) -> int:
        """Return the number of lines of facet i that are shown at once."""
        return min(self.window, self.facet_lines(i))

    def facet_height(self, i: int) -> int:
        """Return the height in px of facet i's plot."""
        return self.facet_window(i) * LINE_HEIGHT + 2 * PADDING


def compute_geometry(heatmap: Heatmap) -> Geometry:
    """Lay out the facets of a heatmap that holds data.

    Parameters
    ----------
    heatmap
        At least one facet; its `width`, `max_height`, `show_meta`,
        `rotate_facet_titles` and `wrap_after_token` decide.

    Returns
    -------
    Geometry
        In px and character columns.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> compute_geometry(heatmap).columns
    64
    """
    meta_height = META_HEIGHT if heatmap.show_meta else 0
    window = MAX_LINES
    if heatmap.max_height is not None:
        # In the lowest heatmap meta get what is left above one line.
        one_line = LINE_HEIGHT + 2 * PADDING
        meta_height = min(meta_height, heatmap.max_height - one_line)
        text_height = heatmap.max_height - meta_height - 2 * PADDING
        window = text_height // LINE_HEIGHT
    units = tuple(
        split_units(facet.tokens, wrap_after_token=heatmap.wrap_after_token)
        for facet in heatmap.facets
    )
    # A text that is surely longer than the window need not be wrapped without minimaps.
    room = window * _divide_width(heatmap, minimap=False)[0]
    if all(int(facet_units.columns.sum()) <= room for facet_units in units):
        geometry = _wrap_facets(heatmap, units, window, meta_height, minimap=False)
        if not geometry.windowed:
            return geometry
    if heatmap.max_height is None:
        window = WINDOW_LINES
    return _wrap_facets(heatmap, units, window, meta_height, minimap=True)


def _wrap_facets(
    heatmap: Heatmap,
    units: tuple[Units, ...],
    window: int,
    meta_height: int,
    *,
    minimap: bool,
) -> Geometry:
    """Wrap all facets at the same column; minimaps take their part of the width."""
    columns, tab_width = _divide_width(heatmap, minimap=minimap)
    cells = tuple(wrap(facet_units, columns) for facet_units in units)
    lines = max(facet_cells.lines for facet_cells in cells)
    return Geometry(
        heatmap.width, columns, tab_width, meta_height, window, lines, units, cells
    )


def _divide_width(heatmap: Heatmap, *, minimap: bool) -> tuple[int, int]:
    """Return the columns of the text, and the width in px of the title's tab."""
    room = heatmap.width - 2 * PADDING - (MINIMAP_WIDTH if minimap else 0)
    # On a narrow heatmap the text comes first: its titles are cut.
    tab_width = min(_find_tab_width(heatmap), room - MIN_COLUMNS * CELL_WIDTH)
    return (room - tab_width) // CELL_WIDTH, tab_width


def _find_tab_width(heatmap: Heatmap) -> int:
    """Return the width in px that the longest title asks for."""
    if heatmap.rotate_facet_titles:
        return LINE_HEIGHT + TAB_PADDING
    longest = max(count_columns(title) for title in heatmap.facet_titles)
    share = min(max(heatmap.width // TAB_SHARE, LEAST_TAB), WIDEST_TAB)
    return min(longest * CELL_WIDTH + 2 * TAB_PADDING, share)
