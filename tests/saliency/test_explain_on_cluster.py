"""The command `explain` with the scheduler of a cluster of two worker processes."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.command import run_command
from tests.corpus.local_cluster import start_cluster
from textualheatmap.files.zarr_file import open_zarr
from textualheatmap.saliency import causal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.saliency.conftest import Pair

TEXTS = ["the state of the union", "the union", "is strong", "of the state"]


def has_torch() -> bool:
    """Say whether a worker has imported torch, which it does to explain."""
    return "torch" in sys.modules


def test_the_workers_of_a_scheduler_explain_many_texts(
    gpt: Pair, tmp_path: Path
) -> None:
    for part in gpt:
        part.save_pretrained(tmp_path / "model")
    texts, out = tmp_path / "texts.jsonl", tmp_path / "maps.zarr"
    texts.write_text("\n".join(map(json.dumps, [*TEXTS, ""])))
    with start_cluster(tmp_path) as client:
        address = client.scheduler_info()["address"]
        given = (
            "explain",
            tmp_path / "model",
            texts,
            "-o",
            out,
            "--scheduler",
            address,
        )
        status, _, message = run_command(*given)
        assert (status, "4: ValueError: text is empty" in message) == (1, True)
        used: Any = client.run(has_torch)
        assert any(used.values())
    facets = open_zarr(out)
    assert sorted(facets) == ["0", "1", "2", "3"]
    for name, facet in facets.items():
        truth = causal(*gpt, TEXTS[int(name)], progress=False)
        assert facet.heat == pytest.approx(truth.heat, abs=1e-6)
