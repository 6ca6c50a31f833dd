"""Batches that fit into memory, which is said before the work begins."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from textualheatmap.saliency import causal, masked
from textualheatmap.saliency.arguments.byte_sizes import UNITS, read_bytes
from textualheatmap.saliency.arguments.options import AttributionOptions
from textualheatmap.saliency.methods.attribution import attribute
from textualheatmap.saliency.methods.targets import Target
from textualheatmap.saliency.models import memory
from textualheatmap.saliency.models.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor

TEXT = "The people of the states are one people, and the union is strong."
# Explains a text, and says what that took: the largest resident memory is reset before.
EXPLAIN = """
import logging, re, sys
from pathlib import Path
from tests.saliency.conftest import build_gpt, fixed_seed
from textualheatmap.saliency import causal
from transformers import GPT2Config, GPT2LMHeadModel

def read(name):
    return 1024 * int(re.search(name + r":\\s+(\\d+)", status.read_text())[1])

status = Path("/proc/self/status")
_, tokenizer = build_gpt(trim_offsets=False)
config = GPT2Config(vocab_size=len(tokenizer), n_embd=256, n_layer=4, n_head=8)
with fixed_seed():
    model = GPT2LMHeadModel(config).eval()
explain = lambda text, **more: causal(
    model, tokenizer, text, method=sys.argv[1], progress=False, **more
)
explain("the people", memory="1 GB")
logging.basicConfig(level=logging.INFO, stream=sys.stdout)
Path("/proc/self/clear_refs").write_text("5")
before = read("VmRSS")
explain("the people of the states " * 12)
print("peak", read("VmHWM") - before)
"""


@pytest.mark.sweep
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("method", ["gradient", "occlusion"])
def test_what_a_run_takes_is_said_within_a_factor_of_two(method: str) -> None:
    run = [sys.executable, "-c", EXPLAIN, method]
    said = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    number, unit = re.findall(r"about ([\d.]+) (\w+)", said)[-1]
    peak = int(re.findall(r"peak (\d+)", said)[-1])
    assert 0.5 < peak / (float(number) * UNITS[unit]) < 2


@pytest.fixture(params=[("gpt", causal), ("bert", masked)], ids=["causal", "masked"])
def explain(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Return what explains a text by a small model."""
    name, function = request.param
    return partial(function, *request.getfixturevalue(name), TEXT, progress=False)


@pytest.mark.parametrize("method", ["gradient", "occlusion", "integrated-gradients"])
def test_batches_are_as_small_as_memory_has_room_for(
    explain: Callable[..., Any],
    method: str,
    caplog: pytest.LogCaptureFixture,
    one_pass: None,
) -> None:
    del one_pass
    usual = explain(method=method, steps=4)
    caplog.set_level(logging.INFO, "textualheatmap.saliency")
    with memory.LiveMemory() as live:
        found = explain(method=method, steps=4, memory="400 kB")
    np.testing.assert_allclose(found.heat, usual.heat, atol=1e-5)
    assert "memory" not in found.provenance
    (said,) = caplog.messages
    size = int(re.findall(r"batches of (\d+)", said)[0])
    assert 1 <= size < 16
    taken, unit = re.findall(r"about ([\d.]+) (\w+)", said)[0]
    assert live.most / 2 < float(taken) * UNITS[unit] <= 400_000


def test_a_row_that_does_not_fit_is_an_error_before_the_work_begins(
    explain: Callable[..., Any],
) -> None:
    shown: list[object] = []
    with pytest.raises(MemoryError, match=r"tokens takes .* room for 2\.0 kB"):
        explain(memory="2 kB", on_rows=lambda *_: shown.append(None))
    assert not shown


def test_long_work_is_measured_and_little_work_is_not(
    explain: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "textualheatmap.saliency")
    explain()
    assert not caplog.messages
    monkeypatch.setattr("textualheatmap.saliency.methods.fitting.LITTLE_WORK", 0)
    explain()
    assert len(caplog.messages) == (memory.MACHINE.exists())


@pytest.mark.parametrize("method", ["gradient", "occlusion"])
@pytest.mark.parametrize("batch_size", [1, 6])
def test_a_batch_for_which_memory_runs_out_is_halved(
    method: Any,  # noqa: ANN401
    batch_size: int,
) -> None:
    sizes: list[int] = []

    def forward(inputs: Tensor, positions: list[int]) -> Tensor:
        sizes.append(len(inputs))
        if len(inputs) > 2:
            raise torch.OutOfMemoryError
        return inputs.square().cumsum(dim=1)[:, positions]

    embedded = torch.arange(1.0, 9).view(1, 8, 1)
    network = Network(
        lambda own: embedded.expand(len(own), -1, -1),
        forward,
        [[place] for place in range(8)],
        8,
        1,
        torch.zeros(1),
        is_causal=True,
    )
    targets = [Target(0, (place,), (0,)) for place in range(8)]
    options = AttributionOptions(method=method, batch_size=batch_size)
    rows, _ = attribute(network, targets, options, lambda _: None, lambda *_: None)
    heat = [2 * n if method == "gradient" else n**2 for n in range(1, 9)]
    np.testing.assert_allclose(rows, np.tril(np.tile(heat, (8, 1))), rtol=1e-5)
    assert (max(sizes) > 2) == (batch_size > 1)


def test_memory_that_runs_out_for_one_row_is_an_error() -> None:
    def forward(*_: object) -> Tensor:
        raise torch.OutOfMemoryError

    inputs = torch.ones(1, 1, 1)
    network = Network(lambda _: inputs, forward, [[0]], 1, 1, inputs[0, 0])
    with pytest.raises(torch.OutOfMemoryError):
        attribute(network, [Target(0, (0,), (0,))], AttributionOptions(), print, print)


@pytest.mark.parametrize(
    ("given", "size"),
    [(5, 5), ("5 B", 5), ("1.5 kB", 1500), ("2GiB", 2**31), ("3 MB", 3_000_000)],
)
def test_bytes_may_have_a_unit(given: object, size: int) -> None:
    assert read_bytes("memory", given) == size


@pytest.mark.parametrize("given", ["", "2", "two GB", "2 gb", "0 GB", 0, "-1 GB"])
def test_what_are_no_bytes_is_an_error(given: object) -> None:
    with pytest.raises(ValueError, match=r"^memory is "):
        read_bytes("memory", given)


def test_a_container_may_have_less_than_its_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = tmp_path / "meminfo"
    machine.write_text("MemTotal: 9000 kB\nMemAvailable:    4000 kB\n")
    monkeypatch.setattr(memory, "MACHINE", machine)
    monkeypatch.setattr(memory, "GROUP", tmp_path)
    place = torch.device("cpu")
    assert memory.find_free_memory(place) == 4_096_000
    (tmp_path / "memory.max").write_text("3000000\n")
    (tmp_path / "memory.current").write_text("1000000\n")
    assert memory.find_free_memory(place) == 2_000_000
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.find_free_memory(place) == 4_096_000
    machine.unlink()
    assert memory.find_free_memory(place) is None
