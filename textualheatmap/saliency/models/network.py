"""The network that is explained, in the form that all attribution methods take."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

import torch

from textualheatmap.saliency.models.head_input import record_nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from torch import Tensor, nn

# The logits of one batch take at most 64 MB in float32.
MAX_LOGITS = 2**24
# Batches of more sequences than this are not faster.
MAX_BATCH = 64
# Memory may have room for more than anybody asks for.
MAX_SEQUENCES = 2**31


@dataclass(frozen=True)
class Network:
    """A network from embedded inputs to logits.

    The network reads numbered sequences of inputs. A causal model reads one sequence
    for all its tokens; a masked model reads one sequence for each masked token.

    Parameters
    ----------
    embed
        Takes the numbers of B sequences, counted from 0. Returns their embedded inputs,
        shape (B, length, d), without gradient.
    forward
        Takes embedded inputs, shape (B, at most length, d), and P positions. Returns
        the logits at these positions, shape (B, P, classes). Where `accompany` is
        given, it takes what that returns as well.
    columns
        For each column of the heat, the positions of the inputs that share it.
    length
        Number of inputs in a sequence.
    classes
        Number of classes.
    baseline
        Embedded input that replaces a missing one, shape (d,).
    gradient_transform
        Matrix of shape (d, d). Gradients are multiplied by it before their norm is
        taken; None leaves them as they are.
    is_causal
        Whether each output depends only on inputs at its own and earlier positions.
    can_be_cut
        Whether a causal network predicts the same at a position when the inputs after
        it are left out. It does not where it turns positions by the text's length.
    computes_asked_only
        Whether `forward` computes no other logits than those it returns.
    accompany
        Takes the numbers of B sequences. Returns what `forward` takes beside their
        embedded inputs, by name, each of shape (B, length). None if that is nothing,
        or the same for all sequences.
    shares_inputs
        Whether targets of one sequence share a forward pass. Else each target has one
        of its own in a batch.
    record_head
        Makes a context that yields a list of what the head is called with in it: the
        hidden states, of which it makes each position's logits by themselves. By
        default the list stays empty.
    rounding
        Outputs may have rounding errors of this share of the largest.
    spans
        Columns that occlusion takes out together, neighbours in ascending order. None
        takes out one at a time.
    levels
        From the largest spans to the least, the number of the span of each column:
        coalitions of columns of which Owen values are computed.
    masks_targets
        Whether the inputs at a target's positions are masked. Occlusion leaves them so.
    modules
        The modules of the network, for methods that change what these compute.
    most_sequences, most_sharing
        How many sequences at most, and targets that share one, fit into memory. None
        sets no limit.
    """

    embed: Callable[[Sequence[int]], Tensor]
    forward: Callable[..., Tensor]
    columns: list[list[int]]
    length: int
    classes: int
    baseline: Tensor
    gradient_transform: Tensor | None = None
    is_causal: bool = False
    can_be_cut: bool = True
    computes_asked_only: bool = False
    accompany: Callable[[Sequence[int]], dict[str, Tensor]] | None = None
    shares_inputs: bool = False
    record_head: Callable[[], AbstractContextManager[Sequence[Tensor]]] = record_nothing
    rounding: float = 1e-5
    spans: Sequence[Sequence[int]] | None = None
    levels: Sequence[Sequence[int]] = ()
    masks_targets: bool = False
    modules: Sequence[nn.Module] = ()
    most_sequences: int | None = None
    most_sharing: int | None = None

    def compute_logits(
        self, inputs: Tensor, positions: list[int], sequences: Sequence[int]
    ) -> Tensor:
        """Return the logits at some positions, in float32.

        Their shape is (B, positions, classes).

        Parameters
        ----------
        inputs
            Embedded inputs, shape (B, at most length, d).
        positions
            Where the network predicts.
        sequences
            Numbers of the sequences that the inputs belong to: B, or one for all.

        Examples
        --------
        >>> network = Network(None, lambda x, p: x[:, p], [], 2, 1, None)
        >>> network.compute_logits(torch.tensor([[[3.0], [4.0]]]), [1], [0])
        tensor([[[4.]]])
        """
        if self.accompany is None:
            return self.forward(inputs, positions).float()
        return self.forward(inputs, positions, self.accompany(sequences)).float()

    def choose_batch_size(self, asked: int | None = None) -> int:
        """Return how many sequences to compute at a time: as asked, or from 1 to 64.

        They are no more than fit into memory. The logits of a chosen batch take at most
        64 MB, if one sequence's do.

        Examples
        --------
        >>> Network(None, None, [], 256, 30000, None).choose_batch_size()
        2
        """
        most = self.most_sequences or MAX_SEQUENCES
        if asked is not None:
            return min(asked, most)
        if self.computes_asked_only:
            # A batch of n targets asks for n positions in each of n sequences.
            fitting = isqrt(MAX_LOGITS // self.classes)
        else:
            fitting = MAX_LOGITS // (self.length * self.classes)
        return max(1, min(MAX_BATCH, fitting, most))


def find_one_hot_transform(embedding: Tensor) -> Tensor:
    """Return the matrix that turns embedding gradients into one-hot ones of equal norm.

    Let E be the embedding matrix and g the gradient with respect to an embedded token.
    The gradient with respect to the token's one-hot vector is E g. With E = Q R, where
    the columns of Q are orthonormal, R g has the same norm as E g, but only d numbers
    instead of one per token of the vocabulary.

    Parameters
    ----------
    embedding
        E, shape (vocabulary, d).

    Returns
    -------
    transform
        R transposed, shape (d, d): multiply a row vector g by it from the right.

    Examples
    --------
    >>> embedding = torch.tensor([[3.0], [4.0]])
    >>> find_one_hot_transform(embedding).abs().round().tolist()
    [[5.0]]
    """
    return torch.linalg.qr(embedding, mode="r").R.T
