"""What tests explain texts by; workers of a cluster import it."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, NamedTuple

from textualheatmap import Facet

if TYPE_CHECKING:
    from pathlib import Path


class Reader(NamedTuple):
    """Explains a text as one token, and writes down each text that it was given.

    Of the text "kill", the first time, it kills its process; "odd" is a wrong text, and
    "again" fails twice before it is well.
    """

    folder: Path
    method: str = "gradient"

    def describe(self) -> dict[str, object]:
        return {"method": self.method}

    def __call__(self, text: str) -> Facet:
        with (self.folder / "read.txt").open("a") as file:
            file.write(f"{text}\n")
        times = self.count(text)
        if text == "kill" and times == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        if text == "again" and times <= 2:
            msg = "no memory for now"
            raise RuntimeError(msg)
        if text == "odd":
            msg = "it is odd"
            raise ValueError(msg)
        return Facet.from_arrays([text], [[1]], provenance={"process": os.getpid()})

    def count(self, text: str) -> int:
        """Return how often a text was read."""
        path = self.folder / "read.txt"
        return path.read_text().split().count(text) if path.exists() else 0


class Weighed(NamedTuple):
    """Explains as `Reader` does, by a model of some weights; None cannot be loaded."""

    folder: Path
    weights: str | None

    def __call__(self, text: str) -> Facet:
        return Reader(self.folder)(text)

    def fingerprint(self) -> str:
        if self.weights is None:
            msg = "no such model"
            raise OSError(msg)
        return self.weights
