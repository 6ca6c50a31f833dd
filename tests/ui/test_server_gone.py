"""A server that dies under a page that goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.ui.conftest import find_port, start_server, stop_server, wait_for_answer
from tests.ui.heatmap_page import HeatmapPage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from subprocess import Popen

APP = """
import panel as pn
from textualheatmap import TextualHeatmap

heat = [[float(i == j) for j in range(3)] for i in range(3)]
records = [{"token": f"{k} ", "heat": row} for k, row in enumerate(heat)]
heatmap = TextualHeatmap(width=400).set_data([records]).highlight(0)
told = pn.pane.Str(pn.bind("told {}".format, heatmap.param.focus))
pn.Column(told, heatmap).servable()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Popen[bytes]]]:
    """Start a server of this test's own; return its address and its process."""
    app, log = tmp_path / "app.py", tmp_path / "serve.log"
    app.write_text(APP, encoding="utf-8")
    port = find_port()
    process = start_server(["panel", "serve", str(app), "--port", str(port)], log)
    url = f"http://localhost:{port}/app"
    wait_for_answer(url, process, log)
    yield url, process
    stop_server(process)


def test_the_page_says_that_its_server_died_and_goes_on(
    own_context: BrowserContext, server: tuple[str, Popen[bytes]]
) -> None:
    # Not `page`: Bokeh logs errors of what it cannot send.
    page = own_context.new_page()
    url, process = server
    page.goto(url)
    shown = HeatmapPage(page)
    shown.hover(0, 1)
    expect(page.get_by_text("told 1")).to_be_visible()
    notice = page.get_by_text("Not connected")
    expect(notice).to_have_count(0)
    process.kill()
    expect(notice).to_be_visible()
    shown.hover(0, 2)
    shown.wait_for_focus(2)
    assert shown.heat(0) == {0: 0, 1: 0, 2: 1}
