"""What a call says of its progress, and how soon it can be stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn

from textualheatmap.saliency import sequence
from textualheatmap.saliency.arguments.progress import report_progress

if TYPE_CHECKING:
    from tests.saliency.conftest import Call

METHODS = ["gradient", "occlusion", "integrated-gradients"]


@pytest.mark.usefixtures("one_pass")
@pytest.mark.parametrize("batch_size", [2, None])
@pytest.mark.parametrize("method", METHODS)
def test_progress_counts_rows_from_none_to_all(
    call: Call, method: str, batch_size: int | None
) -> None:
    calls: list[tuple[int, int]] = []
    facet = call.explain(
        method=method,
        batch_size=batch_size,
        steps=4,
        progress=lambda *given: calls.append(given),
    )
    done, totals = zip(*calls, strict=True)
    assert set(totals) == {len(facet.heat)}
    assert list(done) == sorted(done)
    assert (done[0], done[-1]) == (0, totals[0])
    if batch_size:
        assert set(done) >= {0, 2, 4, 6}


@pytest.mark.usefixtures("one_pass")
@pytest.mark.parametrize("method", ["occlusion", "integrated-gradients"])
def test_progress_is_made_within_a_batch(call: Call, method: str) -> None:
    done: set[int] = set()
    size = None if method == "integrated-gradients" else 1
    call.explain(
        method=method, batch_size=size, steps=8, progress=lambda n, _: done.add(n)
    )
    assert {0, 1, 2, 6} <= done


class Clock:
    """The time that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return a clock that stands still until it is set."""
    clock = Clock()
    monkeypatch.setattr("tqdm.std.time", clock)
    monkeypatch.setattr("textualheatmap.saliency.arguments.progress.monotonic", clock)
    return clock


def test_a_bar_appears_after_two_seconds(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with report_progress(progress=True, total=9) as report:
        clock.now = 1.9
        report(3)
        assert capsys.readouterr().err == ""
        clock.now = 2.1
        report(6.9)
        shown = capsys.readouterr().err
    assert "6/9" in shown
    assert "row" in shown


def test_no_bar_appears_where_none_is_wanted(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with report_progress(progress=False, total=9) as report:
        clock.now = 60
        report(9)
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("clock", "one_pass")
@pytest.mark.parametrize("method", METHODS)
def test_quick_work_shows_no_bar(
    call: Call, method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call.explain(method=method, steps=4)
    assert capsys.readouterr() == ("", "")


def test_a_function_is_called_again_within_a_batch(clock: Clock) -> None:
    calls: list[tuple[int, int]] = []
    with report_progress(lambda *given: calls.append(given), 9):
        torch.ones(1)
        assert calls == [(0, 9)]
        clock.now = 0.1
        torch.ones(1)
        torch.ones(1)
        assert calls == [(0, 9)] * 2
    clock.now = 1
    torch.ones(1)
    assert calls == [(0, 9)] * 2


@pytest.mark.parametrize("phase", ["forward", "backward"])
def test_a_function_is_called_in_both_passes(clock: Clock, phase: str) -> None:
    calls: list[tuple[int, int]] = []
    weight = torch.ones(2, requires_grad=True)
    with report_progress(lambda *given: calls.append(given), 9):
        value = weight * weight
        clock.now = 0.1 if phase == "forward" else 0.0
        value = value.sin().sum()
        assert len(calls) == 1 + (phase == "forward")
        clock.now = 0.2
        value.backward()
        assert len(calls) == 2 + (phase == "forward")


class Layers(nn.Module):
    """A network of 20 layers that notes each one's forward and backward pass."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(8, 8) for _ in range(20))
        self.passed: list[str] = []

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            self.passed.append("forward")
            inputs = layer(inputs).tanh()
            if inputs.requires_grad:
                inputs.register_hook(lambda _: self.passed.append("backward"))
        return inputs


# A first forward pass counts the classes, before there is any progress.
@pytest.mark.parametrize(("phase", "count"), [("forward", 25), ("backward", 5)])
def test_an_exception_stops_the_work_before_the_next_layer(
    phase: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textualheatmap.saliency.arguments.progress.REPEAT_SECONDS", 0)
    network = Layers()

    def stop(_done: int, _total: int) -> None:
        if network.passed.count(phase) == count:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sequence(network, torch.ones(4, 8), "abcd", is_causal=False, progress=stop)
    assert network.passed.count(phase) == count


def test_integration_can_be_stopped_while_steps_are_doubled() -> None:
    done: list[int] = []

    def stop(rows: int, _total: int) -> None:
        done.append(rows)
        if rows == 5:
            raise KeyboardInterrupt

    inputs = 9 * torch.ones(8, 4)
    with pytest.raises(KeyboardInterrupt):
        sequence(
            nn.Sequential(nn.Tanh(), nn.Linear(4, 3)),
            inputs,
            "abcdefgh",
            method="integrated-gradients",
            steps=2,
            progress=stop,
        )
    # Half of the rows count as done after the first pass over the line.
    assert sorted(set(done)) == [0, 2, 4, 5]
