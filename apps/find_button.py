"""A button that opens the find bar of the heatmap."""

from pathlib import Path
from typing import ClassVar

import panel as pn
import param
from copy_link import STYLE


class FindButton(pn.custom.JSComponent):
    """A button that does what the key ``/`` does on the heatmap."""

    label = param.String(default="Find", doc="What the button says.")

    _esm = Path(__file__).with_name("find_button.mjs")
    _stylesheets: ClassVar[list[str]] = [STYLE]
