"""A page that goes on while its server is out of reach."""

from __future__ import annotations

import socket
import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.ui.conftest import find_port, start_server, stop_server, wait_for_answer
from tests.ui.heatmap_page import HeatmapPage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APP = """
import panel as pn
from textualheatmap import TextualHeatmap
heat = [[float(i == j) for j in range(3)] for i in range(3)]
records = [{"token": f"{k} ", "heat": row} for k, row in enumerate(heat)]
heatmap = TextualHeatmap(width=400).set_data([records]).highlight(0)
told = pn.pane.Str(pn.bind("told {}".format, heatmap.param.focus))
pn.Column(told, heatmap).servable()
"""


class Line:
    """What lies between a page and its server, and can be cut."""

    def __init__(self, server_port: int) -> None:
        self.port = find_port()
        self.server_port = server_port
        self.listener: socket.socket | None = None
        self.sockets: list[socket.socket] = []

    def open(self) -> None:
        """Let whoever connects through to the server."""
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(
            target=self._accept, args=(self.listener,), daemon=True
        ).start()

    def cut(self) -> None:
        """End every connection, and accept no other."""
        assert self.listener is not None
        for each in [self.listener, *self.sockets]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self.sockets.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                page, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", self.server_port))
                self.sockets += [page, server]
                for ends in ((page, server), (server, page)):
                    threading.Thread(target=_pass_on, args=ends, daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError), closing(source), closing(target):
        while content := source.recv(65536):
            target.sendall(content)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """Start a server of this test's own, behind a line that is open."""
    app, log = tmp_path / "app.py", tmp_path / "serve.log"
    app.write_text(APP, encoding="utf-8")
    line = Line(find_port())
    origins = [f"localhost:{port}" for port in (line.port, line.server_port)]
    allowed = [f"--allow-websocket-origin={origin}" for origin in origins]
    command = ["panel", "serve", str(app), "--port", str(line.server_port), *allowed]
    process = start_server(command, log)
    wait_for_answer(f"http://localhost:{line.server_port}/app", process, log)
    line.open()
    yield line
    line.cut()
    stop_server(process)


def test_a_page_whose_server_is_out_of_reach_says_so_and_goes_on(
    own_context: BrowserContext, line: Line
) -> None:
    # Not `page`: Bokeh logs errors of what it cannot send.
    page = own_context.new_page()
    page.goto(f"http://localhost:{line.port}/app")
    shown = HeatmapPage(page)
    shown.hover(0, 1)
    expect(page.get_by_text("told 1")).to_be_visible()
    notice = page.get_by_text("Not connected")
    expect(notice).to_have_count(0)
    line.cut()
    expect(notice).to_be_visible()
    shown.hover(0, 2)
    shown.wait_for_focus(2)
    assert shown.heat(0) == {0: 0, 1: 0, 2: 1}
    expect(page.get_by_text("told 1")).to_be_visible()
    # Bokeh 3.9 gets no page back whose data are bytes (bokeh/bokeh#15347): what a later
    # one tells the page is told here.
    page.evaluate(
        "Bokeh.documents[0]._trigger_on_event({ event_name: 'client_reconnected' })"
    )
    expect(notice).to_have_count(0)
