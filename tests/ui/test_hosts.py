"""A heatmap within what else is built with Panel works as on a page of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import find_port, start_server, stop_server, wait_for_answer
from tests.ui.heatmap_page import HeatmapPage

BUILD = """
import panel as pn
from textualheatmap import TextualHeatmap

def build(*words):
    heat = [[0.5, 0], [0, 0.5]]
    records = [{"token": f"{w} ", "heat": row} for w, row in zip(words, heat)]
    heatmap = TextualHeatmap(width=300, facet_titles=[words[0]]).set_data([records])
    told = pn.pane.Str(pn.bind(f"{words[0]}: {{}}".format, heatmap.param.focus))
    return pn.Column(heatmap, told)
"""
ALONE = """
build("to", "be").servable()
"""
IN_TABS = f"""{BUILD}
tabs = pn.Tabs(("One", build("to", "be")), ("Two", build("or", "not")), dynamic=DYNAMIC)
pn.template.TEMPLATE(title="In a template", main=[tabs], sidebar=["beside"]).servable()
"""
IN_FASTAPI = f"""{BUILD}
import sys
import uvicorn
from bokeh.embed import server_document
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from panel.io.fastapi import add_application

port, panel = sys.argv[1:]
app = FastAPI()

@add_application("/heatmap", app=app)
def create():
    return build("to", "be")

@app.get("/")
def show() -> HTMLResponse:
    script = server_document(panel)
    return HTMLResponse(f"<!doctype html><title>Host</title><h1>A host</h1>{{script}}")

@app.get("/favicon.ico")
def show_icon() -> HTMLResponse:
    return HTMLResponse("")

uvicorn.run(app, host="localhost", port=int(port))
"""


def assert_works(page: Page) -> None:
    """Hover over a token: the page is coloured, and Python follows."""
    shown = HeatmapPage(page)
    shown.hover(0, 1)
    shown.wait_for_focus(1)
    assert shown.heat(0) == {0: 0, 1: 0.5}
    expect(page.get_by_text("to: 1", exact=True)).to_be_visible()


def assert_tab_works(page: Page, name: str, title: str) -> None:
    """Open a tab and hover over its first token: page and Python follow."""
    page.get_by_text(name, exact=True).click()
    heatmap = page.get_by_role("group", name=f"Heatmap, {title}")
    expect(heatmap).to_be_visible()
    heatmap.hover(position={"x": 14, "y": 16})
    expect(page.get_by_text(f"0 “{title} ”").locator("visible=true")).to_be_visible()
    expect(page.get_by_text(f"{title}: 0", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("template", "dynamic"), [("FastListTemplate", True), ("BootstrapTemplate", False)]
)
def test_each_tab_of_a_template_has_one(
    page: Page,
    served: Callable[[str], str],
    template: str,
    dynamic: bool,  # noqa: FBT001 - a case
) -> None:
    app = IN_TABS.replace("TEMPLATE", template).replace("DYNAMIC", str(dynamic))
    page.goto(served(app))
    assert_works(page)
    assert_tab_works(page, "Two", "or")
    assert_tab_works(page, "One", "to")


def test_another_server_may_have_it_on_its_pages(page: Page, tmp_path: Path) -> None:
    for name, text in (("host.py", IN_FASTAPI), ("alone.py", f"{BUILD}{ALONE}")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    port, other = find_port(), find_port()
    host, panel = f"http://localhost:{port}", f"http://localhost:{other}/alone"
    alone = ["panel", "serve", str(tmp_path / "alone.py"), "--port", str(other)]
    alone += ["--allow-websocket-origin", f"localhost:{port}"]
    path = {"PYTHONPATH": str(tmp_path)}
    servers = [
        start_server(alone, tmp_path / "panel.log"),
        start_server(["host", str(port), panel], tmp_path / "host.log", path),
    ]
    try:
        wait_for_answer(panel, servers[0], tmp_path / "panel.log")
        wait_for_answer(f"{host}/", servers[1], tmp_path / "host.log")
        # FastAPI's own server; then a page of it whose heatmap Panel's server gives.
        for place in ("/heatmap", "/"):
            page.goto(host + place)
            assert_works(page)
    finally:
        for server in servers:
            stop_server(server)
