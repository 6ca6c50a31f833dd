"""A drag, a long press or Shift with a key makes a span of tokens the focus."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import load_sample
from tests.ui.conftest import PAGE_TIMEOUT
from tests.ui.heatmap_page import HeatmapPage
from tests.ui.test_served import APP
from textualheatmap import TextualHeatmap

Open = Callable[..., HeatmapPage]


def middle(shown: HeatmapPage, facet: int, index: int) -> tuple[float, float]:
    cell = shown.cell(facet, index)
    return (cell["left"] + cell["right"]) / 2, (cell["top"] + cell["bottom"]) / 2


def drag(shown: HeatmapPage, first: int, *others: int) -> None:
    """Press the mouse on a token of the first facet, and release it on the last."""
    shown.page.mouse.move(*middle(shown, 0, first))
    shown.page.mouse.down()
    for index in others:
        shown.page.mouse.move(*middle(shown, 0, index))
    shown.page.mouse.up()


def wait_for_span(shown: HeatmapPage, start: int, stop: int) -> None:
    shown.wait_for_focus(start)
    state = shown.property("state", "value")
    assert [state["start"], state["stop"], state["pinned"]] == [start, stop, True]


def build_samples() -> TextualHeatmap:
    """Return a heatmap of two facets."""
    heatmap = TextualHeatmap(facet_titles=["GRU", "LSTM"])
    return heatmap.set_data(load_sample("autocomplete"))


@pytest.fixture
def shown(saved_once: Open) -> HeatmapPage:
    return saved_once(build_samples)


def test_a_drag_makes_a_span_which_hover_leaves_alone(
    shown: HeatmapPage,
) -> None:
    drag(shown, 20, 40, 24)
    wait_for_span(shown, 20, 25)
    assert len(shown.column(0, "left", "focus")) == 5
    shown.hover(0, 60)
    shown.settle()
    wait_for_span(shown, 20, 25)
    assert shown.page.evaluate("() => getSelection().toString()") == ""


def test_a_drag_back_makes_a_span_and_a_click_in_it_releases_it(
    shown: HeatmapPage,
) -> None:
    drag(shown, 24, 20)
    wait_for_span(shown, 20, 25)
    shown.click(0, 22)
    shown.wait_for_pinned(pinned=False)


def test_shift_extends_the_focus_by_keys_from_the_end_that_moves(
    shown: HeatmapPage,
) -> None:
    shown.click(0, 20)
    shown.wait_for_focus(20)
    for key, start, stop in (
        ("ArrowRight", 20, 22),
        ("ArrowRight", 20, 23),
        ("ArrowLeft", 20, 22),
        ("ArrowLeft", 20, 21),
        ("ArrowLeft", 19, 21),
        ("Control+Home", 0, 21),
    ):
        shown.page.keyboard.press(f"Shift+{key}")
        wait_for_span(shown, start, stop)


def test_a_long_press_starts_a_span(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(
        viewport={"width": 640, "height": 800}, has_touch=True, is_mobile=True
    )
    context.set_default_timeout(PAGE_TIMEOUT)
    build_samples().save(tmp_path / "out.html")
    page = context.new_page()
    page.goto((tmp_path / "out.html").as_uri())
    shown = HeatmapPage(page)
    points = [middle(shown, 0, index) for index in (20, 22, 24)]
    session = context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", points[0])
    shown.wait_for_pinned(pinned=True)
    for point in points[1:]:
        touch("touchMove", point)
    touch("touchEnd")
    shown.settle()
    wait_for_span(shown, 20, 25)
    context.close()


def test_a_span_of_a_served_page_is_the_focus_in_python(
    page: Page, served: Callable[..., str]
) -> None:
    page.goto(served(APP))
    shown = HeatmapPage(page)
    drag(shown, 1, 3)
    page.get_by_text("(1, True").wait_for()
    wait_for_span(shown, 1, 4)
