"""The tooltip of a resting pointer, and what is left without interaction."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import list_records
from tests.ui.conftest import open_context
from tests.ui.heatmap_page import HeatmapPage
from textualheatmap import Facet, TextualHeatmap

Open = Callable[..., HeatmapPage]

NARROW = 300


@pytest.fixture(scope="module")
def saved_context(browser: Browser) -> Iterator[BrowserContext]:
    """Open a context whose clock no test elsewhere has."""
    with open_context(browser) as context:
        context.clock.install()
        yield context


@pytest.fixture(autouse=True)
def running(saved_context: BrowserContext) -> None:
    """Let the clock go on where a test has paused it."""
    saved_context.clock.resume()


def build_two() -> TextualHeatmap:
    return TextualHeatmap(facet_titles=["a", "b"]).set_data(list_records())


@pytest.fixture
def shown(saved_once: Open) -> HeatmapPage:
    """Return a saved heatmap of two facets in a page whose clock the test moves."""
    return saved_once(build_two)


def test_the_tooltip_comes_late(shown: HeatmapPage) -> None:
    clock = shown.page.clock
    # An installed clock goes on by itself until it is paused, and frames with it.
    clock.pause_at(shown.page.evaluate("() => Date.now() / 1000 + 1"))
    shown.hover(0, 1)
    tooltip = shown.page.get_by_text("“cat ”  index 1  heat 0.00")
    clock.run_for(400)
    assert shown.focus() == [0, 1]
    assert tooltip.count() == 0
    clock.run_for(400)
    tooltip.wait_for()


def test_the_tooltip_tells_token_index_and_heat(shown: HeatmapPage) -> None:
    for facet, index, text in (
        (0, 2, "“sat”  index 2  heat 0.00"),
        (1, 1, "“sat”  index 1  heat 0.50"),
    ):
        shown.hover(facet, index)
        shown.settle()
        shown.page.clock.fast_forward(800)
        shown.page.get_by_text(text).wait_for()


def build_drawn() -> TextualHeatmap:
    """Return a text of which a token is drawn otherwise."""
    heat = [[0.5, 0.25, 0.25], [0, 1, 0], [1, 0, 1]]
    return TextualHeatmap().set_data([Facet.from_arrays(["a", "\n", "b"], heat)])


def test_the_tooltip_tells_rank_and_share_and_what_is_drawn_otherwise(
    saved_once: Open,
) -> None:
    shown = saved_once(build_drawn)
    shown.click(0, 0)
    shown.hover(0, 1)
    shown.settle()
    shown.page.clock.fast_forward(800)
    tooltip = shown.page.locator("[data-tooltip]")
    expect(tooltip).to_have_text(
        "“↵” index 1 U+000A heat 0.25 rank 2 of 3 25% of the row"
    )


def build_words(index: int) -> TextualHeatmap:
    """Return a long text, with a focus, as wide as the page."""
    tokens = [f"word{k} " for k in range(400)]
    facet = Facet.from_arrays(tokens, np.eye(400), title="a title")
    heatmap = TextualHeatmap(sizing_mode="stretch_width", max_height=300)
    return heatmap.set_data([facet]).highlight(index)


# The last one is far below the first window of lines.
@pytest.mark.parametrize("indexes", [(0, 9), (300,)], ids=str)
@pytest.mark.parametrize("width", [NARROW, 900])
def test_the_tooltip_is_above_the_line_and_within_the_page(
    saved_once: Open, width: int, indexes: tuple[int, ...]
) -> None:
    shown = saved_once(build_words, indexes[0])
    shown.resize(width, 500)
    shown.wait_for_focus(indexes[0])
    tooltip = shown.page.locator("[data-tooltip]")
    for index in indexes:
        shown.hover(0, index)
        shown.settle()
        shown.page.clock.fast_forward(800)
        expect(tooltip).to_be_visible()
        box, cell = tooltip.bounding_box(), shown.cell(0, index)
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        # In one line, it stands above the first line of the page, too.
        is_flat = box["height"] <= cell["bottom"] - cell["top"]
        assert is_flat or width == NARROW
        if is_flat or index > 0:
            assert box["y"] + box["height"] <= cell["top"]
        else:
            assert box["y"] >= cell["bottom"]
        shown.page.mouse.move(5, 490)
        expect(tooltip).to_have_count(0)


def build_tall_token() -> TextualHeatmap:
    """Return a text whose second token has more lines than are shown."""
    tokens = ["word " * 3, "word " * 300]
    facet = Facet.from_arrays(tokens, np.eye(2), title="a title")
    return TextualHeatmap(max_height=300).set_data([facet])


def test_a_token_of_several_lines_has_it_above_the_first_one_that_is_shown(
    saved_once: Open,
) -> None:
    shown = saved_once(build_tall_token)
    shown.page.mouse.move(300, 120)
    shown.page.mouse.wheel(0, 200)
    shown.settle()
    shown.page.mouse.move(305, 120)
    shown.wait_for_focus(1)
    shown.page.clock.fast_forward(800)
    tooltip = shown.page.locator("[data-tooltip]")
    expect(tooltip).to_be_visible()
    box = tooltip.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= shown.cell(0, 1)["top"]


def test_the_tooltip_tells_a_served_page_the_same(
    page: Page, served: Callable[[str], str]
) -> None:
    page.goto(
        served(
            "from textualheatmap import TextualHeatmap\n"
            "records = [{'token': 'a', 'heat': [1]}]\n"
            "TextualHeatmap().set_data([records]).servable()"
        )
    )
    shown = HeatmapPage(page)
    shown.hover(0, 0)
    expect(page.locator("[data-tooltip]")).to_have_text(
        "“a” index 0 heat 1.00 rank 1 of 1 100% of the row"
    )


def test_under_a_pin_the_tooltip_tells_the_heat_of_the_hovered_token(
    shown: HeatmapPage,
) -> None:
    shown.click(0, 2)
    shown.wait_for_pinned(pinned=True)
    shown.hover(0, 1)
    shown.settle()
    shown.page.clock.fast_forward(800)
    shown.page.get_by_text("“cat ”  index 1  heat 0.75").wait_for()


def test_the_tooltip_goes_when_the_pointer_leaves(shown: HeatmapPage) -> None:
    shown.hover(0, 1)
    shown.settle()
    shown.page.clock.fast_forward(800)
    tooltip = shown.page.locator("[data-tooltip]").filter(has_text="“cat ”")
    tooltip.wait_for()
    shown.page.mouse.move(1200, 700)
    tooltip.wait_for(state="hidden")


def test_the_tooltip_goes_when_the_pointer_moves_on(shown: HeatmapPage) -> None:
    shown.hover(0, 1)
    shown.settle()
    shown.page.clock.fast_forward(800)
    tooltip = shown.page.locator("[data-tooltip]").filter(has_text="“cat ”")
    tooltip.wait_for()
    shown.page.clock.pause_at(shown.page.evaluate("() => Date.now() / 1000 + 1"))
    shown.hover(0, 2)
    shown.page.clock.run_for(100)
    assert not tooltip.is_visible()


def test_no_tooltip_comes_once_the_pointer_has_left(shown: HeatmapPage) -> None:
    shown.hover(0, 1)
    shown.settle()
    shown.page.mouse.move(1200, 700)
    shown.settle()
    shown.page.clock.fast_forward(1000)
    shown.settle()
    assert shown.page.get_by_text("index").count() == 0


def test_the_tooltip_goes_when_the_text_is_laid_out_anew(saved_once: Open) -> None:
    shown = saved_once(build_words, 0)
    shown.hover(0, 1)
    shown.settle()
    shown.page.clock.fast_forward(800)
    tooltip = shown.page.locator("[data-tooltip]").filter(has_text="“word1 ”")
    tooltip.wait_for()
    shown.page.set_viewport_size({"width": 500, "height": 800})
    tooltip.wait_for(state="hidden")


def build_picture() -> TextualHeatmap:
    heatmap = TextualHeatmap(interactive=False, show_meta=True, facet_titles=["a", "b"])
    return heatmap.set_data(list_records()).highlight(1)


def test_without_interaction_only_python_moves_the_focus(saved_once: Open) -> None:
    shown = saved_once(build_picture)
    shown.wait_for_focus(1)
    assert shown.heat(0) == pytest.approx({0: 1.0, 1: 0.0, 2: 0.0})
    assert shown.meta(0, 2) == [("sat", ""), ("ran", "")]
    shown.hover(0, 2)
    shown.click(0, 2)
    shown.settle()
    shown.page.clock.fast_forward(1000)
    shown.settle()
    assert shown.focus() == [0, 1]
    assert not shown.pinned()
    assert shown.page.get_by_text("index").count() == 0
    assert shown.page.locator(".noUi-handle").count() == 0
