"""A heatmap with its controls beside it, on a served page."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.ui.heatmap_page import PROPERTY, HeatmapPage

APP = """
from textualheatmap import TextualHeatmap
records = [
    {"token": "to ", "heat": [1, 0]},
    {"token": "be", "heat": [1, 1]},
]
heatmap = TextualHeatmap(width=400, link=True).set_data([records]).highlight(1)
heatmap.explore().servable()
"""


def test_they_lead_the_page_and_follow_it(
    page: Page, served: Callable[[str], str]
) -> None:
    page.goto(served(APP))
    heatmap = HeatmapPage(page)
    heatmap.wait_for_column(0, "heat", [1, 1])
    page.get_by_label("Direction").select_option("who looked at the focus")
    heatmap.wait_for_column(0, "heat", [0, 1])
    page.get_by_label("Palette").select_option("paper")
    page.wait_for_function(
        f"([...given]) => ({PROPERTY})(given)?.value.palette === 'paper'",
        arg=["state", "value", 0],
    )
    # A link changes the state in the browser, and the widget hears of it.
    page.evaluate("() => { location.hash = '#pool=mean' }")
    expect(page.get_by_label("Pooling")).to_have_value("mean")


BY_LAYER = """
from textualheatmap import Facet, TextualHeatmap
facet = Facet.from_arrays(
    ["a"], [[[1]], [[1]]], [[["early"], ["late"]]], axes=["layer"], meta_axis="layer"
)
heatmap = TextualHeatmap(facets=[facet], width=400, show_meta=True).highlight(0)
heatmap.explore().servable()
"""


def test_keys_and_the_mouse_move_the_axis_that_meta_follow(
    page: Page, served: Callable[[str], str]
) -> None:
    page.goto(served(BY_LAYER))
    heatmap = HeatmapPage(page)
    heatmap.wait_for_meta(0, [("late", "")])
    layer = page.get_by_label("Layer")
    layer.press("ArrowUp")
    heatmap.wait_for_meta(0, [("early", "")])
    layer.select_option("mean of all")
    heatmap.wait_for_meta(0, [("", "")])
    layer.press("End")
    heatmap.wait_for_meta(0, [("late", "")])


def test_their_words_have_the_colour_of_a_notebook_of_jupyterlab(
    page: Page, served: Callable[[str], str]
) -> None:
    page.goto(served(APP))
    HeatmapPage(page).cell(0, 0)
    # What its dark theme says; its other variables for widgets come with ipywidgets.
    page.add_style_tag(content=":root { --jp-ui-font-color1: rgb(220, 221, 222) }")
    for words in (page.get_by_text("Direction"), page.get_by_label("Direction")):
        expect(words).to_have_css("color", "rgb(220, 221, 222)")
