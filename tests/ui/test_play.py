"""The focus goes on by itself, on saved and on served pages."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.heatmap_page import FIND, HEATMAP, HeatmapPage
from textualheatmap import Facet, TextualHeatmap

Open = Callable[..., HeatmapPage]

TOKENS = [f"{k} " for k in range(40)]
PLAYS = f"""(playing) => {{
  return ({FIND})("state", 0)?.model.value?.playing === playing;
}}"""

SERVED = """
import numpy as np
import panel as pn
from textualheatmap import Facet, TextualHeatmap
tokens = [f"{k} " for k in range(40)]
heatmap = TextualHeatmap(facets=[Facet.from_arrays(tokens, np.eye(40))], speed=50)
told = pn.pane.Str(pn.bind(
    lambda playing, focus: f"told {playing} {focus}",
    heatmap.param.playing, heatmap.param.focus,
))
button = pn.widgets.Button(name="begin")
button.on_click(lambda _: heatmap.param.update(playing=True, focus=10))
slow = pn.widgets.Button(name="slow")
slow.on_click(lambda _: heatmap.param.update(playing=True, focus=20, speed=10))
narrow = pn.widgets.Button(name="narrow")
narrow.on_click(lambda _: heatmap.param.update(width=400))
pn.Column(told, heatmap, button, slow, narrow).servable()
"""


def build(speed: float, *, playing: bool = False) -> TextualHeatmap:
    facet = Facet.from_arrays(TOKENS, np.eye(len(TOKENS)))
    return TextualHeatmap(facets=[facet], speed=speed, playing=playing)


def wait_until(shown: HeatmapPage, *, playing: bool) -> None:
    shown.page.wait_for_function(PLAYS, arg=playing)


def build_quick() -> TextualHeatmap:
    return build(50).highlight(0)


def test_a_saved_file_plays_to_the_end_and_then_anew(saved: Open) -> None:
    shown = saved(build(50))
    button = shown.page.get_by_role("button", name="Play")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    shown.wait_for_focus(39)
    wait_until(shown, playing=False)
    # The slider follows without a rest.
    assert shown.property("focus-slider", "value") == 39
    shown.page.locator(HEATMAP).focus()
    shown.page.keyboard.press("p")
    wait_until(shown, playing=True)
    shown.wait_for_focus(39)
    wait_until(shown, playing=False)


def test_it_goes_on_as_fast_as_it_is_told(
    own_context: BrowserContext, tmp_path: Path
) -> None:
    path = tmp_path / "out.html"
    build(5).highlight(0).save(path)
    shown = HeatmapPage(own_context.new_page())
    shown.page.goto(path.as_uri())
    shown.wait_for_focus(0)
    shown.page.clock.install(time=0)
    shown.page.clock.pause_at(1000)
    shown.page.locator(HEATMAP).focus()
    shown.page.keyboard.press("p")
    wait_until(shown, playing=True)
    for index in range(1, 6):  # five tokens a second
        shown.page.clock.run_for(199 if index == 1 else 200)
        assert shown.focus() == [0, index - 1]
    shown.page.clock.run_for(1)
    assert shown.focus() == [0, 5]


def test_it_waits_while_the_pointer_is_over_the_text(saved_once: Open) -> None:
    shown = saved_once(build_quick)
    page = shown.page
    shown.wait_for_focus(0)
    page.locator(HEATMAP).focus()
    page.keyboard.press("p")
    shown.hover(0, 5)
    shown.wait_for_focus(5)
    page.evaluate("() => new Promise((done) => setTimeout(done, 300))")
    assert shown.focus() == [0, 5]
    wait_until(shown, playing=True)
    page.mouse.move(900, 700)
    shown.wait_for_focus(39)


def test_a_key_of_the_reader_ends_it(saved: Open) -> None:
    shown = saved(build(1))
    shown.cell(0, 0)
    shown.page.locator(HEATMAP).focus()
    for key in ("ArrowRight", "Enter", "Escape", "p"):
        shown.page.keyboard.press("p")
        wait_until(shown, playing=True)
        shown.page.keyboard.press(key)
        wait_until(shown, playing=False)
    # It is not the end of the text that ended it.
    assert shown.focus()[1] < len(TOKENS) / 2


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_it_starts_by_itself_unless_less_motion_is_wished(
    saved: Open, page: Page, motion: Literal["reduce", "no-preference"]
) -> None:
    page.emulate_media(reduced_motion=motion)
    shown = saved(build(1, playing=True).highlight(0))
    if motion == "reduce":
        wait_until(shown, playing=False)
        assert shown.focus() == [0, 0]
        page.get_by_role("button", name="Play").click()
    shown.wait_for_focus(1)


def test_a_page_that_is_hidden_does_not_go_on(saved_once: Open) -> None:
    shown = saved_once(build_quick)
    page = shown.page
    shown.wait_for_focus(0)
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', { value: true,"
        " configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')) }"
    )
    page.get_by_role("button", name="Play").click()
    page.evaluate("() => new Promise((done) => setTimeout(done, 200))")
    assert shown.focus() == [0, 0]
    page.evaluate(
        "() => { delete document.hidden;"
        " document.dispatchEvent(new Event('visibilitychange')) }"
    )
    shown.wait_for_focus(39)


def test_on_a_served_page_python_begins_and_hears_the_end(
    page: Page, served: Callable[[str], str]
) -> None:
    page.goto(served(SERVED))
    HeatmapPage(page).cell(0, 0)
    page.get_by_role("button", name="begin").click()
    page.get_by_text("told True").wait_for()
    page.get_by_text("told False 39").wait_for()
    page.get_by_role("button", name="Play").click()
    page.get_by_text("told True").wait_for()
    page.get_by_text("told False 39").wait_for()


def test_a_heatmap_that_is_drawn_anew_goes_on(
    page: Page, served: Callable[[str], str]
) -> None:
    page.goto(served(SERVED))
    HeatmapPage(page).cell(0, 0)
    page.get_by_role("button", name="slow").click()
    page.get_by_text("told True").wait_for()
    page.get_by_role("button", name="narrow").click()
    page.get_by_text("told False 39").wait_for()
    assert HeatmapPage(page).property("state", "command")["state"]["speed"] == 10


def test_the_button_is_large_enough_and_level_with_the_slider(saved: Open) -> None:
    for mode in ("fixed", "stretch_width"):
        heatmap = build(8)
        heatmap.sizing_mode = mode
        shown = saved(heatmap)
        button = shown.page.get_by_role("button", name="Play").bounding_box()
        slider = shown.page.get_by_role("slider", name="Focused token").bounding_box()
        assert button is not None
        assert slider is not None
        assert min(button["width"], button["height"]) >= 24
        middles = [box["y"] + box["height"] / 2 for box in (button, slider)]
        assert abs(middles[0] - middles[1]) <= 1
        assert button["x"] + button["width"] < slider["x"]
