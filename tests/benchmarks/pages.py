"""Pages the benchmark opens: this heatmap's, its predecessor's and a blank one.

The two packages share their import name, so each page is built by a Python of its
own that runs this module: ``python pages.py NAME DATA.json PAGE.html FOCUSED.html``.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
AUTOCOMPLETE = ROOT / "tests" / "data" / "autocomplete.json"
PREDECESSOR = "textualheatmap==1.2.0"
HIGHLIGHTED = 60
ARGUMENTS = {"width": 600, "show_meta": True, "facet_titles": ["GRU", "LSTM"]}

Data = list[list[dict[str, Any]]]


def load_characters() -> Data:
    """Read the two facets of about 198 characters that a real model made."""
    return json.loads(AUTOCOMPLETE.read_text(encoding="utf-8"))


def make_words(reach: float = 40.0, n: int = 3000, seed: int = 0) -> Data:
    """Make two facets of `n` words with random heats.

    Parameters
    ----------
    reach
        Distance in tokens over which the heat falls to 1/e, backwards only; infinite
        for heats that do not fall, in either direction, as a masked model's.
    n
        Number of tokens in each facet.
    seed
        Of the random generator.

    Returns
    -------
    Data
        Heats are rounded to 3 decimals.
    """
    random = np.random.default_rng(seed)
    characters = load_characters()[0]
    vocabulary = "".join(record["token"] for record in characters).split()
    words = random.choice(vocabulary, n)
    distance = np.subtract.outer(np.arange(n), np.arange(n))
    causal = (distance >= 0) | math.isinf(reach)
    decay = np.where(causal, np.exp(-np.abs(distance) / reach), 0)

    def make_facet() -> list[dict[str, Any]]:
        heat = (random.random((n, n)) * decay).round(3)
        meta = random.choice(vocabulary, (n, 3)).tolist()
        return [
            {"token": f"{word} ", "meta": strings, "heat": row.tolist()}
            for word, strings, row in zip(words, meta, heat, strict=True)
        ]

    return [make_facet() for _ in ARGUMENTS["facet_titles"]]


def install_predecessor(folder: Path) -> None:
    """Install the predecessor into a folder where it hides nothing."""
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--no-deps"]
    subprocess.run([*pip, "--target", str(folder), PREDECESSOR], check=True)


def build_page(
    name: str, data: Path, page: Path, focused: Path, path: Path | None = None
) -> None:
    """Build a page, and one with a token highlighted, in a Python of its own.

    Parameters
    ----------
    name
        A key of `BUILDERS`.
    data
        JSON file with the facets.
    page, focused
        HTML files to write.
    path
        Folder that goes first in that Python's import path: by default this project.
    """
    environment = os.environ | {"PYTHONPATH": str(path or ROOT)}
    command = [sys.executable, __file__, name, str(data), str(page), str(focused)]
    subprocess.run(command, check=True, env=environment)


def measure_data(page: Path) -> int:
    """Count the bytes of a Bokeh page that are data: its buffers, in base64."""
    buffers = re.findall(r'"type":"bytes","data":"([^"]*)"', page.read_text("utf-8"))
    if not buffers:
        msg = f"{page} holds no data"
        raise ValueError(msg)
    return sum(map(len, buffers))


def _save_heatmap(data: Data, page: Path, focused: Path) -> None:
    from textualheatmap import TextualHeatmap  # noqa: PLC0415

    heatmap = TextualHeatmap(**ARGUMENTS).set_data(data)
    heatmap.save(page)
    heatmap.highlight(HIGHLIGHTED).save(focused)


def _save_predecessor(data: Data, page: Path, focused: Path) -> None:
    from IPython.display import HTML  # noqa: PLC0415

    textualheatmap = importlib.import_module("textualheatmap")
    if not hasattr(textualheatmap, "TokenData"):
        msg = f"{textualheatmap.__file__} is not {PREDECESSOR}"
        raise ImportError(msg)
    shown: list[str] = []

    class Display:
        """Stand in for a notebook cell's output."""

        def __init__(self, shown_object: object, display_id: object = None) -> None:
            del display_id
            self.update(shown_object)

        def update(self, shown_object: object) -> None:
            if isinstance(shown_object, HTML):
                shown.append(str(shown_object.data))

    heatmap = textualheatmap.TextualHeatmap(
        **ARGUMENTS, wrap_after_token=False, display_fn=Display
    )
    head = "<!doctype html><html lang=en><meta charset=utf-8><title>Text</title>"

    def save(path: Path) -> None:
        path.write_text(f"{head}<body>{''.join(shown)}</body></html>", "utf-8")

    heatmap.set_data(data)
    save(page)
    heatmap.highlight(HIGHLIGHTED)
    save(focused)


BUILDERS: dict[str, Callable[[Data, Path, Path], None]] = {
    "heatmap": _save_heatmap,
    "predecessor": _save_predecessor,
}

if __name__ == "__main__":
    chosen, data_file, *page_files = sys.argv[1:]
    records = json.loads(Path(data_file).read_text(encoding="utf-8"))
    BUILDERS[chosen](records, *map(Path, page_files))
