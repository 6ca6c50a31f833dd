"""A heatmap in a notebook: in a live JupyterLab, and as a page without a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.ui.conftest import watch_page
from tests.ui.example_notebook import (
    check_kept_clean,
    convert_notebook,
    run_notebook,
)
from tests.ui.heatmap_page import HEATMAP, HeatmapPage
from tests.ui.widths import MEASURE, list_boxes, read_boxes, resize
from textualheatmap import Facet, TextualHeatmap, read_npz

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from nbformat import NotebookNode
    from playwright.sync_api import BrowserContext, Locator, Page

    from tests.ui.lab import Lab, LabNotebook

EXAMPLE = """\
from textualheatmap import TextualHeatmap

heatmap = TextualHeatmap(width=600, show_meta=True, facet_titles=["GRU", "LSTM"])
heatmap.set_data(data)      # renders; may be called again to replace the data
heatmap.highlight(159)      # focus the token with this index; works with \
interactive=False too
"""
# Each token is hot for itself and cold for the others: heats that stay exact.
SMALL_DATA = """\
from textualheatmap import TextualHeatmap

def build(*tokens):
    heat = [[float(i == j) for j in range(len(tokens))] for i in range(len(tokens))]
    return [[{"token": t, "heat": row} for t, row in zip(tokens, heat)]]
"""
SHOW = 'heatmap = TextualHeatmap().set_data(build("the ", "cat ", "sat"))\nheatmap'
FIRST, SECOND, THIRD = [1, 0, 0], [0, 1, 0], [0, 0, 1]


class OpenPage(NamedTuple):
    """A page with a notebook, which addresses it asked for, and its errors."""

    notebook: LabNotebook
    external_requests: list[str]
    errors: list[str]


@pytest.fixture(scope="module")
def opened(lab: Lab, contexts: Callable[[float], BrowserContext]) -> Iterator[OpenPage]:
    """Open a notebook for all tests here: its page and kernel take long to start."""
    page = contexts(1).new_page()
    external_requests: list[str] = []
    errors: list[str] = []
    watch_page(page, external_requests, errors)
    yield OpenPage(lab.open(page, "tried", [""]), external_requests, errors)
    page.close()


@pytest.fixture
def notebook(opened: OpenPage) -> Iterator[LabNotebook]:
    """Return the notebook, to write cells in, and fail the test if its page fails."""
    opened.notebook.page.set_viewport_size({"width": 1280, "height": 800})
    opened.external_requests.clear()
    yield opened.notebook
    errors = [*opened.errors]
    opened.errors.clear()
    assert errors == []


@pytest.fixture
def external_requests(opened: OpenPage) -> list[str]:
    """Return the addresses beyond this machine that the notebook's page asks for."""
    return opened.external_requests


def find_plots(page: Page, cell: int) -> Locator:
    """Return the plots in the output of a code cell, counted from 0."""
    return page.locator(".jp-CodeCell").nth(cell).locator(".bk-Plot")


def test_the_pasted_example_shows_the_heatmap_once_and_without_a_network(
    notebook: LabNotebook, external_requests: list[str], root: Path
) -> None:
    page = notebook.page
    path = str(root / "tests" / "data" / "autocomplete.json")
    load = f"import json\ndata = json.load(open({path!r}))"
    notebook.start_over([load, EXAMPLE])
    assert notebook.run_all() == ["", ""]
    shown = HeatmapPage(page)
    shown.wait_for_focus(159)
    assert max(shown.heat(1).values()) == 1
    assert find_plots(page, 1).count() == page.locator(".bk-Plot").count() == 2
    assert external_requests == []


def test_a_page_a_later_cell_and_python_move_what_an_earlier_cell_shows(
    notebook: LabNotebook, external_requests: list[str]
) -> None:
    page = notebook.page
    later = 'heatmap.set_data(build("of ", "mice ", "and ", "men"));'
    refused = 'heatmap.set_data([[{"token": "a"}]])'
    notebook.start_over([SMALL_DATA, SHOW, later, refused])
    notebook.run()
    notebook.run()
    shown = HeatmapPage(page)
    shown.wait_for_column(0, "token", ["the ", "cat ", "sat"])
    notebook.run()
    shown.wait_for_column(0, "token", ["of ", "mice ", "and ", "men"])
    assert "facets[0].tokens[0].heat is missing" in notebook.run()
    shown.hover(0, 3)
    shown.wait_for_column(0, "heat", [0, 0, 0, 1])
    assert notebook.ask("heatmap.focus, heatmap.pinned") == "(3, False)"
    notebook.ask("heatmap.focus = 2; heatmap.focus")
    shown.wait_for_column(0, "heat", [0, 0, 1, 0])
    # A new cell at the end takes the view there.
    find_plots(page, 1).scroll_into_view_if_needed()
    shown.click(0, 0)
    shown.wait_for_column(0, "heat", [1, 0, 0, 0])
    assert notebook.ask("heatmap.focus, heatmap.pinned") == "(0, True)"
    assert [find_plots(page, cell).count() for cell in range(4)] == [0, 1, 0, 0]
    assert external_requests == []


def tell(notebook: LabNotebook, code: str) -> str:
    """Run code in the kernel, and bring the heatmap back into view."""
    told = notebook.ask(code)
    find_plots(notebook.page, 0).scroll_into_view_if_needed()
    return told


def wait_for_answer(notebook: LabNotebook, expression: str, expected: str) -> None:
    """Ask the kernel until it has heard of what the page did."""
    told = ""
    for _ in range(20):
        told = tell(notebook, expression)
        if told == expected:
            return
    assert told == expected


# Token i looked at all before it, and at itself.
WORDS = """\
import numpy as np
from textualheatmap import Facet, TextualHeatmap

tokens = ["un", "break", "able ", "cat"]
heatmap = TextualHeatmap(width=500).set_data(
    [Facet.from_arrays(tokens, np.tri(4))]
)
heatmap"""


def test_pointer_and_python_lead_each_other_in_a_notebook(
    notebook: LabNotebook,
) -> None:
    page = notebook.page
    notebook.start_over([WORDS])
    notebook.run_all()
    shown = HeatmapPage(page)
    # At rest each token has what all of them looked at it on average.
    rest = shown.column(0, "heat")
    assert rest == sorted(rest, reverse=True)
    assert rest[0] > rest[3] > 0
    shown.hover(0, 2)
    shown.wait_for_column(0, "heat", [1, 1, 1, 0])
    wait_for_answer(notebook, "heatmap.focus, heatmap.pinned", "(2, False)")
    # Python leads.
    tell(notebook, "heatmap.focus = 0; heatmap.focus")
    shown.wait_for_column(0, "heat", [1, 0, 0, 0])
    tell(notebook, "heatmap.direction = 'column'; heatmap.focus = 2; heatmap.focus")
    shown.wait_for_column(0, "heat", [0, 0, 1, 1])
    tell(notebook, "heatmap.direction = 'row'; heatmap.direction")
    shown.wait_for_column(0, "heat", [1, 1, 1, 0])
    tell(notebook, "heatmap.grouping = 'word'; heatmap.grouping")
    shown.hover(0, 3)
    shown.wait_for_focus(3)
    shown.hover(0, 0)
    shown.wait_for_column(0, "heat", [1, 1, 1, 0])
    wait_for_answer(notebook, "heatmap.focus_span", "(0, 3)")
    tell(notebook, "heatmap.grouping = 'token'; heatmap.focus = 3; heatmap.grouping")
    shown.wait_for_column(0, "heat", [1, 1, 1, 1])
    # A drag focuses a span and pins it, and hover then moves nothing.
    begin, end = (shown.cell(0, index) for index in (0, 1))
    middle = (begin["top"] + begin["bottom"]) / 2
    page.mouse.move(begin["left"] + 3, middle)
    page.mouse.down()
    page.mouse.move(end["right"] - 3, middle, steps=4)
    page.mouse.up()
    shown.wait_for_pinned(pinned=True)
    state = shown.property("state", "value")
    assert [state["start"], state["stop"]] == [0, 2]
    shown.hover(0, 3)
    wait_for_answer(notebook, "heatmap.focus_span, heatmap.pinned", "((0, 2), True)")
    shown.click(0, 3)
    shown.wait_for_column(0, "heat", [1, 1, 1, 1])
    wait_for_answer(notebook, "heatmap.focus_span, heatmap.pinned", "((3, 4), True)")


def test_keys_in_a_heatmap_are_not_for_jupyterlab(notebook: LabNotebook) -> None:
    page = notebook.page
    notebook.start_over([WORDS])
    notebook.run_all()
    shown = HeatmapPage(page)
    heatmap = page.locator(HEATMAP)
    heatmap.press("/")
    page.get_by_role("textbox", name="Find in the text").fill("cat")
    page.keyboard.press("Enter")
    shown.wait_for_focus(3)
    page.keyboard.press("Escape")
    wait_for_answer(notebook, "[heatmap.focus]", "[3]")
    readout = page.locator(".jp-OutputArea").get_by_text("3 “cat”")
    light = readout.evaluate("readout => getComputedStyle(readout).color")
    tell(notebook, "heatmap.theme = 'dark'; heatmap.theme")
    expect(readout).not_to_have_css("color", light)


def test_outputs_of_one_heatmap_stay_in_step_whatever_shows_it(
    notebook: LabNotebook,
) -> None:
    page = notebook.page
    notebook.start_over(
        [
            SMALL_DATA,
            'heatmap = TextualHeatmap()\nheatmap.set_data(build("a", "b", "c"))',
            "heatmap.highlight(1)",
            "heatmap.highlight(0);",
            SHOW.replace("heatmap", "other"),
        ]
    )
    notebook.run_all()
    one, same, another = (HeatmapPage(page, nth) for nth in range(3))
    for shown in (one, same):
        shown.wait_for_column(0, "heat", FIRST)
    assert [find_plots(page, cell).count() for cell in range(5)] == [0, 1, 1, 0, 1]
    for hovered, seen, index, row in ((one, same, 1, SECOND), (same, one, 2, THIRD)):
        hovered.hover(0, index)
        for shown in (hovered, seen):
            shown.wait_for_column(0, "heat", row)
    # Without a focus it shows what each token has on average.
    assert another.column(0, "heat") == [1, 1, 1]
    # A cell that is run again shows the heatmap anew, in Bokeh's last document.
    notebook.run_again(2)
    anew = HeatmapPage(page, 2)
    anew.wait_for_column(0, "heat", SECOND)
    one.hover(0, 0)
    for shown in (one, anew):
        shown.wait_for_column(0, "heat", FIRST)
    assert [find_plots(page, cell).count() for cell in range(5)] == [0, 1, 1, 0, 1]


@pytest.fixture(scope="session")
def executed(root: Path) -> NotebookNode:
    """Return the example notebook, run from top to bottom where it lies."""
    return run_notebook(root / "apps" / "heatmap.ipynb")


@pytest.fixture
def converted(executed: NotebookNode, tmp_path: Path) -> Path:
    """Return the example notebook as a page of HTML."""
    path = tmp_path / "heatmap.html"
    convert_notebook(executed, path)
    return path


def test_the_example_notebook_is_kept_without_outputs(root: Path) -> None:
    check_kept_clean(root / "apps" / "heatmap.ipynb")


SHOWN = [
    *("characters", "rotated", "sub-words", "words", "steps", "difference", "quiet"),
    *("caption", "controls"),
]


def test_the_example_notebook_runs_and_shows_its_heatmaps(
    executed: NotebookNode,
) -> None:
    results = {
        cell.id: [each.data for each in cell.outputs if "data" in each][-1:]
        for cell in executed.cells
        if cell.cell_type == "code"
    }
    shown = [name for name, data in results.items() if "text/html" in str(data)]
    assert shown == SHOWN
    assert results["focus"] == [{"text/plain": "52"}]


# Panel reserves an empty output for errors, which nbconvert wonders about.
@pytest.mark.filterwarnings("ignore:Your element with mimetype")
def test_the_converted_notebook_recolours_on_hover_without_a_kernel(
    converted: Path, context: BrowserContext, root: Path
) -> None:
    page = context.new_page()
    external_requests: list[str] = []
    errors: list[str] = []
    watch_page(page, external_requests, errors)
    page.goto(converted.as_uri())
    (characters, _), (pieces,) = (
        read_npz(root / "data" / f"{name}.npz") for name in ("autocomplete", "masked")
    )
    # A page without a kernel builds them in any order: their places tell them apart.
    pages = [HeatmapPage(page, nth) for nth in range(len(SHOWN))]
    pages[-1].cell(0, 0)
    pages.sort(key=lambda each: each.cell(0, 0)["top"])
    hovers = [(characters, 20), (characters, 90), (pieces, 30)]
    for nth, (shown, (facet, index)) in enumerate(zip(pages[:3], hovers, strict=True)):
        page.locator(".jp-OutputArea .bk-Slider").nth(nth).scroll_into_view_if_needed()
        shown.hover(0, index)
        shown.wait_for_focus(index)
        heat = list(shown.heat(0).values())
        assert heat == pytest.approx(facet.heat[index].tolist(), abs=1 / 255)
    # What nbconvert's own page asks for, and works without.
    assert {urlsplit(url).path.split("/")[3] for url in external_requests} == {
        "require.js",
        "mathjax",
    }
    page.close()
    assert errors == []


def test_a_heatmap_that_stretches_follows_the_width_of_its_output(
    notebook: LabNotebook,
) -> None:
    page = notebook.page
    cell = """
import numpy as np
from textualheatmap import Facet, TextualHeatmap
facet = Facet.from_arrays([f"word{i} " for i in range(60)], np.eye(60))
heatmap = TextualHeatmap(sizing_mode="stretch_width").set_data([facet])
heatmap
"""
    notebook.start_over([cell])
    notebook.run_all()
    shown = HeatmapPage(page)
    facet = Facet.from_arrays([f"word{i} " for i in range(60)], np.eye(60))
    heatmap = TextualHeatmap().set_data([facet])
    output = "() => document.querySelector('.jp-OutputArea-output').clientWidth"
    shown.cell(0, 0)
    rooms: list[int] = []
    for width in (1280, 760):
        page.set_viewport_size({"width": width, "height": 800})
        # JupyterLab takes its time.
        page.wait_for_function(f"() => ({MEASURE})(0).width === ({output})()")
        room = resize(shown, width)
        assert read_boxes(shown, 0) == list_boxes(heatmap, 0, room)
        rooms.append(room)
    assert rooms[0] > rooms[1] + 300
    shown.hover(0, 30)
    shown.wait_for_focus(30)
