"""The text is selected, copied and found as text is, and a row is copied as a table."""

import io
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.ui.heatmap_page import FIND, HEATMAP, HeatmapPage
from tests.ui.test_served import APP
from textualheatmap import Facet, TextualHeatmap

Open = Callable[..., HeatmapPage]

TOKENS = ["see ", "it\n", "\t", "all ", "<b>"]
HEAT = np.array([[0, 3, -1, 0, 0.1]] * 5, np.float32)

# A field into which what was copied can be pasted.
PASTE = """
() => {
  const field = document.createElement("textarea");
  field.id = "pasted";
  document.body.append(field);
  field.focus();
}
"""
LAYER = """
() => {
  const { view } = (FIND)("facet-0", 0);
  const layer = view.el.shadowRoot.querySelector("[data-text]");
  return getComputedStyle(layer).pointerEvents;
}
""".replace("FIND", FIND)


def paste(page: Page) -> str:
    page.evaluate(PASTE)
    page.keyboard.press("Control+v")
    text = page.locator("#pasted").input_value()
    page.locator("#pasted").evaluate("field => field.remove()")
    return text


def build_row() -> TextualHeatmap:
    facet = Facet.from_arrays(TOKENS, HEAT, title="text")
    return TextualHeatmap(facets=[facet], scale="row").highlight(1)


@pytest.fixture
def shown(saved_once: Open) -> HeatmapPage:
    shown = saved_once(build_row)
    shown.wait_for_focus(1)
    return shown


def drag(shown: HeatmapPage, first: int, last: int) -> None:
    start, stop = shown.cell(0, first), shown.cell(0, last)
    mouse = shown.page.mouse
    mouse.move(start["left"] + 1, (start["top"] + start["bottom"]) / 2)
    mouse.down()
    mouse.move(stop["right"] - 1, (stop["top"] + stop["bottom"]) / 2, steps=5)
    mouse.up()
    shown.settle()


def test_alt_and_a_drag_select_text_and_move_nothing(shown: HeatmapPage) -> None:
    page = shown.page
    page.keyboard.down("Alt")
    drag(shown, 0, 4)
    page.keyboard.up("Alt")
    assert (shown.focus(), shown.pinned()) == ([0, 0], False)
    page.keyboard.press("Control+c")
    assert paste(page) == "".join(TOKENS)
    # By itself a drag makes a span again.
    drag(shown, 0, 1)
    shown.wait_for_pinned(pinned=True)
    assert shown.focus() == [0, 0]


def test_a_mode_selects_without_alt_until_escape(shown: HeatmapPage) -> None:
    page = shown.page
    page.locator(HEATMAP).focus()
    page.keyboard.press("s")
    drag(shown, 3, 4)
    assert not shown.pinned()
    page.keyboard.press("Control+c")
    assert paste(page) == "all <b>"
    drag(shown, 1, 1)
    page.keyboard.press("Control+c")
    assert paste(page) == "it\n"
    page.keyboard.press("Escape")
    assert page.evaluate(LAYER) == "none"
    drag(shown, 3, 4)
    shown.wait_for_pinned(pinned=True)


def test_the_row_of_the_focus_is_copied_as_a_table(shown: HeatmapPage) -> None:
    page = shown.page
    shown.click(0, 1)
    shown.wait_for_pinned(pinned=True)
    page.keyboard.press("Control+c")
    expect(page.get_by_text("The row is copied as a table.")).to_have_count(1)
    row = build_row().row()
    copied = pd.read_csv(io.StringIO(paste(page)), sep="\t", dtype={"token": str})
    pd.testing.assert_frame_equal(
        copied, row, check_dtype=False, rtol=0.01, atol=0.01, check_like=True
    )


def test_a_served_page_copies_the_row_of_its_focus(
    page: Page, served: Callable[[str], str]
) -> None:
    page.goto(served(APP))
    HeatmapPage(page).click(0, 2)
    page.keyboard.press("Control+c")
    assert paste(page).splitlines()[3].split("\t")[1:4] == ["2", "it ", "0.75"]


def test_without_the_keyboard_the_page_copies_what_it_would(shown: HeatmapPage) -> None:
    page = shown.page
    page.evaluate("() => document.activeElement.blur()")
    page.evaluate(
        "() => { document.body.append('outside');"
        " getSelection().selectAllChildren(document.body) }"
    )
    page.keyboard.press("Control+c")
    assert "outside" in paste(page)
    page.evaluate("() => getSelection().removeAllRanges()")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("Control+c")
    assert "outside" in paste(page)


def test_ctrl_f_is_the_browsers_unless_lines_are_beyond_the_window(
    saved: Open,
) -> None:
    tokens = [f"{k}\n" for k in range(100)]
    facet = Facet.from_arrays(tokens, np.eye(100))
    for most, opens in ((None, True), (3000, False)):
        shown = saved(TextualHeatmap(facets=[facet], max_height=most))
        shown.cell(0, 0)
        shown.page.locator(HEATMAP).focus()
        shown.page.keyboard.press("Control+f")
        field = shown.page.get_by_role("textbox", name="Find")
        if opens:
            expect(field).to_be_focused()
            note = shown.page.get_by_text("in all lines, also those beyond the window")
            expect(note).to_be_visible()
        else:
            shown.settle()
            expect(field).to_have_count(0)


def test_the_text_is_read_to_whoever_cannot_see_it(shown: HeatmapPage) -> None:
    tree = shown.page.get_by_role("group", name="Heatmap").aria_snapshot()
    assert "see it↵ ⇥" in " ".join(tree.split())


def test_a_drag_beyond_the_window_scrolls_it(saved: Open) -> None:
    tokens = [f"{k:02d}\n" for k in range(40)]
    facet = Facet.from_arrays(tokens, np.eye(40))
    shown = saved(TextualHeatmap(facets=[facet], max_height=200))
    cell = shown.cell(0, 2)
    mouse = shown.page.mouse
    mouse.move(cell["left"] + 3, cell["top"] + 3)
    mouse.down()
    mouse.move(cell["left"] + 3, cell["top"] + 300, steps=4)
    shown.page.wait_for_function(f"() => ({FIND})('state', 0).model.value.stop === 40")
    assert 39 in shown.column(0, "index")
    mouse.move(cell["left"] + 3, cell["top"] - 300, steps=4)
    shown.page.wait_for_function(
        f"() => {{ const {{ start, stop }} = ({FIND})('state', 0).model.value;"
        " return start === 0 && stop === 3 }"
    )
    mouse.up()
    shown.settle()
    line = shown.property("state", "line")
    shown.settle()
    assert shown.property("state", "line") == line == 0


def test_a_system_that_forces_its_colours_leaves_those_of_the_data(
    shown: HeatmapPage,
) -> None:
    page = shown.page
    style = f"""() => {{
      const layer = ({FIND})("facet-0", 0).view.el.shadowRoot
        .querySelector("[data-text]");
      const panel = ({FIND})("facet-0", 0).view.el.parentElement;
      return [getComputedStyle(layer).color, getComputedStyle(panel).backgroundColor];
    }}"""
    plain = page.evaluate(style)
    page.emulate_media(forced_colors="active")
    assert page.evaluate(style) == plain


def test_nothing_moves_by_itself_where_less_motion_is_wished(
    shown: HeatmapPage,
) -> None:
    page = shown.page
    running = "slider => slider.getRootNode().getAnimations().length"
    slider = page.get_by_role("slider", name="Focused token")
    for moves in (True, False):
        page.emulate_media(reduced_motion="no-preference" if moves else "reduce")
        slider.wait_for()
        box = slider.bounding_box()
        assert box is not None
        x = box["x"] + (120 if moves else -120)
        page.mouse.click(x, box["y"] + box["height"] / 2)
        assert (slider.evaluate(running) > 0) == moves
