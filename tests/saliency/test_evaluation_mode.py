"""What a call changes in a model meanwhile, and that it changes it back."""

from __future__ import annotations

from copy import deepcopy
from threading import Barrier, Event, Thread
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import nn

from textualheatmap.saliency import causal, masked, sequence
from textualheatmap.saliency.models.evaluation_mode import evaluation_mode

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.saliency.conftest import Call

METHODS = ["gradient", "occlusion", "integrated-gradients"]
HOOKS = [
    "_forward_hooks",
    "_forward_pre_hooks",
    "_backward_hooks",
    "_backward_pre_hooks",
]
SECONDS = 30
pytestmark = pytest.mark.usefixtures("one_pass")
INPUTS = torch.linspace(-1, 1, 48).view(6, 8)


def unsettle(model: nn.Module) -> None:
    """Give the parts of a model different modes, and the weights other gradients."""
    for number, part in enumerate(model.modules()):
        part.training = number % 3 == 0
    for number, weight in enumerate(model.parameters()):
        weight.requires_grad = number % 2 == 0
        weight.grad = torch.full_like(weight, number) if number % 3 else None


def look_at(model: nn.Module) -> list[object]:
    """Return everything that a call could have changed in a model."""
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
    facet = call.explain(method=method, steps=4)
    assert look_at(call.model) == before
    call.model.eval()
    heat = call.explain(method=method, steps=4).heat
    np.testing.assert_array_equal(facet.heat, heat)


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
        call.explain(method=method, batch_size=2, steps=4, progress=interrupt)
    assert look_at(call.model) == before


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_gradients_are_found_where_the_caller_has_switched_them_off(
    call: Call, mode: Callable[[], Any]
) -> None:
    expected = call.explain().heat
    with mode():
        heat = call.explain().heat
        assert not torch.is_grad_enabled()
    np.testing.assert_array_equal(heat, expected)
    assert torch.is_grad_enabled()


def test_random_numbers_are_left_as_they_were(call: Call) -> None:
    call.model.train()
    before = torch.random.get_rng_state().tolist()
    call.explain(method="integrated-gradients", steps=4)
    assert torch.random.get_rng_state().tolist() == before


class Waiting(nn.Module):
    """Drops half of the inputs in training mode; waits in each pass until told."""

    def __init__(self) -> None:
        super().__init__()
        self.dropout = nn.Dropout()
        self.output = nn.Linear(8, 3)
        self.entered, self.resumed = Event(), Event()

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        self.entered.set()
        assert self.resumed.wait(SECONDS)
        return self.output(self.dropout(inputs))


def start(act: Callable[[], object]) -> Thread:
    thread = Thread(target=act, daemon=True)
    thread.start()
    return thread


def test_a_thread_that_ends_first_changes_nothing_for_the_other() -> None:
    module = Waiting().train()
    module.resumed.set()
    expected = sequence(module, INPUTS, "abcdef").heat
    module.resumed.clear()
    module.entered.clear()
    first_begun, first_ends = Event(), Event()
    heats: list[np.ndarray] = []

    def use_first() -> None:
        with evaluation_mode(module):
            first_begun.set()
            assert first_ends.wait(SECONDS)

    first = start(use_first)
    assert first_begun.wait(SECONDS)
    second = start(lambda: heats.append(sequence(module, INPUTS, "abcdef").heat))
    assert module.entered.wait(SECONDS)
    first_ends.set()
    first.join(SECONDS)
    # The second thread is in the middle of its work, in which dropout would show.
    assert not any(part.training for part in module.modules())
    assert not any(weight.requires_grad for weight in module.parameters())
    module.resumed.set()
    second.join(SECONDS)
    np.testing.assert_array_equal(heats, [expected])
    assert all(part.training for part in module.modules())
    assert all(weight.requires_grad for weight in module.parameters())


@pytest.mark.parametrize(
    ("name", "text"), [("gpt", "the state"), ("roberta", "h<pad>be")]
)
def test_threads_that_explain_by_one_model_in_training_get_the_same_maps(
    name: str, text: str, request: pytest.FixtureRequest
) -> None:
    model, tokenizer = request.getfixturevalue(name)
    function = causal if name == "gpt" else masked
    expected = function(model, tokenizer, text).heat
    model = deepcopy(model).train()
    before, heats = look_at(model), []
    together = Barrier(3, timeout=SECONDS)

    def explain() -> None:
        together.wait()
        heats.extend(
            function(model, tokenizer, text, batch_size=1).heat for _ in range(4)
        )

    threads = [start(explain) for _ in range(3)]
    for thread in threads:
        thread.join(SECONDS)
    assert len(heats) == 12
    for heat in heats:
        np.testing.assert_allclose(heat, expected, atol=1e-5)
    assert look_at(model) == before


def test_threads_that_share_a_part_of_their_models_respect_each_other() -> None:
    shared = nn.Linear(2, 2)
    first, second = nn.Sequential(shared), nn.Sequential(shared, nn.Dropout())
    outer = evaluation_mode(first)
    outer.__enter__()
    with evaluation_mode(second):
        outer.__exit__(None, None, None)
        assert not shared.training
        assert first.training
    assert shared.training
    assert shared.weight.requires_grad


def test_cudnn_is_off_while_a_recurrent_network_is_used_by_any_thread() -> None:
    backend: Any = torch.backends.cudnn
    assert backend.enabled
    with evaluation_mode(nn.Linear(2, 2)):
        assert backend.enabled
    first, second = (evaluation_mode(nn.GRU(2, 2)) for _ in range(2))
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not backend.enabled
    second.__exit__(None, None, None)
    assert backend.enabled


@pytest.mark.parametrize("device", ["none", "cuda:99", "meta", object()])
def test_a_device_that_does_not_exist_is_an_error(call: Call, device: object) -> None:
    before = look_at(call.model)
    with pytest.raises(ValueError, match="expected one of this machine's") as caught:
        call.explain(device=device)
    assert str(caught.value).startswith(f"device is {device!r}, expected")
    assert look_at(call.model) == before


@pytest.mark.parametrize("device", ["cpu", torch.device("cpu")])
def test_a_device_can_be_chosen(call: Call, device: object) -> None:
    heat = call.explain(device=device).heat
    np.testing.assert_array_equal(heat, call.explain().heat)


class Movable(nn.Module):
    """A module that only notes where it is; not every machine has two devices."""

    def __init__(self) -> None:
        super().__init__()
        self.place = torch.device("meta")

    def to(self, device: torch.device) -> Movable:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.place = device
        return self


@pytest.fixture
def movable(monkeypatch: pytest.MonkeyPatch) -> Movable:
    monkeypatch.setattr(
        "textualheatmap.saliency.models.evaluation_mode.find_device",
        lambda module: module.place,
    )
    return Movable()


def test_a_module_moves_to_a_device_and_back(movable: Movable) -> None:
    home = movable.place
    seen = []

    def use() -> None:
        with evaluation_mode(movable, device="cpu"):
            seen.append(movable.place)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        use()
    assert seen == [torch.device("cpu")]
    assert movable.place == home


def test_a_thread_waits_for_a_module_that_was_moved_to_come_back(
    movable: Movable,
) -> None:
    home = movable.place
    begun, seen = Event(), []

    def use() -> None:
        begun.set()
        with evaluation_mode(movable):
            seen.append(movable.place)

    with evaluation_mode(movable, device="cpu"):
        thread = start(use)
        assert begun.wait(SECONDS)
        thread.join(0.1)
        assert thread.is_alive()
    thread.join(SECONDS)
    assert seen == [home]


def test_a_module_is_moved_once_no_other_thread_uses_it(movable: Movable) -> None:
    home = movable.place
    begun, seen = Event(), []

    def move() -> None:
        begun.set()
        with evaluation_mode(movable, device="cpu"):
            seen.append(movable.place)

    with evaluation_mode(movable):
        thread = start(move)
        assert begun.wait(SECONDS)
        thread.join(0.1)
        assert not seen
    thread.join(SECONDS)
    assert seen == [torch.device("cpu")]
    assert movable.place == home


def test_a_thread_does_not_wait_for_itself(movable: Movable) -> None:
    home, seen = movable.place, []

    def use() -> None:
        with evaluation_mode(movable), evaluation_mode(movable, device="cpu"):
            seen.append(movable.place)

    start(use).join(SECONDS)
    assert seen == [torch.device("cpu")]
    assert movable.place == home


def test_a_module_on_several_devices_cannot_be_moved() -> None:
    module = nn.Sequential(nn.Linear(2, 2, device="meta"), nn.Linear(2, 2))
    with (
        pytest.raises(ValueError, match="lies on several devices, so it cannot be mov"),
        evaluation_mode(module, device="cpu"),
    ):
        pass
