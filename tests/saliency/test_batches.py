"""How targets are cut into batches, and what a batch holds in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from tests.saliency.largest_tensor import Largest
from textualheatmap.saliency import causal, masked, sequence
from textualheatmap.saliency.arguments.options import AttributionOptions
from textualheatmap.saliency.methods.batches import iterate_batches
from textualheatmap.saliency.methods.targets import Target
from textualheatmap.saliency.models.network import Network

if TYPE_CHECKING:
    from torch import nn

    from tests.saliency.conftest import Call
    from textualheatmap.facet.facet import Facet

pytestmark = pytest.mark.usefixtures("one_pass")
METHODS = ["gradient", "occlusion", "integrated-gradients"]


@pytest.mark.parametrize("batch_size", [1, 5, 64])
@pytest.mark.parametrize("method", METHODS)
def test_a_batch_size_changes_no_heat(call: Call, method: str, batch_size: int) -> None:
    heat = call.explain(method=method, steps=4, batch_size=batch_size).heat
    two = call.explain(method=method, steps=4, batch_size=2).heat
    np.testing.assert_allclose(heat, two, atol=1e-5)


def make_long(name: str, request: pytest.FixtureRequest) -> tuple[int, Any]:
    """Return a length, and a call on so many inputs of at least 8 numbers each."""
    if name == "rnn":
        module = request.getfixturevalue("rnn")
        inputs = torch.linspace(-1, 1, 192).view(24, 8)

        def explain(**options: Any) -> Facet:  # noqa: ANN401
            return sequence(module, inputs, "x" * 24, **options)

        return 24, explain
    model, tokenizer = request.getfixturevalue(name)
    text = {"bert": "of " * 22, "gpt": "x" * 24}[name]
    function = {"bert": masked, "gpt": causal}[name]
    return 24, lambda **options: function(model, tokenizer, text, **options)


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


def list_batch_sizes(module: nn.Module, steps: int) -> set[int]:
    sizes: set[int] = set()
    watch = module.register_forward_pre_hook(
        lambda _, inputs: sizes.add(len(inputs[0]))
    )
    try:
        sequence(module, torch.zeros(steps, 8), "x" * steps)
    finally:
        watch.remove()
    return sizes


def test_a_default_batch_is_at_most_64_sequences(rnn: nn.Module) -> None:
    assert list_batch_sizes(rnn, 100) == {1, 64, 36}


def test_a_default_batch_keeps_the_logits_within_their_bound(
    rnn: nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 11 classes at each of 100 steps: 7 sequences have 7700 logits, 8 have 8800.
    monkeypatch.setattr("textualheatmap.saliency.models.network.MAX_LOGITS", 8000)
    assert list_batch_sizes(rnn, 100) == {1, 7, 100 % 7}


@pytest.mark.parametrize(
    ("asked_only", "classes", "size"),
    [
        (False, 2**24, 1),
        (False, 2**26, 1),
        (True, 2**24 // 100, 10),
        (True, 2**26, 1),
        (True, 10, 64),
    ],
)
def test_a_batch_is_chosen_by_the_logits_that_are_computed(
    asked_only: bool,  # noqa: FBT001 - a parameter of the test
    classes: int,
    size: int,
) -> None:
    zero = torch.zeros(1)
    network = Network(
        lambda _: zero,
        lambda inputs, _: inputs,
        [],
        length=100,
        classes=classes,
        baseline=zero,
        computes_asked_only=asked_only,
    )
    assert network.choose_batch_size() == size


def list_batches(
    count: int, batch_size: int, *, is_causal: bool
) -> list[tuple[int, tuple[int, ...]]]:
    """Return the targets of each batch, one a step, and the shape of its inputs."""
    network = Network(
        lambda sequences: torch.zeros(len(sequences), count, 3),
        lambda inputs, _: inputs,
        [],
        length=count,
        classes=3,
        baseline=torch.zeros(3),
        is_causal=is_causal,
    )
    targets = [Target(0, (step,), (0,)) for step in range(count)]
    options = AttributionOptions(batch_size=batch_size)
    return [
        (len(batch), tuple(inputs.shape))
        for batch, inputs in iterate_batches(network, targets, options)
    ]


def test_up_to_sixteen_targets_share_one_sequence_where_the_batch_size_is_1() -> None:
    expected = [(16, (1, 36, 3)), (16, (1, 36, 3)), (4, (1, 36, 3))]
    assert list_batches(36, 1, is_causal=False) == expected


def test_a_causal_network_reads_no_further_than_the_last_target_of_a_batch() -> None:
    expected = [(2, (2, 2, 3)), (2, (2, 4, 3)), (1, (1, 5, 3))]
    assert list_batches(5, 2, is_causal=True) == expected
