"""Saliency maps of causal language models."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.saliency.reference import (
    Float64Model,
    explain_top,
    find_baseline,
    reference_causal,
    scale_rows,
)
from textualheatmap.saliency import causal

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from tests.saliency.reference import ReferenceOutput
    from textualheatmap.saliency.arguments.options import (
        Baseline,
        Method,
        Output,
        TargetClass,
    )

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]
    Case = tuple[Any, Any, str, list[ReferenceOutput]]

METHODS = ["gradient", "occlusion", "integrated-gradients"]
# A text, its tokens, and where their pieces are among all.
CASES = {
    "gpt": ("he é of", ["he", " ", "é", " of"], [[0], [1], [2, 3], [4]]),
    "llama": (
        "the state é is",
        ["the", " state", " ", "é", " is"],
        [[1], [2], [3], [4, 5], [6]],
    ),
}


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    """Return a model, its tokenizer, a text, and a reference for each token."""
    model, tokenizer = request.getfixturevalue(request.param)
    text, _, columns = CASES[request.param]
    ids = tokenizer(text).input_ids
    assert columns[-1][-1] == len(ids) - 1
    return model, tokenizer, text, reference_causal(Float64Model(model), ids, columns)


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
    facet = causal(model, tokenizer, text, output=output, target=target)
    np.testing.assert_allclose(facet.heat, scale_rows(rows), atol=2e-4)


@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_a_gradient_with_respect_to_one_hot_is_that_of_one_hot_vectors(
    gpt: Pair, output: Output
) -> None:
    model, tokenizer = gpt
    text, _, columns = CASES["gpt"]
    precise = Float64Model(model)
    references = reference_causal(precise, tokenizer(text).input_ids, columns)
    rows = [
        replace(reference, output=output).differentiate_one_hot(precise.matrix)
        for reference in references
    ]
    options: Any = {"output": output, "target": "true"}
    facet = causal(model, tokenizer, text, **options, wrt="one-hot")
    np.testing.assert_allclose(facet.heat, scale_rows(rows), atol=2e-4)
    by_embedding = causal(model, tokenizer, text, **options)
    assert abs(facet.heat - by_embedding.heat).max() > 0.01


@pytest.mark.parametrize("baseline", ["mean", "zero"])
@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_an_occlusion_is_the_change_without_a_token(
    case: Case, output: Output, baseline: Baseline
) -> None:
    model, tokenizer, text, references = case
    instead = find_baseline(model, tokenizer, baseline)
    rows = [
        replace(reference, output=output).occlude(instead) for reference in references
    ]
    facet = causal(
        model,
        tokenizer,
        text,
        target="true",
        method="occlusion",
        baseline=baseline,
        output=output,
    )
    np.testing.assert_allclose(facet.heat, scale_rows(rows), atol=2e-4)


@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_integrated_gradients_are_those_of_a_dense_sum(
    case: Case, output: Output
) -> None:
    model, tokenizer, text, references = case
    mean = find_baseline(model, tokenizer, "mean")
    rows = [
        reference.measure(reference.integrate(mean, 1500))
        for reference in (replace(reference, output=output) for reference in references)
    ]
    facet = causal(
        model,
        tokenizer,
        text,
        target="true",
        method="integrated-gradients",
        output=output,
    )
    np.testing.assert_allclose(facet.heat, scale_rows(rows), atol=1e-2)
    gap: Any = facet.provenance["completeness gap"]
    assert 0 <= gap <= 0.01


@pytest.mark.sweep
def test_integrated_gradients_begin_at_zero_in_a_model_of_rms_norms(
    llama: Pair,
) -> None:
    model, tokenizer = llama
    text = "the state"
    ids = tokenizer(text).input_ids
    columns = [[place] for place in range(1, len(ids))]
    zero = find_baseline(model, tokenizer, "zero")
    rows = [
        each.measure(each.integrate(zero, 4000, power=4))
        for each in reference_causal(Float64Model(model), ids, columns)
    ]
    options: Any = {"method": "integrated-gradients", "baseline": "zero"}
    facet = causal(model, tokenizer, text, target="true", **options)
    np.testing.assert_allclose(facet.heat, scale_rows(rows), atol=5e-3)
    gap: Any = facet.provenance["completeness gap"]
    assert gap <= 1e-3


def test_a_large_gap_is_warned_of(llama: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "textualheatmap.saliency.methods.integrated_gradients.MOST_STEPS", 64
    )
    options: Any = {"method": "integrated-gradients", "baseline": "zero"}
    with pytest.warns(UserWarning, match=r"miss \d.* % of .* after 64 steps, expected"):
        causal(*llama, "the state of", target="true", **options)


def test_steps_are_doubled_until_an_integral_is_complete(llama: Pair) -> None:
    options: Any = {"method": "integrated-gradients", "steps": 4}
    record: Any = causal(*llama, "The state", **options).provenance
    assert record["steps"] in {8, 16, 32, 64, 128, 256, 512, 1024, 2048}
    assert record["completeness gap"] <= 0.01


def test_pieces_that_share_a_character_are_one_token(case: Case) -> None:
    model, tokenizer, text, _ = case
    shown = {given: tokens for given, tokens, _ in CASES.values()}
    assert list(causal(model, tokenizer, text).tokens.texts) == shown[text]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["gpt", "trimmed_gpt", "llama"])
def test_nothing_comes_from_the_future(
    name: str, method: Method, request: pytest.FixtureRequest
) -> None:
    model, tokenizer = request.getfixturevalue(name)
    heat = causal(model, tokenizer, "The state é of the 👍 union", method=method).heat
    above = np.triu_indices(len(heat), 1)
    assert (heat[above] == 0).all()
    assert (heat.max(axis=1) == 1).all()


@pytest.mark.parametrize("method", METHODS)
def test_what_comes_later_changes_no_row(gpt: Pair, method: Method) -> None:
    short = causal(*gpt, "the state of", method=method).heat
    for end in (" the people", " a free people is done", "; 👍"):
        heat = causal(*gpt, "the state of" + end, method=method).heat
        known = heat[: len(short), : len(short)]
        np.testing.assert_allclose(known, short, atol=1e-4)


@pytest.mark.parametrize("batch_size", [1, 2, None])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["bert", "roberta"])
def test_a_model_that_looks_ahead_is_an_error(
    name: str, method: Method, batch_size: int, request: pytest.FixtureRequest
) -> None:
    model, tokenizer = request.getfixturevalue(name)
    options: Any = {"method": method, "batch_size": batch_size}
    with pytest.raises(ValueError, match=r"looks ahead.*expected a causal model"):
        causal(model, tokenizer, "The state of the union", **options)


def test_rows_can_be_scaled_together(case: Case) -> None:
    model, tokenizer, text, references = case
    rows = np.stack([reference.differentiate() for reference in references])
    facet = causal(model, tokenizer, text, target="true", scale="all")
    np.testing.assert_allclose(facet.heat, rows / rows.max(), atol=2e-4)


def test_the_first_column_can_be_left_out_of_the_scale(case: Case) -> None:
    model, tokenizer, text, references = case
    rows = [reference.differentiate() for reference in references]
    measures = [rows[0][0], *(row[1:].max() for row in rows[1:])]
    expected = np.minimum(1, np.stack(rows) / np.array(measures)[:, np.newaxis])
    facet = causal(model, tokenizer, text, target="true", cap_first=True)
    np.testing.assert_allclose(facet.heat, expected, atol=2e-4)
    assert facet.provenance["cap_first"] is True


def test_special_tokens_can_be_left_out_or_shown(llama: Pair) -> None:
    dropped = causal(*llama, "the state")
    shown = causal(*llama, "the state", special="format")
    kept = causal(*llama, "the state", special="keep")
    assert dropped.tokens.texts == ("the", " state")
    assert shown.tokens.texts == ("<s>", "the", " state")
    assert list(shown.tokens.is_format) == [True, False, False]
    np.testing.assert_array_equal(shown.heat, dropped.heat)
    assert kept.tokens.texts == shown.tokens.texts
    assert not any(kept.tokens.is_format)


def test_a_special_token_that_is_kept_is_explained_as_any_other(llama: Pair) -> None:
    model, tokenizer = llama
    ids = tokenizer("the state").input_ids
    rows = [
        reference.differentiate()
        for reference in reference_causal(Float64Model(model), ids, [[0], [1], [2]])
    ]
    heat = causal(model, tokenizer, "the state", special="keep", target="true").heat
    np.testing.assert_allclose(heat, scale_rows(rows), atol=2e-4)


def test_the_meta_are_the_best_next_tokens_with_their_probabilities(
    case: Case,
) -> None:
    model, tokenizer, text, references = case
    shares = Float64Model(model).predict(tokenizer(text).input_ids).softmax(dim=1)
    facet = causal(model, tokenizer, text, top=4)
    for reference, meta in zip(references, facet.tokens.meta, strict=True):
        values, kinds = shares[reference.positions[0]].topk(4)
        names = [tokenizer.decode([kind]) for kind in kinds.tolist()]
        assert [name for name, _ in meta] == [name.strip() or name for name in names]
        assert [share for _, share in meta] == pytest.approx(values.tolist(), rel=1e-4)


def test_a_continuation_is_explained_as_if_it_had_been_given(gpt: Pair) -> None:
    grown = causal(*gpt, "The state", generate=4)
    ids = grow(gpt, "The state", 4)
    columns = [[place] for place in range(len(ids))]
    rows = [
        explain_top(reference).differentiate()
        for reference in reference_causal(Float64Model(gpt[0]), ids, columns)
    ]
    np.testing.assert_allclose(grown.heat, scale_rows(rows), atol=2e-4)
    assert grown.provenance["prompt characters"] == 9


def test_a_text_without_a_continuation_has_no_prompt(gpt: Pair) -> None:
    assert "prompt characters" not in causal(*gpt, "The state").provenance


def grow(pair: Pair, text: str, count: int) -> list[int]:
    """Return the ids of a text and the model's best continuation, without a cache."""
    model, tokenizer = pair
    precise = Float64Model(model)
    ids = list(tokenizer(text).input_ids)
    for _ in range(count):
        ids.append(int(precise.predict(ids)[-1].argmax()))
    return ids


def test_the_facet_says_what_was_done(gpt: Pair) -> None:
    options: Any = {"method": "occlusion", "output": "log-probability"}
    record = causal(*gpt, "of", **options, special="format").provenance
    assert record["model"] == "GPT2LMHeadModel"
    assert record["baseline"] == "mean"
    assert record["target"] == "top"
    assert record["special"] == "format"
    assert record["cap_first"] is False
    assert "steps" not in record
    assert record.items() >= options.items()


def test_a_text_without_tokens_is_an_error(trimmed_gpt: Pair) -> None:
    with pytest.raises(ValueError, match="has no token to go on from") as caught:
        causal(*trimmed_gpt, " ")
    assert "text is ' '" in str(caught.value)


def test_a_baseline_without_a_mask_token_is_an_error(gpt: Pair) -> None:
    with pytest.raises(TypeError, match="has no mask token"):
        causal(*gpt, "a text", baseline="mask")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"special": "hide"}, ValueError, "special is 'hide', expected 'drop', "),
        ({"generate": -1}, ValueError, "generate is -1, expected an integer from 0"),
        ({"generate": 1.5}, TypeError, "generate is 1.5, expected an integer"),
    ],
)
def test_a_choice_that_does_not_exist_is_an_error(
    gpt: Pair, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        causal(*gpt, "a", **options)
    assert str(caught.value).startswith(message)


def test_a_gradient_does_not_embed_the_whole_vocabulary(gpt: Pair) -> None:
    model, tokenizer = gpt
    counts: list[int] = []
    embedding = model.get_input_embeddings()
    hook = embedding.register_forward_hook(
        lambda _module, given, _out: counts.append(given[0].numel())
    )
    try:
        causal(model, tokenizer, "of peace", baseline="mean")
        assert max(counts) < len(tokenizer)
        causal(model, tokenizer, "of peace", baseline="mean", method="occlusion")
        assert max(counts) == len(tokenizer)
    finally:
        hook.remove()


def test_cap_first_is_true_or_false(gpt: Pair) -> None:
    wrong: Any = "no"
    with pytest.raises(ValueError, match="cap_first is a str, expected True or False"):
        causal(*gpt, "of peace", cap_first=wrong)
