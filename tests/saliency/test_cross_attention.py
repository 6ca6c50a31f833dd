"""Attention of models that read one text and write another."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from tests.saliency.test_seq2seq import (
    ANSWER,
    CASES,
    TEXT,
    Case,
    bart,  # noqa: F401 - a fixture
    build_case,
    marian,  # noqa: F401
    t5,  # noqa: F401
)
from textualheatmap import TextualHeatmap
from textualheatmap.saliency import attention, cross_attention, seq2seq

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    """Return each of the models in turn, with its tokens."""
    return build_case(request.getfixturevalue(request.param), request.param)


def read_precisely(case: Case) -> Any:  # noqa: ANN401 - what transformers returns
    """Return what a model itself returns with its attention, in float64."""
    model = deepcopy(case.model).double()
    model.set_attn_implementation("eager")
    source, target = (case.tokenizer(each).input_ids for each in (TEXT, ANSWER))
    return model(
        input_ids=torch.tensor([source]),
        decoder_input_ids=torch.tensor([[case.start, *target[:-1]]]),
        output_attentions=True,
        use_cache=False,
    )


def join(weights: torch.Tensor, columns: list[list[int]]) -> NDArray[np.float64]:
    """Return the sum of the columns of each token."""
    heat = weights.detach().numpy()
    return np.stack([heat[..., own].sum(axis=-1) for own in columns], axis=-1)


def move(weights: torch.Tensor) -> torch.Tensor:
    """Return weights of a target's tokens, not of what the decoder was given."""
    return torch.cat([weights[..., 1:], torch.zeros_like(weights[..., :1])], dim=-1)


def test_weights_are_those_that_the_model_returns(case: Case) -> None:
    facets = cross_attention(
        case.model, case.tokenizer, TEXT, ANSWER, special="drop", progress=False
    )
    truth = read_precisely(case)
    for facet, found, columns in (
        (facets.source, torch.cat(truth.cross_attentions), case.source),
        (facets.target, move(torch.cat(truth.decoder_attentions)), case.target),
    ):
        heat = join(found, columns)
        rows = [heat[:, :, own].mean(axis=2) for own in case.target]
        np.testing.assert_allclose(facet.heat, np.stack(rows, axis=2), atol=1e-5)
        assert [axis.name for axis in facet.store.axes] == ["layer", "head"]


@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_gradients_are_those_of_each_output(
    case: Case,
    output: Any,  # noqa: ANN401
) -> None:
    facets = cross_attention(
        case.model,
        case.tokenizer,
        TEXT,
        ANSWER,
        kind="gradient",
        output=output,
        special="drop",
        progress=False,
    )
    truth = read_precisely(case)
    logits = truth.logits[0]
    values = logits if output == "logit" else logits.log_softmax(dim=1)
    target = case.tokenizer(ANSWER).input_ids
    for facet, weights, columns, shown in (
        (facets.source, truth.cross_attentions, case.source, lambda each: each),
        (facets.target, truth.decoder_attentions, case.target, move),
    ):
        for row, own in enumerate(case.target):
            value = torch.stack([values[at, target[at]] for at in own]).sum()
            slopes = torch.autograd.grad(value, weights, retain_graph=True)
            products = torch.cat(
                [each * slope for each, slope in zip(weights, slopes, strict=True)]
            )
            expected = join(shown(products)[:, :, own].sum(dim=2), columns)
            np.testing.assert_allclose(
                facet.heat[:, :, row], expected, rtol=1e-5, atol=2e-5
            )
        assert facet.store.signed


def test_rows_of_the_source_sum_to_1_with_special_tokens(case: Case) -> None:
    facets = cross_attention(case.model, case.tokenizer, TEXT, ANSWER, progress=False)
    np.testing.assert_allclose(facets.source.heat.sum(axis=-1), 1, atol=1e-5)
    # A token that the decoder has not been given yet is not read; nor is the start
    # token shown, which is all that there is before the first one.
    heat = facets.target.heat
    assert (heat.sum(axis=-1) <= 1 + 1e-5).all()
    assert not np.triu(heat, 1).any()
    assert not heat[..., 0, 0].any()


def test_the_model_may_write_the_target(request: pytest.FixtureRequest) -> None:
    case = build_case(request.getfixturevalue("t5"), "t5")
    facets = cross_attention(
        case.model, case.tokenizer, TEXT, generate=9, special="drop", progress=False
    )
    expected = seq2seq(
        case.model, case.tokenizer, TEXT, generate=9, progress=False, method="gradient"
    )
    assert facets.target.tokens.text == expected.target.tokens.text
    assert facets.target.provenance["target text"] == "written by the model"
    heatmap = TextualHeatmap().set_data(facets)
    assert heatmap.facets[0].rows_of == "target"


def test_the_implementation_of_attention_is_left_as_it_was(case: Case) -> None:
    before = case.model.config._attn_implementation  # noqa: SLF001
    cross_attention(case.model, case.tokenizer, TEXT, ANSWER, kind="gradient")
    assert case.model.config._attn_implementation == before  # noqa: SLF001


def test_each_kind_of_model_has_a_function_of_its_own(case: Case, gpt: Pair) -> None:
    with pytest.raises(TypeError, match=r"cross_attention\(\)"):
        attention(case.model, case.tokenizer, TEXT)
    with pytest.raises(TypeError, match="no encoder with a decoder"):
        cross_attention(*gpt, TEXT, ANSWER)


@pytest.mark.parametrize("kind", ["rollout", "norm"])
def test_a_kind_that_is_not_defined_is_an_error(case: Case, kind: Any) -> None:  # noqa: ANN401
    with pytest.raises(ValueError, match=f"kind is '{kind}', expected 'weights' or"):
        cross_attention(case.model, case.tokenizer, TEXT, ANSWER, kind=kind)
