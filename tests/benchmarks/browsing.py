"""One page in a real browser: where its tokens are, and what a hover costs there."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

PROBE = Path(__file__).with_name("probe.mjs")
FLAGS = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
LINES = 20
PACE = 0.02  # seconds; with the frame that the move itself waits for: two frames

Point = dict[str, float]


@dataclass(frozen=True)
class Subject:
    """A page to measure: its name, its file and the bytes of its data."""

    name: str
    page: Path
    data_bytes: int = 0
    focused: Path | None = None
    """The same page with a token highlighted."""


class Browsing:
    """One page in a fresh context of a running browser, and its counters."""

    def __init__(self, browser: Browser, subject: Subject) -> None:
        self.context = browser.new_context(viewport={"width": 1000, "height": 800})
        self.context.add_init_script(path=PROBE)
        self.subject = subject
        self.page: Page = self.context.new_page()
        self.devtools: CDPSession = self.context.new_cdp_session(self.page)
        self.devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def probe(self, call: str) -> Any:  # noqa: ANN401  (what the page answers)
        """Ask the page's probe, e.g. ``points()``."""
        return self.page.evaluate(f"probe.{call}")

    def open(self, points: list[Point] | None) -> float | None:
        """Navigate; with points, until a hover over the first two has recoloured.

        Returns
        -------
        float or None
            Milliseconds from navigation to the first recoloured frame.
        """
        start = time.perf_counter()
        uri = self.subject.page.resolve().as_uri()
        self.page.goto(uri, wait_until="load" if points is None else "commit")
        if points is None:
            return None
        self.page.wait_for_function("probe.ready()", timeout=120_000)
        blank = self.probe("colors()")
        for attempt in range(100):
            self.move(points[attempt % 2])
            self.probe("painted()")
            if self.probe("colors()") != blank:
                return 1e3 * (time.perf_counter() - start)
        msg = f"{self.subject.page}: no hover recolours the tokens"
        raise RuntimeError(msg)

    def find_points(self) -> dict[int, Point]:
        """Find the tokens of the first lines, by index."""
        self.page.goto(self.subject.page.resolve().as_uri())
        self.page.wait_for_function("probe.ready()", timeout=120_000)
        points = self.probe("points()")
        lines = sorted({round(point["y"]) for point in points})[:LINES]
        return {p["index"]: p for p in points if round(p["y"]) <= lines[-1]}

    def move(self, point: Point) -> None:
        """Move the real mouse."""
        self.page.mouse.move(point["x"], point["y"])

    def walk(self, points: list[Point]) -> None:
        """Move from point to point without a question to the page in between.

        A move returns when the page has handled it, which it does once a frame.
        """
        for point in points:
            self.move(point)
            time.sleep(PACE)

    def count_cpu(self) -> float:
        """Sum user and system seconds of every process of the browser."""
        total = 0.0
        for process in psutil.Process().children(recursive=True):
            try:
                if "chrom" in process.name():
                    times = process.cpu_times()
                    total += times.user + times.system
            except psutil.NoSuchProcess:
                continue
        return total

    def count_heap(self) -> dict[str, float]:
        """Count the bytes of JavaScript's objects, and of their buffers."""
        for _ in range(2):  # what the first one's finalisers let go of
            self.devtools.send("HeapProfiler.collectGarbage")
        usage = self.devtools.send("Runtime.getHeapUsage")
        heap = usage["usedSize"]
        return {"heap": heap, "memory": heap + usage.get("backingStorageSize", 0)}

    def count_main_thread(self) -> float:
        """Read the CPU seconds that the page's main thread spent in tasks."""
        metrics = self.devtools.send("Performance.getMetrics")["metrics"]
        return next(m["value"] for m in metrics if m["name"] == "TaskDuration")
