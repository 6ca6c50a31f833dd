"""The command `show`: a heatmap in a browser, served by this process."""

from __future__ import annotations

import os
import socket
import sys
import webbrowser
from typing import TYPE_CHECKING

import panel as pn
from panel.io.server import get_server

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.view import TextualHeatmap

LOCAL = "localhost"


def serve_heatmap(
    heatmap: TextualHeatmap,
    *,
    title: str,
    port: int = 0,
    address: str = LOCAL,
    origins: Sequence[str] = (),
    opens_browser: bool = True,
) -> None:
    """Serve a heatmap with its controls until Ctrl+C; each visitor has a clone.

    Parameters
    ----------
    heatmap
        With data.
    title
        Of the page.
    port
        Of TCP; 0 for any that is free.
    address
        On which the server listens. By default only this machine can visit it.
    origins
        Names with ports, such as ``"my.host:8000"``, by which pages may be visited
        besides the address itself.
    opens_browser
        Whether a browser of this machine is opened.

    Raises
    ------
    OSError
        If there is no such address of this machine, or the port is not free.

    Examples
    --------
    >>> from textualheatmap.view import TextualHeatmap
    >>> serve_heatmap(TextualHeatmap(), title="None", address="203.0.113.1")
    Traceback (most recent call last):
        ...
    OSError: [Errno 99] Cannot assign requested address: '203.0.113.1'
    """
    pn.extension()
    try:
        port = port or _find_free_port(address)
        server = get_server(
            {"/": lambda: heatmap.clone().explore()},
            port=port,
            address=address,
            title=title,
            websocket_origin=[f"{address}:{port}", *origins],
        )
    except OSError as error:
        place = f"{address}:{port}" if port else address
        # What Python says of it names the address once more. The number of an error in
        # looking up a name is below 0, and none that the system has words for.
        number = error.errno or 0
        said = "No such address" if number < 0 else os.strerror(number)
        raise OSError(error.errno, said, place) from None
    url = f"http://{address}:{port}/"
    sys.stderr.write(f"{url} until Ctrl+C\n")
    sys.stderr.flush()
    server.start()
    if opens_browser:
        webbrowser.open(url)
    try:
        server.io_loop.start()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()


def _find_free_port(address: str) -> int:
    """Return a port that nothing listens on.

    Bokeh would find one too, but pages may only be visited by a port that is known
    before.
    """
    with socket.create_server((address, 0)) as opened:
        return opened.getsockname()[1]
