"""Text is found, marked and gone through, on saved and on served pages."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.ui.heatmap_page import FIND, HEATMAP, HeatmapPage
from textualheatmap import Facet, TextualHeatmap

Open = Callable[..., HeatmapPage]

WORDS = ["du", "ty ", "of ", "<b>\n", "the ", "DUTY ", "free"]
LETTERS = list("".join(WORDS))
LINES, WIDE = 100, 8

SERVED = """
import re
import numpy as np
import panel as pn
from textualheatmap import Facet, TextualHeatmap
heatmap = TextualHeatmap(facets=[Facet.from_arrays({words}, np.eye({count}))])
told = pn.pane.Str(pn.bind(
    lambda search, focus: f"told {{search!r}} {{focus}}",
    heatmap.param.search, heatmap.param.focus_span,
))
button = pn.widgets.Button(name="find")
button.on_click(lambda _: setattr(heatmap, "search", re.compile("f(re|$)")))
pn.Column(told, heatmap, button).servable()
"""

# Each frame of a facet's text as its place in px of the text.
MARKS = """
(facet) => {
  const { view } = (FIND)(`facet-${facet}`, 0);
  const marks = view.el.shadowRoot.querySelectorAll("[data-marks] > *");
  return Array.from(marks, ({ style }) => [style.left, style.top, style.width]);
}
""".replace("FIND", FIND)
MINIMAP = """
(facet) => {
  const { view } = (FIND)(`minimap-${facet}`, 0);
  return view.el.shadowRoot.querySelector("[data-marks] path")?.getAttribute("d");
}
""".replace("FIND", FIND)


def build(**params: Any) -> TextualHeatmap:  # noqa: ANN401 - any parameters
    facets = [
        Facet.from_arrays(WORDS, np.eye(len(WORDS)), title="words"),
        Facet.from_arrays(LETTERS, np.eye(len(LETTERS)), title="letters"),
    ]
    return TextualHeatmap(facets=facets, **params)


def open_bar(page: Page) -> None:
    HeatmapPage(page).cell(0, 0)
    page.locator(HEATMAP).focus()
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Find")).to_be_focused()


def expect_count(page: Page, text: str) -> None:
    expect(page.get_by_role("search").get_by_role("status")).to_have_text(text)


def test_a_hit_is_found_across_tokens_marked_and_gone_to(saved_once: Open) -> None:
    shown = saved_once(build)
    page = shown.page
    shown.cell(0, 0)
    before = shown.lines(0)
    open_bar(page)
    page.keyboard.type("duty")
    expect_count(page, "2 hits")
    # "du" and "ty " together; the same text in other tokens is marked, and not counted.
    shown.settle()
    assert len(page.evaluate(MARKS, 0)) == 2
    assert page.evaluate(MARKS, 0)[0] == ["7px", "8px", "42px"]
    assert len(page.evaluate(MARKS, 1)) == 2
    page.keyboard.press("Enter")
    shown.wait_for_focus(0, 0)
    expect_count(page, "1 of 2")
    page.keyboard.press("Enter")
    shown.wait_for_focus(5, 0)
    expect_count(page, "2 of 2")
    page.keyboard.press("Shift+Enter")
    shown.wait_for_focus(0, 0)
    page.get_by_role("button", name="Next hit").click()
    shown.wait_for_focus(5, 0)
    assert not shown.pinned()
    assert shown.lines(0) == before
    page.keyboard.press("Escape")
    expect(page.get_by_role("search")).to_be_hidden()
    expect(page.locator(HEATMAP)).to_be_focused()
    shown.settle()
    assert page.evaluate(MARKS, 0) == []


def test_n_goes_on_and_any_letter_can_be_searched(saved_once: Open) -> None:
    shown = saved_once(build)
    page = shown.page
    open_bar(page)
    page.keyboard.type("n?.,/")
    expect_count(page, "0 hits")
    page.get_by_role("textbox", name="Find").fill("f")
    expect_count(page, "2 hits")
    page.locator(HEATMAP).focus()
    for key, index in (("n", 2), ("n", 6), ("n", 2), ("N", 6)):
        page.keyboard.press(key)
        shown.wait_for_focus(index, 0)
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Find")).to_be_focused()


def test_the_keys_are_shown_below_the_bar(saved_once: Open) -> None:
    page = saved_once(build).page
    open_bar(page)
    page.keyboard.type("duty")
    page.locator(HEATMAP).focus()
    page.keyboard.press("?")
    expect(page.get_by_text("token before or after")).to_be_visible()
    bar, keys = (
        page.locator(f"[data-{name}]").bounding_box() for name in ("find", "keys")
    )
    assert bar is not None
    assert keys is not None
    assert keys["y"] > bar["y"] + bar["height"]


def test_an_expression_is_run_and_a_wrong_one_is_explained(saved_once: Open) -> None:
    shown = saved_once(build)
    page = shown.page
    open_bar(page)
    page.keyboard.type("<(b|c)>\\n")
    expect_count(page, "0 hits")
    toggle = page.get_by_role("button", name="Regular expression")
    toggle.click()
    expect_count(page, "1 hit")
    page.keyboard.press("Enter")
    shown.wait_for_focus(3, 0)
    page.get_by_role("textbox", name="Find").fill("<b>)")
    expect_count(page, "Unmatched ')' at character 4")
    expect(page.get_by_role("textbox", name="Find")).to_have_attribute(
        "aria-invalid", "true"
    )
    toggle.click()
    expect_count(page, "0 hits")


def test_an_expression_that_never_ends_is_stopped_and_the_page_goes_on(
    saved: Open,
) -> None:
    tokens = ["a" * 60 + " ", "b"]
    shown = saved(TextualHeatmap(facets=[Facet.from_arrays(tokens, np.eye(2))]))
    page = shown.page
    open_bar(page)
    page.get_by_role("button", name="Regular expression").click()
    page.keyboard.type("(a+)+$")
    expect_count(page, "…")
    page.locator(HEATMAP).focus()
    page.keyboard.press("Control+End")
    shown.wait_for_focus(1)
    expect_count(page, "stopped: it takes too long on this text")
    for _ in range(100):
        if page.workers == []:
            break
        shown.settle()  # the page tells of workers that ended
    assert page.workers == []
    page.get_by_role("textbox", name="Find").fill("a+ b")
    expect_count(page, "1 hit")


@pytest.fixture
def tall(saved: Open) -> HeatmapPage:
    """Return a saved text of many lines, in a window of eleven lines."""
    tokens = [
        f"{k:03d}" + ("\n" if k % WIDE == WIDE - 1 else " ")
        for k in range(LINES * WIDE)
    ]
    heatmap = TextualHeatmap(max_height=236, search="00")
    return saved(heatmap.set_data([Facet.from_arrays(tokens, np.eye(len(tokens)))]))


def test_hits_beyond_the_window_are_marked_in_the_minimap_and_brought_into_it(
    tall: HeatmapPage,
) -> None:
    page = tall.page
    expect_count(page, "17 hits")  # 000 to 009, 100 to 700
    tall.settle()
    lines = [0, 1, 12, 25, 37, 50, 62, 75, 87]
    assert page.evaluate(MINIMAP, 0) == "".join(f"M1 {k + 0.5}H2" for k in lines)
    assert len(page.evaluate(MARKS, 0)) == 10
    page.get_by_role("button", name="Hit before").click()
    tall.wait_for_focus(700)
    expect_count(page, "17 of 17")
    assert 700 in tall.column(0, "index")
    assert len(page.evaluate(MARKS, 0)) == 1
    page.get_by_role("button", name="Close").click()
    tall.settle()
    assert page.evaluate(MINIMAP, 0) is None


def test_full_stop_and_comma_go_through_the_hottest_tokens_of_one_row(
    saved: Open,
) -> None:
    heat = np.array([[0, 0.2, 0.9, 0.5], [1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]])
    shown = saved(TextualHeatmap(facets=[Facet.from_arrays(list("abcd"), heat)]))
    page = shown.page
    shown.cell(0, 0)
    page.locator(HEATMAP).focus()
    page.keyboard.press("Home")
    for key, index in ((".", 2), (".", 3), (".", 1), (".", 1), (",", 3), (",", 2)):
        page.keyboard.press(key)
        shown.wait_for_focus(index)
    page.keyboard.press(",")
    shown.wait_for_focus(0)
    # Another gesture begins another row.
    page.keyboard.press("End")
    page.keyboard.press(".")
    shown.wait_for_focus(1)
    page.keyboard.press(".")
    shown.wait_for_focus(1)


def test_on_a_served_page_python_hears_of_a_search_and_leads_it(
    page: Page, served: Callable[[str], str]
) -> None:
    page.goto(served(SERVED.format(words=WORDS, count=len(WORDS))))
    shown = HeatmapPage(page)
    shown.cell(0, 0)
    open_bar(page)
    page.keyboard.type("the")
    page.keyboard.press("Enter")
    page.get_by_text("told 'the' (4, 5)").wait_for()
    page.get_by_role("button", name="Regular expression").click()
    page.get_by_text("told Expression(pattern='the') (4, 5)").wait_for()
    page.get_by_role("button", name="find").last.click()
    expect_count(page, "1 hit")
    expect(page.get_by_role("textbox", name="Find")).to_have_value("f(re|$)")
    page.get_by_role("button", name="Close").click()
    page.get_by_text("told None (4, 5)").wait_for()
