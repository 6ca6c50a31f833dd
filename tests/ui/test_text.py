"""Text of every kind shows as text, on its line, and none of it runs."""

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Dialog

from tests.ui.conftest import watch_page
from tests.ui.heatmap_page import HeatmapPage
from textualheatmap import Facet, TextualHeatmap
from textualheatmap.scene.escape import EMPTY
from textualheatmap.scene.geometry import LINE_HEIGHT

# Each token with how it is shown.
KINDS = {
    "2019": "2019",
    "1e5": "1e5",
    "-1.5": "-1.5",
    "e": "e",
    "\n": "↵",
    "a\tb": "a⇥b",
    "   ": "   ",
    "": "",
    "\x1b": r"\x1b",
    "\x9b": r"\x9b",
    "\u202eabc": r"\u202eabc",
    "漢字": "漢字",
    "\U0001f44d\U0001f3fd": "\U0001f44d\U0001f3fd",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467": (
        "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    ),
    "e\u0301": "e\u0301",
    "\u0301": "◌\u0301",
    "שלום": "שלום",
    "مرحبا": "مرحبا",
    "</script><script>window.__ran = 1</script>": (
        "</script><script>window.__ran = 1</script>"
    ),
    "<img src=x onerror='window.__ran = 1'>": "<img src=x onerror='window.__ran = 1'>",
    # Not in ASCII alone, and so in a box of its own.
    "<img src=x onerror='window.__ran = 2'>é": (
        "<img src=x onerror='window.__ran = 2'>é"
    ),
    "<b>": "<b>",
    "&lt;": "&lt;",
    "$$x^2$$": "$$x^2$$",
    r"\(x\)": r"\(x\)",
    r"\frac{1}{2}": r"\frac{1}{2}",
    "@token": "@token",
    "$index": "$index",
    "@{heat}": "@{heat}",
    "{{ token }}": "{{ token }}",
    "`${token}`": "`${token}`",
    "plain": "plain",
}


class OpenPage(NamedTuple):
    """A page with the heatmap of every kind of token."""

    shown: HeatmapPage
    dialogs: list[str]
    errors: list[str]


@contextmanager
def open_kinds(context: BrowserContext, path: Path) -> Generator[OpenPage]:
    """Save a heatmap of every kind of token, each its own meta, and title; open it."""
    tokens = list(KINDS)
    facet = Facet.from_arrays(
        tokens,
        np.eye(len(tokens)),
        meta=[[token, (token, 0.25)] for token in tokens],
    )
    heatmap = TextualHeatmap(width=900, show_meta=True, facet_titles=["<b>$$x$$</b>"])
    heatmap.set_data([facet]).save(path)
    dialogs: list[str] = []
    errors: list[str] = []

    def refuse(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page = context.new_page()
    watch_page(page, [], errors)
    page.on("dialog", refuse)
    page.goto(path.as_uri())
    shown = HeatmapPage(page)
    shown.cell(0, 0)
    shown.settle()
    yield OpenPage(shown, dialogs, errors)
    page.close()


def assert_quiet(opened: OpenPage) -> None:
    """Assert that no text of the data ran, and that the page reported no error."""
    found = opened.shown.page.evaluate("() => typeof globalThis.__ran")
    assert (found, opened.dialogs, opened.errors) == ("undefined", [], [])


@pytest.fixture(scope="module")
def opened(
    contexts: Callable[[float], BrowserContext],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[OpenPage]:
    """Open a page for all tests here, which read it or hover."""
    path = tmp_path_factory.mktemp("text") / "out.html"
    with open_kinds(contexts(1), path) as opened:
        yield opened


@pytest.fixture
def shown(opened: OpenPage) -> Iterator[HeatmapPage]:
    """Return the heatmap, and fail if any text of the data ran."""
    yield opened.shown
    assert_quiet(opened)


@pytest.fixture
def clocked(own_context: BrowserContext, tmp_path: Path) -> Iterator[HeatmapPage]:
    """Return a heatmap whose page has a clock of its own, and fail likewise."""
    with open_kinds(own_context, tmp_path / "out.html") as opened:
        yield opened.shown
        assert_quiet(opened)


def test_every_token_is_drawn_as_text(shown: HeatmapPage) -> None:
    texts = "".join(line["text"] for line in shown.lines(0)).replace(" ", "")
    for text in KINDS.values():
        assert text.replace(" ", "") in texts


def test_no_token_shifts_its_line(shown: HeatmapPage) -> None:
    lines = shown.lines(0)
    tops = [line["top"] for line in lines]
    assert len(tops) > 2
    assert {after - before for before, after in pairwise(tops)} == {LINE_HEIGHT}
    for line in lines:
        # Letters of other fonts are higher or lower; none is on another line.
        for piece in line["pieces"]:
            assert abs(piece["top"] - line["top"]) < LINE_HEIGHT / 2


def test_the_pieces_of_a_line_touch_where_its_cells_do(shown: HeatmapPage) -> None:
    first = shown.cell(0, 0)["left"]
    edges = {first + left - 8 for left in shown.column(0, "left")}
    for line in shown.lines(0):
        pieces = sorted(line["pieces"], key=lambda piece: piece["left"])
        assert pieces[0]["left"] == first
        for before, after in pairwise(pieces):
            assert after["left"] == before["right"]
            assert after["left"] in edges


def test_tokens_are_drawn_within_their_cells(shown: HeatmapPage) -> None:
    cells: dict[float, list[tuple[float, float]]] = {}
    columns = [shown.column(0, side) for side in ("top", "left", "right")]
    for top, left, right in zip(*columns, strict=True):
        cells.setdefault(top, []).append((left, right))
    for boxes in cells.values():
        for (_, right), (left, _) in pairwise(sorted(boxes)):
            assert right == left


def test_every_token_is_said_as_text(shown: HeatmapPage) -> None:
    for index, text in enumerate(KINDS.values()):
        shown.hover(0, index)
        shown.wait_for_focus(index)
        if text is None:
            continue
        token = text or EMPTY
        # An entry of nothing but spaces could not be seen.
        entry = token if token.strip() else "␣" * len(token)
        assert shown.meta(0, 2) == [(entry, ""), (entry, "25%")]
        shown.wait_for_property("readout", "text", f"{index} “{token}”")
        said = shown.page.locator("span").all_inner_texts()
        assert said.count(entry) >= 2
        assert f"{index} “{token}”" in said


def test_the_tooltip_shows_every_token_as_text(clocked: HeatmapPage) -> None:
    clocked.page.clock.install()
    for index, text in enumerate(KINDS.values()):
        clocked.hover(0, index)
        clocked.settle()
        clocked.page.clock.fast_forward(1000)
        tooltip = clocked.page.locator("[data-tooltip]")
        tooltip.filter(
            has_text=re.compile(rf"index {index}\b.*heat 1\.00", re.DOTALL)
        ).wait_for()
        if text is not None:
            told = text or EMPTY
            cut = told if len(told) <= 40 else f"{told[:40]}…"
            assert tooltip.inner_text().startswith(f"“{cut}”  index")


def test_a_title_is_text(shown: HeatmapPage) -> None:
    shown.page.get_by_text("<b>$$x$$</b>", exact=True).wait_for()
    assert shown.page.title() == "<b>$$x$$</b>"


def test_every_token_is_told_apart_by_the_source(shown: HeatmapPage) -> None:
    indexes: list[Any] = shown.column(0, "index")
    assert sorted(set(indexes)) == list(range(len(KINDS)))
