"""What a switch of the view costs in a saved page of 2 x 3000 tokens.

``python tests/benchmarks/switches.py`` prints, for each kind of switch, the time to the
new colours and the blank frames. The page holds all heat and has a focus. Granularity,
direction and scale are switched by its address, the palette by its model, as a message
of Python's does.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pages
from browsing import FLAGS, Browsing, Subject
from frames import Box, count_blank, record_frames
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CLOCKED, FILMED = 12, 4
# Each is switched to the first, back to the second, and so on.
FRAGMENTS = {
    "granularity": ("grouping=word", "grouping=token"),
    "direction": ("direction=column", "direction=row"),
    "scale": ("scale=row", "scale=none"),
}
PALETTE = "palette"
# Changes the view, and resolves with the time (ms) until every facet was painted anew.
SWITCH = "(fragment) => probe.switch(fragment)"


class Switches(NamedTuple):
    """Of one kind of switch: the times to the new colours (ms), and the frames."""

    latencies: list[float]
    frames: int
    blank: int


def build_page(folder: Path) -> Path:
    """Save a page of dense heat up to 0.5, whose words have two tokens each."""
    facets = pages.make_words(math.inf)
    for facet in facets:
        for k, record in enumerate(facet):
            record["heat"] = [heat / 2 for heat in record["heat"]]
            record["token"] = record["token"] if k % 2 else record["token"].rstrip()
    records, focused = folder / "switched.json", folder / "switched.html"
    records.write_text(json.dumps(facets), encoding="utf-8")
    pages.build_page("heatmap", records, folder / "plain.html", focused)
    return focused


def clock_switches(browser: Browser, folder: Path) -> dict[str, Switches]:
    """Switch each kind back and forth in a saved page that has a focus."""
    page = build_page(folder)
    found = {}
    for kind in (*FRAGMENTS, PALETTE):
        browsing = Browsing(browser, Subject("heatmap", page))
        browsing.page.goto(page.resolve().as_uri())
        browsing.page.wait_for_function("probe.ready()", timeout=120_000)
        browsing.page.wait_for_timeout(1500)
        boxes = [Box(*map(round, box)) for box in browsing.probe("boxes()")]
        # The matrix of the other direction is read at the first switch.
        targets = FRAGMENTS.get(kind, ("", ""))
        latencies = []
        for k in range(CLOCKED):
            latencies.append(browsing.page.evaluate(SWITCH, targets[k % 2]))
            browsing.page.wait_for_timeout(300)
        with record_frames(browsing) as frames:
            for k in range(FILMED):
                browsing.page.evaluate(SWITCH, targets[k % 2])
                browsing.page.wait_for_timeout(300)
        browsing.context.close()
        found[kind] = Switches(latencies, len(frames), count_blank(frames, boxes))
    return found


def print_switches(found: dict[str, Switches]) -> None:
    """Print one line for each kind."""
    for kind, (latencies, frames, blank) in found.items():
        print(
            f"| switch of {kind}, 2x3000 dense: median to colours, ms; blank frames "
            f"|  | {statistics.median(latencies):.0f}; {blank} of {frames} |  "
            "| at most 50; 0 |"
        )


def main() -> None:
    """Build the page, and print its figures."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        print_switches(clock_switches(browser, Path(folder)))
        browser.close()


if __name__ == "__main__":
    main()
