"""The example of linked views: all of them follow the heatmap, and lead it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.ui.heatmap_page import HeatmapPage
from textualheatmap import read_file

PROJECT = Path(__file__).parents[2]
APP = PROJECT / "apps" / "linked.py"
EXHIBIT = PROJECT / "data" / "causal.npz"
# Where the middle of a row's middle column is, of the matrix; and of the first bar.
FIND = """
([name, x, y]) => {
  for (const { all_models } of Bokeh.documents) {
    const model = [...all_models].find((each) => each.name === name);
    const view = model && Bokeh.index.find_one(model);
    if (!view) continue;
    const frame = view.el.getBoundingClientRect();
    const [sx, sy] = [view.frame.x_scale.compute(x), view.frame.y_scale.compute(y)];
    return [frame.x + sx, frame.y + sy];
  }
}
"""


@pytest.fixture
def shown(page: Page, served_file: Callable[[Path], str]) -> HeatmapPage:
    page.set_viewport_size({"width": 1280, "height": 960})
    page.goto(served_file(APP))
    expect(page.locator(".tabulator-row").first).to_be_visible()
    return HeatmapPage(page)


def click_plot(page: Page, name: str, x: float, y: float) -> None:
    left, top = page.evaluate(FIND, [name, x, y])
    page.mouse.click(left, top)


def test_table_matrix_and_bars_follow_the_focus_and_lead_it(
    shown: HeatmapPage, external_requests: list[str]
) -> None:
    page = shown.page
    chosen = page.locator(".tabulator-selected")
    shown.hover(0, 3)
    shown.wait_for_focus(3)
    # The pairs of " days", its row and its bars.
    expect(chosen.first).to_contain_text("days")
    shown.wait_for_property("band", "top", 3)
    texts = "([name]) => Bokeh.documents[0].get_model_by_name(name)?.data.token"
    page.wait_for_function(f"() => ({texts})(['bars'])?.includes('future')")
    page.locator(".tabulator-row").filter(has_text="forward").first.click()
    shown.wait_for_pinned(pinned=True)
    of_pair = shown.focus()[1]
    assert of_pair != 3
    shown.wait_for_property("band", "top", of_pair)
    click_plot(page, "matrix", 50, 60.5)
    shown.wait_for_focus(60)
    shown.wait_for_property("readout", "text", "60 “where” pinned")
    # The bars are those of this row, not of the one before.
    heat = np.array(read_file(EXHIBIT)[0].heat)[60]
    hottest = int(np.argsort(-heat)[1])
    page.wait_for_function(
        "([index]) => index ==="
        " Bokeh.documents[0].get_model_by_name('bars').data.index[1]",
        arg=[hottest],
    )
    assert hottest != 60
    click_plot(page, "chart", 0.01, 1.5)
    shown.wait_for_focus(hottest)
    assert external_requests == []
