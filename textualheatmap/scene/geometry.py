"""The measures of a heatmap in CSS pixels; places count from a plot's top left."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
# Fonts whose advance is that; the last resort may have another one, which is why tokens
# that are not plain letters are centred in their cells.
FONT = "Menlo, 'DejaVu Sans Mono', 'Liberation Mono', 'Lucida Console', monospace"
META_HEIGHT = 40
CONTROLS_HEIGHT = 28
LEGEND_HEIGHT = 24
PADDING = 8
TAB_PADDING = 8
# The tab of a long title takes a fifth of the width, but at least 7 and at most 16
# letters, each as wide as a cell.
TAB_SHARE = 5
LEAST_TAB, WIDEST_TAB = (letters * CELL_WIDTH + 2 * TAB_PADDING for letters in (7, 16))
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
    title_width
        Width in px of a tab with room for the longest title.
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
    title_width: int
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
        """Width in px of the panel that holds the text."""
        return self.plot_width - self.tab_width

    @property
    def left(self) -> int:
        """Where the first column begins, in px."""
        return PADDING

    @property
    def top(self) -> int:
        """Where the first shown line begins, in px."""
        return PADDING

    def cut_title(
        self, title: str, i: int, *, rotated: bool, stretches: bool = False
    ) -> str:
        """Return the title of facet i as it is shown in the tab, cut if it is too long.

        Where the heatmap stretches, as much is left as the widest or highest of tabs
        may show: the page cuts it then.

        Examples
        --------
        >>> from textualheatmap.state.heatmap import Heatmap
        >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
        >>> geometry = compute_geometry(heatmap)
        >>> geometry.cut_title("A long short-term memory", 0, rotated=False)
        'A long…'
        """
        room = (WIDEST_TAB if stretches else self.tab_width) - 2 * TAB_PADDING
        if rotated:
            height = MAX_LINES * LINE_HEIGHT if stretches else self.facet_height(i)
            room = height - TAB_PADDING
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


@dataclass(frozen=True)
class Measures:
    """What a heatmap's width is divided by; `js/fit.ts` divides by the same.

    Attributes
    ----------
    title
        Width in px of a tab with room for the longest title.
    meta
        Height in px of the strip above the text, 0 without meta.
    most
        Lines of the longest facet up to which all lines are shown.
    window
        Lines that are shown at once of a longer one.
    """

    title: int
    meta: int
    most: int
    window: int


def measure(heatmap: Heatmap) -> Measures:
    """Measure a heatmap that holds data, apart from its width.

    Parameters
    ----------
    heatmap
        Its titles, `max_height`, `facets_with_meta` and `rotate_facet_titles`
        decide.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> measure(heatmap)
    Measures(title=72, meta=0, most=60, window=14)
    """
    meta = META_HEIGHT if any(heatmap.facets_with_meta) else 0
    most, window = MAX_LINES, WINDOW_LINES
    if heatmap.max_height is not None:
        # The lowest of heatmaps has a lower strip above its one line.
        one_line = LINE_HEIGHT + 2 * PADDING
        meta = min(meta, heatmap.max_height - one_line)
        most = window = (heatmap.max_height - meta - 2 * PADDING) // LINE_HEIGHT
    title = LINE_HEIGHT + TAB_PADDING
    if not heatmap.rotate_facet_titles:
        longest = max(count_columns(title) for title in heatmap.facet_titles)
        title = longest * CELL_WIDTH + 2 * TAB_PADDING
    return Measures(title, meta, most, window)


def compute_geometry(heatmap: Heatmap, *, whole: bool = False) -> Geometry:
    """Lay out the facets of a heatmap that holds data.

    Parameters
    ----------
    heatmap
        At least one facet; its `width`, `wrap_after_token`, and what `measure` reads
        decide.
    whole
        Whether all lines are shown, however many, unless `max_height` says how many.

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
    units = tuple(
        split_units(facet.tokens, wrap_after_token=heatmap.wrap_after_token)
        for facet in heatmap.facets
    )
    measures = measure(heatmap)
    if whole and heatmap.max_height is None:
        lines = sum(int(each.columns.sum()) for each in units)
        measures = replace(measures, most=lines, window=lines)
    return fit_width(measures, units, heatmap.width)


def fit_width(measures: Measures, units: tuple[Units, ...], width: int) -> Geometry:
    """Lay the text of facets out in a width, as `js/fit.ts` does in the browser.

    Parameters
    ----------
    measures
        As of `measure`.
    units
        The text of each facet, cut where lines may break.
    width
        In px, at least `state.heatmap.MIN_WIDTH`.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> text = "a text in lines"
    >>> heatmap = Heatmap().set_data([[{"token": text, "heat": [1.0]}]])
    >>> units = compute_geometry(heatmap).units
    >>> [fit_width(measure(heatmap), units, width).lines for width in (160, 600)]
    [2, 1]
    """
    # Of a text that is surely longer than is shown at once a first try can be spared.
    room = measures.most * _divide_width(measures, width, minimap=False)[0]
    if all(int(facet_units.columns.sum()) <= room for facet_units in units):
        geometry = _wrap_facets(measures, units, width, minimap=False)
        if not geometry.windowed:
            return geometry
    return _wrap_facets(measures, units, width, minimap=True)


def _wrap_facets(
    measures: Measures, units: tuple[Units, ...], width: int, *, minimap: bool
) -> Geometry:
    columns, tab_width = _divide_width(measures, width, minimap=minimap)
    cells = tuple(wrap(facet_units, columns) for facet_units in units)
    return Geometry(
        width=width,
        columns=columns,
        title_width=measures.title,
        tab_width=tab_width,
        meta_height=measures.meta,
        window=measures.window if minimap else measures.most,
        lines=max(facet_cells.lines for facet_cells in cells),
        units=units,
        cells=cells,
    )


def _divide_width(measures: Measures, width: int, *, minimap: bool) -> tuple[int, int]:
    """Return the columns of the text, and the width in px of the title's tab."""
    room = width - 2 * PADDING - (MINIMAP_WIDTH if minimap else 0)
    share = min(max(width // TAB_SHARE, LEAST_TAB), WIDEST_TAB)
    # On a narrow heatmap the text comes first: its titles are cut.
    tab_width = min(measures.title, share, room - MIN_COLUMNS * CELL_WIDTH)
    return (room - tab_width) // CELL_WIDTH, tab_width
