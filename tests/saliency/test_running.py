"""What a call leaves behind, says on its way, and holds in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from textualheatmap.saliency import causal, masked, sequence
from textualheatmap.saliency.running import at_rest, report_progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.saliency.conftest import Call
    from textualheatmap.facet.facet import Facet

METHODS = ["gradient", "occlusion", "integrated-gradients"]
HOOKS = [
    "_forward_hooks",
    "_forward_pre_hooks",
    "_backward_hooks",
    "_backward_pre_hooks",
]


def unsettle(model: nn.Module) -> None:
    """Give the parts of a model different modes, and the weights other gradients."""
    for number, part in enumerate(model.modules()):
        part.training = number % 3 == 0
    for number, weight in enumerate(model.parameters()):
        weight.requires_grad = number % 2 == 0
        weight.grad = torch.full_like(weight, number) if number % 3 else None


def look_at(model: nn.Module) -> list[object]:
    """Return all that a call could have changed of a model."""
    weights = list(model.parameters())
    return [
        [part.training for part in model.modules()],
        [weight.requires_grad for weight in weights],
        [weight.device for weight in weights],
        [weight.tolist() for weight in weights],
        [None if weight.grad is None else weight.grad.tolist() for weight in weights],
        [len(getattr(part, hooks)) for part in model.modules() for hooks in HOOKS],
    ]


@pytest.mark.parametrize("method", METHODS)
def test_a_model_is_left_as_it_was(call: Call, method: str) -> None:
    unsettle(call.model)
    before = look_at(call.model)
    facet = call.explain(method=method)
    assert look_at(call.model) == before
    call.model.eval()
    assert call.explain(method=method).heat.tolist() == facet.heat.tolist()


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
@pytest.mark.parametrize("method", METHODS)
def test_a_model_is_left_as_it_was_after_an_interruption(
    call: Call, method: str, error: type[BaseException]
) -> None:
    unsettle(call.model)
    before = look_at(call.model)

    def interrupt(done: int, total: int) -> None:
        assert not any(part.training for part in call.model.modules())
        assert not any(weight.requires_grad for weight in call.model.parameters())
        if 0 < done < total:
            raise error

    with pytest.raises(error):
        call.explain(method=method, batch_size=2, progress=interrupt)
    assert look_at(call.model) == before


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_gradients_are_found_where_the_caller_has_switched_them_off(
    call: Call, mode: Callable[[], Any]
) -> None:
    expected = call.explain().heat
    with mode():
        heat = call.explain().heat
    np.testing.assert_array_equal(heat, expected)
    assert torch.is_grad_enabled()


def test_random_numbers_are_left_as_they_were(call: Call) -> None:
    before = torch.random.get_rng_state().tolist()
    call.explain(method="integrated-gradients")
    assert torch.random.get_rng_state().tolist() == before


@pytest.mark.parametrize("batch_size", [1, 5, 64])
@pytest.mark.parametrize("method", ["gradient", "occlusion"])
def test_a_batch_size_changes_no_heat(call: Call, method: str, batch_size: int) -> None:
    heat = call.explain(method=method, batch_size=batch_size).heat
    two = call.explain(method=method, batch_size=2).heat
    np.testing.assert_allclose(heat, two, atol=1e-5)


def test_a_batch_size_changes_no_integral(call: Call) -> None:
    # Steps are doubled for a whole batch: enough of them, and none are.
    options: Any = {"method": "integrated-gradients", "steps": 200}
    one, two, all_at_once = (
        call.explain(**options, batch_size=size).heat for size in (1, 2, 64)
    )
    np.testing.assert_allclose(one, all_at_once, atol=1e-5)
    np.testing.assert_allclose(two, all_at_once, atol=1e-5)


@pytest.mark.parametrize("batch_size", [2, None])
@pytest.mark.parametrize("method", METHODS)
def test_progress_ascends_from_nothing_to_its_total(
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
    count = len(facet.heat)
    expected = {"gradient": {count}, "integrated-gradients": {4 * count}}
    assert totals[0] in expected.get(method, {count, count * count})
    assert set(totals) == {totals[0]}
    assert list(done) == sorted(set(done))
    assert (done[0], done[-1]) == (0, totals[0])


class Clock:
    """What tqdm takes the time from."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return a clock that stands still until it is set."""
    clock = Clock()
    monkeypatch.setattr("tqdm.std.time", clock)
    return clock


def test_a_bar_appears_after_two_seconds(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with report_progress(wish=True, total=9) as advance:
        clock.now = 1.9
        advance(3)
        assert capsys.readouterr().err == ""
        clock.now = 2.1
        advance(3)
        shown = capsys.readouterr().err
    assert "6/9" in shown
    assert "seq" in shown


def test_no_bar_appears_where_none_is_wished(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with report_progress(wish=False, total=9) as advance:
        clock.now = 60
        advance(9)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("method", METHODS)
def test_what_is_quick_shows_no_bar(
    call: Call, method: str, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    call.explain(method=method)
    assert clock.now == 0
    assert capsys.readouterr() == ("", "")


class Largest(TorchDispatchMode):
    """Watches how many numbers the largest new tensor has."""

    def __enter__(self) -> Self:
        self.size = 0
        return super().__enter__()

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - whatever torch returns
        made = func(*args, **(kwargs or {}))
        for each in made if isinstance(made, tuple | list) else [made]:
            if isinstance(each, torch.Tensor):
                self.size = max(self.size, each.untyped_storage().nbytes() // 4)
        return made


def make_long(name: str, request: pytest.FixtureRequest) -> tuple[int, Any]:
    """Return a length, and a call on so many inputs of at least 8 numbers each."""
    if name == "rnn":
        module = request.getfixturevalue("rnn")
        inputs = torch.linspace(-1, 1, 800).view(100, 8)

        def explain(**options: Any) -> Facet:  # noqa: ANN401
            return sequence(module, inputs, "x" * 100, **options)

        return 100, explain
    model, tokenizer = request.getfixturevalue(name)
    text = {"bert": "of " * 38, "gpt": "x" * 40}[name]
    function = {"bert": masked, "gpt": causal}[name]
    return 40, lambda **options: function(model, tokenizer, text, **options)


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("gradient", {}),
        ("gradient", {"wrt": "one-hot"}),
        ("occlusion", {}),
        ("integrated-gradients", {"steps": 1}),
    ],
)
@pytest.mark.parametrize("name", ["bert", "gpt", "rnn"])
def test_memory_is_bounded_by_the_batch(
    name: str, method: str, options: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    length, explain = make_long(name, request)
    if name == "rnn":
        options = {**options, "embedding": torch.ones(20, 8)}
    with Largest() as largest:
        explain(method=method, batch_size=2, progress=False, **options)
    width, wide = {"bert": (32, 128), "gpt": (32, 320), "rnn": (8, 48)}[name]
    # Logits, activations, and what attention makes for its two heads.
    assert 0 < largest.size <= max(2 * length * wide, 2 * 2 * length**2)
    assert largest.size < length * length * width


def test_a_default_batch_keeps_the_logits_within_their_bound(rnn: nn.Module) -> None:
    sizes: set[int] = set()
    watch = rnn.register_forward_pre_hook(lambda _, inputs: sizes.add(len(inputs[0])))
    try:
        sequence(rnn, torch.zeros(100, 8), "x" * 100)
    finally:
        watch.remove()
    assert max(sizes) == 64


@pytest.mark.parametrize("device", ["none", "cuda:99", "meta", object()])
def test_a_device_that_does_not_exist_is_an_error(call: Call, device: object) -> None:
    before = look_at(call.model)
    with pytest.raises(ValueError, match="expected one of this machine's") as caught:
        call.explain(device=device)
    assert str(caught.value).startswith(f"device is {device!r}, expected")
    assert look_at(call.model) == before


@pytest.mark.parametrize("device", ["cpu", torch.device("cpu")])
def test_a_device_can_be_chosen(call: Call, device: object) -> None:
    assert call.explain(device=device).heat.tolist() == call.explain().heat.tolist()


def test_a_module_moves_to_a_device_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    # There is no second device on every machine.
    module = nn.Linear(2, 2)
    moves: list[torch.device] = []
    monkeypatch.setattr(module, "to", moves.append)
    monkeypatch.setattr(
        "textualheatmap.saliency.running.find_device", lambda _: torch.device("meta")
    )
    with pytest.raises(KeyboardInterrupt), at_rest(module, "cpu"):
        raise KeyboardInterrupt
    assert moves == [torch.device("cpu"), torch.device("meta")]


def test_a_module_on_several_devices_cannot_be_moved() -> None:
    module = nn.Sequential(nn.Linear(2, 2, device="meta"), nn.Linear(2, 2))
    with (
        pytest.raises(ValueError, match="lies on several devices, so device='cpu'"),
        at_rest(module, "cpu"),
    ):
        pass
