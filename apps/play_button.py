"""A button that plays or stops."""

from pathlib import Path

import panel as pn
import param


class PlayButton(pn.custom.JSComponent):
    """A button whose label changes while it has the keyboard.

    Panel's own button is made anew for another label, and the keyboard then is nowhere.
    """

    label = param.String(default="Play", doc="What the button says.")
    disabled = param.Boolean(default=False, doc="Whether it cannot be pressed.")
    clicks = param.Integer(default=0, doc="How often it was pressed so far.")

    _esm = Path(__file__).with_name("play_button.mjs")
