"""A button that copies the address of the page."""

from pathlib import Path
from typing import ClassVar

import panel as pn
import param

# As Panel's own buttons look, which are styled elsewhere.
STYLE = """
button {
  background: color-mix(in srgb, currentColor 6%, transparent);
  border: 0;
  border-radius: 4px;
  color: inherit;
  cursor: pointer;
  font: inherit;
  font-size: 14px;
  height: 100%;
  width: 100%;
}
button:hover { background: color-mix(in srgb, currentColor 14%, transparent) }
"""


class CopyLink(pn.custom.JSComponent):
    """A button that copies the address, which says what is seen of the heatmap."""

    label = param.String(default="Copy link", doc="What the button says.")
    copied = param.String(default="Copied", doc="What it says once it has copied.")

    _esm = Path(__file__).with_name("copy_link.mjs")
    _stylesheets: ClassVar[list[str]] = [STYLE]
