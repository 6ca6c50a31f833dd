"""What a mouse hovers has the colours of the scene, whatever answers the focus."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.ui.heatmap_page import FIND, HeatmapPage
from tests.ui.pixels import read_pixels
from tests.ui.test_colours import (
    COMMAND,
    PLACES,
    build_heatmap,
    check_pixels,
    list_boxes,
)
from textualheatmap import Facet, TextualHeatmap, write_npz
from textualheatmap.plot.messages import write_command
from textualheatmap.scene.scene import build_scene

Open = Callable[..., HeatmapPage]

# More heats than travel with a served page: it asks for columns one by one.
LONG = 1100

APP = """
import panel as pn
from textualheatmap import TextualHeatmap, read_npz

heatmap = TextualHeatmap(width=300, direction="column", scale="row")
heatmap.set_data(read_npz({path!r})).highlight(0)
heatmap.servable()
"""

# Whether tokens of a facet have, but for a slip of rounding, these heats.
HEATS = """
([facet, heats]) => {
  const source = (FIND)(`facet-${facet}`, 0)?.model.renderers
    .find(({ name }) => name === "tokens").data_source.data;
  return source != null && heats.every(([index, heat]) =>
    Math.abs(source.heat[source.index.indexOf(index)] - heat) < 1e-5);
}
""".replace("FIND", FIND)


def check_hover(
    shown: HeatmapPage, heatmap: TextualHeatmap, facet: int, index: int
) -> None:
    """Hover a token, and check every box of every facet."""
    shown.hover(facet, index)
    shown.wait_for_focus(index, facet=facet)
    # No tooltip covers what is looked at.
    shown.page.mouse.move(1270, 790)
    heatmap.highlight(index, facet=heatmap.facets[facet].id)
    scene = build_scene(heatmap)
    boxes = list_boxes(scene)
    for i in range(len(heatmap.facets)):
        heats = {
            box.index: box.heat for k, box in boxes if k == i and not np.isnan(box.heat)
        }
        shown.page.wait_for_function(HEATS, arg=[i, list(heats.items())])
    shown.settle()
    places = shown.page.evaluate(PLACES, len(heatmap.facets))
    check_pixels(read_pixels(shown.page), places, scene)


def build_long() -> TextualHeatmap:
    """Return a heatmap of signed heat that a page gets column by column."""
    # A column that travels alone has codes of its own, which these heats all fit.
    heat = np.random.default_rng(4).choice([-1.0, 0.0, 1.0], (LONG, LONG))
    facet = Facet.from_arrays(["\xa0"] * LONG, heat)
    heatmap = TextualHeatmap(width=300, direction="column", scale="row")
    return heatmap.set_data([facet])


def test_a_column_is_hovered_in_a_saved_file(saved: Open) -> None:
    heatmap = build_heatmap(direction="column")
    shown = saved(heatmap)
    for facet, index in ((0, 7), (3, 20), (1, 7)):
        check_hover(shown, heatmap, facet, index)


@pytest.mark.parametrize("is_long", [False, True])
def test_a_column_is_hovered_on_a_served_page(
    page: Page, served: Callable[[str], str], tmp_path: Path, *, is_long: bool
) -> None:
    heatmap = (
        build_long() if is_long else build_heatmap(direction="column", scale="row")
    )
    path = tmp_path / "heat.npz"
    write_npz(path, heatmap.facets)
    page.goto(served(APP.format(path=str(path))))
    shown = HeatmapPage(page)
    shown.cell(0, 0)
    for index in (5, 29):
        check_hover(shown, heatmap, len(heatmap.facets) - 1, index)


def test_an_answer_is_hovered_and_colours_its_prompt_and_back(saved: Open) -> None:
    rng = np.random.default_rng(5)
    prompt, answer = ["\xa0\xa0"] * 12, ["\xa0"] * 8
    heat = rng.choice([0, 0.25, 1], (8, 12))
    heat[:, 0] = 1
    facets = [
        Facet.from_arrays(prompt, heat, id="p", rows_of="a"),
        Facet.from_arrays(answer, np.tri(8), id="a"),
    ]
    heatmap = TextualHeatmap(width=300, scale="none").set_data(facets)
    for direction, hovers in (
        ("row", ((1, 2), (1, 7), (0, 3))),
        ("column", ((0, 3), (0, 11), (1, 4))),
    ):
        heatmap.param.update(direction=direction)
        shown = saved(heatmap)
        for facet, index in hovers:
            check_hover(shown, heatmap, facet, index)
        # The prompt is coloured by the answer's rows, and the answer by its columns.
        seen = {"row": (0, heat[7]), "column": (1, heat[:, 11])}
        facet, line = seen[direction]
        shown.hover(*hovers[1])
        shown.wait_for_focus(hovers[1][1], facet=hovers[1][0])
        assert shown.column(facet, "value") == line.tolist()


def test_signed_heat_is_hovered_in_every_scale(saved: Open) -> None:
    heatmap = build_heatmap()
    shown = saved(heatmap)
    shown.wait_for_focus(3)
    states = [
        *({"scale": scale} for scale in ("row", "facet", "all", "none")),
        {"scale": "facet", "gamma": 0.5},
        {"scale": "none", "gamma": 2.0, "low": 0.1, "high": 1.5},
        {"scale": "row", "low": 0.25, "gamma": 1.0, "high": None},
    ]
    for sequence, state in enumerate(states, start=1):
        heatmap.param.update(**state)
        command = write_command(heatmap)["state"]
        shown.page.evaluate(COMMAND, [command, sequence])
        for facet, index in ((1, 4 + sequence), (3, 15 + sequence)):
            check_hover(shown, heatmap, facet, index)
