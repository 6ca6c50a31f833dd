"""Models that read the numbers of tokens beside their embeddings: right, or refused."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from tokenizers import processors
from torch import nn
from transformers.models.esm import EsmConfig, EsmForMaskedLM

from tests.saliency.conftest import STD, fixed_seed
from tests.saliency.reference import (
    Float64Model,
    clear_diagonal,
    reference_masked,
    scale_rows,
)
from textualheatmap.saliency import causal, masked
from textualheatmap.saliency.models.forward_check import find_difference

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from textualheatmap.saliency.arguments.options import Method

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]


def test_tokens_have_the_types_that_the_tokenizer_gives_them(bert: Pair) -> None:
    model, tokenizer = bert[0], deepcopy(bert[1])
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    encoded = tokenizer("the state of")
    types = list(encoded.token_type_ids)
    assert types == [0, 1, 1, 1, 1]
    references = reference_masked(
        Float64Model(model),
        encoded.input_ids,
        [[1], [2], [3]],
        tokenizer.convert_tokens_to_ids("[MASK]"),  # pyright: ignore[reportArgumentType]
        token_type_ids=types,
    )
    rows = [reference.differentiate() for reference in references]
    heat = masked(model, tokenizer, "the state of").heat
    np.testing.assert_allclose(heat, scale_rows(clear_diagonal(rows)), atol=1e-4)
    assert abs(heat - masked(*bert, "the state of").heat).max() > 0.01


@pytest.mark.parametrize("batch_size", [1, 2, None])
def test_positions_skip_a_padding_token_that_is_written_in_the_text(
    roberta: Pair, batch_size: int | None
) -> None:
    model: Any
    tokenizer: Any
    model, tokenizer = roberta
    text = "h<pad>be"
    ids = tokenizer(text).input_ids
    assert tokenizer.convert_ids_to_tokens(ids)[1:-1] == ["h", "<pad>", "be"]
    columns = [[1], [2], [3]]
    references = reference_masked(
        Float64Model(model), ids, columns, tokenizer.mask_token_id
    )
    # The padding token's logit depends on nothing, as it is embedded as 0.
    output: Any = "log-probability"
    rows = [replace(each, output=output).differentiate() for each in references]
    heat = masked(model, tokenizer, text, output=output, batch_size=batch_size).heat
    np.testing.assert_allclose(heat, scale_rows(clear_diagonal(rows)), atol=1e-4)


def build_esm(bert: Pair) -> Pair:
    with fixed_seed():
        config = EsmConfig(
            vocab_size=bert[0].config.vocab_size,
            mask_token_id=4,
            pad_token_id=0,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=66,
            initializer_range=STD,
            token_dropout=True,
        )
        return EsmForMaskedLM(config).eval(), bert[1]


@pytest.mark.parametrize("text", ["the state of", "the [MASK] state"])
@pytest.mark.parametrize("method", ["gradient", "occlusion"])
def test_esm_scales_its_embeddings_by_the_share_of_masks(
    bert: Pair, text: str, method: Method
) -> None:
    model, tokenizer = build_esm(bert)
    precise = Float64Model(model)
    ids = tokenizer(text).input_ids
    references = reference_masked(precise, ids, [[1], [2], [3]], 4)
    rows = [
        reference.differentiate()
        if method == "gradient"
        else reference.occlude(torch.zeros_like(precise.matrix[0]))
        for reference in references
    ]
    heat = masked(model, tokenizer, text, method=method, baseline="zero").heat
    np.testing.assert_allclose(heat, scale_rows(clear_diagonal(rows)), atol=1e-4)


class ReadingIds(nn.Module):
    """Adds to a model's logits what depends on the numbers of tokens.

    `needs_ids` makes it fail without them.
    """

    def __init__(self, pair: Pair, *, needs_ids: bool = False) -> None:
        super().__init__()
        self.model: Any = pair[0]
        self.config, self.needs_ids = self.model.config, needs_ids

    def get_input_embeddings(self) -> nn.Module:
        return self.model.get_input_embeddings()

    def forward(
        self,
        *,
        input_ids: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        attention_mask: Tensor,
    ) -> SimpleNamespace:
        if input_ids is None and self.needs_ids:
            msg = "You must specify input_ids"
            raise ValueError(msg)
        logits = self.model(
            input_ids=input_ids,
            inputs_embeds=inputs_embeds,
            attention_mask=attention_mask,
        ).logits
        if input_ids is not None:
            logits = logits * (1 + input_ids.unsqueeze(-1) / 100)
        return SimpleNamespace(logits=logits)


@pytest.mark.parametrize("name", ["gpt", "bert"])
def test_a_model_that_reads_more_than_embedded_tokens_is_an_error(
    name: str, request: pytest.FixtureRequest
) -> None:
    pair = request.getfixturevalue(name)
    function = causal if name == "gpt" else masked
    with pytest.raises(ValueError, match=r"differ by \d.* % of the largest") as caught:
        function(ReadingIds(pair), pair[1], "the state of")
    assert str(caught.value).startswith("ReadingIds predicts something else from embed")
    with pytest.raises(TypeError, match=r"fails on embedded tokens, exp.*You must spe"):
        function(ReadingIds(pair, needs_ids=True), pair[1], "the state of")


@pytest.mark.parametrize(
    ("dtype", "rounding", "wrong"),
    [(torch.float32, 5e-6, 5e-5), (torch.bfloat16, 0.01, 0.1)],
)
def test_rounding_is_no_difference(
    dtype: torch.dtype, rounding: float, wrong: float
) -> None:
    expected = torch.tensor([1.0, -8.0]).to(dtype)
    near, far = (
        (expected.double() + 8 * error).to(dtype) for error in (rounding, wrong)
    )
    assert find_difference("A", expected, lambda: near) is None
    error = find_difference("A", expected, lambda: far)
    assert str(error).startswith("A predicts something else from embedded tokens than")
