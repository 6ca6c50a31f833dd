"""BokehJS and Panel in a notebook: from no network, and once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import panel as pn

if TYPE_CHECKING:
    from collections.abc import Iterator

# What Panel publishes twice, of which any page that runs scripts runs the first.
SCRIPT = "application/javascript"
SAME_SCRIPT = "application/vnd.holoviews_load.v0+json"


class Libraries:
    """What is published for all outputs of a notebook, which hold none of it.

    Examples
    --------
    >>> Libraries().holder is None
    True
    """

    def __init__(self) -> None:
        self._outputs: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.holder: str | None = None
        """The id of the cell whose output they are, where it is told."""

    def publish(self) -> None:
        """Publish BokehJS and Panel, unless the notebook has them already.

        Where a cell is run again, its outputs are replaced: they are published again.
        A notebook that calls ``pn.extension()`` is left to that.

        Examples
        --------
        >>> Libraries().publish()
        """
        shell = _find_shell()
        if shell is None:
            pn.extension(inline=True)
            return
        # Not every notebook tells which cell is run.
        parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
        cell = parent.get("metadata", {}).get("cellId")
        if not pn.extension._loaded:  # noqa: SLF001 - Panel has no public name for it
            self._outputs = list(_collect_outputs())
            self.holder = cell
        elif cell is None or cell != self.holder:
            return
        for data, metadata in self._outputs:
            shell.display_pub.publish(data, metadata)


def _collect_outputs() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield what ``pn.extension()`` shows, each script once."""
    from IPython.utils.capture import capture_output  # noqa: PLC0415 - not ours

    # Without `inline` Panel asks a CDN for its scripts.
    with capture_output(stdout=False, stderr=False) as captured:
        pn.extension(inline=True)
    for output in captured.outputs:
        data = dict(output.data)
        if SCRIPT in data:
            data.pop(SAME_SCRIPT, None)
        yield data, output.metadata or {}


def _find_shell() -> Any:  # noqa: ANN401 - IPython need not be installed
    """Return the shell of IPython that runs this, or None."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()
