"""What is asked of a network: outputs to be explained by its inputs.

A *source* is what the network reads at once, a *row* an output of it to be explained,
a *column* a group of its inputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

# Logits of one batch, in float32 64 MB, and sequences beyond which none is quicker.
MAX_LOGITS = 2**24
MAX_BATCH = 64


class Row(NamedTuple):
    """An output to be explained: of a source, the logits at some positions.

    `classes` has one class per position; the last position is what is predicted from.
    """

    source: int
    positions: tuple[int, ...]
    classes: tuple[int, ...]


@dataclass(frozen=True)
class Problem:
    """A network, what it reads, and what is asked of it.

    Parameters
    ----------
    embed
        From B sources to their embedded inputs, shape (B, length, d), without gradient.
    forward
        From embedded inputs, shape (B, at most length, d), and some positions to their
        logits, shape (B, positions, classes).
    rows
        What is to be explained, in ascending order of source and position.
    columns
        The inputs of each column.
    length
        Inputs of a source.
    classes
        Number of classes.
    baseline
        Shape (d,): stands for an input that is not there.
    metric
        Shape (d, d) or None: a gradient's norm is the L2 norm of it times the metric.
    looks_back
        Whether an output may only depend on its own and earlier inputs.
    is_lean
        Whether there are logits only at the positions that are asked for.
    """

    embed: Callable[[Sequence[int]], Tensor]
    forward: Callable[[Tensor, list[int]], Tensor]
    rows: list[Row]
    columns: list[list[int]]
    length: int
    classes: int
    baseline: Tensor
    metric: Tensor | None = None
    looks_back: bool = False
    is_lean: bool = False

    def choose_batch_size(self) -> int:
        """Return how many sequences, at most 64, keep the logits within 64 MB.

        Examples
        --------
        >>> Problem(None, None, [], [], 256, 30000, None).choose_batch_size()
        2
        """
        if self.is_lean:
            # As many positions as rows.
            fitting = isqrt(MAX_LOGITS // self.classes)
        else:
            fitting = MAX_LOGITS // (self.length * self.classes)
        return max(1, min(MAX_BATCH, fitting))


def find_metric(embedding: Tensor) -> Tensor:
    """Return what turns a gradient with respect to embeddings into one of one-hot.

    With E the embedding matrix and g the gradient with respect to an embedded token,
    E g is the gradient with respect to the one-hot vector. Where E = Q R, with columns
    of Q orthonormal, E g is as long as R g, which is as short as g.

    Parameters
    ----------
    embedding
        E, shape (vocabulary, d).

    Returns
    -------
    metric
        The transpose of R: a row vector g is multiplied by it from the right.

    Examples
    --------
    >>> embedding = torch.tensor([[3.0], [4.0]])
    >>> find_metric(embedding).abs().round().tolist()
    [[5.0]]
    """
    return torch.linalg.qr(embedding, mode="r").R.T
