"""What assistive technology gets of a heatmap, and what axe-core says of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.ui.heatmap_page import HeatmapPage
from tests.ui.test_served import APP
from textualheatmap import TextualHeatmap

Scheme = Literal["dark", "light"]

Open = Callable[..., HeatmapPage]

AXE = Path(__file__).parents[1] / "js" / "node_modules" / "axe-core" / "axe.min.js"
# Each violation with where it is, within the heatmaps of the page.
VIOLATIONS = """
async () => {
  const heatmaps = [];
  for (const document of Bokeh.documents) {
    for (const model of document.all_models) {
      if (model.name === "heatmap") heatmaps.push(Bokeh.index.find_one(model).el);
    }
  }
  const found = [];
  for (const el of heatmaps) {
    const { violations, passes } = await axe.run(el);
    if (passes.length === 0) found.push("nothing was looked at");
    for (const { id, nodes } of violations) {
      found.push(...nodes.map(({ html }) => `${id}: ${html}`));
    }
  }
  return heatmaps.length > 0 ? found : ["no heatmap"];
}
"""


def list_violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong in the heatmaps of a page."""
    page.add_script_tag(path=AXE)
    return page.evaluate(VIOLATIONS)


@pytest.mark.parametrize(
    ("scheme", "palette"),
    [
        ("light", "paper"),
        ("dark", "viridis"),
        pytest.param("light", "viridis", marks=pytest.mark.sweep),
        pytest.param("dark", "paper", marks=pytest.mark.sweep),
    ],
)
def test_axe_finds_no_violation_in_a_saved_file(
    saved: Open, autocomplete: list[list[dict[str, Any]]], scheme: Scheme, palette: str
) -> None:
    heatmap = TextualHeatmap(
        facet_titles=["GRU", "LSTM"], show_meta=True, palette=palette, max_height=120
    )
    shown = saved(heatmap.set_data(autocomplete).highlight(20))
    shown.page.emulate_media(color_scheme=scheme)
    shown.wait_for_focus(20)
    # The slider has its name once it rests.
    expect(shown.page.get_by_role("slider", name="Focused token")).to_be_visible()
    shown.page.get_by_role("group", name="Heatmap, GRU, LSTM").focus()
    shown.page.keyboard.press("?")
    expect(shown.page.get_by_text("token before or after")).to_be_visible()
    assert list_violations(shown.page) == []
    shown.page.keyboard.press("?")
    shown.page.keyboard.press("/")
    shown.page.get_by_role("button", name="Regular expression").click()
    shown.page.keyboard.type("e(")
    expect(shown.page.get_by_text("at character 2")).to_be_visible()
    assert list_violations(shown.page) == []
    shown.page.keyboard.press("Backspace")
    expect(shown.page.get_by_role("search").get_by_role("status")).to_contain_text(
        "hit"
    )
    shown.page.get_by_role("button", name="Play").click()
    assert list_violations(shown.page) == []


def test_axe_finds_no_violation_on_a_served_page(
    page: Page, served: Callable[..., str]
) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(served(APP))
    HeatmapPage(page).hover(0, 1)
    expect(page.get_by_role("slider", name="Focused token")).to_have_count(3)
    assert list_violations(page) == []
    page.emulate_media(color_scheme="light")
    HeatmapPage(page).settle()
    assert list_violations(page) == []


def test_a_screen_reader_is_told_a_focus_that_rests(
    page: Page, served: Callable[..., str]
) -> None:
    page.goto(served(APP))
    shown = HeatmapPage(page)
    shown.click(0, 1)
    told = page.get_by_role("status").filter(has_text="pinned")
    expect(told.first).to_have_text("“what ” pinned. Hottest: “what ” 0.50.")
    expect(told.first).to_have_attribute("aria-live", "polite")
