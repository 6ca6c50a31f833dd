"""A button that saves what is shown as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import panel as pn
import param

if TYPE_CHECKING:
    from collections.abc import Callable


class SaveButton(pn.custom.JSComponent):
    """A button that saves a page of HTML.

    Panel's own is a link in a button: pressed by a key, the button does nothing.

    Parameters
    ----------
    write
        Returns the content of the file.
    params
        Its parameters.
    """

    label = param.String(default="Download as HTML", doc="What the button says.")
    disabled = param.Boolean(default=False, doc="Whether it cannot be pressed.")
    filename = param.String(default="heatmap.html", doc="The name of the file.")

    _esm = Path(__file__).with_name("save_button.mjs")

    def __init__(self, write: Callable[[], str], **params: Any) -> None:  # noqa: ANN401 - Param checks them
        super().__init__(**params)
        self._write = write

    def _handle_msg(self, data: Any) -> None:  # noqa: ANN401 - from the browser
        if data == "save" and not self.disabled:
            self._send_msg({"text": self._write()})
