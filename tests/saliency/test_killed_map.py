"""A map whose process is killed, and another one goes on with it."""

from __future__ import annotations

import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textualheatmap.saliency import causal, load_model, resume_map

if TYPE_CHECKING:
    from tests.saliency.conftest import Pair

TEXT = "the state of the union is strong. " * 3
# Explains until its twentieth row, and is killed within the call that says so.
KILLED = """
import os, signal, sys
from functools import partial
from textualheatmap.saliency import causal, load_model, resume_map

def stop(done, total):
    if done >= 20:
        os.kill(os.getpid(), signal.SIGKILL)

loaded = load_model(sys.argv[1])
explain = partial(
    causal, loaded.model, loaded.tokenizer, sys.argv[3], progress=stop
)
resume_map(explain, sys.argv[2])
"""


def test_a_killed_process_leaves_rows_to_go_on_from(gpt: Pair, tmp_path: Path) -> None:
    for part in gpt:
        part.save_pretrained(tmp_path / "model")
    model, rows = tmp_path / "model", tmp_path / "rows"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, model, rows, TEXT],
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == -signal.SIGKILL
    loaded = load_model(model)
    explain = partial(causal, loaded.model, loaded.tokenizer, TEXT)
    told: list[int] = []
    facet = resume_map(
        partial(explain, progress=lambda done, _: told.append(done)), rows
    )
    assert next(filter(None, told)) >= 16
    assert facet.heat.tolist() == explain(progress=False).heat.tolist()
    told.clear()
    again = resume_map(
        partial(explain, progress=lambda done, _: told.append(done)), rows
    )
    assert again.heat.tolist() == facet.heat.tolist()
    assert sorted(set(told)) == [0, len(facet)]
