"""The heatmap by keyboard alone."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.ui.heatmap_page import HeatmapPage
from tests.ui.test_served import APP
from textualheatmap import Facet, TextualHeatmap

Open = Callable[..., HeatmapPage]

# Lines of eight tokens; what follows the third line is a newline of its last token.
LINES = 100
WIDE = 8

# The ring around the element that has the keyboard, from the outside in.
OUTLINE = """
() => {
  const found = [];
  for (let root = document; root?.activeElement; root = root.activeElement.shadowRoot) {
    const { outlineStyle, outlineWidth, outlineColor } =
      getComputedStyle(root.activeElement);
    found.push(`${outlineStyle} ${outlineWidth} ${outlineColor}`);
  }
  return found.at(-1);
}
"""
PRESSED = """
() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element?.getAttribute("aria-label");
}
"""


def build_lines() -> TextualHeatmap:
    """Return a text of many lines, in a window of eleven lines."""
    tokens = [
        f"{k:03d}" + ("\n" if k % WIDE == WIDE - 1 else " ")
        for k in range(LINES * WIDE)
    ]
    tokens[3 * WIDE - 1] += "\n"
    heatmap = TextualHeatmap(facet_titles=["text"], max_height=236)
    return heatmap.set_data([Facet.from_arrays(tokens, np.eye(len(tokens)))])


@pytest.fixture
def shown(saved_once: Open) -> HeatmapPage:
    return saved_once(build_lines)


def tab_to_the_heatmap(shown: HeatmapPage, name: str = "Heatmap, text") -> None:
    for _ in range(8):
        shown.page.keyboard.press("Tab")
        if shown.page.evaluate(PRESSED) == name:
            return
    pytest.fail(f"Tab does not reach {name!r}")


def test_keys_step_by_token_line_page_and_end(shown: HeatmapPage) -> None:
    tab_to_the_heatmap(shown)
    for key, index in (
        ("ArrowDown", 0),
        ("ArrowRight", 1),
        ("ArrowDown", 9),
        ("End", 15),
        ("Home", 8),
        ("ArrowDown", 16),
        ("ArrowDown", 23),
        ("ArrowDown", 24),
        ("ArrowUp", 23),
        ("PageDown", 96),
        ("PageUp", 23),
        ("Control+End", LINES * WIDE - 1),
        ("Control+Home", 0),
    ):
        shown.page.keyboard.press(key)
        shown.wait_for_focus(index)
    assert shown.page.evaluate("() => scrollY") == 0


def test_the_line_of_the_focus_is_brought_into_the_window(shown: HeatmapPage) -> None:
    tab_to_the_heatmap(shown)
    shown.page.keyboard.press("Control+End")
    shown.wait_for_focus(LINES * WIDE - 1)
    assert LINES * WIDE - 1 in shown.column(0, "index")


def test_enter_pins_and_releases_and_escape_releases(shown: HeatmapPage) -> None:
    tab_to_the_heatmap(shown)
    shown.page.keyboard.press("ArrowRight")
    for key, pinned in (("Enter", True), ("Enter", False), ("Enter", True)):
        shown.page.keyboard.press(key)
        shown.wait_for_pinned(pinned=pinned)
    shown.page.keyboard.press("Escape")
    shown.wait_for_pinned(pinned=False)
    assert shown.focus() == [0, 0]


def test_a_ring_is_seen_by_keyboard_and_none_by_mouse(shown: HeatmapPage) -> None:
    for scheme in ("light", "dark"):
        shown.page.emulate_media(color_scheme=scheme)
        shown.page.evaluate("() => document.activeElement.blur()")
        shown.click(0, 2)
        assert shown.page.evaluate(OUTLINE).startswith("none")
        shown.page.evaluate("() => document.activeElement.blur()")
        tab_to_the_heatmap(shown)
        assert shown.page.evaluate(OUTLINE) == "solid 2px rgb(47, 129, 247)"


def test_forced_colours_of_the_system_colour_the_ring(shown: HeatmapPage) -> None:
    shown.page.emulate_media(forced_colors="active")
    tab_to_the_heatmap(shown)
    ring = shown.page.evaluate(OUTLINE)
    assert ring.startswith("solid 2px")
    assert ring != "solid 2px rgb(47, 129, 247)"


def test_a_question_mark_shows_the_keys_which_escape_hides(shown: HeatmapPage) -> None:
    keys = shown.page.get_by_text("token before or after")
    tab_to_the_heatmap(shown)
    shown.page.keyboard.press("Enter")
    shown.page.keyboard.press("ArrowRight")
    shown.page.keyboard.press("Enter")
    shown.wait_for_pinned(pinned=True)
    for hide in ("Escape", "?"):
        expect(keys).to_be_hidden()
        shown.page.keyboard.press("?")
        expect(keys).to_be_visible()
        shown.page.keyboard.press(hide)
    expect(keys).to_be_hidden()
    # The pin is for the next Esc.
    assert shown.pinned()
    shown.page.keyboard.press("?")
    keys.click()
    expect(keys).to_be_hidden()


def test_one_tab_leads_from_the_text_to_the_slider(shown: HeatmapPage) -> None:
    tab_to_the_heatmap(shown)
    shown.page.keyboard.press("Tab")
    expect(shown.page.get_by_role("slider", name="Focused token")).to_be_focused()
    shown.page.keyboard.press("ArrowRight")
    shown.wait_for_focus(1)


def test_a_heatmap_that_is_not_interactive_is_no_tab_stop(saved: Open) -> None:
    heatmap = TextualHeatmap(interactive=False)
    shown = saved(heatmap.set_data([[{"token": "one", "heat": [1]}]]))
    assert shown.lines(0)[0]["text"] == "one"
    expect(shown.page.get_by_role("group")).to_have_count(0)


def test_keys_on_a_served_page_move_and_pin_the_focus_in_python(
    page: Page, served: Callable[..., str]
) -> None:
    page.goto(served(APP))
    HeatmapPage(page).cell(0, 0)
    tab_to_the_heatmap(HeatmapPage(page), "Heatmap")
    for key in ("ArrowRight", "End", "Enter"):
        page.keyboard.press(key)
    page.get_by_text("told (3, True, None, False)").wait_for()
