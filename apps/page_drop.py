"""A page on which a file can be dropped anywhere."""

from pathlib import Path

import panel as pn
import param


class PageDrop(pn.custom.JSComponent):
    """An invisible component that takes dropped files to the field that opens them."""

    label = param.String(
        default="Drop to open", doc="What the page says while a file is above it."
    )

    _esm = Path(__file__).with_name("page_drop.mjs")
