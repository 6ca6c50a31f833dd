"""What Python hears of a page, and what it says to it."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocket

from tests.ui.heatmap_page import FIND, HeatmapPage
from textualheatmap.scene.geometry import LINE_HEIGHT

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

REPORT = """
() => {
  const { start, pinned } = (FIND)("state", 0).model.report.state;
  return [start, pinned];
}
""".replace("FIND", FIND)

# Python's word about the data that are shown, or about others.
COMMAND = """
([later, start]) => {
  const { model } = (FIND)("state", 0);
  const { version } = model.parts;
  const { sequence } = model.command;
  const state = { ...model.value, start, stop: start + 1 };
  const command = { version: version + later, sequence: sequence + 1, state };
  model.setv({ command }, { sync: false });
}
""".replace("FIND", FIND)

# Whether the last move was told, of the data that are shown.
VERSION = """
() => {
  const { report, parts } = (FIND)("state", 0).model;
  return report.state.start === 8 && report.version === parts.version;
}
""".replace("FIND", FIND)


@pytest.fixture
def frames() -> dict[str, list[str]]:
    """Return what the page sends and receives."""
    return {"sent": [], "received": []}


@pytest.fixture
def app() -> str:
    """Return what is served."""
    return APP


@pytest.fixture
def shown(
    page: Page, served: Callable[..., str], app: str, frames: dict[str, list[str]]
) -> HeatmapPage:
    """Return a served heatmap whose messages are collected."""

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda data: frames["sent"].append(str(data)))
        socket.on("framereceived", lambda data: frames["received"].append(str(data)))

    page.on("websocket", listen)
    page.goto(served(app))
    shown = HeatmapPage(page)
    shown.cell(0, 0)
    shown.settle()
    # Panel tells of the browser.
    while not any("webdriver" in frame for frame in frames["sent"]):
        page.wait_for_timeout(50)
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


# A line of them is shown, and a minimap of all.
@pytest.mark.parametrize("app", [APP.replace("width=600", "width=300, max_height=60")])
def test_python_hears_of_nothing_but_the_focus(
    shown: HeatmapPage, frames: dict[str, list[str]]
) -> None:
    # At first Panel tells of the browser; nothing of the heatmap's state is told.
    assert "value" not in list_told(frames)
    frames["sent"].clear()
    shown.hover(0, 3)
    shown.page.get_by_text("told (3, False)").wait_for()
    shown.wait_for_property("focus-slider", "value", 3)
    shown.wait_for_property("readout", "text", "3 “3 ”")
    shown.page.mouse.wheel(0, 2 * LINE_HEIGHT)
    shown.wait_for_property("state", "line", 2)
    index = shown.column(0, "index")[1]
    shown.hover(0, index)
    shown.page.get_by_text(f"told ({index}, False)").wait_for()
    assert list_told(frames) == {"report"}


def list_told(frames: dict[str, list[str]]) -> set[str]:
    """Return the names of the properties whose values the page has sent."""
    patches = [json.loads(frame) for frame in frames["sent"] if '"events"' in frame]
    events = [event for patch in patches for event in patch["events"]]
    return {event["attr"] for event in events if "attr" in event}


def test_a_click_and_a_release_and_the_last_move_do_not_wait(
    shown: HeatmapPage,
) -> None:
    page = shown.page
    shown.hover(0, 3)
    shown.hover(0, 4)
    shown.click(0, 4)
    shown.settle()
    assert page.evaluate(REPORT) == [4, True]
    page.keyboard.press("Escape")
    shown.settle()
    assert page.evaluate(REPORT) == [4, False]
    shown.hover(0, 9)
    page.evaluate("() => dispatchEvent(new Event('pagehide'))")
    assert page.evaluate(REPORT) == [9, False]
    page.get_by_text("told (9, False)").wait_for()


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


def test_what_python_says_of_other_data_is_not_shown(shown: HeatmapPage) -> None:
    shown.hover(0, 7)
    shown.wait_for_focus(7)
    shown.page.evaluate(COMMAND, [1, 3])
    shown.settle()
    assert shown.focus() == [0, 7]
    # Until the others are here, what is hovered is told of those that are shown.
    shown.hover(0, 8)
    shown.wait_for_focus(8)
    shown.page.wait_for_function(VERSION)
    shown.page.evaluate(COMMAND, [0, 3])
    shown.wait_for_focus(3)
