"""Measure what a hover costs, here and in the predecessor, with real mouse moves.

``python tests/benchmarks/hover.py`` prints the table of the README, and all that is to
be reached beside what is: a hover, the bundle, served pages, switches (half an hour);
``--quick`` only 2x198 tokens and fewer moves; ``--page some.html`` measures that page
in place of this heatmap, quickly. README.md beside this file says what is measured.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pages
from browsing import FLAGS, PACE, Browsing, Point, Subject
from frames import clock_first_colour, find_coloured
from playwright.sync_api import sync_playwright
from targets import print_targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

STRIDE = 7  # tokens from one move to the next: about a word of characters
WARM_UP = 10

MEASURES = {
    "cpu": ("CPU of all browser processes per move", "ms"),
    "cpu least": ("the same, least of all rounds", "ms"),
    "main": ("main thread per move", "ms"),
    "main least": ("the same, least of all rounds", "ms"),
    "frame": ("move to finished frame, median", "ms"),
    "frame95": ("move to finished frame, 95th percentile", "ms"),
    "colour": ("navigation to first colour, of a page with a focus", "ms"),
    "first": ("navigation to first colour after a hover", "ms"),
    "heap": ("JavaScript's objects", "kB"),
    "memory": ("the same with their buffers", "kB"),
    "page": ("page", "kB"),
    "data": ("data in the page", "kB"),
}


def measure(
    browser: Browser, subject: Subject, points: list[Point], moves: int
) -> dict[str, list[float]]:
    """Measure one subject once: the values of each measure.

    Raises
    ------
    RuntimeError
        When a move did not recolour, so that the figures would mean nothing.
    """
    browsing = Browsing(browser, subject)
    blank = subject.name == "blank"
    try:
        first = browsing.open(None if blank else points)
        browsing.page.wait_for_timeout(500)  # what loading left behind
        path = [points[STRIDE * k % len(points)] for k in range(moves + WARM_UP)]
        browsing.walk(path[:WARM_UP])
        paints = None if blank else browsing.probe("paints()")
        cpu, main = browsing.count_cpu(), browsing.count_main_thread()
        browsing.walk(path[WARM_UP:])
        figures = {
            "cpu": [1e3 * (browsing.count_cpu() - cpu) / moves],
            "main": [1e3 * (browsing.count_main_thread() - main) / moves],
        }
        if first is not None:
            figures["first"] = [first]
            figures |= {k: [v / 1e3] for k, v in browsing.count_heap().items()}
        if paints is not None:
            painted = zip(browsing.probe("paints()"), paints, strict=True)
            figures["paints"] = [min(now - then for now, then in painted) / moves]
        if not blank:
            figures["frame"] = clock_moves(browsing, path[: moves // 4])
    finally:
        browsing.context.close()
    return figures


def clock_colours(browser: Browser, subject: Subject, rounds: int) -> list[float]:
    """Clock the first colour of a page that was saved with a focus, in each round."""
    if subject.focused is None:
        return []
    focused = replace(subject, page=subject.focused)
    pair = Browsing(browser, subject), Browsing(browser, focused)
    coloured = find_coloured(*pair)
    clocked = []
    for browsing in pair:
        browsing.context.close()
    for _ in range(rounds):
        browsing = Browsing(browser, focused)
        clocked.append(clock_first_colour(browsing, coloured))
        browsing.context.close()
    return clocked


def clock_moves(browsing: Browsing, path: list[Point]) -> list[float]:
    """Clock each move to its finished frame; each must recolour every facet."""
    browsing.probe("watch()")
    before = browsing.probe("colors()")
    for k, point in enumerate(path):
        browsing.move(point)
        browsing.probe("finished()")
        time.sleep(PACE)
        after = browsing.probe("colors()")
        if any(old == new for old, new in zip(before, after, strict=True)):
            msg = f"{browsing.subject.page}: move {k} to {point} did not recolour"
            raise RuntimeError(msg)
        before = after
    latencies = browsing.probe("latencies()")
    if len(latencies) != len(path):
        msg = f"{browsing.subject.page}: {len(path)} moves, {len(latencies)} clocked"
        raise RuntimeError(msg)
    return latencies


def compare(
    browser: Browser, subjects: list[Subject], rounds: int, moves: int
) -> dict[str, dict[str, float]]:
    """Measure subjects in turn, over several rounds, and take the medians.

    All are moved over the same tokens: those that each shows in its first lines.
    """
    places = {}
    for subject in subjects:
        browsing = Browsing(browser, subject)
        places[subject.name] = browsing.find_points()
        browsing.context.close()
    indexes = sorted(set.intersection(*(set(found) for found in places.values())))
    if len(indexes) <= STRIDE:
        msg = f"the pages share only {len(indexes)} visible tokens"
        raise RuntimeError(msg)
    points = {name: [found[i] for i in indexes] for name, found in places.items()}
    blank = Subject("blank", subjects[0].page.with_name("blank.html"))
    blank.page.write_text("<!doctype html><title>Blank</title>", encoding="utf-8")
    points["blank"] = points["predecessor"]
    figures = defaultdict[str, dict[str, list[float]]](lambda: defaultdict(list))
    for turn in range(rounds):
        for subject in [*subjects, blank][:: 1 if turn % 2 else -1]:
            result = measure(browser, subject, points[subject.name], moves)
            for key, values in result.items():
                figures[subject.name][key] += values
    for subject in subjects:
        if clocked := clock_colours(browser, subject, rounds):
            figures[subject.name]["colour"] = clocked
    return summarise(figures, subjects)


def summarise(
    figures: dict[str, dict[str, list[float]]], subjects: list[Subject]
) -> dict[str, dict[str, float]]:
    """Return the medians of all rounds, and what else a table has."""
    medians = {
        name: {key: statistics.median(values) for key, values in measured.items()}
        for name, measured in figures.items()
    }
    for name, measured in figures.items():
        for key in ("cpu", "main"):
            medians[name][f"{key} least"] = min(measured[key])
    for subject in subjects:
        frames = figures[subject.name]["frame"]
        medians[subject.name]["frame95"] = statistics.quantiles(frames, n=20)[-1]
        medians[subject.name]["page"] = subject.page.stat().st_size / 1e3
        medians[subject.name]["data"] = subject.data_bytes / 1e3
    return medians


def print_table(title: str, medians: dict[str, dict[str, float]]) -> None:
    """Print one size's figures as Markdown."""
    print(f"\n| {title} | blank page | predecessor | heatmap | ratio |")
    print("|---|---:|---:|---:|---:|")
    theirs, ours = medians["predecessor"], medians.get("heatmap", {})
    for key, (label, unit) in MEASURES.items():
        cells = [medians["blank"].get(key), theirs.get(key), ours.get(key)]
        shown = ["" if value is None else f"{value:.1f} {unit}" for value in cells]
        ratio = (
            f"{ours[key] / theirs[key]:.3g}" if key in ours and key in theirs else ""
        )
        print(f"| {label} | {' | '.join(shown)} | {ratio} |")
    if ours.get("paints", 1) < 0.95:  # a coalesced repaint or two
        print(f"\nOnly {ours['paints']:.2f} repaints per move: the moves are too fast.")


def build_subjects(
    load: Callable[[], pages.Data],
    folder: Path,
    page: Path | None,
    *,
    clocks_colours: bool = True,
) -> list[Subject]:
    """Build the pages of one size; those with a focus only if colours are clocked."""
    folder.mkdir()
    records = folder / "data.json"
    records.write_text(json.dumps(load()), encoding="utf-8")
    theirs, ours = folder / "predecessor.html", page or folder / "heatmap.html"
    focused = [folder / f"{name}-focused.html" for name in ("predecessor", "heatmap")]
    packages = folder.parent / "packages"
    pages.build_page("predecessor", records, theirs, focused[0], packages)
    if page is None:
        pages.build_page("heatmap", records, ours, focused[1])
    size = records.stat().st_size
    if not clocks_colours:
        focused = [None, None]
    return [
        Subject("predecessor", theirs, size, focused[0]),
        Subject("heatmap", ours, pages.measure_data(ours), focused[1]),
    ]


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, help="of all pages (default: 7)")
    parser.add_argument("--moves", type=int, help="in each round (default: 100)")
    parser.add_argument("--quick", action="store_true", help="2x198 tokens, 3 rounds")
    parser.add_argument("--page", type=Path, help="in place of this heatmap; quick")
    options = parser.parse_args()
    quick = options.quick or options.page is not None
    rounds = options.rounds or (3 if quick else 7)
    moves = options.moves or (40 if quick else 100)
    sizes = {"2x198": pages.load_characters}
    if not quick:
        sizes["2x3000"] = pages.make_words
        sizes["2x3000 dense"] = partial(pages.make_words, reach=math.inf)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    medians = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        pages.install_predecessor(Path(folder, "packages"))
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        print(f"Chromium {browser.version}, {rounds} rounds of {moves} moves, medians")
        for size, load in sizes.items():
            subjects = build_subjects(
                load, Path(folder, size), options.page, clocks_colours=not quick
            )
            medians[size] = compare(browser, subjects, rounds, moves)
            print_table(f"{size} tokens", medians[size])
        if not quick:
            print_targets(medians, browser, Path(folder))
        browser.close()
    if not quick:
        small = medians["2x198"]["heatmap"]["cpu"]
        print("\nCPU per move of the heatmap, over 2x198:")
        for size, figures in medians.items():
            print(f"{size}: {figures['heatmap']['cpu'] / small:.2f}")


if __name__ == "__main__":
    main()
