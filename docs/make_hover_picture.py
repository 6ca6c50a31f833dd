"""Make the moving picture of the README: a pointer goes over an exhibit in Chromium.

    python -m docs.make_hover_picture      # writes docs/hover.webp

Needs the extra `test`, and Chromium on the `PATH` or in `CHROMIUM`.
"""

from __future__ import annotations

import os
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import ViewportSize, sync_playwright

from tests.ui.heatmap_page import HeatmapPage
from textualheatmap import TextualHeatmap, read_npz

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

HERE = Path(__file__).parent
SIZE = ViewportSize(width=632, height=340)
SCALE = 1.5
# Where the pointer rests: indexes of tokens of the first facet, and milliseconds.
RESTS = ((42, 700), (52, 1800), (56, 1500), (84, 900), (93, 1300), (165, 1500))
STEPS = 5
STEP = 70
# Chromium draws no pointer into screenshots.
POINTER = (
    "<svg xmlns='http://www.w3.org/2000/svg' width='20' height='24'>"
    "<path d='M2 2v17l4.5-4 3 6.5 3-1.3-3-6.4H16z' fill='black' stroke='white' "
    "stroke-width='1.5'/></svg>"
)
SHOW_POINTER = """svg => {
  const pointer = document.createElement("div");
  pointer.innerHTML = svg;
  pointer.style = "position: fixed; z-index: 9; pointer-events: none";
  document.body.append(pointer);
  addEventListener("pointermove", event => {
    pointer.style.left = `${event.clientX}px`;
    pointer.style.top = `${event.clientY}px`;
  }, true);
}"""
# Two frames after a move everything of it is painted.
TWO_FRAMES = "new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)))"


def main() -> None:
    """Write the picture."""
    heatmap = TextualHeatmap(
        facets=read_npz(HERE.parent / "data" / "autocomplete.npz"),
        facet_titles=["GRU", "LSTM"],
        focus=RESTS[0][0],
        show_meta=True,
        meta_label="completes to",
        theme="light",
    )
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder, "hover.html")
        heatmap.save(page_file)
        names = ("chromium-headless-shell", "chromium")
        executable = os.environ.get("CHROMIUM") or next(filter(None, map(which, names)))
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox"]
        )
        page = browser.new_page(viewport=SIZE, device_scale_factor=SCALE)
        page.goto(page_file.as_uri())
        page.wait_for_selector("[data-static]", state="detached")
        page.evaluate(SHOW_POINTER, POINTER)
        frames, durations = zip(*shoot(page), strict=True)
        browser.close()
    first, *others = frames
    first.save(
        HERE / "hover.webp",
        save_all=True,
        append_images=others,
        duration=list(durations),
        loop=0,
        lossless=True,
        method=6,
    )


def shoot(page: Page) -> Iterator[tuple[Image.Image, int]]:
    """Yield frames, with how long each is shown, in ms."""
    shown = HeatmapPage(page)
    cells = [shown.cell(0, index) for index, _ in RESTS]
    places = [
        ((cell["left"] + cell["right"]) / 2, (cell["top"] + cell["bottom"]) / 2)
        for cell in cells
    ]
    page.mouse.move(*places[0])
    for (start, end), (_, rest) in zip(
        pairwise([*places, places[0]]), RESTS, strict=True
    ):
        page.evaluate(TWO_FRAMES)
        yield take(page), rest
        for step in range(1, STEPS + 1):
            part = step / (STEPS + 1)
            page.mouse.move(
                *(a + (b - a) * part for a, b in zip(start, end, strict=True))
            )
            page.evaluate(TWO_FRAMES)
            yield take(page), STEP
        page.mouse.move(*end)


def take(page: Page) -> Image.Image:
    """Return what the page shows now."""
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


if __name__ == "__main__":
    main()
