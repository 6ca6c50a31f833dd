"""A keyboard shortcut that does the same as a button."""

from pathlib import Path

import panel as pn
import param


class Shortcut(pn.custom.JSComponent):
    """An invisible component that counts how often Ctrl+Enter is pressed."""

    presses = param.Integer(default=0, doc="How often it was pressed so far.")

    _esm = Path(__file__).with_name("shortcut.mjs")
