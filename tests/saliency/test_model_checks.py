"""Whether a model, its tokenizer and a text are of the kind that can be explained."""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from torch import nn
from transformers import (
    BertForSequenceClassification,
    BertForTokenClassification,
    BertModel,
    ByT5Tokenizer,
    GPT2Model,
)
from transformers.models.ctrl import CTRLConfig, CTRLLMHeadModel
from transformers.models.ibert import IBertConfig, IBertForMaskedLM
from transformers.models.xlnet import XLNetConfig, XLNetLMHeadModel

from tests.saliency.conftest import fixed_seed
from tests.saliency.reference import Float64Model, reference_causal, scale_rows
from textualheatmap.saliency import causal, masked

if TYPE_CHECKING:
    from collections.abc import Callable

    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from textualheatmap.facet.facet import Facet
    from textualheatmap.saliency.arguments.options import Method

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]

FUNCTIONS = [masked, causal]
HALF = "\ud83d"


@pytest.fixture(params=["masked", "causal"])
def either(request: pytest.FixtureRequest) -> tuple[Callable[..., Facet], Any, Any]:
    """Return a function, and a model and a tokenizer for it."""
    function, name = {"masked": (masked, "bert"), "causal": (causal, "gpt")}[
        request.param
    ]
    return function, *request.getfixturevalue(name)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", ValueError, "text is empty, expected at least one token"),
        (None, TypeError, "text is a NoneType, expected a string"),
        (b"a", TypeError, "text is a bytes, expected a string"),
        (["a"], TypeError, "text is a list, expected a string"),
        (
            f"a{HALF}b",
            ValueError,
            "text has half a character, '\\ud83d', at 1: expecte",
        ),
    ],
)
def test_a_text_that_is_none_is_an_error(
    either: tuple[Callable[..., Facet], Any, Any],
    text: object,
    error: type[Exception],
    message: str,
) -> None:
    function, model, tokenizer = either
    with pytest.raises(error) as caught:
        function(model, tokenizer, text)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [("bert", "of " * 63, 65), ("roberta", "x" * 63, 65), ("gpt", "x" * 65, 65)],
)
def test_a_text_that_is_too_long_is_an_error_with_both_numbers(
    name: str, text: str, count: int, request: pytest.FixtureRequest
) -> None:
    model, tokenizer = request.getfixturevalue(name)
    function = causal if name == "gpt" else masked
    with pytest.raises(ValueError, match="shorten the text") as caught:
        function(model, tokenizer, text)
    kind = type(model).__name__
    expected = f"text has {count} tokens, {kind} takes at most 64: "
    assert str(caught.value).startswith(expected)
    # Only `causal` reads a longer text.
    assert ("window=" in str(caught.value)) == (function is causal)


@pytest.mark.parametrize("name", ["bert", "roberta", "gpt"])
def test_a_text_may_be_as_long_as_the_model_takes(
    name: str, request: pytest.FixtureRequest
) -> None:
    model, tokenizer = request.getfixturevalue(name)
    text = {"bert": "of " * 62, "roberta": "x" * 62, "gpt": "x" * 64}[name]
    facet = (causal if name == "gpt" else masked)(model, tokenizer, text)
    assert len(facet.heat) == (64 if name == "gpt" else 62)


def test_positions_that_begin_after_the_padding_are_counted(roberta: Pair) -> None:
    model: Any = roberta[0]
    tokenizer = deepcopy(roberta[1])
    # 66 positions, of which the first two are never used.
    assert model.config.max_position_embeddings == 66
    tokenizer.model_max_length = 10**30
    with pytest.raises(ValueError, match=r"has 65 tokens, .* takes at most 64: "):
        masked(model, tokenizer, "x" * 63)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    "kind", [BertModel, BertForSequenceClassification, BertForTokenClassification]
)
def test_a_model_that_predicts_no_tokens_is_an_error(
    bert: Pair, kind: type[PreTrainedModel], function: Callable[..., Facet]
) -> None:
    with pytest.raises(TypeError, match="use AutoModelForMaskedLM or") as caught:
        function(kind(bert[0].config), bert[1], "of peace")
    assert str(caught.value).startswith(f"{kind.__name__} predicts no tokens, expected")


def test_a_causal_model_without_its_head_is_an_error(gpt: Pair) -> None:
    config: Any = gpt[0].config
    with pytest.raises(TypeError, match="GPT2Model predicts no tokens"):
        causal(GPT2Model(config), gpt[1], "of peace")


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("model", ["bert-base-uncased", None, nn.Linear(1, 1)])
def test_what_is_no_language_model_is_an_error(
    bert: Pair, model: object, function: Callable[..., Facet]
) -> None:
    with pytest.raises(TypeError, match="load_model reads one from a folder") as caught:
        function(model, bert[1], "of peace")
    assert str(caught.value).startswith(f"model is a {type(model).__name__}, expected")


class Closed(nn.Module):
    """A model that takes no embedded tokens."""

    def __init__(self, **config: object) -> None:
        super().__init__()
        self.config = SimpleNamespace(**config)

    def get_input_embeddings(self) -> nn.Module:
        return nn.Identity()

    def forward(self, input_ids: object) -> object:
        return input_ids


def test_a_model_that_takes_no_embedded_tokens_is_an_error(bert: Pair) -> None:
    with pytest.raises(TypeError, match="Closed takes no inputs_embeds, expected a"):
        masked(Closed(), bert[1], "of peace")


def test_a_model_that_embeds_tokens_as_integers_is_an_error(roberta: Pair) -> None:
    config = IBertConfig(
        vocab_size=len(roberta[1]),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    with pytest.raises(TypeError, match="IBertForMaskedLM embeds tokens by a QuantEmb"):
        masked(IBertForMaskedLM(config), roberta[1], "of peace")


def test_a_model_that_states_no_limit_is_told_what_it_is(gpt: Pair) -> None:
    # XLNet's config says that it takes -1 tokens.
    config = XLNetConfig(
        vocab_size=len(gpt[1]), d_model=32, n_layer=1, n_head=2, d_inner=64
    )
    with pytest.raises(ValueError, match=r"looks ahead.*expected a causal model"):
        causal(XLNetLMHeadModel(config), gpt[1], "of peace")


@pytest.mark.parametrize("method", ["gradient", "occlusion"])
def test_a_model_that_changes_what_it_is_given_is_explained(
    gpt: Pair, method: Method
) -> None:
    with fixed_seed():
        model = CTRLLMHeadModel(
            CTRLConfig(vocab_size=len(gpt[1]), n_embd=32, dff=64, n_layer=2, n_head=2)
        ).eval()
    text = "of he"
    ids = gpt[1](text).input_ids
    references = reference_causal(
        Float64Model(model), ids, [[place] for place in range(len(ids))]
    )
    zero = references[0].inputs.new_zeros(32)
    rows = [
        each.differentiate() if method == "gradient" else each.occlude(zero)
        for each in references
    ]
    options: Any = {"target": "true", "method": method, "baseline": "zero"}
    heat = causal(model, gpt[1], text, **options).heat
    np.testing.assert_allclose(heat, scale_rows(rows), atol=1e-4)


def test_an_encoder_with_a_decoder_is_an_error(bert: Pair) -> None:
    with pytest.raises(
        TypeError, match="Closed is an encoder with a decoder, expected"
    ):
        masked(Closed(is_encoder_decoder=True), bert[1], "of peace")


def test_a_model_of_another_precision_is_an_error(
    either: tuple[Callable[..., Facet], Any, Any],
) -> None:
    function, model, tokenizer = either
    other = deepcopy(model).double()
    expected = r"float64, expected torch.float32, .* or torch.float16: use model.float"
    with pytest.raises(TypeError, match=expected):
        function(other, tokenizer, "of peace")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_tokenizer_without_offsets_is_an_error(
    bert: Pair, function: Callable[..., Facet]
) -> None:
    with pytest.raises(TypeError, match="expected a fast tokenizer: use") as caught:
        function(bert[0], ByT5Tokenizer(), "of peace")
    assert str(caught.value).startswith("ByT5Tokenizer does not tell which characters")


@pytest.mark.parametrize("tokenizer", ["bert-base-uncased", None, dict])
def test_what_is_no_tokenizer_is_an_error(bert: Pair, tokenizer: object) -> None:
    with pytest.raises(TypeError, match=r"AutoTokenizer.from_pretrained reads"):
        masked(bert[0], tokenizer, "of peace")
