"""Rows and tokens that arrive while a heatmap is shown."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.ui.heatmap_page import FOCUS, HeatmapPage

APP = """
import panel as pn
from textualheatmap import Facet, TextualHeatmap

tokens = ["one ", "two ", "three "]
unknown = [[float("nan")] * 3] * 3
facet = Facet.from_arrays(tokens, unknown, title="map", missing=True)
heatmap = TextualHeatmap(width=400, show_meta=True).set_data([facet])

def fill(event):
    heatmap.fill_rows(0, [1], [[0.25, 1, 0]])
def append(event):
    heatmap.append(0, ["four "], [[1, 0, 0, 0.25]])
def predict(event):
    heatmap.append(0, ["four "], [[1, 0, 0, 0.25]], [[("five", 0.5)]])
def count(event):
    heatmap.append(0, ["five "], meta=[["six"]], numbers={"rank": [3]})
def dress(event):
    heatmap.param.update(palette="paper", direction="column", gamma=0.5)
def group(event):
    heatmap.grouping = "sentence"
names = (fill, append, predict, count, dress, group)
buttons = [pn.widgets.Button(name=f.__name__, on_click=f) for f in names]
pn.Column(*buttons, heatmap).servable()
"""

PLOT = """
() => {
  const [bokeh] = Bokeh.documents;
  return [...bokeh.all_models].find((model) => model.name === "facet-0").id;
}
"""


@pytest.fixture
def shown(page: Page, served: Callable[..., str]) -> HeatmapPage:
    """Return a served heatmap without any heat yet, its second token focused."""
    page.goto(served(APP))
    shown = HeatmapPage(page)
    shown.hover(0, 1)
    shown.wait_for_focus(1)
    return shown


def test_a_row_that_is_filled_colours_what_waits_for_it(shown: HeatmapPage) -> None:
    plot = shown.page.evaluate(PLOT)
    shown.page.get_by_role("button", name="fill").click()
    shown.wait_for_column(0, "value", [0.25, 1, 0])
    assert shown.page.evaluate(PLOT) == plot


def test_colours_that_are_chosen_stay_while_rows_arrive(shown: HeatmapPage) -> None:
    shown.page.get_by_role("button", name="dress").click()
    shown.wait_for_focus(1)
    shown.page.get_by_role("button", name="fill").click()
    # Of column 1 the row that has arrived is known, whose heat is 1.
    shown.wait_for_column(0, "heat", [None, 1, None])
    seen = shown.property("state", "value")
    assert (seen["palette"], seen["direction"], seen["gamma"]) == (
        "paper",
        "column",
        0.5,
    )
    assert shown.property("state", "palette")["colors"][0] == "#ffffff"
    shown.page.get_by_role("button", name="append").click()
    shown.wait_for_column(0, "index", [0, 1, 2, 3])
    assert shown.property("state", "value") == seen


def test_a_token_that_is_appended_can_be_focused(shown: HeatmapPage) -> None:
    plot = shown.page.evaluate(PLOT)
    shown.page.get_by_role("button", name="append").click()
    shown.wait_for_column(0, "index", [0, 1, 2, 3])
    assert shown.page.evaluate(PLOT) == plot
    shown.hover(0, 3)
    shown.wait_for_focus(3)
    shown.wait_for_column(0, "value", [1, 0, 0, 0.25])


def test_the_sentence_with_the_focus_grows_with_its_tokens(shown: HeatmapPage) -> None:
    shown.page.get_by_role("button", name="group").click()
    shown.wait_for_focus(0)
    shown.page.get_by_role("button", name="append").click()
    shown.page.wait_for_function(f"() => ({FOCUS})([0])?.stop === 4")


def test_the_first_meta_that_are_appended_get_room(shown: HeatmapPage) -> None:
    top = shown.cell(0, 0)["top"]
    shown.page.get_by_role("button", name="predict").click()
    shown.wait_for_column(0, "index", [0, 1, 2, 3])
    shown.hover(0, 3)
    shown.wait_for_focus(3)
    assert shown.meta(0, 1) == [("five", "50%")]
    assert shown.cell(0, 0)["top"] > top


def test_numbers_that_are_appended_get_a_box_beside_the_meta(
    shown: HeatmapPage,
) -> None:
    shown.page.get_by_role("button", name="predict").click()
    shown.wait_for_column(0, "index", [0, 1, 2, 3])
    shown.page.get_by_role("button", name="count").click()
    shown.wait_for_column(0, "index", [0, 1, 2, 3, 4])
    shown.hover(0, 4)
    shown.wait_for_focus(4)
    assert shown.meta(0, 2) == [("six", ""), ("rank 3", "")]
    shown.hover(0, 3)
    shown.wait_for_focus(3)
    assert shown.meta(0, 2) == [("five", "50%"), ("", "")]


# How often the page was given other facets.
VERSION = """
() => {
  const [bokeh] = Bokeh.documents;
  const parts = [...bokeh.all_models].find((model) => model.name === "state").parts;
  return parts instanceof Map ? parts.get("version") : parts.version;
}
"""

WRITER = """
from threading import Event, Thread
import numpy as np
import panel as pn
from textualheatmap import Facet, TextualHeatmap
from textualheatmap.facet.growing import append_rows, append_tokens, await_rows

# What a model writes that waits for a click before each token and each row.
heatmap = TextualHeatmap(width=400, show_meta=True)
go_on, doc = Event(), pn.state.curdoc

def tell(*told):
    go_on.wait()
    go_on.clear()
    doc.add_next_tick_callback(lambda: heatmap.stream(*told))

def run():
    texts = ["one ", "two ", "three ", "four "]
    meta = [[(text.strip(), 0.5), ("other", 0.25)] for text in texts]
    empty = np.zeros((1, 2)), np.zeros((1, 1))
    pair = [
        await_rows(Facet.from_arrays(["what", "?"], empty[0], title="p", rows_of="a")),
        await_rows(Facet.from_arrays(texts[:1], empty[1], meta[:1], title="a", id="a")),
    ]
    tell(pair, 0, [[], []])
    for number in range(1, 4):
        text, told = texts[number], meta[number : number + 1]
        pair = [append_rows(pair[0], 1), append_tokens(pair[1], [text], meta=told)]
        tell(pair, 0, [[], []])
    for number in range(4):
        prompt, answer = np.zeros((1, 2)), np.zeros((1, 4))
        prompt[0, number % 2] = answer[0, 0] = 1
        tell(pair, number, [prompt, answer])

writer = Thread(target=run, daemon=True)
pn.state.onload(writer.start)
step = pn.widgets.Button(name="step", on_click=lambda event: go_on.set())
pn.Column(step, heatmap, width=400).servable()
"""


def step(shown: HeatmapPage) -> None:
    """Let the model go on by a token, or by a row."""
    shown.page.get_by_role("button", name="step").click()


def test_a_text_grows_under_the_reader_while_a_model_writes_it(
    page: Page, served: Callable[..., str]
) -> None:
    page.goto(served(WRITER))
    shown = HeatmapPage(page)
    step(shown)
    shown.wait_for_column(1, "token", ["one "])
    step(shown)
    shown.wait_for_column(1, "index", [0, 1])
    drawn = [page.evaluate(each) for each in (PLOT, VERSION)]
    assert drawn[1] is not None
    shown.hover(1, 1)
    shown.wait_for_focus(1, 1)
    # Its predictions are there before any heat.
    assert shown.meta(1, 2) == [("two", "50%"), ("other", "25%")]
    shown.click(1, 1)
    shown.wait_for_pinned(pinned=True)
    pinned = shown.property("state", "value")
    for count in (3, 4):
        step(shown)
        shown.wait_for_column(1, "index", list(range(count)))
        assert shown.property("state", "value") == pinned
    assert [page.evaluate(each) for each in (PLOT, VERSION)] == drawn
    for _ in range(2):
        step(shown)
    # The row of the pinned token colours both facets as soon as it is there.
    shown.wait_for_column(0, "value", [0, 1])
    shown.wait_for_column(1, "value", [1, 0, 0, 0])
    assert [page.evaluate(each) for each in (PLOT, VERSION)] == drawn
    # Meanwhile the pin may be moved and released.
    shown.click(1, 0)
    shown.wait_for_column(0, "value", [1, 0])
    page.keyboard.press("Escape")
    shown.wait_for_pinned(pinned=False)
