"""Reference values for saliency maps: the same numbers, computed in other ways.

Everything is in float64 and computes one output at a time, without the package:
gradients are central differences, and integrals use the midpoint rule. Language models
read the numbers of tokens; what these are embedded as is replaced on the way.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from transformers.models.llama.modeling_llama import LlamaRMSNorm
from transformers.models.t5.modeling_t5 import T5LayerNorm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

STEP = 1e-4


@dataclass(frozen=True)
class ReferenceOutput:
    """One output of a network, whose attributions are compared with one row of heat.

    `forward` is from (N, T, d) to (N, T, classes), `inputs` of shape (T, d), and
    `columns` the inputs of each column. The output is the sum over `positions` of the
    logit, or of the log-probability, of that position's class in `classes`, minus that
    of its foil, if there are foils.
    """

    forward: Callable[[Tensor], Tensor]
    inputs: Tensor
    columns: Sequence[Sequence[int]]
    positions: Sequence[int]
    classes: Sequence[int]
    output: str = "logit"
    foils: Sequence[int] = ()

    def read(self, inputs: Tensor) -> Tensor:
        logits = self.forward(inputs)
        if self.output == "log-probability":
            logits = logits.log_softmax(dim=2)
        total = logits.new_zeros(1)
        for place, kind in zip(self.positions, self.classes, strict=True):
            total = total + logits[:, place, kind]
        for place, foil in zip(self.positions, self.foils, strict=bool(self.foils)):
            total = total - logits[:, place, foil]
        return total

    def differentiate(self) -> NDArray[np.float64]:
        """Return the norms of the gradient, by central differences."""
        return self.measure(self.find_gradient())

    @torch.no_grad()
    def find_gradient(self) -> Tensor:
        """Return the gradient by central differences, shape (T, d)."""
        nudges = STEP * torch.eye(self.inputs.numel(), dtype=self.inputs.dtype)
        nudges = nudges.view(-1, *self.inputs.shape)
        rise = self.read(self.inputs + nudges) - self.read(self.inputs - nudges)
        return (rise / (2 * STEP)).view(self.inputs.shape)

    def measure(self, values: Tensor) -> NDArray[np.float64]:
        """Return the norm of each column's values."""
        return np.array([values[list(each)].norm().item() for each in self.columns])

    def add_up(self, values: Tensor) -> NDArray[np.float64]:
        """Return the sum of each column's values."""
        return np.array([values[list(each)].sum().item() for each in self.columns])

    def differentiate_one_hot(self, matrix: Tensor) -> NDArray[np.float64]:
        """Return norms over the vocabulary, of which each input is a row.

        Differences in every direction of the vocabulary would take too long. Those of
        the embedding agree with autograd, which is used here on one-hot vectors.
        """
        (tokens, places) = (self.inputs[:, None] == matrix).all(dim=2).nonzero().T
        assert tokens.tolist() == list(range(len(self.inputs)))
        one_hot = torch.nn.functional.one_hot(places, len(matrix)).double()
        one_hot.requires_grad_()
        output = self.read((one_hot @ matrix)[None])
        return self.measure(torch.autograd.grad(output.sum(), one_hot)[0])

    def integrate(self, baseline: Tensor, points: int, power: int = 1) -> Tensor:
        """Return integrated gradients, shape (T, d), complete to a thousandth.

        With a `power` above 1, points crowd at the baseline.
        """
        line = self.inputs - baseline
        shares = (torch.arange(points, dtype=line.dtype) + 0.5) / points
        weights = power * shares ** (power - 1) / points
        path = (baseline + shares[:, None, None] ** power * line).requires_grad_()
        (gradients,) = torch.autograd.grad(self.read(path).sum(), path)
        value = (weights[:, None, None] * gradients).sum(dim=0) * line
        change = self.change(baseline)
        assert abs(value.sum().item() - change) <= 1e-3 * abs(change)
        return value

    @torch.no_grad()
    def change(self, baseline: Tensor) -> float:
        """Return by how much the inputs' output is above the baseline's."""
        ends = torch.stack([self.inputs, baseline.expand_as(self.inputs)])
        above, below = self.read(ends).tolist()
        return above - below

    def occlude(self, baseline: Tensor) -> NDArray[np.float64]:
        """Return by how much the output changes without each column."""
        return abs(self.find_losses(baseline))

    @torch.no_grad()
    def find_losses(self, baseline: Tensor) -> NDArray[np.float64]:
        """Return by how much the output sinks without each column."""
        changes: list[float] = []
        for column in self.columns:
            without = self.inputs.clone()
            for place in column:
                without[place] = baseline
            above, below = self.read(torch.stack([self.inputs, without])).tolist()
            changes.append(above - below)
        return np.array(changes)


class Float64Model:
    """A language model's copy in float64."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401 - any of transformers'
        self.model = deepcopy(model).eval()
        for name, part in list(self.model.named_modules()):
            if isinstance(part, LlamaRMSNorm | T5LayerNorm):
                # transformers' own norm is in float32: too coarse for differences.
                norm = nn.RMSNorm(len(part.weight), part.variance_epsilon)
                norm.weight = part.weight
                self.model.set_submodule(name, norm)
        self.model.double()
        self.embedding = self.model.get_input_embeddings()
        self.matrix = self.embed(range(self.embedding.num_embeddings))

    @torch.no_grad()
    def embed(self, ids: Sequence[int]) -> Tensor:
        """Return embedded tokens, shape (T, d)."""
        return self.embedding(torch.tensor([list(ids)]))[0]

    def read(self, ids: Sequence[int], **others: list[int]) -> Callable[..., Tensor]:
        """Return what reads a text whose tokens are embedded as it is told.

        `others` are what the model takes of each token beside its number.
        """

        def forward(inputs: Tensor) -> Tensor:
            given = {
                name: torch.tensor([list(values)] * len(inputs))
                for name, values in {"input_ids": ids, **others}.items()
            }
            hook = self.embedding.register_forward_hook(
                # CTRL multiplies it in place.
                lambda *_: inputs.clone()
            )
            try:
                return self.model(
                    **given, attention_mask=torch.ones_like(given["input_ids"])
                ).logits
            finally:
                hook.remove()

        return forward

    @torch.no_grad()
    def predict(self, ids: Sequence[int], **others: list[int]) -> Tensor:
        """Return logits, shape (T, classes)."""
        return self.read(ids, **others)(self.embed(ids)[None])[0]


def reference_masked(
    precise: Float64Model,
    ids: Sequence[int],
    columns: Sequence[Sequence[int]],
    mask: int,
    **others: list[int],
) -> list[ReferenceOutput]:
    """Return for each column the logits of its true tokens with it masked."""
    references: list[ReferenceOutput] = []
    for column in columns:
        covered = [mask if n in column else i for n, i in enumerate(ids)]
        true = [ids[place] for place in column]
        references.append(
            ReferenceOutput(
                precise.read(covered, **others),
                precise.embed(covered),
                columns,
                column,
                true,
            )
        )
    return references


def reference_causal(
    precise: Float64Model,
    ids: Sequence[int],
    columns: Sequence[Sequence[int]],
    **others: list[int],
) -> list[ReferenceOutput]:
    """Return for each column the logit of the true next token, or of the best guess."""
    forward, inputs = precise.read(ids, **others), precise.embed(ids)
    references: list[ReferenceOutput] = []
    for column in columns:
        last = column[-1]
        end = last + 1 == len(ids)
        kind = precise.predict(ids)[last].argmax().item() if end else ids[last + 1]
        references.append(
            ReferenceOutput(forward, inputs, columns, [last], [int(kind)])
        )
    return references


class Float64Pair(Float64Model):
    """A copy in float64 of a model with an encoder and a decoder.

    It is given embedded tokens by `inputs_embeds` and `decoder_inputs_embeds`. They are
    what the encoder's embedding makes of the tokens.
    """

    def __init__(self, model: Any) -> None:  # noqa: ANN401 - any of transformers'
        super().__init__(model)
        self.embedding = self.model.get_encoder().get_input_embeddings()
        self.matrix = self.embed(range(self.embedding.num_embeddings))
        # Marian's encoder scales what it embeds, and not what it is given.
        self.scale = getattr(self.model.get_encoder(), "embed_scale", 1)

    def read_pair(self, count: int, start: int) -> Callable[[Tensor], Tensor]:
        """Return what reads `count` embedded tokens and the target's after them.

        Its logits at a place are those of the token after it.
        """
        (first,) = self.embed([start])

        def forward(inputs: Tensor) -> Tensor:
            begun = first.expand(len(inputs), 1, -1)
            logits = self.model(
                inputs_embeds=inputs[:, :count] * self.scale,
                decoder_inputs_embeds=torch.cat([begun, inputs[:, count:]], dim=1),
                use_cache=False,
            ).logits
            return torch.cat(
                [
                    logits.new_zeros(len(inputs), count - 1, 1).expand(
                        -1, -1, logits.shape[2]
                    ),
                    logits,
                ],
                dim=1,
            )

        return forward


def reference_seq2seq(
    model: Any,  # noqa: ANN401 - any of transformers'
    source: Sequence[int],
    target: Sequence[int],
    start: int,
    columns: Sequence[Sequence[int]],
) -> list[ReferenceOutput]:
    """Return for each column of the target the sum of the logits of its true tokens.

    Columns number the tokens of source and target, one after the other.
    """
    precise, count, ids = Float64Pair(model), len(source), [*source, *target]
    forward, inputs = precise.read_pair(count, start), precise.embed(ids)
    return [
        ReferenceOutput(
            forward,
            inputs,
            columns,
            [place - 1 for place in column],
            [ids[place] for place in column],
        )
        for column in columns
        if column[0] >= count
    ]


def find_baseline(model: Any, tokenizer: Any, name: str) -> Tensor:  # noqa: ANN401
    """Return what stands for a missing token, shape (d,)."""
    matrix = Float64Model(model).matrix
    if name == "mask":
        return matrix[tokenizer.mask_token_id]
    return matrix.mean(dim=0) if name == "mean" else torch.zeros_like(matrix[0])


def reference_sequence(
    module: nn.Module, inputs: Tensor, classes: Sequence[int]
) -> list[ReferenceOutput]:
    """Return for each step the logit of a class."""
    precise = deepcopy(module).eval().double()
    columns = [[step] for step in range(len(inputs))]
    return [
        ReferenceOutput(precise, inputs.double(), columns, [step], [kind])
        for step, kind in enumerate(classes)
    ]


@torch.no_grad()
def explain_top(reference: ReferenceOutput) -> ReferenceOutput:
    """Return the same reference for the top predictions."""
    logits = reference.forward(reference.inputs[None])[0]
    return replace(
        reference, classes=logits[list(reference.positions)].argmax(dim=1).tolist()
    )


def scale_rows(rows: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return each row divided by its largest value."""
    return np.stack([row / row.max() for row in rows])


def clear_diagonal(rows: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Return rows without what a token does to itself."""
    return [np.where(np.arange(len(row)) == n, 0, row) for n, row in enumerate(rows)]
