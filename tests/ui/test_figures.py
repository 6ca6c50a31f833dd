"""Figures beside what Chromium shows: the same colours, the same letters."""

import io
import math
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.ui.heatmap_page import HeatmapPage
from tests.ui.pixels import read_pixels, to_rgb
from tests.ui.test_colours import PLACES, build_heatmap, list_boxes
from textualheatmap import Facet, TextualHeatmap
from textualheatmap.export.figures.figure import render_figure
from textualheatmap.export.figures.text import TEXT_SIZE
from textualheatmap.scene.geometry import FACET_GAP
from textualheatmap.scene.scene import build_scene

# So that a px of the page is a dot of the figure.
FONT_SIZE, DPI = TEXT_SIZE * 0.75, 96
# How wide Chromium finds the texts of a drawing.
WIDTHS = """
() => document.fonts.ready.then(() => [...document.querySelectorAll("text")].map(
  (text) => [text.textContent, text.getComputedTextLength()],
))
"""


@pytest.mark.parametrize("style", [{}, {"palette": "paper", "exclude": [5]}])
def test_a_figure_has_the_colours_of_the_page(
    saved: Callable[..., HeatmapPage],
    page: Page,
    tmp_path: Path,
    style: dict[str, object],
) -> None:
    heatmap = build_heatmap(legend=False, **style)
    scene = build_scene(heatmap)
    png, svg = (
        render_figure(heatmap, suffix, font_size=FONT_SIZE, dpi=DPI)
        for suffix in (".png", ".svg")
    )
    path = tmp_path / "figure.svg"
    path.write_bytes(svg)
    page.set_viewport_size({"width": 900, "height": 900})
    page.goto(path.as_uri())
    figures = [np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))]
    figures.append(read_pixels(page))
    shown = saved(heatmap)
    shown.wait_for_focus(3)
    seen = read_pixels(shown.page)
    places = shown.page.evaluate(PLACES, len(heatmap.facets))
    tops = np.cumsum([0, *(facet.height + FACET_GAP for facet in scene.facets)])
    boxes = list_boxes(scene)
    assert len({box.color for _, box in boxes}) > 20
    for figure, (i, box) in product(figures, boxes):
        # What is around the middle: without frames and the line under the focus.
        across, down = box.left + box.width // 2, box.top + 7
        x, y = (round(each) for each in places[i])
        there = seen[y + down, x + across].astype(int)
        here = figure[tops[i] + down, across].astype(int)
        assert np.abs(there - here).max() <= 1, (i, box)


@pytest.mark.parametrize("points", [FONT_SIZE, 8])
def test_the_letters_of_a_drawing_are_as_wide_as_their_cells(
    page: Page, tmp_path: Path, points: float
) -> None:
    facet = Facet.from_arrays(["mmm   ", "iii ", "…é"], np.eye(3), title="T")
    heatmap = TextualHeatmap(facets=[facet], legend=False)
    path = tmp_path / "figure.svg"
    heatmap.save(path, font_size=points)
    page.goto(path.as_uri())
    widths = dict(page.evaluate(WIDTHS))
    # An SVG of matplotlib counts in points.
    cell = 8 * 0.75 * points / FONT_SIZE
    assert widths["mmm   iii "] == pytest.approx(10 * cell, rel=0.01)
    assert widths["…é"] == pytest.approx(2 * cell, rel=0.01)


@pytest.mark.parametrize("scale", [1.3, 2.7])
def test_neighbours_have_no_seams(
    browser: Browser, tmp_path: Path, scale: float
) -> None:
    # Two colours by turns: what shines through between them is darker than both.
    heat = np.tile([1, 0.8], (60, 30))
    facet = Facet.from_arrays(["\xa0"] * 60, heat)
    heatmap = TextualHeatmap(facets=[facet], width=160, legend=False).highlight(59)
    scene = build_scene(heatmap)
    lines = scene.facets[0].lines[:-1]
    assert len(lines) > 2
    path = tmp_path / "figure.svg"
    heatmap.save(path, font_size=FONT_SIZE)
    context = browser.new_context(device_scale_factor=scale)
    page = context.new_page()
    page.goto(path.as_uri())
    first, last = lines[0].boxes[0], lines[-1].boxes[-1]
    top, left = (math.ceil(scale * each) + 1 for each in (first.top, first.left))
    bottom, right = (
        math.floor(scale * each) - 1
        for each in (last.top + last.height, last.left + last.width)
    )
    seen = read_pixels(page)[top:bottom, left:right].reshape(-1, 3).astype(int)
    context.close()
    both = np.array([to_rgb(box.color) for box in lines[0].boxes])
    assert (seen >= both.min(axis=0) - 1).all()
    assert (seen <= both.max(axis=0) + 1).all()
