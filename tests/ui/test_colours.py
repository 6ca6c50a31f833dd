"""The colours of the page are those of the scene, box by box."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.ui.heatmap_page import FIND, HeatmapPage
from tests.ui.pixels import read_pixels, to_rgb
from textualheatmap import Facet, TextualHeatmap
from textualheatmap.export.static_html import render_static
from textualheatmap.facet.codes import decode
from textualheatmap.plot.messages import write_command
from textualheatmap.scene.palettes import ANCHORS
from textualheatmap.scene.scene import Box, Scene, build_scene

Pixels = NDArray[np.uint8]
Place = tuple[float, float]

COUNT = 30
# Tokens without a stroke of ink, of several widths, on several lines.
TOKENS = ["\xa0" * (1 + i % 4) for i in range(COUNT)]
# A dark and the light one, and in a sweep the others.
SWEPT = [
    name
    if name in {"viridis", "paper"}
    else pytest.param(name, marks=pytest.mark.sweep)
    for name in ANCHORS
]
SCALES = ("auto", "row", "facet", "all", "none")

COMMAND = """
([state, sequence]) => {
  const { model } = (FIND)("state", 0);
  model.setv({ command: { version: model.parts.version, sequence, state } });
}
""".replace("FIND", FIND)

PLACES = """
(count) => Array.from({ length: count }, (_, i) => {
  const { view } = (FIND)(`facet-${i}`, 0);
  const { x, y } = view.el.getBoundingClientRect();
  return [x, y];
})
""".replace("FIND", FIND)

# The text's block of each facet.
STATIC_PLACES = """
() => [...document.querySelectorAll("[role=group] > div:first-child > div")]
  .map((block) => [block.getBoundingClientRect().x, block.getBoundingClientRect().y])
"""

# What Bokeh's mapper makes of the column heat.
MAPPED = """
(i) => {
  const renderer = (FIND)(`facet-${i}`, 0).model.renderers
    .find(({ name }) => name === "tokens");
  const { transform } = renderer.glyph.fill_color;
  const { index, heat } = renderer.data_source.data;
  const bytes = transform.rgba_mapper.v_compute(Float32Array.from(heat));
  return Array.from(index, (token, k) => [token, [...bytes.slice(4 * k, 4 * k + 3)]]);
}
""".replace("FIND", FIND)


# What the mapper of each facet makes of heat from 0 to 1, and of missing heat.
MAPPERS = """
(count) => Array.from({ length: count }, (_, i) => {
  const { transform } = (FIND)(`facet-${i}`, 0).model.renderers
    .find(({ name }) => name === "tokens").glyph.fill_color;
  const { palette, low, high, nan_color } = transform;
  return [palette, low, high, nan_color];
})
""".replace("FIND", FIND)

# Bokeh paints everything anew, by its own mapper.
REPAINT = """
() => {
  const [document] = Bokeh.documents;
  const plots = [...document.all_models].filter(({ name }) => /^facet-/.test(name));
  const repainted = plots.map((plot) => new Promise((done) => {
    Bokeh.index.find_one(plot).repainted.connect(() => done());
  }));
  for (const { renderers } of plots) {
    for (const { data_source } of renderers) data_source.change.emit();
  }
  return Promise.all(repainted).then(() => null);
}
"""


def draw_heat(seed: int, *, signed: bool, missing: bool) -> NDArray[np.float32]:
    """Return heat that the codes of the wire give back exactly."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 255, (COUNT, COUNT), dtype=np.uint8)
    codes[:, 0] = 254  # in each row the largest has the last code
    if missing:
        codes[rng.random((COUNT, COUNT)) < 0.1] = 255
        codes[:, 0] = 254
    largest = rng.uniform(0.2, 3, COUNT).astype(np.float32)
    return decode(codes, largest, signed=signed)


def build_heatmap(**style: Any) -> TextualHeatmap:  # noqa: ANN401
    """Return a heatmap of unsigned, signed and missing heat of one text."""
    facets = [
        Facet.from_arrays(TOKENS, draw_heat(0, signed=False, missing=False)),
        Facet.from_arrays(TOKENS, draw_heat(1, signed=True, missing=False)),
        Facet.from_arrays(
            TOKENS, draw_heat(2, signed=False, missing=True), missing=True
        ),
        Facet.from_arrays(
            TOKENS, draw_heat(3, signed=True, missing=True), missing=True
        ),
    ]
    heatmap = TextualHeatmap(width=300, **style)
    return heatmap.set_data(facets).highlight(3)


def list_boxes(scene: Scene) -> list[tuple[int, Box]]:
    return [
        (i, box)
        for i, facet in enumerate(scene.facets)
        for line in facet.lines
        for box in line.boxes
    ]


def check_pixels(page: Pixels, places: list[Place], scene: Scene) -> None:
    """Check the colour of each box, everywhere in it, and its underline."""
    for i, box in list_boxes(scene):
        left, top = (round(places[i][k]) + (box.left, box.top)[k] for k in (0, 1))
        area = page[top : top + box.height, left : left + box.width]
        fill = box.height - box.underline
        where = f"facet {i}, token {box.index}, heat {box.heat}"
        assert (area[:fill] == to_rgb(box.color)).all(), where
        assert (area[fill:] == to_rgb(scene.palette.text)).all(), where


@pytest.mark.parametrize("palette", SWEPT)
def test_each_box_has_the_colour_of_the_scene(
    saved: Callable[..., HeatmapPage], palette: str
) -> None:
    heatmap = build_heatmap(palette=palette)
    shown = saved(heatmap)
    shown.wait_for_focus(3)
    places = shown.page.evaluate(PLACES, len(heatmap.facets))
    states = [
        *({"scale": s, "direction": d} for s, d in product(SCALES, ("row", "column"))),
        {"scale": "row", "gamma": 0.5, "focus_span": (4, 9), "pool": "mean"},
        {"scale": "none", "gamma": 2.0, "pool": "sum", "pinned": True},
        {"scale": "facet", "low": 0.1, "high": 1.5, "pool": "max"},
    ]
    for sequence, state in enumerate(states, start=1):
        heatmap.param.update(**state)
        command = write_command(heatmap)["state"]
        shown.page.evaluate(COMMAND, [command, sequence])
        shown.settle()
        scene = build_scene(heatmap)
        check_pixels(read_pixels(shown.page), places, scene)


def list_mapped(scene: Scene, i: int) -> dict[int, tuple[int, ...]]:
    return {b.index: to_rgb(b.color) for k, b in list_boxes(scene) if k == i}


@pytest.mark.parametrize(
    ("palette", "signed"),
    [
        ("viridis", False),
        ("paper", True),
        pytest.param("viridis", True, marks=pytest.mark.sweep),
        pytest.param("paper", False, marks=pytest.mark.sweep),
    ],
)
def test_heat_of_another_kind_than_its_own_colours_a_facet_as_in_the_scene(
    saved: Callable[..., HeatmapPage], palette: str, *, signed: bool
) -> None:
    """The prompt's heat is signed and the answer's is not, or the other way round."""
    own, across = (draw_heat(k, signed=k == signed, missing=True) for k in (1, 0))
    facets = [
        Facet.from_arrays(TOKENS, own, signed=signed, missing=True, id="answer"),
        Facet.from_arrays(
            [f"{token}\xa0" for token in TOKENS],
            across,
            signed=not signed,
            missing=True,
            rows_of="answer",
            id="prompt",
        ),
    ]
    heatmap = TextualHeatmap(width=300, palette=palette, facets=facets, scale="row")
    shown = saved(heatmap.highlight(3, facet="answer"))
    shown.wait_for_focus(3)
    places = shown.page.evaluate(PLACES, len(facets))
    moves = [("answer", 3), ("prompt", 7), ("answer", 2)]
    states = [
        {"direction": direction, "facet": facet, "token": token}
        for direction in ("row", "column", "row")
        for facet, token in moves
    ]
    palettes: dict[str, list[Any]] = {}
    for sequence, state in enumerate(states, start=1):
        heatmap.direction = state["direction"]
        heatmap.highlight(state["token"], facet=state["facet"])
        command = write_command(heatmap)["state"]
        shown.page.evaluate(COMMAND, [command, sequence])
        shown.settle()
        scene = build_scene(heatmap)
        check_pixels(read_pixels(shown.page), places, scene)
        for i in range(len(facets)):
            mapped = {k: tuple(rgb) for k, rgb in shown.page.evaluate(MAPPED, i)}
            assert mapped == list_mapped(scene, i), state
        shown.page.evaluate(REPAINT)
        shown.settle()
        check_pixels(read_pixels(shown.page), places, scene)
        mappers = shown.page.evaluate(MAPPERS, len(facets))
        # A move leaves the mappers as they are.
        assert mappers == palettes.setdefault(state["direction"], mappers)


@pytest.mark.parametrize("palette", SWEPT)
def test_colour_is_what_the_mapper_makes_of_the_heat(
    saved: Callable[..., HeatmapPage], palette: str
) -> None:
    heatmap = build_heatmap(palette=palette, scale="row")
    shown = saved(heatmap)
    shown.wait_for_focus(3)
    scene = build_scene(heatmap)
    for i in range(len(heatmap.facets)):
        mapped = {k: tuple(rgb) for k, rgb in shown.page.evaluate(MAPPED, i)}
        assert mapped == list_mapped(scene, i)


@pytest.mark.parametrize("palette", SWEPT)
def test_static_html_has_the_colours_of_the_scene(page: Any, palette: str) -> None:  # noqa: ANN401
    heatmap = build_heatmap(palette=palette, scale="row", pinned=True)
    scene = build_scene(heatmap)
    page.set_content(f"<!DOCTYPE html>{render_static(scene)}")
    check_pixels(read_pixels(page), page.evaluate(STATIC_PLACES), scene)
