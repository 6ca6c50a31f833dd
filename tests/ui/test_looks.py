"""What the heatmap looks like, pixel by pixel."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Locator, Page

from tests.ui.heatmap_page import HeatmapPage
from tests.ui.pixels import read_pixels, to_rgb
from textualheatmap import Facet, TextualHeatmap
from textualheatmap.scene.geometry import LINE_HEIGHT
from textualheatmap.scene.palettes import get_palette

Box = dict[str, float]
Look = Callable[..., HeatmapPage]

BOXES = """
() => {
  const boxes = {};
  for (const model of Bokeh.documents[0].all_models) {
    const element = Bokeh.index.find_one(model)?.el;
    if (!model.name || !element) continue;
    const { x, y, width, height } = element.getBoundingClientRect();
    boxes[model.name] = { x, y, width, height };
  }
  return boxes;
}
"""


# Of where things are, another scale tells little.
PLACED = pytest.mark.parametrize(
    "look",
    [1, *(pytest.param(scale, marks=pytest.mark.sweep) for scale in (1.25, 1.5, 2))],
    ids="scale {}".format,
    indirect=True,
)


@pytest.fixture(
    params=[
        1,
        pytest.param(1.25, marks=pytest.mark.sweep),
        pytest.param(1.5, marks=pytest.mark.sweep),
        2,
    ],
    ids="scale {}".format,
)
def look(
    contexts: Callable[[float], BrowserContext],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Look]:
    """Open a heatmap saved, on a screen of one or two pixels per CSS px."""
    page = contexts(request.param).new_page()
    page.set_viewport_size({"width": 1000, "height": 700})

    def open_saved(heatmap: TextualHeatmap) -> HeatmapPage:
        path = tmp_path / "out.html"
        heatmap.save(path)
        page.goto(path.as_uri())
        shown = HeatmapPage(page)
        for facet in range(len(heatmap.facets)):
            shown.column(facet, "index")
        shown.wait_for_focus(heatmap.focus or 0)
        return shown

    yield open_saved
    page.close()


def build_hot(tokens: list[str], **style: Any) -> TextualHeatmap:  # noqa: ANN401
    """Return a heatmap whose tokens are all hottest under the focus of the first."""
    facet = Facet.from_arrays(tokens, np.ones((len(tokens), len(tokens))))
    return TextualHeatmap(**style).set_data([facet]).highlight(0)


def box_of(cell: Box) -> Box:
    return {
        "x": cell["left"],
        "y": cell["top"],
        "width": cell["right"] - cell["left"],
        "height": cell["bottom"] - cell["top"],
    }


def test_no_seam_shows_between_hot_rectangles(look: Look) -> None:
    # No-break spaces: rectangles without a stroke of text in them, on three lines.
    shown = look(build_hot(["\xa0"] * 20 + ["\n"] + ["\xa0"] * 20))
    hot = to_rgb(get_palette("viridis").colors[-1])
    first, last = shown.cell(0, 1), shown.cell(0, 19)
    area = read_pixels(
        shown.page,
        {
            "x": first["left"],
            "y": first["top"],
            "width": last["right"] - first["left"],
            "height": 2 * (first["bottom"] - first["top"]),
        },
    )
    assert area.shape[0] >= 2 * LINE_HEIGHT
    assert (area == hot).all()


def test_a_rectangle_ends_where_its_cell_ends(look: Look) -> None:
    heat = np.zeros((6, 6))
    heat[0, [2, 3]] = 1
    heatmap = TextualHeatmap().set_data([Facet.from_arrays(["\xa0"] * 6, heat)])
    shown = look(heatmap.highlight(0))
    palette = get_palette("viridis")
    cold, hot = to_rgb(palette.colors[0]), to_rgb(palette.colors[-1])
    left, right = shown.cell(0, 1), shown.cell(0, 4)
    row = read_pixels(
        shown.page,
        {
            "x": left["left"],
            "y": left["top"] + 8,
            "width": right["right"] - left["left"],
            "height": 1,
        },
    )[0]
    quarter = len(row) // 4
    assert (row[:quarter] == cold).all()
    assert (row[quarter : 3 * quarter] == hot).all()
    assert (row[3 * quarter :] == cold).all()


@pytest.mark.parametrize(
    ("look", "palette"),
    [
        (1, "viridis"),
        (2, "paper"),
        pytest.param(1, "paper", marks=pytest.mark.sweep),
        pytest.param(2, "viridis", marks=pytest.mark.sweep),
    ],
    indirect=["look"],
)
def test_the_panel_has_the_colour_of_no_heat(look: Look, palette: str) -> None:
    shown = look(
        TextualHeatmap(palette=palette)
        .set_data([Facet.from_arrays(["a"], [[0]])])
        .highlight(0)
    )
    plot = shown.page.evaluate(BOXES)["facet-0"]
    inner = {
        "x": plot["x"] + plot["width"] / 2,
        "y": plot["y"] + 4,
        "width": 100,
        "height": plot["height"] - 8,
    }
    pixels = read_pixels(shown.page, inner)
    assert (pixels == to_rgb(get_palette(palette).colors[0])).all()


def test_every_token_stands_on_the_line_of_the_others(look: Look) -> None:
    # Each as flat as an x, so that the lowest white pixel is the baseline.
    tokens = ["x", "2", "x", "1", "x", "-1", "x", "2019", "x", "E", "x"]
    n = len(tokens)
    heatmap = TextualHeatmap().set_data([Facet.from_arrays(tokens, np.zeros((n, n)))])
    shown = look(heatmap.highlight(n - 1))
    lowest = set[int]()
    for index in range(n - 1):
        pixels = read_pixels(shown.page, box_of(shown.cell(0, index)))
        rows = np.nonzero((pixels > 200).all(axis=2))[0]
        lowest.add(int(rows.max()))
    assert len(lowest) == 1


@PLACED
@pytest.mark.parametrize(
    ("width", "rotate"),
    [
        (300, False),
        (600, True),
        pytest.param(300, True, marks=pytest.mark.sweep),
        pytest.param(600, False, marks=pytest.mark.sweep),
    ],
)
def test_nothing_is_clipped(
    look: Look, autocomplete: list[list[dict[str, Any]]], width: int, *, rotate: bool
) -> None:
    heatmap = TextualHeatmap(
        width=width,
        show_meta=True,
        rotate_facet_titles=rotate,
        facet_titles=["GRU", "LSTM"],
    )
    shown = look(heatmap.set_data(autocomplete).highlight(159))
    boxes = shown.page.evaluate(BOXES)
    for facet in (0, 1):
        plot = boxes[f"facet-{facet}"]
        for column, length in (("right", "width"), ("bottom", "height")):
            assert max(shown.column(facet, column)) <= plot[length] - 4
        assert min(shown.column(facet, "left")) >= 4
        assert boxes[f"panel-{facet}"]["width"] == width
    # An ellipsis hides what is wider than its box.
    clipped = shown.page.locator("span").evaluate_all(
        "(all) => all.filter((e) => e.scrollWidth > e.clientWidth + 1"
        " && getComputedStyle(e).display !== 'inline').map((e) => e.textContent)"
    )
    assert clipped == []


@PLACED
def test_meta_panel_and_title_are_aligned(
    look: Look, autocomplete: list[list[dict[str, Any]]]
) -> None:
    heatmap = TextualHeatmap(show_meta=True, facet_titles=["GRU", "LSTM"])
    shown = look(heatmap.set_data(autocomplete).highlight(159))
    page = shown.page
    boxes = page.evaluate(BOXES)
    plot, tab = boxes["facet-0"], boxes["title-0"]
    strip = [parent_box(page, text) for text in ("great", "greater", "group")]
    assert strip[0]["x"] == plot["x"]
    assert strip[2]["x"] + strip[2]["width"] == plot["x"] + plot["width"]
    widths = [box["width"] for box in strip]
    assert max(widths) - min(widths) <= 0.1
    assert {box["y"] + box["height"] for box in strip} == {plot["y"]}
    assert tab["x"] == plot["x"] + plot["width"]
    assert (tab["y"], tab["height"]) == (plot["y"], plot["height"])


def parent_box(page: Page, text: str) -> Box:
    """Return the box of the element around a text."""
    text_itself = page.get_by_text(text, exact=True).first
    return measure(text_itself.locator("xpath=ancestor::div[1]"))


def measure(found: Locator) -> Box:
    """Return the box of an element in CSS px."""
    box = found.bounding_box()
    assert box is not None
    return {side: float(box[side]) for side in ("x", "y", "width", "height")}


@PLACED
def test_a_rotated_title_runs_from_top_to_bottom(look: Look) -> None:
    boxes: list[Box] = []
    for rotate in (False, True):
        heatmap = TextualHeatmap(facet_titles=["Rotated"], rotate_facet_titles=rotate)
        text = Facet.from_arrays(["a\n"] * 8, np.zeros((8, 8)))
        shown = look(heatmap.set_data([text]).highlight(0))
        boxes.append(measure(shown.page.get_by_text("Rotated", exact=True)))
    level, upright = boxes
    assert level["width"] > 2 * level["height"]
    assert upright["height"] > 2 * upright["width"]
