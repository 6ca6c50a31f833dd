"""What a served page shows: colours that Python sends, and changes without a blank.

``python tests/benchmarks/served.py`` prints both. Chromium, the server and this script
share one machine, so that the network costs nothing.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from browsing import FLAGS, Browsing, Subject
from frames import Box, count_blank, record_frames
from pages import AUTOCOMPLETE, ROOT
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

TOKENS = 3000
MOVES = 60
STRIDE = 7
CHANGES = 10
START_SECONDS = 60
PACE = 0.15  # seconds between two moves: each is answered before the next
# What codes of one byte may be out by, and scaling by the row, which falls short of 1.
TOLERANCE = 0.01

KEPT = f"""
import numpy as np
from textualheatmap import Facet, TextualHeatmap

random = np.random.default_rng(0)
words = random.choice(["peace", "war", "a", "order"], {TOKENS})
tokens = [f"{{word}} " for word in words]
facets = [
    Facet.from_arrays(tokens, random.random(({TOKENS}, {TOKENS}), dtype=np.float32))
    for _ in range(2)
]
heatmap = TextualHeatmap(width=600, facet_titles=["GRU", "LSTM"])
heatmap.set_data(facets).servable()
"""

CHANGING = f"""
import json
from pathlib import Path
import panel as pn
from textualheatmap import TextualHeatmap

text = Path({str(AUTOCOMPLETE)!r}).read_text(encoding="utf-8")
one = json.loads(text)
other = [
    [record | {{"heat": record["heat"][::-1]}} for record in facet[::-1]]
    for facet in one
]
heatmap = TextualHeatmap(width=600, show_meta=True, facet_titles=["GRU", "LSTM"])
heatmap.set_data(one).highlight(60)
palettes = list(heatmap.param.palette.objects)[:2]

def change_palette(event):
    heatmap.palette = palettes[event.new % 2]

def change_data(event):
    heatmap.set_data(other if event.new % 2 else one)

palette = pn.widgets.Button(name="palette")
palette.param.watch(change_palette, "clicks")
data = pn.widgets.Button(name="data")
data.param.watch(change_data, "clicks")
pn.Column(heatmap, palette, data).servable()
"""


class Blanks(NamedTuple):
    """Of changes of one kind: how many, their frames, and the blank ones."""

    changes: int
    frames: int
    blank: int
    with_blank: int


@contextmanager
def serve(app: str, folder: Path) -> Iterator[str]:
    """Serve the text of an app with Panel, and give its address."""
    path = folder / "app.py"
    path.write_text(app, encoding="utf-8")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    url = f"http://localhost:{port}/app"
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "panel", "serve", str(path), "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
    try:
        wait_for_answer(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=START_SECONDS)


def wait_for_answer(url: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers.

    Raises
    ------
    RuntimeError
        If it ended, or took a minute.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url):  # noqa: S310 - localhost
                return
        except urllib.error.URLError:
            time.sleep(0.05)
    msg = f"{url} did not answer"
    raise RuntimeError(msg)


def clock_rows(browser: Browser) -> list[float]:
    """Clock moves over 2x3000 dense until the colours that Python keeps are painted.

    Raises
    ------
    RuntimeError
        If the heats that were painted are not those of the token under the mouse.
    """
    random = np.random.default_rng(0)
    random.choice(4, TOKENS)
    truths = [random.random((TOKENS, TOKENS), dtype=np.float32) for _ in range(2)]
    with tempfile.TemporaryDirectory() as folder, serve(KEPT, Path(folder)) as url:
        browsing = Browsing(browser, Subject("heatmap", Path("served")))
        browsing.page.goto(url)
        browsing.page.wait_for_function("probe.ready()", timeout=120_000)
        browsing.page.wait_for_timeout(1000)
        points = browsing.probe("points()")
        path = [points[STRIDE * k % len(points)] for k in range(MOVES)]
        browsing.probe("watchColours()")
        for point in path:
            browsing.move(point)
            browsing.probe("finished()")
            time.sleep(PACE)
            for truth, (shown, heats) in zip(
                truths, browsing.probe("heats()"), strict=True
            ):
                gap = np.abs(truth[point["index"], shown] - heats).max()
                if gap > TOLERANCE:
                    msg = f"token {point['index']} is painted wrongly, by {gap:.3f}"
                    raise RuntimeError(msg)
        latencies = browsing.probe("latencies()")
        browsing.context.close()
    return latencies


def count_blanks(browser: Browser) -> dict[str, Blanks]:
    """Change palette and data of a shown page, and count the blank frames."""
    found = {}
    with tempfile.TemporaryDirectory() as folder, serve(CHANGING, Path(folder)) as url:
        for kind in ("palette", "data"):
            browsing = Browsing(browser, Subject("heatmap", Path("served")))
            page = browsing.page
            page.goto(url)
            page.wait_for_function("probe.ready()", timeout=120_000)
            page.wait_for_timeout(1500)
            boxes = [
                Box(*(round(side) for side in box)) for box in browsing.probe("boxes()")
            ]
            counts = []
            for _ in range(CHANGES):
                with record_frames(browsing) as frames:
                    page.wait_for_timeout(200)
                    page.get_by_role("button", name=kind).click()
                    page.wait_for_timeout(2000)
                counts.append((len(frames), count_blank(frames, boxes)))
            browsing.context.close()
            found[kind] = Blanks(
                len(counts),
                sum(count for count, _ in counts),
                sum(blank for _, blank in counts),
                sum(blank > 0 for _, blank in counts),
            )
    return found


def main() -> None:
    """Print both."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        print_served(browser)
        browser.close()


def print_served(browser: Browser) -> None:
    """Measure, and print one line a figure."""
    latencies = clock_rows(browser)
    tail = statistics.quantiles(latencies, n=20)[-1]
    print(
        f"served, matrix kept in Python (2x{TOKENS} dense), move to colour: "
        f"median {statistics.median(latencies):.0f} ms, "
        f"95th percentile {tail:.0f} ms, {len(latencies)} moves"
    )
    for kind, blanks in count_blanks(browser).items():
        print(
            f"change of {kind} on a shown page: {blanks.blank} blank frames of "
            f"{blanks.frames}, in {blanks.with_blank} of {blanks.changes} changes"
        )


if __name__ == "__main__":
    main()
