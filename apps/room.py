"""How much room the page has."""

from pathlib import Path

import panel as pn
import param


class Room(pn.custom.JSComponent):
    """An empty line that knows how wide it is."""

    available = param.Integer(default=0, doc="Its width in px, 0 until known.")

    _esm = Path(__file__).with_name("room.mjs")
