"""Captions below the facets, whose links move the focus."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.ui.heatmap_page import HeatmapPage
from textualheatmap import Facet, TextualHeatmap

CAPTION = (
    "The model looks at [the first word](#focus=GRU:0) and then at "
    "[two more](#focus=GRU:1-3&direction=column), see [the paper](https://example.org).\n"
    "\n<b>Not bold</b> and *slanted*. [Nowhere](#focus=GRU:99)."
)


def build_heatmap() -> TextualHeatmap:
    heat = [[1, 0, 0], [0.5, 1, 0], [0.25, 0.5, 1]]
    tokens = ["one ", "two ", "three"]
    facets = [
        Facet.from_arrays(tokens, heat, title="GRU", caption=CAPTION),
        Facet.from_arrays(tokens, heat, title="LSTM"),
    ]
    return TextualHeatmap(width=500).set_data(facets)


def test_its_links_move_the_focus_and_leave_the_page_where_it_is(
    saved_and_served: Callable[..., HeatmapPage],
) -> None:
    heatmap = saved_and_served(build_heatmap)
    page = heatmap.page
    expect(page.locator("[data-static]")).to_have_count(0)
    heatmap.wait_for_column(0, "index", [0, 1, 2])
    url = page.url.partition("#")[0]
    page.get_by_role("link", name="the first word").click()
    heatmap.wait_for_focus(0)
    # Not followed by the browser as well.
    assert "#focus=GRU:0" not in page.url
    page.get_by_role("link", name="two more").click()
    heatmap.wait_for_focus(1)
    state = heatmap.property("state", "value")
    assert (state["stop"], state["direction"]) == (3, "column")
    # What is no place of this heatmap changes nothing.
    page.get_by_role("link", name="Nowhere").click()
    heatmap.wait_for_focus(1)
    assert page.url.partition("#")[0] == url
    # With the keyboard, too.
    page.get_by_role("link", name="the first word").press("Enter")
    heatmap.wait_for_focus(0)


def test_it_is_text_below_its_facet(
    saved: Callable[[TextualHeatmap], HeatmapPage],
) -> None:
    heatmap = saved(build_heatmap())
    page = heatmap.page
    heatmap.wait_for_column(0, "index", [0, 1, 2])
    expect(page.get_by_text("<b>Not bold</b> and slanted.")).to_be_visible()
    outside = page.get_by_role("link", name="the paper")
    expect(outside).to_have_attribute("target", "_blank")
    below = page.get_by_text("The model looks at").bounding_box()
    first, second = heatmap.cell(0, 2), heatmap.cell(1, 0)
    assert below is not None
    assert first["bottom"] <= below["y"]
    assert below["y"] + below["height"] <= second["top"]
