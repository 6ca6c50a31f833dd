"""Static HTML beside the live page of the same state."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.ui.heatmap_page import HeatmapPage
from tests.ui.pixels import read_pixels
from textualheatmap import Facet, TextualHeatmap
from textualheatmap.export.static_html import render_static
from textualheatmap.scene.geometry import (
    CELL_WIDTH,
    CONTROLS_HEIGHT,
    LEGEND_HEIGHT,
    PADDING,
)
from textualheatmap.scene.scene import build_scene

Records = list[list[dict[str, Any]]]
Pixels = NDArray[np.uint8]

# The style of a saved page, without which the body has another margin.
PAGE = (
    "<!DOCTYPE html><meta charset=utf-8><style>:root { color-scheme: light dark }"
    " body { margin: 16px }</style>"
)
BODY_MARGIN = 16  # px
# How far smoothing may change what is drawn between two pixels, of 255.
SMOOTHING = 48
# Letters of other scripts and emoji stand at fractions of a pixel.
MOST_APART = 0.0003
TEXT = "[role=group] > div:first-child > div"

# Where the frames around what is found are, in px of the page.
FRAMES = """
() => {
  const find = (root) => [...root.querySelectorAll("*")].flatMap((each) =>
    [...(each.matches("i") ? [each] : []),
     ...(each.shadowRoot ? find(each.shadowRoot) : [])]);
  return find(document).map((each) => {
    const { left, top, width, height } = each.getBoundingClientRect();
    return [left, top, width, height].map(Math.round);
  });
}
"""

ODD = [
    *(
        "漢字",
        "かな",
        " ",
        "2019",
        "-1.5",
        "😀",
        "👩‍👩‍👧",
        "",
        "\t",
        "a\tb",
        "\x00",
        "é",
    ),
    *(" naïve ", "\n", "שלום!", " ", "العربية", " ", "Ωμέγα", "\u202e", "x\n", "12"),
    *("the ", "cat ", "한국어", "\n", "\n", "end", "∅", "↵", "a&<b>\"'"),
]


def build_odd(**style: Any) -> TextualHeatmap:  # noqa: ANN401
    """Return two facets of texts in many scripts, with format tokens and long title."""
    rng = np.random.default_rng(0)
    n = len(ODD)
    is_format = [text == "\n" for text in ODD]
    facets = [
        Facet.from_arrays(ODD, rng.random((n, n)) ** 2, title="odd"),
        Facet.from_arrays(
            ODD,
            rng.uniform(-1, 1, (n - sum(is_format),) * 2),
            format=is_format,
            title="a title that is long",
        ),
    ]
    return TextualHeatmap(**style).set_data(facets).highlight(4)


@pytest.fixture(
    params=[1, pytest.param(2, marks=pytest.mark.sweep)], ids="scale {}".format
)
def scale(request: pytest.FixtureRequest) -> int:
    """Return the number of pixels of the screen per CSS px."""
    return request.param


@pytest.fixture
def screen(contexts: Callable[[float], BrowserContext], scale: int) -> Iterator[Page]:
    """Open an empty page on such a screen."""
    page = contexts(scale).new_page()
    page.set_viewport_size({"width": 700, "height": 700})
    yield page
    page.close()


@pytest.fixture
def look(screen: Page, tmp_path: Path) -> Callable[[TextualHeatmap], list[Pixels]]:
    """Return how a heatmap looks live and as static HTML.

    Without its slider, and without the legend if it has grips.
    """

    def open_both(heatmap: TextualHeatmap) -> list[Pixels]:
        live, static = tmp_path / "live.html", tmp_path / "static.html"
        heatmap.save(live)
        html = PAGE + render_static(build_scene(heatmap))
        static.write_text(html, encoding="utf-8")
        screen.goto(static.as_uri())
        box = screen.locator("body > div").bounding_box()
        assert box is not None
        below = CONTROLS_HEIGHT + LEGEND_HEIGHT if heatmap.interactive else 0
        area = {
            "x": 0.0,
            "y": 0.0,
            "width": box["x"] * 2 + box["width"],
            "height": box["y"] + box["height"] - below,
        }
        pictures = [read_pixels(screen, area)]
        screen.goto(live.as_uri())
        HeatmapPage(screen).wait_for_focus(heatmap.view_state.start)
        return [read_pixels(screen, area), *pictures]

    return open_both


def measure_difference(a: Pixels, b: Pixels, reach: int) -> float:
    """Return how many of a's pixels are like none that b has around the same place.

    Parameters
    ----------
    a, b
        Pictures.
    reach
        The pixels to each side that still count as the same place.
    """
    shifts = range(-reach, reach + 1)
    around = [np.roll(b, (y, x), (0, 1)).astype(int) for y in shifts for x in shifts]
    low, high = np.min(around, axis=0), np.max(around, axis=0)
    apart = np.maximum(low - a, a - high).max(axis=2) > SMOOTHING
    return float(apart.mean())


def check_alike(pictures: list[Pixels], scale: int) -> None:
    live, static = pictures
    assert measure_difference(live, static, scale) < MOST_APART
    assert measure_difference(static, live, scale) < MOST_APART


@pytest.mark.parametrize("scale", [1, 2])
def test_meta_titles_and_text_are_where_they_are_on_the_live_page(
    look: Callable[[TextualHeatmap], list[Pixels]],
    autocomplete: Records,
    scale: int,
) -> None:
    heatmap = TextualHeatmap(show_meta=True, facet_titles=["GRU", "LSTM"])
    check_alike(look(heatmap.set_data(autocomplete).highlight(150)), scale)


def test_bars_ticks_and_label_of_meta_look_alike(
    look: Callable[[TextualHeatmap], list[Pixels]], scale: int
) -> None:
    meta = [[("b", 0.6), ("other", 0.3), "none"], [("a", 1)]]
    facet = Facet.from_arrays(["a ", "b"], np.eye(2), meta)
    heatmap = TextualHeatmap(
        show_meta=True, meta_label="predicts next", meta_truth="next"
    )
    check_alike(look(heatmap.set_data([facet]).highlight(0)), scale)


@pytest.mark.parametrize("signed", [False, True])
def test_legend_and_caption_look_alike(
    look: Callable[[TextualHeatmap], list[Pixels]], scale: int, *, signed: bool
) -> None:
    heat = np.array([[0.5, 1], [1, 0.25]])
    facet = Facet.from_arrays(
        ["a ", "b"],
        -heat if signed else heat,
        caption="A *slanted* word, `code` and [a link](#focus=0:1).\n\n- an item",
    )
    heatmap = TextualHeatmap(interactive=False, scale="row").set_data([facet])
    check_alike(look(heatmap.highlight(0)), scale)


@pytest.mark.parametrize("rotate", [False, True])
def test_a_light_palette_and_a_pin_look_alike(
    look: Callable[[TextualHeatmap], list[Pixels]],
    masked: Records,
    scale: int,
    *,
    rotate: bool,
) -> None:
    heatmap = TextualHeatmap(
        facet_titles=["a model's name"], rotate_facet_titles=rotate, palette="paper"
    )
    heatmap.set_data(masked).highlight(3).pinned = True
    check_alike(look(heatmap), scale)


@pytest.mark.parametrize(
    ("scale", "width"),
    [
        (1, 600),
        (2, 320),
        pytest.param(1, 320, marks=pytest.mark.sweep),
        pytest.param(2, 600, marks=pytest.mark.sweep),
    ],
)
def test_any_script_and_what_is_escaped_look_alike(
    look: Callable[[TextualHeatmap], list[Pixels]], scale: int, width: int
) -> None:
    check_alike(look(build_odd(width=width)), scale)


@pytest.mark.parametrize("scale", [1, 2])
def test_words_that_may_break_stand_on_the_line_of_others(
    look: Callable[[TextualHeatmap], list[Pixels]], scale: int
) -> None:
    tokens = ["a ", "nnn ", "n" * 4, "n" * 8]
    heat = np.zeros((4, 4))
    heat[0, 3] = 1
    facet = Facet.from_arrays(tokens, heat)
    heatmap = TextualHeatmap(sizing_mode="stretch_width", legend=False)
    for picture in look(heatmap.set_data([facet]).highlight(0)):
        # White letters, and where each token's begin and end.
        ink = picture[:, :, 0] > 200
        left = (BODY_MARGIN + PADDING) * scale
        cell = CELL_WIDTH * scale
        rows = []
        for start, stop in ((2, 5), (6, 10), (10, 18)):
            columns = ink[: 60 * scale, left + start * cell : left + stop * cell]
            rows.append(np.flatnonzero(columns.any(axis=1)))
        assert len(rows[0]) > 4 * scale
        assert rows[0].tolist() == rows[1].tolist() == rows[2].tolist()


def test_what_is_found_is_framed_at_the_same_places(page: Page, tmp_path: Path) -> None:
    tokens = ["the ", "cat", " שלום", "\n", "eat", " it"]
    heatmap = TextualHeatmap(search="T").set_data(
        [Facet.from_arrays(tokens, np.eye(6))]
    )
    live, static = tmp_path / "live.html", tmp_path / "static.html"
    heatmap.save(live)
    html = PAGE + render_static(build_scene(heatmap))
    static.write_text(html, encoding="utf-8")
    page.goto(live.as_uri())
    HeatmapPage(page).cell(0, 0)
    expect(page.locator("[data-static]")).to_have_count(0)
    page.wait_for_function(f"() => ({FRAMES})().length > 0")
    places = page.evaluate(FRAMES)
    page.goto(static.as_uri())
    assert page.evaluate(FRAMES) == places
    assert len(places) == 4


def test_a_static_picture_of_another_focus_is_told_apart(
    look: Callable[[TextualHeatmap], list[Pixels]], scale: int
) -> None:
    live, _ = look(build_odd())
    _, static = look(build_odd().highlight(9))
    assert measure_difference(live, static, scale) > 10 * MOST_APART


def test_what_is_selected_and_copied_is_the_text(page: Page) -> None:
    heatmap = TextualHeatmap(width=300).set_data(
        [
            [
                *({"token": token, "heat": [1] * 5} for token in ("a\tb", "\n", "")),
                {"token": "\n", "format": True},
                {"token": "many words that fill more than one line", "heat": [1] * 5},
                {"token": "\nend", "heat": [1] * 5},
            ]
        ]
    )
    page.set_content(f"<!DOCTYPE html>{render_static(build_scene(heatmap))}")
    copied = page.evaluate(
        f"() => {{ const selection = getSelection();"
        f" selection.selectAllChildren(document.querySelector('{TEXT}'));"
        " return selection.toString(); }"
    )
    assert copied == "a\tb\n\nmany words that fill more than one line\nend"


def test_static_html_needs_no_script_and_loads_nothing(
    screen: Page, browser: Browser, scale: int
) -> None:
    html = render_static(build_scene(build_odd(show_meta=True)))
    screen.set_content(PAGE + html)
    context = browser.new_context(
        viewport=screen.viewport_size,
        device_scale_factor=scale,
        java_script_enabled=False,
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    locked = context.new_page()
    locked.set_content(PAGE + meta + html)
    assert (read_pixels(locked) == read_pixels(screen)).all()
    context.close()
