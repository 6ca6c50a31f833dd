"""A button that opens the find bar of the heatmap."""

from pathlib import Path

import panel as pn
import param


class FindButton(pn.custom.JSComponent):
    """A button that does what the key ``/`` does on the heatmap."""

    label = param.String(default="Find", doc="What the button says.")

    _esm = Path(__file__).with_name("find_button.mjs")
