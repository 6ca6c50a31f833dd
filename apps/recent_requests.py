"""The requests of this session, of which one can be chosen again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import param
from model_request import METHODS, SHOWN, ModelRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from panel.viewable import Viewable
    from param.parameterized import Event

# How many are kept, and how many characters of a text are shown of each.
MOST_KEPT, MOST_CHARACTERS = 10, 40
PROMPT = "choose one to put it back"


class RecentRequests(pn.viewable.Viewer):
    """A list of the last requests; the present one is marked, if it is among them.

    Parameters
    ----------
    put_back
        Called with a request that is chosen.
    style
        Parameters of the widget.

    Examples
    --------
    >>> recent = RecentRequests(print)
    >>> recent.keep(ModelRequest(("GRU",), "a text"))
    >>> list(recent.options)
    ['choose one to put it back', 'a text · GRU · Gradient norm']
    """

    kept: list[ModelRequest] = param.List(  # pyright: ignore[reportAssignmentType]
        default=[], item_type=ModelRequest, doc="The requests, the newest first."
    )

    def __init__(
        self,
        put_back: Callable[[ModelRequest], object],
        **style: Any,  # noqa: ANN401 - Panel checks them
    ) -> None:
        super().__init__()
        self._put_back = put_back
        self._marked: ModelRequest | None = None
        self._select = pn.widgets.Select(
            label="Recent texts",
            options=self.options,
            visible=self.param.kept.rx.len() > 0,
            **style,
        )
        self._select.param.watch(self._choose, "value")

    @property
    def options(self) -> dict[str, ModelRequest | None]:
        """The requests by what they are called in the list."""
        named: dict[str, ModelRequest | None] = {PROMPT: None}
        for request in self.kept:
            name = first = _describe(request)
            number = 2
            while name in named:
                name, number = f"{first} ({number})", number + 1
            named[name] = request
        return named

    def keep(self, request: ModelRequest) -> None:
        """Keep a request as the newest one, and mark it."""
        others = [each for each in self.kept if each != request]
        self.kept = [request, *others][:MOST_KEPT]
        self._marked = request
        self._select.param.update(options=self.options, value=request)

    def mark(self, request: ModelRequest) -> None:
        """Mark the request that is asked now, or none if it is not among these."""
        self._marked = request if request in self.kept else None
        self._select.value = self._marked

    def __panel__(self) -> Viewable:
        return self._select

    def _choose(self, event: Event) -> None:
        if event.new not in (None, self._marked):
            self._put_back(event.new)


def _describe(request: ModelRequest) -> str:
    """Return a request in one line: the text's beginning, its models, what is shown."""
    text = " ".join(request.text.split())
    if len(text) > MOST_CHARACTERS:
        text = text[: MOST_CHARACTERS - 1] + "…"
    known, asked = METHODS, request.method
    if request.show != "saliency":
        known, asked = SHOWN, request.show
    (method,) = (name for name, each in known.items() if each == asked)
    return " · ".join([text, ", ".join(request.models), method])
