"""What `textualheatmap` does where the packages of its extra are missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# Each line names packages to hide; the package itself works without them.
HIDE = """
import sys

import textualheatmap

textualheatmap.Facet.from_arrays(["a"], [[1.0]])
for line in sys.argv[1:]:
    for name in ("torch", "transformers", "tqdm"):
        sys.modules.pop(name, None)
        if name in line.split():
            sys.modules[name] = None
    try:
        import textualheatmap.saliency
    except ImportError as error:
        print(error)
"""


def test_a_missing_extra_is_named_with_its_command() -> None:
    missing = ["torch", "transformers", "torch transformers tqdm"]
    done = subprocess.run(
        [sys.executable, "-c", HIDE, *missing],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.splitlines() == [
        f"textualheatmap.saliency needs {' and '.join(names.split())}: "
        'pip install "panel-textualheatmap[saliency]"'
        for names in missing
    ]
