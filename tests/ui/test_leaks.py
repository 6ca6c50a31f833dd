"""A heatmap that comes and goes leaves nothing behind in the browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.ui.heatmap_page import HeatmapPage

TIMES = 30
KEPT = ("JSEventListeners", "Nodes", "JSHeapUsedSize")

APP = """
import panel as pn
from textualheatmap import TextualHeatmap

heat = [[float(i == j) for j in range(20)] for i in range(20)]
records = [{"token": f"{k} ", "heat": row} for k, row in enumerate(heat)]
heatmap = TextualHeatmap(width=400, show_meta=True, max_height=100)
heatmap.set_data([records, records]).highlight(0)
place = pn.Column(heatmap)
count = pn.pane.Str("turned 0")

def hide(event):
    place.visible = not place.visible
    count.object = f"turned {button.clicks}"
button = pn.widgets.Button(name="hide", on_click=hide)
pn.Column(count, button, place).servable()
"""


def turn(shown: HeatmapPage, times: int) -> None:
    """Let a heatmap go and come, with a hover each time."""
    page = shown.page
    done = int(page.get_by_text("turned ").inner_text().split()[1])
    for k in range(done, done + 2 * times, 2):
        for step in (1, 2):
            page.get_by_role("button", name="hide").click()
            page.get_by_text(f"turned {k + step}", exact=True).wait_for()
        index = 1 + k // 2 % 2
        # What has just come back may not hear the first move.
        for _ in range(100):
            shown.hover(0, index)
            shown.settle()
            if shown.focus() == [0, index]:
                break
            page.mouse.move(1270, 790)
        assert shown.focus() == [0, index]


def count_kept(page: Page) -> dict[str, float]:
    """Return what the page keeps after all garbage was collected."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
        page.evaluate("() => new Promise((done) => setTimeout(done, 0))")
    metrics = session.send("Performance.getMetrics")["metrics"]
    session.detach()
    kept = {each["name"]: each["value"] for each in metrics}
    return {
        name: kept[name] for name in ("JSEventListeners", "Nodes", "JSHeapUsedSize")
    }


@pytest.mark.sweep
def test_a_heatmap_that_comes_and_goes_leaves_nothing_behind(
    page: Page, served: Callable[[str], str]
) -> None:
    # Not taken out and put back: of every plot that is, Bokeh 3.9 itself keeps 16
    # listeners and 191 nodes, also of an empty one.
    page.goto(served(APP))
    shown = HeatmapPage(page)
    shown.wait_for_focus(0)
    turn(shown, 3)
    before = count_kept(page)
    turn(shown, TIMES)
    after = count_kept(page)
    grown = {name: after[name] - before[name] for name in before}
    assert grown["JSEventListeners"] < TIMES
    assert grown["Nodes"] < 10 * TIMES
    assert grown["JSHeapUsedSize"] < 50_000 * TIMES
