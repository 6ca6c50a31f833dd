"""What saliency is compared with: the same numbers, computed in other ways.

All is in float64, one output at a time, without the package: gradients by central
differences, integrals by the midpoint rule.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from transformers.models.llama.modeling_llama import LlamaRMSNorm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

STEP = 1e-4


@dataclass(frozen=True)
class Truth:
    """One output of a network: what is compared with one row of heat.

    `forward` is from (N, T, d) to (N, T, classes), `inputs` of shape (T, d), and
    `columns` the inputs of each column. The output is the sum over `positions` of the
    logit, or of the log-probability, of that position's class in `classes`.
    """

    forward: Callable[[Tensor], Tensor]
    inputs: Tensor
    columns: Sequence[Sequence[int]]
    positions: Sequence[int]
    classes: Sequence[int]
    output: str = "logit"

    def read(self, inputs: Tensor) -> Tensor:
        logits = self.forward(inputs)
        if self.output == "log-probability":
            logits = logits.log_softmax(dim=2)
        places = zip(self.positions, self.classes, strict=True)
        return sum(
            (logits[:, place, kind] for place, kind in places), logits.new_zeros(1)
        )

    @torch.no_grad()
    def probe(self, point: Tensor, embed: Callable[[Tensor], Tensor]) -> Tensor:
        """Return d output / d point, of the point's shape, by central differences."""
        nudges = STEP * torch.eye(point.numel(), dtype=point.dtype)
        nudges = nudges.view(-1, *point.shape)
        rise = self.read(embed(point + nudges)) - self.read(embed(point - nudges))
        return (rise / (2 * STEP)).view(point.shape)

    def measure(self, values: Tensor) -> NDArray[np.float64]:
        """Return the norm of each column's values."""
        return np.array([values[list(each)].norm().item() for each in self.columns])

    def differentiate(self) -> NDArray[np.float64]:
        return self.measure(self.probe(self.inputs, lambda inputs: inputs))

    def differentiate_one_hot(self, matrix: Tensor) -> NDArray[np.float64]:
        """Return norms over the vocabulary, of which each input is a row."""
        (tokens, places) = (self.inputs[:, None] == matrix).all(dim=2).nonzero().T
        assert tokens.tolist() == list(range(len(self.inputs)))
        one_hot = torch.nn.functional.one_hot(places, len(matrix)).double()
        return self.measure(self.probe(one_hot, lambda point: point @ matrix))

    def integrate(self, baseline: Tensor, points: int) -> Tensor:
        """Return integrated gradients, shape (T, d), complete to a thousandth."""
        line = self.inputs - baseline
        shares = (torch.arange(points, dtype=line.dtype) + 0.5) / points
        path = (baseline + shares[:, None, None] * line).requires_grad_()
        (gradients,) = torch.autograd.grad(self.read(path).sum(), path)
        value = gradients.mean(dim=0) * line
        change = self.change(baseline)
        assert abs(value.sum().item() - change) <= 1e-3 * abs(change)
        return value

    @torch.no_grad()
    def change(self, baseline: Tensor) -> float:
        """Return by how much the inputs' output is above the baseline's."""
        ends = torch.stack([self.inputs, baseline.expand_as(self.inputs)])
        above, below = self.read(ends).tolist()
        return above - below

    @torch.no_grad()
    def occlude(self, baseline: Tensor) -> NDArray[np.float64]:
        """Return by how much the output changes without each column."""
        changes: list[float] = []
        for column in self.columns:
            without = self.inputs.clone()
            for place in column:
                without[place] = baseline
            above, below = self.read(torch.stack([self.inputs, without])).tolist()
            changes.append(abs(above - below))
        return np.array(changes)


class Twin:
    """A language model's copy in float64."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401 - any of transformers'
        self.model = deepcopy(model).eval()
        for name, part in list(self.model.named_modules()):
            if isinstance(part, LlamaRMSNorm):
                # transformers' own goes back to float32, too coarse for differences.
                norm = nn.RMSNorm(len(part.weight), part.variance_epsilon)
                norm.weight = part.weight
                self.model.set_submodule(name, norm)
        self.model.double()
        self.matrix = self.model.get_input_embeddings().weight.detach()

    def forward(self, inputs: Tensor) -> Tensor:
        return self.model(inputs_embeds=inputs).logits

    @torch.no_grad()
    def predict(self, ids: Sequence[int]) -> Tensor:
        """Return logits, shape (T, classes)."""
        return self.model(torch.tensor([list(ids)])).logits[0]


def ask_masked(
    twin: Twin, ids: Sequence[int], columns: Sequence[Sequence[int]], mask: int
) -> list[Truth]:
    """Return for each column the logits of its true tokens with it masked."""
    truths: list[Truth] = []
    for column in columns:
        covered = torch.tensor([mask if n in column else i for n, i in enumerate(ids)])
        true = [ids[place] for place in column]
        truths.append(Truth(twin.forward, twin.matrix[covered], columns, column, true))
    return truths


def ask_causal(
    twin: Twin, ids: Sequence[int], columns: Sequence[Sequence[int]]
) -> list[Truth]:
    """Return for each column the logit of the true next token, or of the best guess."""
    inputs = twin.matrix[list(ids)]
    truths: list[Truth] = []
    for column in columns:
        last = column[-1]
        end = last + 1 == len(ids)
        kind = twin.predict(ids)[last].argmax().item() if end else ids[last + 1]
        truths.append(Truth(twin.forward, inputs, columns, [last], [int(kind)]))
    return truths


def find_baseline(model: Any, tokenizer: Any, name: str) -> Tensor:  # noqa: ANN401
    """Return what stands for a missing token, shape (d,)."""
    matrix = Twin(model).matrix
    if name == "mask":
        return matrix[tokenizer.mask_token_id]
    return matrix.mean(dim=0) if name == "mean" else torch.zeros_like(matrix[0])


def ask_sequence(
    module: nn.Module, inputs: Tensor, classes: Sequence[int]
) -> list[Truth]:
    """Return for each step the logit of a class."""
    twin = deepcopy(module).eval().double()
    columns = [[step] for step in range(len(inputs))]
    return [
        Truth(twin, inputs.double(), columns, [step], [kind])
        for step, kind in enumerate(classes)
    ]


@torch.no_grad()
def prefer_top(truth: Truth) -> Truth:
    """Return the same about the best predictions."""
    logits = truth.forward(truth.inputs[None])[0]
    return replace(truth, classes=logits[list(truth.positions)].argmax(dim=1).tolist())


def scale(rows: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return each row divided by its largest value."""
    return np.stack([row / row.max() for row in rows])


def drop_own(rows: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Return rows without what a token does to itself."""
    return [np.where(np.arange(len(row)) == n, 0, row) for n, row in enumerate(rows)]
