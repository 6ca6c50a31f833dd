"""Attention times its gradient."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from tests.saliency.reference import Float64Model
from textualheatmap.saliency import attention, causal, masked

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from tests.saliency.conftest import Pair

# A text, and where the pieces of its tokens are among all.
CASES = {
    "bert": ("The state é", [[0], [1], [2], [3], [4]]),
    "roberta": ("hé", [[0], [1], [2, 3], [4]]),
    "gpt": ("he é of", [[0], [1], [2, 3], [4]]),
    "llama": ("the é is", [[0], [1], [2], [3, 4], [5]]),
}
LAYERS = HEADS = 2
STEP = 1e-4
EXACT = 1e-4
# Dimensions of attention weights: batch, heads, rows, columns.
WEIGHTS = 4


@pytest.fixture(params=list(CASES))
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of each model in turn."""
    return request.param


class Nudged:
    """A model in float64, of which attention weights can be raised a little."""

    def __init__(self, model: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
        self.model = Float64Model(model).model
        self.model.set_attn_implementation("eager")
        self.layer, self.by, self.count = -1, torch.zeros(1), 0
        softmax, dropout = functional.softmax, functional.dropout

        def compute_softmax(given: Tensor, dim: int, dtype: object = None) -> Tensor:
            del dtype  # transformers asks for float32, which is too coarse
            return softmax(given, dim=dim)

        def nudge(weights: Tensor, *given: Any, **named: Any) -> Tensor:  # noqa: ANN401
            # Every model drops out attention weights, and nothing else of this shape.
            if weights.ndim == WEIGHTS:
                if self.count == self.layer:
                    weights = weights + self.by
                self.count += 1
            return dropout(weights, *given, **named)

        monkeypatch.setattr(functional, "softmax", compute_softmax)
        monkeypatch.setattr(functional, "dropout", nudge)

    @torch.no_grad()
    def read(self, ids: list[int], layer: int, by: Tensor) -> Tensor:
        """Return logits, shape (B, n, classes), with one layer's weights raised."""
        self.layer, self.by, self.count = layer, by, 0
        given = torch.tensor([ids] * len(by))
        # Until transformers 5, BERT computes weights by itself only if it returns them.
        logits = self.model(given, output_attentions=True).logits
        assert self.count == LAYERS
        return logits

    @torch.no_grad()
    def read_weights(self, ids: list[int]) -> Tensor:
        """Return the attention weights, shape (layers, heads, n, n)."""
        self.layer = -1
        found = self.model(torch.tensor([ids]), output_attentions=True).attentions
        return torch.cat(found)

    def weigh(
        self,
        ids: list[int],
        places: list[int],
        classes: list[int],
        output: str = "logit",
    ) -> NDArray[np.float64]:
        """Return weights times central differences, shape (layers, heads, n)."""
        count = len(ids)
        weights = self.read_weights(ids)
        heat = np.zeros((LAYERS, HEADS, count))
        for layer in range(LAYERS):
            for place in places:
                by = torch.zeros(HEADS, count, HEADS, count, count).double()
                for head in range(HEADS):
                    for column in range(count):
                        by[head, column, head, place, column] = STEP
                by = by.flatten(0, 1)
                above, below = (
                    self.read(ids, layer, sign * by)[:, places] for sign in (1, -1)
                )
                if output == "log-probability":
                    above, below = above.log_softmax(-1), below.log_softmax(-1)
                kinds = torch.tensor(classes)[None, :, None].expand(len(by), -1, -1)
                rise = (above - below).gather(2, kinds).sum(dim=(1, 2)) / (2 * STEP)
                heat[layer] += (
                    rise.view(HEADS, count) * weights[layer, :, place]
                ).numpy()
        return heat


def find_heat(
    nudged: Nudged,
    ids: list[int],
    columns: list[list[int]],
    mask: int | None,
    options: dict[str, Any],
) -> NDArray[np.float64]:
    """Return the truth, shape (layers, heads, tokens, tokens)."""
    rows: list[NDArray[np.float64]] = []
    for own in columns:
        if mask is None:
            places, read = own[-1:], ids
        else:
            places = own
            read = [mask if at in own else each for at, each in enumerate(ids)]
        logits = nudged.read(read, -1, torch.zeros(1))[0, places]
        top = logits.argmax(dim=1).tolist()
        if mask is not None:
            classes = (
                top if options.get("target") == "top" else [ids[p] for p in places]
            )
        else:
            (place,) = places
            true = options.get("target") == "true" and place + 1 < len(ids)
            classes = [ids[place + 1]] if true else top
        heat = nudged.weigh(read, places, classes, options.get("output", "logit"))
        rows.append(np.stack([heat[..., each].sum(axis=-1) for each in columns], -1))
    return np.stack(rows, axis=2)


@pytest.mark.parametrize(
    "options", [{}, {"target": "true", "output": "log-probability"}, {"target": "top"}]
)
def test_attention_times_gradient_is_that_of_finite_differences(
    name: str,
    options: dict[str, Any],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model, tokenizer = request.getfixturevalue(name)
    text, columns = CASES[name]
    facet = attention(model, tokenizer, text, kind="gradient", **options)
    assert facet.store.signed
    expected = find_heat(
        Nudged(model, monkeypatch),
        tokenizer(text).input_ids,
        columns,
        tokenizer.mask_token_id,
        options,
    )
    assert facet.heat.shape == expected.shape
    largest = abs(expected).max(axis=-1, keepdims=True)
    assert (abs(facet.heat - expected) / np.where(largest, largest, 1)).max() < EXACT


@pytest.mark.parametrize(("name", "function"), [("gpt", causal), ("bert", masked)])
def test_the_meta_are_those_of_the_other_functions(
    name: str,
    function: Any,  # noqa: ANN401 - one of two functions
    request: pytest.FixtureRequest,
) -> None:
    model, tokenizer = request.getfixturevalue(name)
    facet = attention(
        model, tokenizer, "the state", kind="gradient", top=2, special="drop"
    )
    expected = function(model, tokenizer, "the state", top=2)
    for found, wanted in zip(facet.tokens.meta, expected.tokens.meta, strict=True):
        assert [word for word, _ in found] == [word for word, _ in wanted]
    assert facet.provenance["target"] == expected.provenance["target"]
    assert facet.provenance["sign"]


def test_progress_is_told_by_row(gpt: Pair) -> None:
    calls: list[tuple[int, int]] = []
    attention(
        *gpt, "of peace", kind="gradient", progress=lambda *done: calls.append(done)
    )
    count = len(attention(*gpt, "of peace"))
    assert calls[0] == (0, count)
    assert calls[-1] == (count, count)


def test_a_model_that_looks_ahead_is_an_error(
    bert: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    model: Any = deepcopy(bert[0])
    monkeypatch.setattr(
        "textualheatmap.saliency.maps.explained_rows.is_masked", lambda _: False
    )
    monkeypatch.setattr(
        "textualheatmap.saliency.maps.attention_gradients.is_masked", lambda _: False
    )
    with pytest.raises(ValueError, match="the model looks ahead"):
        attention(model, bert[1], "the state", kind="gradient")
