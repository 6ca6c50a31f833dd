"""Print what is to be reached, and what is, in one run against the predecessor.

``python tests/benchmarks/targets.py`` takes a quarter of an hour on a calm machine.
"""

from __future__ import annotations

import math
import os
import shutil
import statistics
import tempfile
from functools import partial
from pathlib import Path

import pages
from browsing import FLAGS
from hover import build_subjects, compare, print_table
from playwright.sync_api import sync_playwright
from served import clock_rows, count_blanks
from switches import clock_switches, print_switches

ROUNDS = 4
MOVES = 100
SMALL, DENSE = "2x198", "2x3000 dense"
# What to measure, where, and the ratio to the predecessor that it should not exceed.
RATIOS = [
    ("CPU of all browser processes per move, least of four", SMALL, "cpu least", 0.95),
    ("CPU of all browser processes per move, least of four", DENSE, "cpu least", 0.3),
    ("main thread per move", SMALL, "main", 0.9),
    ("first colour of a saved file", SMALL, "colour", 1.0),
    ("first colour after a hover", SMALL, "first", 3.0),
    ("saved file", DENSE, "page", 1 / 6.9),
    ("JavaScript's objects", DENSE, "heap", 0.13),
]
MOST_MILLISECONDS = 30


def main() -> None:
    """Measure all, and print first each page's figures, then the targets."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    sizes = {
        SMALL: pages.load_characters,
        DENSE: partial(pages.make_words, reach=math.inf),
    }
    figures = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        pages.install_predecessor(Path(folder, "packages"))
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        print(f"Chromium {browser.version}, {ROUNDS} rounds of {MOVES} moves, medians")
        for size, load in sizes.items():
            subjects = build_subjects(load, Path(folder, size), None)
            figures[size] = compare(browser, subjects, ROUNDS, MOVES)
            print_table(f"{size} tokens", figures[size])
        rows = clock_rows(browser)
        blanks = count_blanks(browser)
        switches = clock_switches(browser, Path(folder))
        browser.close()
    print("\n| what | predecessor | heatmap | ratio | to reach |")
    print("|---|---:|---:|---:|---:|")
    for label, size, key, most in RATIOS:
        theirs, ours = (figures[size][who][key] for who in ("predecessor", "heatmap"))
        print(
            f"| {label}, {size} | {theirs:,.1f} | {ours:,.1f} | {ours / theirs:.3g} "
            f"| at most {most:.3g} |"
        )
    median = statistics.median(rows)
    print(
        f"| served, matrix in Python: move to colour, median, ms |  | {median:.0f} |  "
        f"| at most {MOST_MILLISECONDS} |"
    )
    for kind, found in blanks.items():
        seen = f"{found.blank} of {found.frames}"
        label = f"blank frames in {found.changes} changes of {kind}"
        print(f"| {label} |  | {seen} |  | 0 |")
    print_switches(switches)


if __name__ == "__main__":
    main()
