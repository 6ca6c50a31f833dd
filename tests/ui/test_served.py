"""A served heatmap: Python and every place that shows it stay in step."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.ui.heatmap_page import HeatmapPage

# `first` is shown twice, and so is one place on the page from the end of it: the
# other heatmap. What Python knows is shown as text, and set by buttons.
APP = """
import panel as pn
from textualheatmap import TextualHeatmap

def build():
    words = ["see ", "what ", "it ", "saw"]
    heat = [[0.25 * (i + 1) if i == j else 0 for j in range(4)] for i in range(4)]
    records = [{"token": w, "heat": row} for w, row in zip(words, heat)]
    return TextualHeatmap(width=300).set_data([records])

first, other = build(), build()
told = pn.pane.Str(pn.bind(
    lambda *known: f"told {known}",
    first.param.focus, first.param.pinned, other.param.focus, other.param.pinned,
))
def set_focus(event):
    first.focus = 2
def set_data(event):
    first.set_data([[{"token": "new", "heat": [1]}]])
names = (set_focus, set_data)
buttons = [pn.widgets.Button(name=f.__name__, on_click=f) for f in names]
pn.Column(told, *buttons, first, first, other).servable()
"""

HALF = {0: 0.0, 1: 0.5, 2: 0.0, 3: 0.0}
# What is shown without a focus: the average of all rows, on its own scale.
AT_REST = {0: 0.25, 1: 0.5, 2: 0.75, 3: 1.0}


@pytest.fixture
def heatmaps(page: Page, served: Callable[..., str]) -> list[HeatmapPage]:
    """Return three places of one page: a heatmap, the same again, and another."""
    page.goto(served(APP))
    places = [HeatmapPage(page, nth) for nth in range(3)]
    for place in places:
        place.cell(0, 0)
    # Told apart by what stands above the other, not by the order of models.
    return sorted(places, key=lambda place: place.cell(0, 0)["top"])


def wait_until_told(page: Page, known: tuple[int | bool | None, ...]) -> None:
    page.get_by_text(f"told {known}").wait_for()


def test_a_hover_moves_the_focus_in_python_and_in_every_place(
    page: Page, heatmaps: list[HeatmapPage]
) -> None:
    first, again, other = heatmaps
    first.hover(0, 1)
    wait_until_told(page, (1, False, None, False))
    again.wait_for_column(0, "heat", [0, 0.5, 0, 0])
    assert first.heat(0) == pytest.approx(HALF)
    assert other.heat(0) == AT_REST
    assert other.column(0, "left", "focus") == []


def test_python_moves_the_focus_in_every_place(
    page: Page, heatmaps: list[HeatmapPage]
) -> None:
    first, again, other = heatmaps
    page.get_by_text("set_focus").click()
    for place in (first, again):
        place.wait_for_column(0, "heat", [0, 0, 0.75, 0])
    assert other.heat(0) == AT_REST


def test_escape_in_one_heatmap_leaves_the_pin_of_another(
    page: Page, heatmaps: list[HeatmapPage]
) -> None:
    first, again, other = heatmaps
    first.click(0, 1)
    wait_until_told(page, (1, True, None, False))
    other.click(0, 3)
    wait_until_told(page, (1, True, 3, True))
    page.keyboard.press("Escape")
    wait_until_told(page, (1, True, 3, False))
    again.hover(0, 0)
    again.settle()
    again.click(0, 1)
    wait_until_told(page, (1, False, 3, False))


def test_new_data_replace_what_every_place_shows(
    page: Page, heatmaps: list[HeatmapPage]
) -> None:
    assert len(heatmaps) == 3
    page.get_by_text("set_data").click()
    page.wait_for_function(
        "() => [...Bokeh.documents[0].all_models].filter((model) =>"
        " model.name === 'facet-0' && model.renderers.some((renderer) =>"
        " renderer.name === 'tokens'"
        " && renderer.data_source.data.token.includes('new'))).length === 2"
    )


LONG_APP = """
import numpy as np
import panel as pn
from textualheatmap import Facet, TextualHeatmap

tokens = [f"{k} " for k in range(1200)]
heat = np.tri(1200)
facet = Facet.from_arrays(tokens, heat)
TextualHeatmap(width=400, max_height=200).set_data([facet]).servable()
"""


def test_of_a_long_text_only_the_focused_rows_travel(
    page: Page, served: Callable[..., str]
) -> None:
    received: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on(
            "framereceived", lambda frame: received.append(len(frame))
        ),
    )
    page.goto(served(LONG_APP))
    heatmap = HeatmapPage(page)
    heatmap.cell(0, 5)
    heat = "[...Bokeh.documents[0].all_models].find((m) => m.name === 'data-0').heat"
    assert page.evaluate(f"() => {heat}.codes") is None
    # Of that some 65 000 are the scripts; the heat would be millions.
    assert sum(received) < 130_000
    received.clear()
    heatmap.hover(0, 5)
    row = [int(index <= 5) for index in heatmap.column(0, "index")]
    assert set(row) == {0, 1}
    heatmap.wait_for_column(0, "heat", row)
    assert sum(received) < 5_000
