"""The colours of what stands around a facet's text, on light and on dark pages.

Which of the two is shown says the CSS property ``color-scheme`` of the heatmap, or of
the page around it.
"""

from __future__ import annotations

from typing import NamedTuple


class Shade(NamedTuple):
    """One colour on light pages, another on dark ones.

    Parameters
    ----------
    light, dark
        Hex colours.

    Examples
    --------
    >>> Shade("#ffffff", "#000000").css
    'light-dark(#ffffff, #000000)'
    """

    light: str
    dark: str

    @property
    def css(self) -> str:
        """The colour as a value of CSS."""
        return f"light-dark({self.light}, {self.dark})"


BORDER = Shade("#e0e0e0", "#3c4148")
META_GROUND = Shade("#f3f3f3", "#24282e")
META_BAR = Shade("#cfe2f3", "#264260")
META_TEXT = Shade("#1b1b1b", "#f0f0f0")
META_NOTE = Shade("#555555", "#bcc2c8")
TAB_GROUND = Shade("#eeeeee", "#2c3138")
TAB_TEXT = Shade("#4a4a4a", "#d5d9dd")
LEGEND_TEXT = Shade("#555555", "#bcc2c8")
TOOLTIP_GROUND = Shade("#ffffff", "#24282e")
TOOLTIP_TEXT = Shade("#1b1b1b", "#f0f0f0")
LINK = Shade("#0b57d0", "#8ab4f8")
TRACK = Shade("#fafafa", "#2c3138")
TRACK_BORDER = Shade("#d3d3d3", "#4a5058")
TRACK_DONE = Shade("#e6e6e6", "#565d66")
PLAY_MARK = Shade("#4a4a4a", "#d5d9dd")
HANDLE = Shade("#ffffff", "#c9ced4")
HANDLE_BORDER = Shade("#d9d9d9", "#8b929a")
