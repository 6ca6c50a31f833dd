"""A list to choose from: with a line about each item, search, and items to remove."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NotRequired, TypedDict

import panel as pn
import param

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent


class Item(TypedDict):
    """One item of a list.

    Parameters
    ----------
    name
        What it is called, and what it is chosen by: no other item has this name.
    hint
        A line about it.
    group
        The heading under which it stands, with the items beside it of the same group.
    removable
        Whether there is a button that removes it.
    """

    name: str
    hint: NotRequired[str]
    group: NotRequired[str]
    removable: NotRequired[bool]


class ChoiceList(pn.custom.JSComponent):
    """A list of which one item is chosen, or any number of them.

    Panel's own lists have names only. This one is made of the browser's own buttons, so
    the arrow keys, Space and screen readers do what they do everywhere; Delete removes
    an item. All that it shows is text.

    Parameters
    ----------
    on_remove
        Called with the name of an item that is to be removed.
    params
        Its parameters.
    """

    items: list[Item] = param.List(doc="The items, in their order.")  # pyright: ignore[reportAssignmentType]
    chosen = param.List(default=[], item_type=str, doc="The names that are chosen.")
    heading = param.String(doc="What the list is called.")
    multiple = param.Boolean(default=False, doc="Whether several may be chosen.")
    searched_from = param.Integer(
        default=9, doc="From how many items on there is a field to search them."
    )

    _esm = HERE / "choice_list.mjs"
    _stylesheets: ClassVar[list[str]] = [
        (HERE / "choice_list.css").read_text(encoding="utf-8")
    ]

    def __init__(
        self,
        on_remove: Callable[[str], object] | None = None,
        **params: Any,  # noqa: ANN401 - Param checks them
    ) -> None:
        super().__init__(**params)
        self._on_remove = on_remove

    def _handle_msg(self, data: Any) -> None:  # noqa: ANN401 - from the browser
        removable = {item["name"] for item in self.items if item.get("removable")}
        match data:
            case {"remove": str(name)} if name in removable and self._on_remove:
                self._on_remove(name)
