"""Gradients of several outputs with respect to the same inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


def differentiate_each(
    outputs: Tensor,
    inputs: Tensor,
    positions: Sequence[Sequence[int]],
    head_inputs: Sequence[Tensor] = (),
) -> Tensor:
    """Return the gradient of each output, in one backward pass where that is possible.

    The backward pass has a batch of gradients, one an output, and reads what the
    forward pass kept only once (`is_grads_batched` of `torch.autograd.grad`). Where an
    operation of the network has no rule for such a batch, there is one backward pass
    after another.

    In memory are as many gradients of each activation as there are outputs. Those of
    the logits are left out if `head_inputs` says what the head reads: the head takes
    each position by itself, so that one gradient has those of all outputs.

    Parameters
    ----------
    outputs
        Shape (G,), computed from the inputs.
    inputs
        Shape (1, length, d), with `requires_grad`.
    positions
        For each output the positions whose logits it is made of.
    head_inputs
        What the head was called with. It is used if it was called once, with hidden
        states of all positions or of those asked for, shape (1, positions, h), and no
        two outputs have a position in common.

    Returns
    -------
    gradients
        Shape (G, length, d).

    Examples
    --------
    >>> inputs = torch.tensor([[[3.0], [4.0]]], requires_grad=True)
    >>> outputs = inputs.square().cumsum(dim=1)[0, :, 0]
    >>> differentiate_each(outputs, inputs, [[0], [1]]).tolist()
    [[[6.0], [0.0]], [[6.0], [8.0]]]
    """
    places = _find_places(positions, inputs.shape[1], head_inputs)
    if places is None:
        ends, seeds = outputs, torch.eye(len(outputs)).to(outputs)
    else:
        (ends,) = head_inputs
        (whole,) = torch.autograd.grad(outputs.sum(), ends, retain_graph=True)
        seeds = whole.new_zeros(len(outputs), *whole.shape)
        for seed, own in zip(seeds, places, strict=True):
            seed[:, own] = whole[:, own]
    try:
        (found,) = torch.autograd.grad(
            ends, inputs, seeds, retain_graph=True, is_grads_batched=True
        )
    except torch.OutOfMemoryError:
        raise
    except RuntimeError:
        # An error that has other causes comes again.
        return torch.cat(
            [
                torch.autograd.grad(ends, inputs, seed, retain_graph=True)[0]
                for seed in seeds
            ]
        )
    return found[:, 0]


def _find_places(
    positions: Sequence[Sequence[int]], length: int, head_inputs: Sequence[Tensor]
) -> list[list[int]] | None:
    """Return where the head reads the positions of each output, None if unknown."""
    flat = [position for own in positions for position in own]
    asked = sorted(set(flat))
    if len(head_inputs) != 1 or len(asked) != len(flat):
        return None
    shape = head_inputs[0].shape[:-1]
    if shape == (1, length):
        asked = list(range(length))
    elif shape != (1, len(asked)):
        return None
    return [[asked.index(position) for position in own] for own in positions]
