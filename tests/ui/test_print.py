"""On paper a heatmap has all its text, its colours, and a light frame."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pypdfium2
import pytest
from playwright.sync_api import BrowserContext

from tests.ui.heatmap_page import HeatmapPage
from textualheatmap import Facet, TextualHeatmap

PALE = 200  # of 255: what is lighter is no ground of a dark page


@pytest.fixture
def context(own_context: BrowserContext) -> BrowserContext:
    """Return a context that no other test makes dark."""
    return own_context


@pytest.mark.parametrize("sizing", [{"sizing_mode": "stretch_width"}, {"width": 600}])
def test_paper_has_the_whole_text_on_a_light_page(
    saved: Callable[..., HeatmapPage], sizing: dict[str, Any]
) -> None:
    tokens = [f"word{k} " for k in range(60)]
    facet = Facet.from_arrays(tokens, np.eye(60), [["meta"]] * 60, title="title")
    heatmap = TextualHeatmap(show_meta=True, **sizing)
    shown = saved(heatmap.set_data([facet]).highlight(7))
    shown.page.emulate_media(color_scheme="dark")
    shown.page.set_viewport_size({"width": 1280, "height": 800})
    shown.wait_for_focus(7)
    for margin in ("0", "2.5cm"):
        printed = shown.page.pdf(
            format="A4",
            margin={"left": margin, "right": margin, "top": margin, "bottom": margin},
        )
        page = pypdfium2.PdfDocument(printed)[0]
        texts = page.get_textpage()
        written = texts.get_text_bounded()
        for word in (*(token.strip() for token in tokens), "title", "meta"):
            assert word in written
        boxes = [texts.get_charbox(k) for k in range(texts.count_chars())]
        assert max(right for _, _, right, _ in boxes) < page.get_width()
        pixels = page.render(scale=2).to_numpy().astype(int)[..., :3]
        # What is written on the frame has a light ground, and the focus has its colour.
        found = written.index("meta")
        left, bottom, _, top = (2 * side for side in boxes[found])
        row = round(2 * page.get_height() - (top + bottom) / 2)
        assert pixels[row, round(left) - 6].min() > PALE
        green = (pixels[..., 1] > 110) & (pixels[..., 0] < 80) & (pixels[..., 2] < 110)
        assert green.sum() > 50
