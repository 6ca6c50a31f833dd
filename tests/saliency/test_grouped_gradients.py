"""Gradients of several outputs of one forward pass."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import nn

from tests.saliency.conftest import SENTENCES
from tests.saliency.largest_tensor import Largest
from textualheatmap.saliency import causal
from textualheatmap.saliency.methods.grouped_gradients import differentiate_each
from textualheatmap.saliency.models.head_input import record_input

if TYPE_CHECKING:
    from tests.saliency.conftest import Pair, Recurrent

TEXT = " ".join(SENTENCES[:3])


class Square(torch.autograd.Function):
    """A square that has no gradient of a batch: its backward pass reads a number."""

    @staticmethod
    def forward(ctx: Any, inputs: torch.Tensor) -> torch.Tensor:  # noqa: ANN401
        ctx.save_for_backward(inputs)
        return inputs.square()

    @staticmethod
    def backward(ctx: Any, *grad_outputs: torch.Tensor) -> torch.Tensor:  # noqa: ANN401
        (inputs,), (gradient,) = ctx.saved_tensors, grad_outputs
        return 2 * inputs * gradient if gradient.sum().item() else 0 * inputs


class SquaredStates(nn.Module):
    """A recurrent network whose inputs are squared by `Square`."""

    def __init__(self, recurrent: Recurrent) -> None:
        super().__init__()
        self.recurrent = recurrent

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.recurrent(Square.apply(inputs))


@pytest.mark.parametrize("is_batched", [True, False])
@pytest.mark.parametrize("positions", [[[1], [2], [5]], [[1, 3], [0]], [[2], [2]]])
@pytest.mark.parametrize("knows_head", [True, False])
def test_gradients_of_a_group_are_those_of_its_outputs_one_by_one(
    rnn: Recurrent,
    positions: list[list[int]],
    is_batched: bool,  # noqa: FBT001 - a parameter of the test
    knows_head: bool,  # noqa: FBT001 - likewise
) -> None:
    module = rnn if is_batched else SquaredStates(rnn)
    inputs = torch.linspace(-1, 1, 48).view(1, 6, 8).requires_grad_()
    with record_input(rnn.output) as heard:
        logits = module(inputs)
    kinds = range(len(positions))
    outputs = torch.stack(
        [logits[0, own, kind].sum() for own, kind in zip(positions, kinds, strict=True)]
    )
    found = differentiate_each(outputs, inputs, positions, heard if knows_head else ())
    for output, gradient in zip(outputs, found, strict=True):
        expected = torch.autograd.grad(output, inputs, retain_graph=True)[0][0]
        torch.testing.assert_close(gradient, expected)


def read_lengths(pair: Pair, **options: Any) -> list[int]:  # noqa: ANN401
    """Return how many tokens each forward pass with gradients reads."""
    model, tokenizer = deepcopy(pair[0]), pair[1]
    lengths: list[int] = []

    def watch(_: nn.Module, given: tuple[torch.Tensor, ...]) -> None:
        assert len(given[0]) == 1
        if torch.is_grad_enabled():
            lengths.append(given[0].shape[1])

    model.model.layers[0].register_forward_pre_hook(watch)
    causal(model, tokenizer, TEXT, progress=False, **options)
    return lengths


def test_rows_of_a_causal_model_share_a_pass_over_the_tokens_up_to_the_last_of_them(
    llama: Pair,
) -> None:
    count = len(llama[1](TEXT)["input_ids"])
    assert count > 2 * 16
    lengths = read_lengths(llama, special="keep")
    assert lengths == [*range(16, count, 16), count]
    assert read_lengths(llama, special="keep", batch_size=7) == [
        *range(7, count, 7),
        count,
    ]


def test_first_rows_that_are_shown_are_few(llama: Pair) -> None:
    def ignore(*_: object) -> None:
        pass

    assert read_lengths(llama, special="keep", on_rows=ignore)[0] == 2


def test_no_gradient_of_logits_has_those_of_a_row_for_each_row(llama: Pair) -> None:
    with Largest() as largest:
        causal(*llama, TEXT, progress=False)
    assert 0 < largest.size < 16 * 16 / 2 * llama[0].config.vocab_size


def test_an_error_that_progress_raises_once_stops_the_work_wherever_it_is(
    llama: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textualheatmap.saliency.arguments.progress.REPEAT_SECONDS", 0)
    calls: list[int] = []

    def count(done: int, _: int) -> None:
        calls.append(done)
        if len(calls) == last:
            msg = "stop"
            raise RuntimeError(msg)

    last = 0
    causal(*llama, "The state of the union", progress=count)
    total = len(calls)
    for last in range(1, total, 20):
        calls.clear()
        with pytest.raises(RuntimeError, match="stop"):
            causal(*llama, "The state of the union", progress=count)
        assert len(calls) == last


def test_a_group_of_rows_is_as_rows_one_by_one(gpt: Pair, llama: Pair) -> None:
    for pair in (gpt, llama):
        for output in ("logit", "log-probability"):
            one, many = (
                causal(*pair, SENTENCES[0], output=output, batch_size=size).heat
                for size in (1, None)
            )
            np.testing.assert_allclose(one, many, atol=1e-5)
