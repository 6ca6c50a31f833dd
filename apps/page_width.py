"""The width that the page has for the heatmap."""

from pathlib import Path

import panel as pn
import param


class PageWidth(pn.custom.JSComponent):
    """An empty line that tells Python how wide it is."""

    pixels = param.Integer(default=0, doc="Its width in px, 0 until it is known.")

    _esm = Path(__file__).with_name("page_width.mjs")
