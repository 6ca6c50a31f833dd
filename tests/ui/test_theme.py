"""What stands around the text is dressed for a light or a dark page."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.ui.heatmap_page import FIND, HeatmapPage
from textualheatmap import Facet, TextualHeatmap
from textualheatmap.plot.frame_colors import META_GROUND, TAB_GROUND, TRACK, Shade
from textualheatmap.scene.oklab import contrast
from textualheatmap.state.view_state import Theme

Scheme = Literal["light", "dark"]
OTHER: dict[Scheme, Scheme] = {"light": "dark", "dark": "light"}
SHOWN: dict[str, Shade] = {"tab": TAB_GROUND, "meta": META_GROUND, "track": TRACK}

# The colours of a title's tab, of a box of meta, of the slider's track, and of the text
# beside it.
COLOURS = """
() => {
  const style = (element) => getComputedStyle(element);
  const view = (name) => (FIND)(name, 0).view;
  const slider = view("focus-slider").el;
  return {
    tab: style(view("title-0").el).backgroundColor,
    meta: style(view("meta-0").el.shadowRoot.querySelector("div")).backgroundColor,
    track: style(slider.shadowRoot.querySelector(".noUi-target")).backgroundColor,
    text: style(slider.parentElement ?? slider.getRootNode().host).color,
    ground: style(view("heatmap").el).backgroundColor,
  };
}
""".replace("FIND", FIND)

APP = """
import panel as pn
from tests.ui.test_theme import build_heatmap
heatmap = build_heatmap()
buttons = []
for name in heatmap.param.theme.objects:
    button = pn.widgets.Button(name=name, width=60)
    button.on_click(lambda event: setattr(heatmap, "theme", event.obj.name))
    buttons.append(button)
wide = pn.widgets.Button(name="wide", width=60)
wide.on_click(lambda event: setattr(heatmap, "width", 700))
pn.Column(heatmap, pn.Row(*buttons, wide)).servable()
"""

KEEP = f"() => {{ globalThis.plot = ({FIND})('facet-0', 0).view }}"
KEPT = f"() => plot === ({FIND})('facet-0', 0).view"
# Panel gives its layouts a colour of their own.
DARKEN = """
() => {
  (FIND)("heatmap", 0).view.el.parentNode.host.style.color = "#eeeeee";
  document.body.className = "dark";
}
""".replace("FIND", FIND)
# The colour of a box of meta in the cover.
CATCH = """
() => {
  new MutationObserver((changes) => {
    for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
      const box = node.dataset?.cover && node.querySelector("[title]");
      if (box) globalThis.covered = getComputedStyle(box).backgroundColor;
    }
  }).observe(document.body, { childList: true });
}
"""

# As pages do that know nothing of `color-scheme`.
TURN = """
(isDark) => {
  document.body.className = isDark ? "dark" : "";
  document.body.style.color = isDark ? "#e0e0e0" : "#202020";
  document.body.style.background = isDark ? "#111111" : "#ffffff";
}
"""


def build_heatmap(theme: Theme = "auto") -> TextualHeatmap:
    meta = [[("x", 0.5)], [("y", 0.25)]]
    facet = Facet.from_arrays(["a ", "b"], [[1, 0], [0.5, 1]], meta=meta)
    heatmap = TextualHeatmap(show_meta=True, theme=theme).set_data([facet])
    return heatmap.highlight(1)


def to_hex(color: str) -> str:
    """Return a colour of a browser, without transparency, as hex."""
    channels = [int(part) for part in color[4:-1].split(",")]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def check(page: Page, theme: str) -> dict[str, str]:
    """Wait until the page is dressed for a theme, and return its colours."""
    expected = {name: getattr(shade, theme) for name, shade in SHOWN.items()}
    tries = 100
    while True:
        colours = page.evaluate(COLOURS)
        tries -= 1
        if tries == 0 or {n: to_hex(colours[n]) for n in SHOWN} == expected:
            break
        page.wait_for_timeout(50)
    assert {name: to_hex(colours[name]) for name in SHOWN} == expected
    return colours


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_saved_file_follows_the_system(
    page: Page, saved: Callable[[TextualHeatmap], HeatmapPage], scheme: Scheme
) -> None:
    page.emulate_media(color_scheme=scheme)
    saved(build_heatmap()).wait_for_focus(1)
    check(page, scheme)
    page.emulate_media(color_scheme=OTHER[scheme])
    check(page, OTHER[scheme])


def test_a_page_that_turns_dark_by_its_own_style_is_followed(
    page: Page, saved: Callable[[TextualHeatmap], HeatmapPage]
) -> None:
    saved(build_heatmap()).wait_for_focus(1)
    for is_dark, theme in [(True, "dark"), (False, "light")]:
        page.evaluate(TURN, is_dark)
        check(page, theme)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_saved_file_of_a_theme_keeps_it(
    page: Page, saved: Callable[[TextualHeatmap], HeatmapPage], theme: Scheme
) -> None:
    page.emulate_media(color_scheme=OTHER[theme])
    saved(build_heatmap(theme)).wait_for_focus(1)
    colours = check(page, theme)
    assert contrast(to_hex(colours["text"]), to_hex(colours["ground"])) > 10


def test_the_theme_is_changed_live_and_nothing_is_drawn_anew(
    page: Page, served: Callable[..., str]
) -> None:
    page.goto(served(APP))
    HeatmapPage(page).wait_for_focus(1)
    check(page, "light")
    page.evaluate(KEEP)
    page.get_by_role("button", name="dark").click()
    colours = check(page, "dark")
    assert contrast(to_hex(colours["text"]), to_hex(colours["ground"])) > 10
    assert page.evaluate(KEPT)
    page.get_by_role("button", name="light").click()
    check(page, "light")
    page.get_by_role("button", name="auto").click()
    check(page, "light")
    assert page.evaluate(KEPT)
    # A page that turns dark is followed, by what stands there during a redraw as well.
    page.evaluate(DARKEN)
    check(page, "dark")
    page.evaluate(CATCH)
    page.get_by_role("button", name="wide").click()
    page.wait_for_function("() => globalThis.covered !== undefined")
    assert to_hex(page.evaluate("() => covered")) == META_GROUND.dark
    page.wait_for_function("() => document.querySelector('[data-cover]') === null")
    check(page, "dark")
