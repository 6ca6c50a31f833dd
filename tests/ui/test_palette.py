"""Another palette recolours a shown page as it is."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.ui.heatmap_page import FIND, HeatmapPage
from tests.ui.pixels import read_pixels
from tests.ui.test_colours import (
    MAPPED,
    PLACES,
    REPAINT,
    build_heatmap,
    check_pixels,
    list_mapped,
)
from tests.ui.test_paint import BREAK
from textualheatmap.scene.palettes import ANCHORS
from textualheatmap.scene.scene import build_scene

# One heatmap, which a page that is loaded anew shows as it is by then.
SHARED = """
import panel as pn
{build}
# One for all sessions of a test, which all have its file.
heatmap = pn.state.as_cached(str(path), build)
buttons = []
for name in [*heatmap.param.palette.objects, "RdBu11"]:
    button = pn.widgets.Button(name=name, width=60)
    button.on_click(lambda event: setattr(heatmap, "palette", event.obj.name))
    buttons.append(button)
pn.Column(heatmap, pn.Row(*buttons)).servable()
"""

BOXES = """
from tests.ui.test_colours import build_heatmap
def build():
    return build_heatmap(scale="row", pinned=True)
"""

# One facet is signed; both have a window, a minimap and meta.
LONG = """
import numpy as np
from textualheatmap import Facet, TextualHeatmap
def build():
    tokens = [f"{k} " for k in range(3000)]
    meta = [["one", ("two", 0.5)]] * 3000
    heat = np.random.default_rng(0).random((3000, 3000), dtype=np.float32)
    facets = [
        Facet.from_arrays(tokens, each, meta=meta, title=title, signed=signed)
        for title, each, signed in [("a", heat, False), ("b", 2 * heat - 1, True)]
    ]
    heatmap = TextualHeatmap(width=500, max_height=220, show_meta=True)
    heatmap.set_data(facets).highlight(40)
    heatmap.pinned = True
    return heatmap
"""

# The views of the plots, and whether they are the ones that were kept.
KEEP = """
(count) => {
  globalThis.kept = Array.from({ length: count }, (_, i) =>
    (FIND)(`facet-${i}`, 0).view);
  new MutationObserver((changes) => {
    for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
      if (node.dataset?.cover) throw new Error("the heatmap was covered");
    }
  }).observe(document.body, { childList: true });
}
""".replace("FIND", FIND)
KEPT = """
() => kept.every((view, i) =>
  view === (FIND)(`facet-${i}`, 0).view && view.el.isConnected)
""".replace("FIND", FIND)

TOLD = """
(palette) => {
  return (FIND)("state", 0)?.model.value?.palette === palette;
}
""".replace("FIND", FIND)


# Bokeh clips the outermost pixels in half: a repaint leaves half of what was there. It
# may put a repaint off, so each is waited for.
FADE = """
async () => {
  for (let k = 0; k < 16; k++) {
    for (const i of [0, 1]) {
      const { model, view } = (FIND)(`minimap-${i}`, 0);
      const layer = view.canvas_view.primary;
      await new Promise((painted) => {
        layer.finish = () => {
          delete layer.finish;
          layer.finish();
          painted();
        };
        model.renderers[0].data_source.change.emit();
      });
    }
  }
}
""".replace("FIND", FIND)


def choose(page: Page, palette: str) -> None:
    page.get_by_role("button", name=palette).click()
    page.mouse.move(1270, 790)
    page.wait_for_function(TOLD, arg=palette)
    HeatmapPage(page).settle()


def wait_for_rows(shown: HeatmapPage) -> None:
    """Wait until both facets of `LONG` have the rows that the server gives."""
    shown.wait_for_focus(40)
    for facet in (0, 1):
        shown.wait_for_column(facet, "shown", [1] * len(shown.column(facet, "index")))
    shown.settle()


def test_each_box_gets_the_colour_of_the_scene(
    page: Page, served: Callable[..., str]
) -> None:
    page.goto(served(SHARED.format(build=BOXES)))
    HeatmapPage(page).wait_for_focus(3)
    heatmap = build_heatmap(scale="row", pinned=True)
    count = len(heatmap.facets)
    page.evaluate(KEEP, count)
    for palette in [*ANCHORS, "RdBu11"][::-1]:
        choose(page, palette)
        heatmap.palette = palette
        scene = build_scene(heatmap)
        places = page.evaluate(PLACES, count)
        check_pixels(read_pixels(page), places, scene)
        for i in range(count):
            mapped = {k: tuple(rgb) for k, rgb in page.evaluate(MAPPED, i)}
            assert mapped == list_mapped(scene, i)
        page.evaluate(REPAINT)
        check_pixels(read_pixels(page), places, scene)
    # A later Bokeh may keep colours otherwise, and then repaints by itself.
    page.evaluate(BREAK)
    heatmap.palette = "magma"
    choose(page, heatmap.palette)
    scene = build_scene(heatmap)
    check_pixels(read_pixels(page), page.evaluate(PLACES, count), scene)
    assert page.evaluate(KEPT)


@pytest.mark.parametrize(
    "palette", ["paper", pytest.param("magma", marks=pytest.mark.sweep)]
)
def test_a_page_looks_as_if_it_had_been_opened_with_the_palette(
    page: Page, served: Callable[..., str], palette: str
) -> None:
    received: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on(
            "framereceived", lambda frame: received.append(len(frame))
        ),
    )
    url = served(SHARED.format(build=LONG))
    page.goto(url)
    shown = HeatmapPage(page)
    wait_for_rows(shown)
    page.evaluate(KEEP, 2)
    received.clear()
    choose(page, palette)
    assert sum(received) < 10_000
    assert page.evaluate(KEPT)
    page.wait_for_function("() => document.activeElement.blur() ?? true")
    page.evaluate(FADE)
    changed = read_pixels(page)
    page.goto(url)
    wait_for_rows(shown)
    page.wait_for_function(TOLD, arg=palette)
    page.evaluate(FADE)
    opened = read_pixels(page)
    assert np.abs(changed.astype(int) - opened).max() <= 1
