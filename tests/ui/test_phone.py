"""On a phone, whose screen is narrow and fine, and has no pointer but a finger."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.ui.conftest import open_context
from tests.ui.heatmap_page import HeatmapPage
from textualheatmap import Facet, TextualHeatmap
from textualheatmap.scene.geometry import LINE_HEIGHT

Open = Callable[..., HeatmapPage]
LINES = 100

# Waits until a text has not scrolled for a third of a second.
REST = """
async () => {
  const state = [...Bokeh.documents[0].all_models].find((m) => m.name === "state");
  const pause = () => new Promise((done) => setTimeout(done, 333));
  for (let line = -1; line !== state.line; await pause()) line = state.line;
}
"""


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Open a phone's context."""
    with open_context(
        browser,
        viewport={"width": 400, "height": 800},
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
    ) as context:
        yield context


def tap(shown: HeatmapPage, facet: int, index: int) -> None:
    """Tap the middle of a token."""
    cell = shown.cell(facet, index)
    shown.page.touchscreen.tap(
        (cell["left"] + cell["right"]) / 2, (cell["top"] + cell["bottom"]) / 2
    )


def test_a_tap_focuses_and_the_next_one_moves_or_releases_it(
    saved: Open, autocomplete: list[list[dict[str, Any]]]
) -> None:
    heatmap = TextualHeatmap(width=360, show_meta=True, facet_titles=["GRU", "LSTM"])
    shown = saved(heatmap.set_data(autocomplete))
    tap(shown, 0, 20)
    shown.wait_for_pinned(pinned=True)
    shown.wait_for_focus(20, facet=0)
    tap(shown, 1, 90)
    shown.wait_for_focus(90, facet=1)
    assert shown.pinned()
    tap(shown, 1, 90)
    shown.wait_for_pinned(pinned=False)
    assert shown.focus() == [1, 90]
    row = autocomplete[0][90]["heat"]
    assert max(shown.heat(0).values()) == pytest.approx(max(row), abs=0.004)
    width = shown.page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= 400


def test_a_finger_scrolls_a_long_text_and_a_tap_focuses_there(saved: Open) -> None:
    facet = Facet.from_arrays([f"{k}\n" for k in range(LINES)], np.eye(LINES))
    heatmap = TextualHeatmap(width=360).set_data([facet]).highlight(2)
    shown = saved(heatmap)
    shown.wait_for_focus(2)
    cell = shown.cell(0, 12)
    session = shown.page.context.new_cdp_session(shown.page)

    def touch(kind: str, *ys: float) -> None:
        points = [{"x": cell["left"] + 4, "y": y} for y in ys]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", cell["top"])
    for step in range(1, 21):
        touch("touchMove", cell["top"] - step * LINE_HEIGHT / 2)
    touch("touchEnd")
    # A tap on a text that is still moving only stops it.
    shown.page.evaluate(REST)
    assert shown.property("state", "line") > 5
    # What a finger passes over is not focused.
    assert shown.focus() == [0, 2]
    assert not shown.pinned()
    assert shown.page.evaluate("() => scrollY") == 0
    tap(shown, 0, shown.column(0, "index")[7])
    shown.wait_for_pinned(pinned=True)
    assert shown.focus()[1] > 10
