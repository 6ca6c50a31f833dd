"""Files that commands are tried on."""

from pathlib import Path

import numpy as np
import pytest

from textualheatmap import Facet, write_npz


@pytest.fixture
def npz(tmp_path: Path) -> Path:
    """Write two facets of one text of 60 tokens."""
    words = [f"word{i} " for i in range(60)]
    heat = np.linspace(0, 1, 3600).reshape(60, 60)
    path = tmp_path / "facets.npz"
    facets = [
        Facet.from_arrays(words, heat, title=title, id=title)
        for title in ("GRU", "LSTM")
    ]
    write_npz(path, facets)
    return path
