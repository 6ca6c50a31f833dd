"""Occlusion of whole words, sentences and lines."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
import torch

from tests.saliency.conftest import fixed_seed
from tests.saliency.reference import (
    Float64Model,
    reference_causal,
    reference_masked,
    reference_sequence,
)
from textualheatmap.saliency import causal, masked, sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor

    from tests.saliency.reference import ReferenceOutput
    from textualheatmap import Facet

RAW: dict[str, Any] = {
    "method": "occlusion",
    "reduce": "sum",
    "scale": "none",
    "target": "true",
    "baseline": "zero",
    "progress": False,
}
TEXT = "Plentiful unions. Peace."
HARVESTS = "The harvests. Peace."


class Text(NamedTuple):
    """A text that is explained, with what its rows explain, and its spans by hand."""

    explain: Callable[..., Facet]
    tokens: list[str]
    references: list[ReferenceOutput]
    word: list[list[int]]
    sentence: list[list[int]]


@pytest.fixture(params=["masked", "causal", "sequence"])
def text(request: pytest.FixtureRequest) -> Text:
    """Return a text of words of several tokens, for each of the three functions."""
    if request.param == "sequence":
        module = request.getfixturevalue("rnn")
        with fixed_seed():
            inputs = torch.randn(6, 8)
        tokens, true = ["A", " by", "te", ".", " B", "."], [3, 1, 4, 1, 5, 9]
        return Text(
            partial(sequence, module, inputs, tokens, true_classes=true),
            tokens,
            reference_sequence(module, inputs, true),
            [[0], [1, 2], [3], [4], [5]],
            [[0, 1, 2, 3], [4, 5]],
        )
    if request.param == "masked":
        model, tokenizer = request.getfixturevalue("bert")
        ids = tokenizer(TEXT).input_ids
        columns, mask = [[n] for n in range(len(ids))], tokenizer.mask_token_id
        references = reference_masked(Float64Model(model), ids, columns, mask)
        return Text(
            partial(masked, model, tokenizer, TEXT, special="keep"),
            ["[CLS]", "Plent", "iful", "union", "s", ".", "Peace", ".", "[SEP]"],
            references,
            [[0], [1, 2], [3, 4], [5], [6], [7], [8]],
            [[0], [1, 2, 3, 4, 5], [6, 7], [8]],
        )
    model, tokenizer = request.getfixturevalue("llama")
    ids = tokenizer(HARVESTS).input_ids
    columns = [[n] for n in range(len(ids))]
    references = reference_causal(Float64Model(model), ids, columns)
    tokens = ["<s>", "The", " harve", "sts", ".", " Peace", "."]
    return Text(
        partial(causal, model, tokenizer, HARVESTS, special="keep"),
        tokens,
        references,
        [[0], [1], [2, 3], [4], [5], [6]],
        [[0], [1, 2, 3, 4], [5, 6]],
    )


class Sum(torch.nn.Linear):
    """At each step a linear layer of the sum of all inputs."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - torch's name
        return super().forward(input.sum(dim=1, keepdim=True).expand_as(input))


@torch.no_grad()
def find_loss(reference: ReferenceOutput, places: list[int]) -> float:
    """Return by how much an output sinks without some inputs, replaced by zero."""
    without = reference.inputs.clone()
    without[places] = 0
    above, below = reference.read(torch.stack([reference.inputs, without])).tolist()
    return above - below


def list_truth(text: Text, unit: str, *, keeps: bool) -> NDArray[np.float64]:
    """Return the true heat; with `keeps` a row's own token is masked whatever is."""
    count = len(text.references)
    truth = np.zeros((count, count))
    for row, reference in enumerate(text.references):
        for span in getattr(text, unit):
            taken = [n for n in span if not (keeps and n == row)]
            truth[row, taken] = find_loss(reference, taken)
    return truth


@pytest.mark.parametrize("unit", ["word", "sentence"])
def test_each_token_of_a_span_has_the_change_without_the_span(
    text: Text, unit: str
) -> None:
    facet = text.explain(by=unit, **RAW)
    assert [each for each in facet.tokens.texts if each != " "] == text.tokens
    is_masked = facet.provenance["model"] == "BertForMaskedLM"
    truth = list_truth(text, unit, keeps=is_masked)
    if not is_masked:
        truth = np.tril(truth)
    np.testing.assert_allclose(facet.heat, truth, atol=1e-4 * abs(truth).max())
    assert facet.provenance["by"] == unit
    assert facet.provenance["heat of a token"] == (
        f"the whole change without its {unit}"
    )


def test_batches_of_any_size_take_out_the_same(text: Text) -> None:
    whole = text.explain(by="word", **RAW)
    small = text.explain(by="word", batch_size=2, **RAW)
    np.testing.assert_allclose(small.heat, whole.heat, atol=1e-5)


def test_rows_arrive_once_the_spans_up_to_them_were_taken_out(text: Text) -> None:
    rows: list[NDArray[np.float32]] = []

    def show(_: Facet, start: int, arrived: NDArray[np.float32]) -> None:
        assert start == sum(map(len, rows))
        rows.append(arrived)

    facet = text.explain(by="sentence", on_rows=show, batch_size=1, **RAW)
    np.testing.assert_allclose(np.concatenate(rows), facet.heat, atol=1e-6)


def test_by_token_is_no_more_than_occlusion(text: Text) -> None:
    facet = text.explain(by="token", **RAW)
    np.testing.assert_array_equal(facet.heat, text.explain(**RAW).heat)
    assert "by" not in facet.provenance


def test_a_module_that_sees_the_future_has_heat_of_whole_spans() -> None:
    with fixed_seed():
        module = Sum(2, 3)
        inputs = torch.randn(3, 2)
    options: Any = {**RAW, "target": "top", "is_causal": False}
    facet = sequence(module, inputs, ["a", "b", " c"], by="word", **options)
    alone = sequence(module, inputs, ["a", "b", " c"], **options)
    # The module is linear: a word is worth what its tokens are.
    expected = alone.heat[:, :2].sum(axis=1, keepdims=True).repeat(2, axis=1)
    np.testing.assert_allclose(facet.heat[:, :2], expected, atol=1e-6)
    np.testing.assert_allclose(facet.heat[:, 2], alone.heat[:, 2], atol=1e-6)


def test_a_method_of_gradients_takes_out_nothing(text: Text) -> None:
    with pytest.raises(ValueError, match="by is 'word', but method is 'gradient'"):
        text.explain(by="word")
    with pytest.raises(ValueError, match="by is 'page', expected 'token', 'word'"):
        text.explain(by="page")
