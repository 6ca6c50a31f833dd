"""A saved page does the same with the newest BokehJS, which Panel may not allow yet."""

from pathlib import Path
from typing import Any

import pytest
from bokeh.resources import Resources
from playwright.sync_api import Page

from tests.ui.heatmap_page import HeatmapPage
from tests.ui.test_paint import COUNT
from textualheatmap import TextualHeatmap


@pytest.fixture
def newest(
    page: Page, root: Path, tmp_path: Path, autocomplete: list[list[dict[str, Any]]]
) -> HeatmapPage:
    """Open a saved heatmap whose scripts of Bokeh are those of the newest release."""
    heatmap = TextualHeatmap(facet_titles=["GRU", "LSTM"]).set_data(autocomplete)
    path = tmp_path / "out.html"
    heatmap.highlight(20).save(path)
    text = path.read_text(encoding="utf-8")
    folder = root / "tests" / "js" / "node_modules" / "bokehjs-newest" / "build" / "js"
    for name in ("bokeh", "bokeh-widgets"):
        library = Resources("inline", components=[name]).js_raw[0]
        newer = (folder / f"{name}.min.js").read_text(encoding="utf-8")
        assert library in text
        text = text.replace(library, newer)
    path.write_text(text, encoding="utf-8")
    page.goto(path.as_uri())
    return HeatmapPage(page)


def test_the_newest_bokeh_paints_a_new_focus_as_quickly(newest: HeatmapPage) -> None:
    newest.wait_for_focus(20)
    assert newest.page.evaluate("() => Bokeh.version").startswith("3.10.")
    newest.page.evaluate(COUNT)
    newest.hover(0, 159)
    newest.wait_for_focus(159)
    newest.click(1, 30)
    newest.wait_for_focus(30)
    assert newest.property("state", "value")["pinned"]
    assert newest.page.evaluate("() => repaints") == 0
