"""What is to be reached; `hover.py` prints it beside what is, at the end of its run."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import TYPE_CHECKING

from served import clock_rows, count_blanks
from switches import clock_switches, print_switches

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Medians = dict[str, dict[str, float]]

SMALL, DENSE = "2x198", "2x3000 dense"
BUNDLE = Path(__file__).parents[2] / "textualheatmap/js/textualheatmap.js"
# What to measure, where, and the ratio to the predecessor that it should not exceed.
RATIOS = [
    (
        "CPU of all browser processes per move, least of all rounds",
        SMALL,
        "cpu least",
        0.95,
    ),
    (
        "CPU of all browser processes per move, least of all rounds",
        DENSE,
        "cpu least",
        0.3,
    ),
    ("main thread per move", SMALL, "main", 0.9),
    ("first colour of a saved file", SMALL, "colour", 1.0),
    ("first colour after a hover", SMALL, "first", 3.0),
    ("saved file", DENSE, "page", 1 / 6.9),
    ("JavaScript's objects", DENSE, "heap", 0.13),
]
MOST_MILLISECONDS = 30
MOST_BYTES = 60_000


def print_targets(figures: dict[str, Medians], browser: Browser, folder: Path) -> None:
    """Measure served pages and switches of the view, and print all targets.

    Parameters
    ----------
    figures
        Of each size, the medians of each subject, as of `hover.compare`.
    browser
        What to measure in.
    folder
        Where pages may be written.
    """
    rows = clock_rows(browser)
    blanks = count_blanks(browser)
    switches = clock_switches(browser, folder)
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
    size = BUNDLE.stat().st_size
    print(f"| bundle, bytes |  | {size:,} |  | at most {MOST_BYTES:,} |")
    for kind, found in blanks.items():
        seen = f"{found.blank} of {found.frames}"
        label = f"blank frames in {found.changes} changes of {kind}"
        print(f"| {label} |  | {seen} |  | 0 |")
    print_switches(switches)
