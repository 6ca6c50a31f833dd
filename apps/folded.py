"""What a reader folds away, built when it is opened for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import panel as pn
from open_state import OpenState

if TYPE_CHECKING:
    from collections.abc import Callable

    from panel.viewable import Viewable


class Folded(pn.viewable.Viewer):
    """The content of a ``<details>``: nothing, until a reader opens it.

    A page opens sooner without what most readers never open.

    Parameters
    ----------
    build
        Builds the content. It is given what knows whether the content is open.

    Examples
    --------
    >>> folded = Folded(lambda _: pn.pane.HTML("seen"))
    >>> len(folded.content)
    0
    >>> folded.open_state.is_open = True
    >>> folded.content[0].object
    'seen'
    """

    def __init__(self, build: Callable[[OpenState], object]) -> None:
        super().__init__()
        self._build = build
        self.open_state = OpenState(width=0, height=0, margin=0)
        self.content = pn.Column(sizing_mode="stretch_width", margin=0)
        self.open_state.param.watch(self._fill, "is_open")

    def __panel__(self) -> Viewable:
        return pn.Column(
            self.open_state, self.content, sizing_mode="stretch_width", margin=0
        )

    def _fill(self, _event: object) -> None:
        if not len(self.content):
            self.content.append(self._build(self.open_state))
