"""A key that does what a button does."""

from pathlib import Path

import panel as pn
import param


class Shortcut(pn.custom.JSComponent):
    """An invisible thing that counts how often Ctrl+Enter was pressed on the page."""

    presses = param.Integer(default=0, doc="How often it was pressed so far.")

    _esm = Path(__file__).with_name("shortcut.mjs")
