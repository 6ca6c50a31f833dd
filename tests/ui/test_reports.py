"""What Python hears of a page, and what it says to it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocket

from tests.ui.heatmap_page import HeatmapPage

APP = """
import panel as pn
from textualheatmap import TextualHeatmap

count = 40
heat = [[float(i == j) for j in range(count)] for i in range(count)]
records = [{"token": f"{k} ", "heat": row} for k, row in enumerate(heat)]
heatmap = TextualHeatmap(width=600).set_data([records])
told = pn.pane.Str(pn.bind(lambda *known: f"told {known}",
                           heatmap.param.focus, heatmap.param.pinned))

def even(event):
    # Somebody who makes something else of every odd focus.
    if event.new is not None and event.new % 2:
        heatmap.focus = event.new - 1
def watch(event):
    heatmap.param.watch(even, "focus")
pn.Column(told, pn.widgets.Button(name="watch", on_click=watch), heatmap).servable()
"""


@pytest.fixture
def frames() -> dict[str, list[str]]:
    """Return what the page sends and receives."""
    return {"sent": [], "received": []}


@pytest.fixture
def shown(
    page: Page, served: Callable[..., str], frames: dict[str, list[str]]
) -> HeatmapPage:
    """Return a served heatmap whose messages are collected."""

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda data: frames["sent"].append(str(data)))
        socket.on("framereceived", lambda data: frames["received"].append(str(data)))

    page.on("websocket", listen)
    page.goto(served(APP))
    shown = HeatmapPage(page)
    shown.cell(0, 0)
    shown.settle()
    return shown


def test_python_hears_of_few_moves_and_always_of_the_last(
    shown: HeatmapPage, frames: dict[str, list[str]]
) -> None:
    frames["sent"].clear()
    began = shown.page.evaluate("() => performance.now()")
    for index in range(30):
        shown.hover(0, index)
    seconds = (shown.page.evaluate("() => performance.now()") - began) / 1000
    shown.page.get_by_text("told (29, False)").wait_for()
    reports = [frame for frame in frames["sent"] if '"report"' in frame]
    assert 1 < len(reports) <= 5 * seconds + 3
    # Nothing else that a hover moves is told.
    assert len([frame for frame in frames["sent"] if "PATCH" in frame]) <= len(reports)


def test_python_hears_of_a_click_at_once(
    shown: HeatmapPage, frames: dict[str, list[str]]
) -> None:
    shown.hover(0, 3)
    shown.hover(0, 4)
    shown.click(0, 4)
    shown.page.get_by_text("told (4, True)").wait_for()
    reports = [frame for frame in frames["sent"] if '"report"' in frame]
    assert '["pinned",true]' in reports[-1]


def test_nothing_is_sent_back_to_who_told_it(
    shown: HeatmapPage, frames: dict[str, list[str]]
) -> None:
    frames["received"].clear()
    for index in (3, 8, 15):
        shown.hover(0, index)
        shown.page.get_by_text(f"told ({index}, False)").wait_for()
    assert not [frame for frame in frames["received"] if '"command"' in frame]


def test_what_python_settles_on_instead_is_shown(shown: HeatmapPage) -> None:
    shown.page.get_by_role("button", name="watch").click()
    shown.settle()
    shown.hover(0, 7)
    shown.wait_for_focus(6)
    shown.page.get_by_text("told (6, False)").wait_for()
    shown.hover(0, 9)
    shown.wait_for_focus(8)
