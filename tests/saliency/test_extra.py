"""What `textualheatmap` does where the packages of its extra are missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HIDE = """
import sys

for name in sys.argv[1:]:
    sys.modules[name] = None
import textualheatmap

textualheatmap.Facet.from_arrays(["a"], [[1.0]])
try:
    import textualheatmap.saliency
except ImportError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("hidden", "missing"),
    [
        (["torch"], "torch"),
        (["transformers"], "transformers"),
        (["torch", "transformers", "tqdm"], "torch and transformers and tqdm"),
    ],
)
def test_a_missing_extra_is_named_with_its_command(
    hidden: list[str], missing: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HIDE, *hidden],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout == (
        f"textualheatmap.saliency needs {missing}: "
        'pip install "panel-textualheatmap[saliency]"\n'
    )
