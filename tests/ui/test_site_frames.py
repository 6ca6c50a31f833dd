"""The frames of the site, which hold live files: as high and as dark as they should."""

from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect

from textualheatmap import Facet, TextualHeatmap

SITE = "http://site.test/"
SCRIPT = Path(__file__).parents[2] / "docs" / "static" / "frames.js"
PAGE = """<!DOCTYPE html><body data-theme="auto">
<figure class="live"><iframe src="heatmap.html" style="width: 100%"></iframe></figure>
<script src="frames.js"></script>
"""
# How much of the frame's page does not fit in it.
HIDDEN = "root => root.scrollHeight - root.clientHeight"


def answer(route: Route, path: Path) -> None:
    route.fulfill(path=path)


@pytest.fixture
def frame(page: Page, tmp_path: Path) -> FrameLocator:
    """Open a page of the site that shows a heatmap of many lines; return its frame."""
    words = [f"word{i} " for i in range(200)]
    facet = Facet.from_arrays(words, [[1] * 200] * 200)
    heatmap = TextualHeatmap(sizing_mode="stretch_width", facets=[facet])
    heatmap.save(tmp_path / "heatmap.html")
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    files = [SCRIPT, tmp_path / "heatmap.html", tmp_path / "page.html"]
    for file in files:
        page.route(SITE + file.name, partial(answer, path=file))
    page.goto(f"{SITE}page.html")
    return page.frame_locator("iframe")


def test_a_frame_is_as_high_as_what_it_holds(page: Page, frame: FrameLocator) -> None:
    for width in (900, 360):
        page.set_viewport_size({"width": width, "height": 700})
        root = frame.locator("html")
        expect(frame.locator("[role=group][tabindex='0']")).to_be_visible()
        page.wait_for_function(
            "() => { const { documentElement: root } = "
            "document.querySelector('iframe').contentDocument;"
            " return root.scrollHeight === root.clientHeight }"
        )
        assert root.evaluate(HIDDEN) == 0


def test_a_frame_is_light_or_dark_with_the_site(
    page: Page, frame: FrameLocator
) -> None:
    root = frame.locator("html")
    expect(root).to_have_css("color-scheme", "light")
    for theme in ("dark", "light"):
        page.evaluate("theme => { document.body.dataset.theme = theme }", theme)
        expect(root).to_have_css("color-scheme", theme)
    page.evaluate("document.body.dataset.theme = 'auto'")
    page.emulate_media(color_scheme="dark")
    expect(root).to_have_css("color-scheme", "dark")
