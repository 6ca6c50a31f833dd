"""The saved file: small, whole, and alone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.heatmap_page import HeatmapPage
from tests.ui.pixels import read_pixels, to_rgb
from textualheatmap import TextualHeatmap
from textualheatmap.scene.palettes import get_palette

Records = list[list[dict[str, Any]]]


@pytest.fixture
def heatmap(autocomplete: Records) -> TextualHeatmap:
    """Return the heatmap whose size is promised."""
    heatmap = TextualHeatmap(show_meta=True, facet_titles=["GRU", "LSTM"])
    return heatmap.set_data(autocomplete)


def test_a_saved_file_asks_for_nothing_but_itself(
    page: Page, saved: Callable[..., HeatmapPage], heatmap: TextualHeatmap
) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    shown = saved(heatmap)
    shown.hover(1, 30)
    shown.wait_for_focus(30)
    page.wait_for_load_state("networkidle")
    own = [url for url in requests if not url.startswith(("blob:", "data:"))]
    assert own == [page.url]


def test_a_saved_file_is_small(heatmap: TextualHeatmap, tmp_path: Path) -> None:
    path = tmp_path / "out.html"
    heatmap.save(path)
    assert path.stat().st_size < 1_900_000


def test_the_data_in_a_saved_file_are_bytes(
    heatmap: TextualHeatmap, tmp_path: Path
) -> None:
    path = tmp_path / "out.html"
    heatmap.save(path)
    text = path.read_text(encoding="utf-8")
    packed = re.findall(r'"type":"bytes","data":"([^"]{100,})"', text)
    assert len(packed) == 4
    assert sum(map(len, packed)) <= 130_000
    # Nor are the heats there a second time, as numbers.
    libraries = TextualHeatmap().set_data([[{"token": "a", "heat": [1]}]])
    libraries.save(tmp_path / "empty.html")
    assert path.stat().st_size - (tmp_path / "empty.html").stat().st_size <= 130_000


def test_a_saved_file_works_wherever_it_lies(
    page: Page, heatmap: TextualHeatmap, tmp_path: Path
) -> None:
    folder = tmp_path / "über #1 %20"
    folder.mkdir()
    heatmap.highlight(159).save(folder / "out.html")
    page.goto((folder / "out.html").as_uri())
    shown = HeatmapPage(page)
    shown.wait_for_focus(159)
    assert shown.meta(0, 3) == [("great", ""), ("greater", ""), ("group", "")]


def test_a_pin_set_in_python_is_pinned_in_the_file(
    saved: Callable[..., HeatmapPage], heatmap: TextualHeatmap
) -> None:
    heatmap.highlight(159)
    heatmap.pinned = True
    shown = saved(heatmap)
    shown.wait_for_focus(159)
    shown.hover(0, 20)
    shown.settle()
    assert shown.focus() == [0, 159]
    shown.click(0, 159)
    shown.wait_for_pinned(pinned=False)


POLICY = """<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';
 img-src data: blob:; font-src data:">
<script>
try { globalThis.evaluates = new Function("return true")() }
catch { globalThis.evaluates = false }
</script>"""


def test_a_saved_file_works_where_nothing_may_be_evaluated(
    page: Page, heatmap: TextualHeatmap, tmp_path: Path
) -> None:
    path = tmp_path / "out.html"
    heatmap.save(path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<head>", f"<head>{POLICY}", 1), encoding="utf-8")
    page.goto(path.as_uri())
    assert page.evaluate("() => globalThis.evaluates") is False
    shown = HeatmapPage(page)
    shown.hover(1, 30)
    shown.wait_for_focus(30)
    assert max(shown.heat(0).values()) > 0


def test_a_saved_file_shows_its_focus_where_no_script_runs(
    browser: Browser, heatmap: TextualHeatmap, tmp_path: Path
) -> None:
    path = tmp_path / "out.html"
    heatmap.highlight(159).save(path)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    expect(page.get_by_text("greater", exact=True)).to_have_count(2)
    assert to_rgb(get_palette("viridis").colors[-1]) in set(
        map(tuple, read_pixels(page).reshape(-1, 3).tolist())
    )
    context.close()


def test_the_live_heatmap_takes_the_place_of_the_still_one(
    page: Page, saved: Callable[..., HeatmapPage], heatmap: TextualHeatmap
) -> None:
    shown = saved(heatmap.highlight(159))
    shown.wait_for_focus(159)
    expect(page.locator("[data-static]")).to_have_count(0)
    assert page.get_by_text("greater", exact=True).count() == 2
    assert shown.cell(0, 0)["top"] < 100
