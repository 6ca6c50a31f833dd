"""A saved page does the same with the newest BokehJS, which Panel may not allow yet."""

from pathlib import Path
from typing import Any

import pytest
from bokeh.resources import Resources
from playwright.sync_api import Page

from tests.ui.heatmap_page import HeatmapPage
from textualheatmap import TextualHeatmap

# How often Bokeh repaints a facet by itself.
COUNT = """
() => {
  globalThis.repaints = 0;
  for (const model of Bokeh.documents[0].all_models) {
    if (!model.name?.startsWith("facet-")) continue;
    Bokeh.index.find_one(model).repainted.connect(() => { globalThis.repaints++; });
  }
}
"""


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
        (library,) = Resources("inline", components=[name]).js_raw
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
    newest.wait_for_focus(30, pinned=True)
    assert newest.page.evaluate("() => repaints") == 0
