"""A button that copies the address of the page."""

from pathlib import Path

import panel as pn
import param


class CopyLink(pn.custom.JSComponent):
    """A button that copies the address, which says what is seen of the heatmap."""

    label = param.String(default="Copy link", doc="What the button says.")
    copied = param.String(default="Copied", doc="What it says once it has copied.")

    _esm = Path(__file__).with_name("copy_link.mjs")
