"""Whether what a reader folds away is open."""

from pathlib import Path

import panel as pn
import param


class OpenState(pn.custom.JSComponent):
    """An invisible component that knows whether the ``<details>`` around it is open."""

    is_open = param.Boolean(default=False, doc="Whether it is open.")

    _esm = Path(__file__).with_name("open_state.mjs")
