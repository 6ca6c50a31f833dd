"""A new focus is painted quickly, and as Bokeh itself would paint it."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.conftest import load_sample
from tests.ui.heatmap_page import HeatmapPage
from tests.ui.pixels import read_pixels
from textualheatmap import TextualHeatmap

Open = Callable[..., HeatmapPage]

# A later Bokeh may keep colours otherwise: the check of js/paint.ts then fails.
BREAK = """
() => {
  Object.defineProperty(Uint32Array, Symbol.hasInstance, { value: () => false });
}
"""

# How often Bokeh repaints a facet by itself.
COUNT = """
() => {
  const isCounted = globalThis.repaints !== undefined;
  globalThis.repaints = 0;
  if (isCounted) return;
  for (const model of Bokeh.documents[0].all_models) {
    if (!model.name?.startsWith("facet-")) continue;
    Bokeh.index.find_one(model).repainted.connect(() => { globalThis.repaints++; });
  }
}
"""

# How often the rectangles and the underline of a facet are painted.
COUNT_PAINTS = """
() => {
  globalThis.paints = 0;
  for (const model of Bokeh.documents[0].all_models) {
    if (!model.name?.startsWith("facet-")) continue;
    const { primary } = Bokeh.index.find_one(model).canvas_view;
    const { prepare } = primary;
    primary.prepare = () => {
      globalThis.paints++;
      return prepare.call(primary);
    };
  }
}
"""

BOX = """
(name) => {
  const model = [...Bokeh.documents[0].all_models].find((each) => each.name === name);
  return Bokeh.index.find_one(model).el.getBoundingClientRect().toJSON();
}
"""

REPAINT = """
() => {
  for (const model of Bokeh.documents[0].all_models) {
    if (!model.name?.startsWith("facet-")) continue;
    for (const { data_source } of model.renderers) data_source.change.emit();
  }
}
"""

# The same where no data have changed, as when a plot is resized.
REPAINT_ALONE = """
() => {
  for (const model of Bokeh.documents[0].all_models) {
    if (!model.name?.startsWith("facet-")) continue;
    Bokeh.index.find_one(model).request_repaint();
  }
}
"""


def build_samples() -> TextualHeatmap:
    heatmap = TextualHeatmap(facet_titles=["GRU", "LSTM"])
    return heatmap.set_data(load_sample("autocomplete")).highlight(20)


@pytest.fixture
def shown(saved_once: Open) -> HeatmapPage:
    """Return a saved heatmap whose focus is token 20."""
    shown = saved_once(build_samples)
    shown.wait_for_focus(20)
    return shown


def read_panels(shown: HeatmapPage) -> list[NDArray[np.uint8]]:
    """Return how both facets look, without a tooltip."""
    shown.page.mouse.move(1270, 790)
    shown.settle()
    boxes = [shown.page.evaluate(BOX, name) for name in ("facet-0", "facet-1")]
    return [read_pixels(shown.page, box) for box in boxes]


def test_bokeh_does_not_repaint_for_a_new_focus(shown: HeatmapPage) -> None:
    shown.page.evaluate(COUNT)
    for index in (90, 160, 30):
        shown.hover(0, index)
        shown.wait_for_focus(index)
    assert shown.page.evaluate("() => repaints") == 0


def test_each_facet_is_painted_once_for_a_new_focus_in_any_of_them(
    shown: HeatmapPage,
) -> None:
    shown.page.evaluate(COUNT_PAINTS)
    for moves, (facet, index) in enumerate([(0, 90), (1, 160), (1, 30)], start=1):
        shown.hover(facet, index)
        shown.wait_for_focus(index, facet=facet)
        assert shown.page.evaluate("() => paints") == 2 * moves


def test_bokeh_does_not_hear_the_pointer_over_a_facet(shown: HeatmapPage) -> None:
    shown.page.evaluate(
        "() => { globalThis.heard = 0;"
        " document.addEventListener('pointermove', () => { globalThis.heard++; }); }"
    )
    for index in (90, 160):
        shown.hover(0, index)
        shown.wait_for_focus(index)
    assert shown.page.evaluate("() => heard") == 0
    shown.page.mouse.move(1270, 790)
    shown.page.wait_for_function("() => heard > 0")


@pytest.mark.parametrize("repaint", [REPAINT, REPAINT_ALONE])
def test_a_repaint_by_bokeh_changes_no_pixel(shown: HeatmapPage, repaint: str) -> None:
    shown.hover(0, 159)
    shown.wait_for_focus(159)
    quick = read_panels(shown)
    shown.page.evaluate(COUNT)
    shown.page.evaluate(repaint)
    shown.page.wait_for_function("() => repaints >= 2")
    shown.settle()
    assert all(map(np.array_equal, read_panels(shown), quick))


def test_where_bokeh_is_built_differently_it_repaints_itself(
    saved: Open,
) -> None:
    shown = saved(build_samples())
    shown.wait_for_focus(20)
    page = shown.page
    quick: list[list[NDArray[np.uint8]]] = []
    for index in (90, 159):
        shown.hover(0, index)
        shown.wait_for_focus(index)
        quick.append(read_panels(shown))
    page.evaluate(COUNT)
    page.evaluate(BREAK)
    for index, pixels in zip((90, 159), quick, strict=True):
        before = page.evaluate("() => repaints")
        shown.hover(0, index)
        shown.wait_for_focus(index)
        page.wait_for_function("(before) => repaints >= before + 2", arg=before)
        shown.settle()
        assert all(map(np.array_equal, read_panels(shown), pixels))
