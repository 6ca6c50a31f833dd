"""The command `demo`: data for somebody who has none yet."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from textualheatmap.facet.facet import Facet
from textualheatmap.files.npz_file import read_npz

# Where the sources are, and not only the package that is installed.
EXHIBIT = Path(__file__).parents[2] / "data" / "autocomplete.npz"
TITLES = ("GRU", "LSTM")
TEXT = "Hover over a word and see in both panels which words came just before it ."


def read_example(exhibit: Path = EXHIBIT) -> list[Facet]:
    """Return two facets of one text: an exhibit, or made up where there is none.

    Parameters
    ----------
    exhibit
        An NPZ file of two facets.

    Examples
    --------
    >>> [facet.title for facet in read_example(Path("no/such/file.npz"))]
    ['slow', 'fast']
    """
    if exhibit.exists():
        return [
            facet.replace(title=title)
            for facet, title in zip(read_npz(exhibit), TITLES, strict=True)
        ]
    words = [f"{word} " for word in TEXT.split()]
    distance = np.subtract.outer(np.arange(len(words)), np.arange(len(words)))
    return [
        Facet.from_arrays(
            words,
            np.where(distance >= 0, fade ** np.maximum(distance, 0), 0),
            title=title,
            provenance={"method": "made up"},
        )
        for title, fade in (("slow", 0.8), ("fast", 0.4))
    ]
