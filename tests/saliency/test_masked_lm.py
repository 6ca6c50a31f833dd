"""Saliency maps of masked language models."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from tests.saliency.reference import (
    Float64Model,
    clear_diagonal,
    explain_top,
    find_baseline,
    reference_masked,
    scale_rows,
)
from textualheatmap.saliency import masked

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from tests.saliency.reference import ReferenceOutput
    from textualheatmap.facet.facet import Facet
    from textualheatmap.saliency.arguments.options import (
        Baseline,
        Method,
        Output,
        TargetClass,
    )

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]
    Case = tuple[Any, Any, str, list[ReferenceOutput]]

# A text, its tokens, and where their pieces are among all, from `[CLS]` to `[SEP]`.
CASES = {
    "bert": ("The state é 👍", ["The", "state", "é", "👍"], [[1], [2], [3], [4]]),
    "roberta": ("hé 👍", ["h", "é", "👍"], [[1], [2, 3], [4, 5, 6, 7, 8]]),
}
BASELINES = ["mask", "mean", "zero"]


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    """Return a model, its tokenizer, a text, and a reference for each token."""
    model, tokenizer = request.getfixturevalue(request.param)
    text, _, columns = CASES[request.param]
    ids = tokenizer(text).input_ids
    references = reference_masked(
        Float64Model(model), ids, columns, tokenizer.mask_token_id
    )
    return model, tokenizer, text, references


def list_shown(facet: Facet) -> list[str]:
    """Return the tokens that are not format tokens."""
    tokens = zip(facet.tokens.texts, facet.tokens.is_format, strict=True)
    return [text for text, is_format in tokens if not is_format]


@pytest.mark.parametrize("output", ["logit", "log-probability"])
@pytest.mark.parametrize("target", ["true", "top"])
def test_a_gradient_is_that_of_finite_differences(
    case: Case, output: Output, target: TargetClass
) -> None:
    model, tokenizer, text, references = case
    if target == "top":
        references = [explain_top(reference) for reference in references]
    rows = [
        replace(reference, output=output).differentiate() for reference in references
    ]
    facet = masked(model, tokenizer, text, output=output, target=target)
    np.testing.assert_allclose(facet.heat, scale_rows(clear_diagonal(rows)), atol=2e-4)


@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_a_gradient_with_respect_to_one_hot_is_that_of_one_hot_vectors(
    case: Case, output: Output
) -> None:
    model, tokenizer, text, references = case
    matrix = Float64Model(model).matrix
    rows = [
        replace(reference, output=output).differentiate_one_hot(matrix)
        for reference in references
    ]
    facet = masked(model, tokenizer, text, output=output, wrt="one-hot")
    np.testing.assert_allclose(facet.heat, scale_rows(clear_diagonal(rows)), atol=2e-4)
    assert (
        abs(facet.heat - masked(model, tokenizer, text, output=output).heat).max()
        > 0.001
    )


@pytest.mark.parametrize("baseline", BASELINES)
@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_an_occlusion_is_the_change_without_a_token(
    case: Case, output: Output, baseline: Baseline
) -> None:
    model, tokenizer, text, references = case
    rows = [
        replace(reference, output=output).occlude(
            find_baseline(model, tokenizer, baseline)
        )
        for reference in references
    ]
    options: Any = {"method": "occlusion", "baseline": baseline, "output": output}
    facet = masked(model, tokenizer, text, **options)
    np.testing.assert_allclose(facet.heat, scale_rows(clear_diagonal(rows)), atol=2e-4)


@pytest.mark.parametrize("baseline", BASELINES)
@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_integrated_gradients_are_those_of_a_dense_sum(
    case: Case, output: Output, baseline: Baseline
) -> None:
    model, tokenizer, text, references = case
    rows = [
        reference.measure(
            reference.integrate(find_baseline(model, tokenizer, baseline), 300)
        )
        for reference in (replace(reference, output=output) for reference in references)
    ]
    facet = masked(
        model,
        tokenizer,
        text,
        method="integrated-gradients",
        baseline=baseline,
        output=output,
    )
    np.testing.assert_allclose(facet.heat, scale_rows(clear_diagonal(rows)), atol=5e-3)
    gap: Any = facet.provenance["completeness gap"]
    assert 0 <= gap <= 0.01


def test_pieces_that_share_a_character_are_one_token(case: Case) -> None:
    model, tokenizer, text, _ = case
    shown = {given: tokens for given, tokens, _ in CASES.values()}
    assert list_shown(masked(model, tokenizer, text)) == shown[text]


@pytest.mark.parametrize("method", ["gradient", "occlusion", "integrated-gradients"])
def test_the_masked_token_itself_has_no_heat(case: Case, method: Method) -> None:
    model, tokenizer, text, _ = case
    heat = masked(model, tokenizer, text, method=method).heat
    assert (np.diagonal(heat) == 0).all()
    # It is left out before the row is scaled: another one has all the heat.
    assert (heat.max(axis=1) == 1).all()


def test_rows_can_be_scaled_together(case: Case) -> None:
    model, tokenizer, text, references = case
    rows = np.stack(
        clear_diagonal([reference.differentiate() for reference in references])
    )
    facet = masked(model, tokenizer, text, scale="all")
    np.testing.assert_allclose(facet.heat, rows / rows.max(), atol=2e-4)


def test_a_text_of_one_token_has_no_heat(bert: Pair) -> None:
    assert masked(*bert, "state").heat.tolist() == [[0.0]]


def test_special_tokens_can_be_left_out_or_shown(bert: Pair) -> None:
    dropped = masked(*bert, "of peace")
    shown = masked(*bert, "of peace", special="format")
    kept = masked(*bert, "of peace", special="keep")
    assert dropped.tokens.texts == ("of", " ", "peace")
    assert shown.tokens.texts == ("[CLS]", "of", " ", "peace", "[SEP]")
    assert list(shown.tokens.is_format) == [True, False, True, False, True]
    np.testing.assert_array_equal(shown.heat, dropped.heat)
    assert kept.tokens.texts == shown.tokens.texts
    assert list(kept.tokens.is_format) == [False, False, True, False, False]
    assert kept.heat.shape == (4, 4)


def test_a_special_token_that_is_kept_is_masked_as_any_other(bert: Pair) -> None:
    model: Any
    tokenizer: Any
    model, tokenizer = bert
    ids = tokenizer("of peace").input_ids
    columns = [[0], [1], [2], [3]]
    references = reference_masked(
        Float64Model(model), ids, columns, tokenizer.mask_token_id
    )
    rows = [reference.differentiate() for reference in references]
    heat = masked(model, tokenizer, "of peace", special="keep").heat
    np.testing.assert_allclose(heat, scale_rows(clear_diagonal(rows)), atol=2e-4)


def test_the_meta_are_the_best_predictions_with_their_probabilities(bert: Pair) -> None:
    model, tokenizer = bert
    text = "The state of peace"
    ids = tokenizer(text).input_ids
    facet = masked(model, tokenizer, text, top=4)
    words = [n for n, is_gap in enumerate(facet.tokens.is_format) if not is_gap]
    for place, position in enumerate(words, start=1):
        covered = [*ids[:place], tokenizer.mask_token_id, *ids[place + 1 :]]
        shares = Float64Model(model).predict(covered)[place].softmax(dim=0)
        values, kinds = shares.topk(4)
        names = tokenizer.convert_ids_to_tokens(kinds.tolist())
        meta = facet.tokens.meta[position]
        assert [name for name, _ in meta] == [name.removeprefix("##") for name in names]
        assert [share for _, share in meta] == pytest.approx(values.tolist(), rel=1e-4)
    assert facet.tokens.meta[1] == ()


def test_the_meta_of_several_pieces_are_those_of_the_last(roberta: Pair) -> None:
    model, tokenizer = roberta
    text, _, columns = CASES["roberta"]
    ids: list[Any] = list(tokenizer(text).input_ids)
    for place in columns[2]:
        ids[place] = tokenizer.mask_token_id
    (best,) = (
        Float64Model(model).predict(ids)[columns[2][-1]].softmax(dim=0).topk(1).values
    )
    (_, share), *_ = masked(model, tokenizer, text).tokens.meta[-1]
    assert share == pytest.approx(best.item(), rel=1e-4)


@pytest.mark.parametrize(("top", "count"), [(0, 0), (1, 1), (10**6, 104)])
def test_there_are_as_many_predictions_as_asked_for(
    bert: Pair, top: int, count: int
) -> None:
    (meta, *_) = masked(*bert, "of peace", top=top).tokens.meta
    assert len(meta) == count


def test_the_facet_says_what_was_done(bert: Pair) -> None:
    options: Any = {"method": "integrated-gradients", "output": "log-probability"}
    record = masked(*bert, "of peace", **options, special="format").provenance
    assert record["model"] == "BertForMaskedLM"
    assert record["tokenizer"] == type(bert[1]).__name__
    assert record["torch"] == torch.__version__
    assert record["steps"] == 32
    assert record["baseline"] == "mask"
    assert record["target"] == "true"
    assert record["wrt"] == "embedding"
    assert record["scale"] == "row"
    assert record["special"] == "format"
    assert record.items() >= options.items()


@pytest.mark.parametrize("text", ["  \n", "\x00"])
def test_a_text_without_tokens_is_an_error(bert: Pair, text: str) -> None:
    with pytest.raises(ValueError, match="has no token that could be masked") as caught:
        masked(*bert, text)
    assert repr(text) in str(caught.value)


def test_a_causal_model_is_an_error_that_names_the_other_function(gpt: Pair) -> None:
    with pytest.raises(TypeError, match=r"has no mask token.*use causal\(\)"):
        masked(*gpt, "a text")


def test_a_choice_that_does_not_exist_is_an_error(bert: Pair) -> None:
    with pytest.raises(
        ValueError, match="special is 'hide', expected 'drop', 'format'"
    ):
        masked(*bert, "a", special="hide")  # pyright: ignore[reportArgumentType]
