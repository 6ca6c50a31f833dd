"""How wide a heatmap is on a page, and where its boxes are at a width."""

from tests.ui.heatmap_page import HeatmapPage
from textualheatmap import TextualHeatmap
from textualheatmap.scene.scene import build_scene

# The width of what holds the heatmap's facets, and whether the page has more width
# than there is.
MEASURE = """
(nth) => {
  const layouts = Bokeh.documents.flatMap((document) => [...document.all_models])
    .filter((model) => model.name === "heatmap" && Bokeh.index.find_one(model));
  const width = Bokeh.index.find_one(layouts[nth])?.el.getBoundingClientRect().width;
  const { scrollWidth, clientWidth } = document.documentElement;
  // Where room is kept for a scroll bar, both are less than the window's width.
  return { width: Math.floor(width), overflow: Math.max(0, scrollWidth - clientWidth) };
}
"""


def resize(shown: HeatmapPage, width: int) -> int:
    """Make the page as wide, and return the width of the heatmap."""
    shown.resize(width)
    return measure(shown)["width"]


def measure(shown: HeatmapPage) -> dict[str, int]:
    """Return the width of the heatmap, and by how much the page is too wide."""
    return shown.page.evaluate(MEASURE, shown.nth)


def read_boxes(shown: HeatmapPage, facet: int) -> list[tuple[float, ...]]:
    """Return index, left, right, top and bottom of the boxes that are shown."""
    names = ("index", "left", "right", "top", "bottom")
    return list(zip(*(shown.column(facet, name) for name in names), strict=True))


def list_boxes(
    heatmap: TextualHeatmap, facet: int, width: int, line: int = 0
) -> list[tuple[float, ...]]:
    """Return the same as Python has it at a width."""
    fixed = heatmap.clone(sizing_mode="fixed", width=width)
    return [
        (box.index, box.left, box.left + box.width, box.top, box.top + box.height)
        for each in build_scene(fixed, line=line).facets[facet].lines
        for box in each.boxes
        if box.index >= 0
    ]
