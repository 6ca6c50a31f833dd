"""A long text shows a window of its lines, and all of its heat beside it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.ui.heatmap_page import HeatmapPage
from tests.ui.pixels import read_pixels, to_rgb
from textualheatmap import Facet, TextualHeatmap
from textualheatmap.scene.geometry import LINE_HEIGHT
from textualheatmap.scene.palettes import get_palette
from textualheatmap.scene.wrap import split_units, wrap

Open = Callable[..., HeatmapPage]

COUNT = 3000
FAR = 1500
WORDS = ["alpha", "be", "see", "delta", "epsilon", "of", "gamma", "to", "it", "river"]

MINIMAP = """
(name) => {
  const [document] = Bokeh.documents;
  const model = [...document.all_models].find((each) => each.name === name);
  const box = Bokeh.index.find_one(model).el.getBoundingClientRect();
  return { x: box.x, y: box.y, width: box.width, height: box.height };
}
"""
WINDOW = """
(name) => {
  const [document] = Bokeh.documents;
  const window = [...document.all_models].find((each) => each.name === name);
  return [window.top, window.bottom];
}
"""


@pytest.fixture(scope="session")
def long_facet() -> Facet:
    """Return 3000 tokens, each hot at its neighbour and at one far away."""
    heat = np.zeros((COUNT, COUNT), np.float32)
    focused = np.arange(COUNT)
    heat[focused, (focused + 1) % COUNT] = 0.5
    heat[focused, (focused + FAR) % COUNT] = 1
    tokens = [WORDS[i % len(WORDS)] + " " for i in range(COUNT)]
    return Facet.from_arrays(tokens, heat)


@pytest.fixture(scope="session")
def long_file(long_facet: Facet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a saved heatmap of the long text, in two facets."""
    path = tmp_path_factory.mktemp("window") / "long.html"
    heatmap = TextualHeatmap(facet_titles=["a", "b"])
    heatmap.set_data([long_facet, long_facet]).save(path)
    return path


@pytest.fixture
def shown(page: Page, long_file: Path) -> HeatmapPage:
    """Open the saved heatmap of the long text."""
    page.goto(long_file.as_uri())
    shown = HeatmapPage(page)
    shown.cell(1, 0)
    return shown


def turn_wheel(shown: HeatmapPage, pixels: float, facet: int = 0) -> None:
    index = shown.column(facet, "index")[0]
    shown.hover(facet, index)
    shown.page.mouse.wheel(0, pixels)
    shown.settle()


def read_geometry(shown: HeatmapPage) -> dict[str, int]:
    """Return the measures of the first facet."""
    return shown.page.evaluate(
        "() => [...Bokeh.documents[0].all_models]"
        ".find((each) => each.name === 'state').parts.geometry[0]"
    )


def test_only_a_window_of_lines_is_shown(shown: HeatmapPage) -> None:
    geometry = read_geometry(shown)
    assert geometry["lines"] > 60
    assert geometry["window"] == 14
    for facet in (0, 1):
        indexes = shown.column(facet, "index")
        assert indexes == list(range(len(indexes)))
        assert 100 < len(indexes) < COUNT / 5
        assert len(set(shown.column(facet, "top"))) == 14


def test_the_wheel_moves_the_window_of_every_facet(shown: HeatmapPage) -> None:
    before = shown.column(0, "index")[0]
    turn_wheel(shown, 10 * LINE_HEIGHT)
    shown.wait_for_property("state", "line", 10)
    shown.settle()
    for facet in (0, 1):
        indexes = shown.column(facet, "index")
        assert indexes[0] > before
        assert indexes == list(range(indexes[0], indexes[-1] + 1))
        assert min(shown.column(facet, "top")) == 8
    turn_wheel(shown, -10 * LINE_HEIGHT)
    shown.wait_for_property("state", "line", 0)
    assert shown.page.evaluate("() => scrollY") == 0


def test_a_scrolled_window_is_hovered_where_it_shows(shown: HeatmapPage) -> None:
    turn_wheel(shown, 30 * LINE_HEIGHT)
    shown.wait_for_property("state", "line", 30)
    shown.settle()
    index = shown.column(1, "index")[70]
    shown.hover(1, index)
    shown.wait_for_focus(index)
    assert shown.property("state", "line") == 30
    assert shown.heat(0)[index + 1] == pytest.approx(0.5, abs=0.004)


def test_the_page_scrolls_on_where_the_window_ends(shown: HeatmapPage) -> None:
    shown.resize(1000, 600)
    geometry = read_geometry(shown)
    last = geometry["lines"] - geometry["window"]
    turn_wheel(shown, LINE_HEIGHT * 10_000)
    shown.wait_for_property("state", "line", last)
    assert shown.page.evaluate("() => scrollY") == 0
    shown.page.mouse.wheel(0, 100)
    shown.page.wait_for_function("() => scrollY > 0")
    assert shown.column(0, "index")[-1] == COUNT - 1


def test_a_turn_with_ctrl_or_sideways_is_the_pages(shown: HeatmapPage) -> None:
    shown.page.evaluate(
        "() => addEventListener('wheel', (event) => {"
        " globalThis.swallowed = event.defaultPrevented })"
    )
    index = shown.column(0, "index")[0]
    shown.hover(0, index)
    shown.page.mouse.wheel(100, 0)
    shown.page.wait_for_function("() => globalThis.swallowed === false")
    shown.page.evaluate("() => { delete globalThis.swallowed }")
    shown.page.keyboard.down("Control")
    shown.page.mouse.wheel(0, 100)
    shown.page.wait_for_function("() => globalThis.swallowed === false")
    shown.page.keyboard.up("Control")


def test_a_finger_scrolls_the_text(shown: HeatmapPage) -> None:
    cell = shown.cell(0, shown.column(0, "index")[100])
    session = shown.page.context.new_cdp_session(shown.page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def touch(kind: str, *ys: float) -> None:
        points = [{"x": cell["left"], "y": y} for y in ys]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", cell["top"])
    for step in range(1, 21):
        touch("touchMove", cell["top"] - step * LINE_HEIGHT / 2)
    touch("touchEnd")
    shown.page.wait_for_function(
        "() => [...Bokeh.documents[0].all_models]"
        ".find((each) => each.name === 'state').line > 5"
    )
    assert shown.page.evaluate("() => scrollY") == 0


def test_a_click_on_the_minimap_jumps_there(shown: HeatmapPage) -> None:
    box = shown.page.evaluate(MINIMAP, "minimap-1")
    geometry = read_geometry(shown)
    lines, window = geometry["lines"], geometry["window"]
    x, height = box["x"] + box["width"] / 2, box["height"]
    shown.page.mouse.click(x, box["y"] + height * 0.75)
    shown.page.wait_for_function(
        "(least) => [...Bokeh.documents[0].all_models]"
        ".find((each) => each.name === 'state').line >= least",
        arg=int(lines * 0.75 - window / 2) - 1,
    )
    line = shown.property("state", "line")
    assert line == pytest.approx(lines * 0.75 - window / 2, abs=1)
    shown.settle()
    for facet in (0, 1):
        assert shown.page.evaluate(WINDOW, f"window-{facet}") == [line, line + window]


def test_a_long_facet_scrolls_beside_a_short_one(saved: Open) -> None:
    short, long = (
        Facet.from_arrays([f"{k}\n" for k in range(n)], np.eye(n)) for n in (5, 40)
    )
    heatmap = TextualHeatmap(max_height=200, facet_titles=["short", "long"])
    shown = saved(heatmap.set_data([short, long]))
    shown.cell(1, 0)
    turn_wheel(shown, 20 * LINE_HEIGHT, facet=1)
    shown.wait_for_property("state", "line", 20)
    shown.settle()
    assert shown.column(0, "index") == list(range(5))
    assert shown.column(1, "index")[0] == 20


def test_a_small_turn_of_the_wheel_adds_up(shown: HeatmapPage) -> None:
    for _ in range(5):
        turn_wheel(shown, 10)
    shown.wait_for_property("state", "line", 2)


def test_the_minimap_shows_heat_far_from_the_focus(
    shown: HeatmapPage, long_facet: Facet
) -> None:
    shown.hover(0, 5)
    shown.wait_for_focus(5)
    box = shown.page.evaluate(MINIMAP, "minimap-0")
    hot = to_rgb(get_palette("viridis").colors[-1])
    geometry = read_geometry(shown)
    cells = wrap(split_units(long_facet.tokens), geometry["columns"])
    line = cells.line[cells.index == FAR + 5][0]
    expected = (line + 0.5) / geometry["lines"] * box["height"]
    shown.page.wait_for_function(
        "() => [...Bokeh.documents[0].all_models]"
        ".find((each) => each.name === 'minimap-0')"
        ".renderers[0].data_source.data.image[0].includes(255)"
    )
    shown.settle()
    pixels = read_pixels(shown.page, box)
    rows = np.flatnonzero((pixels == hot).all(axis=2).any(axis=1))
    assert rows.size > 0
    assert rows.mean() == pytest.approx(expected, abs=2)


def test_dragging_in_the_minimap_moves_the_window(shown: HeatmapPage) -> None:
    box = shown.page.evaluate(MINIMAP, "minimap-0")
    mouse = shown.page.mouse
    x, y = box["x"] + box["width"] / 2, box["y"] + 10
    mouse.move(x, y)
    mouse.down()
    mouse.move(x, y + box["height"] / 4)
    mouse.move(x, y + box["height"] / 2)
    mouse.up()
    shown.page.wait_for_function(
        "() => [...Bokeh.documents[0].all_models]"
        ".find((each) => each.name === 'state').line > 20"
    )
    shown.settle()
    line = shown.property("state", "line")
    geometry = read_geometry(shown)
    assert line == pytest.approx(geometry["lines"] / 2, abs=3)
    for facet in (0, 1):
        middle = shown.column(facet, "index")[0]
        assert middle == pytest.approx(COUNT / 2, abs=50)
        start, end = shown.page.evaluate(WINDOW, f"window-{facet}")
        assert (start, end) == (line, line + 14)


def test_the_minimap_is_as_high_as_the_text(shown: HeatmapPage) -> None:
    plot, minimap = (
        shown.page.evaluate(MINIMAP, name) for name in ("facet-0", "minimap-0")
    )
    assert minimap["y"] == plot["y"]
    assert minimap["height"] == plot["height"]
    assert minimap["x"] > plot["x"] + plot["width"]


def test_the_slider_reveals_a_token_far_away(shown: HeatmapPage) -> None:
    shown.page.locator(".noUi-handle").focus()
    shown.page.keyboard.press("End")
    shown.wait_for_focus(COUNT - 1)
    for facet in (0, 1):
        assert COUNT - 1 in shown.column(facet, "index")
        assert len(shown.column(facet, "left", "focus")) == 1


def test_arrow_keys_step_through_a_long_text_that_was_clicked(
    shown: HeatmapPage,
) -> None:
    shown.click(1, 100)
    shown.wait_for_focus(100)
    shown.page.keyboard.press("ArrowRight")
    shown.wait_for_focus(101)


def test_python_reveals_a_token_far_away(saved: Open, long_facet: Facet) -> None:
    shown = saved(TextualHeatmap().set_data([long_facet]).highlight(2000))
    shown.wait_for_focus(2000)

    assert shown.cell(0, 2000)["top"] > 0
    assert shown.heat(0)[2001] == pytest.approx(0.5, abs=0.004)


@pytest.mark.parametrize(
    "max_height", [100, pytest.param(333, marks=pytest.mark.sweep)]
)
def test_max_height_bounds_a_facet(
    saved: Open, long_facet: Facet, max_height: int
) -> None:
    meta = [["m"]] * COUNT
    facet = Facet.from_arrays(long_facet.tokens.texts, long_facet.heat, meta)
    heatmap = TextualHeatmap(max_height=max_height, show_meta=True)
    shown = saved(heatmap.set_data([facet]))
    shown.cell(0, 0)
    box = shown.page.evaluate(MINIMAP, "panel-0")
    assert max_height - LINE_HEIGHT < box["height"] <= max_height


def test_up_to_60_lines_are_all_shown(saved: Open) -> None:
    def build(lines: int) -> TextualHeatmap:
        facet = Facet.from_arrays(["line\n"] * lines, np.eye(lines))
        return TextualHeatmap().set_data([facet])

    shown = saved(build(60))
    shown.cell(0, 0)
    assert len(shown.column(0, "index")) == 60
    assert not has_minimap(shown)
    shown = saved(build(61))
    shown.cell(0, 0)
    assert len(shown.column(0, "index")) == 14
    assert has_minimap(shown)


def has_minimap(shown: HeatmapPage) -> bool:
    return shown.page.evaluate(
        "() => [...Bokeh.documents[0].all_models].some((m) => m.name === 'minimap-0')"
    )


def test_facets_of_one_text_wrap_at_the_same_columns(saved: Open) -> None:
    text = "to see what the two models looked at, side by side, line by line " * 3
    words = [word + " " for word in text.split()]
    heatmap = TextualHeatmap(width=300, facet_titles=["a", "a longer title"])
    facets = [Facet.from_arrays(t, np.eye(len(t))) for t in (words, list(text))]
    shown = saved(heatmap.set_data(facets))
    shown.cell(1, 0)
    lines = [[line["text"] for line in shown.lines(facet)] for facet in (0, 1)]
    assert len(lines[0]) > 5
    assert lines[0] == lines[1]


def test_only_wrap_after_token_breaks_a_word(page: Page, saved: Open) -> None:
    assert page.url == "about:blank"
    facet = Facet.from_arrays(["w", "o", "r", "d", "y", " "] * 12, np.eye(72))
    lines: list[list[float]] = []
    for after_token in (False, True):
        heatmap = TextualHeatmap(width=270, wrap_after_token=after_token)
        shown = saved(heatmap.set_data([facet]))
        shown.cell(0, 0)
        lines.append(shown.column(0, "top"))
    words = [{*lines[0][i : i + 5]} for i in range(0, 72, 6)]
    assert all(len(tops) == 1 for tops in words)
    words = [{*lines[1][i : i + 5]} for i in range(0, 72, 6)]
    assert any(len(tops) == 2 for tops in words)
