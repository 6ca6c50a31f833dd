"""Why one class rather than another: differences of two outputs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from tests.saliency.reference import (
    Float64Model,
    ReferenceOutput,
    explain_top,
    reference_masked,
)
from tests.saliency.test_masked_lm import CASES
from textualheatmap.saliency import causal, masked, sequence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.saliency.conftest import KnownRows, Pair
    from textualheatmap import Facet

CLOSE = 1e-4


def rank(reference: ReferenceOutput) -> NDArray[np.intp]:
    """Return the classes of each position, the most probable first."""
    with torch.no_grad():
        logits = reference.forward(reference.inputs[None])[0]
    return logits[list(reference.positions)].argsort(dim=1, descending=True).numpy()


def contrast(reference: ReferenceOutput, foil: str) -> ReferenceOutput:
    """Return the reference minus the best class, or the second, that is not its own."""
    own, best = reference.classes, rank(reference)[:, :2].tolist()
    order = (0, 1) if foil == "top" else (1, 0)
    foils = [
        next(pair[n] for n in order if pair[n] != kind)
        for pair, kind in zip(best, own, strict=True)
    ]
    return replace(reference, foils=foils)


def compare(facet: Facet, rows: list[NDArray[np.float64]]) -> None:
    truth = np.stack(rows)
    if facet.provenance["model"] == "BertForMaskedLM":
        np.fill_diagonal(truth, 0)
    largest = abs(truth).max(axis=1, keepdims=True)
    assert (abs(facet.heat - truth) / largest).max() < CLOSE


@pytest.mark.parametrize("output", ["logit", "log-probability"])
@pytest.mark.parametrize("foil", ["top", "runner-up"])
@pytest.mark.parametrize("wanted", ["true", "top"])
def test_a_gradient_of_a_contrast_is_that_of_finite_differences(
    known_rows: KnownRows, wanted: str, foil: str, output: str
) -> None:
    references = known_rows.references
    if wanted == "top":
        references = [explain_top(reference) for reference in references]
    references = [contrast(reference, foil) for reference in references]
    rows = [
        reference.add_up(reference.find_gradient() * reference.inputs)
        for reference in references
    ]
    facet = known_rows.explain(
        method="gradient-x-input", target=(wanted, foil), output=output, scale="none"
    )
    compare(facet, rows)
    assert facet.provenance["target"] == [wanted, foil]


@pytest.mark.parametrize("method", ["gradient", "occlusion", "integrated-gradients"])
def test_every_method_explains_a_contrast(known_rows: KnownRows, method: str) -> None:
    references = [contrast(each, "top") for each in known_rows.references]
    options: dict[str, Any] = {"target": ["true", "top"], "scale": "none"}
    if method == "gradient":
        rows = [reference.differentiate() for reference in references]
        compare(known_rows.explain(**options), rows)
        return
    facet = known_rows.explain(method=method, reduce="sum", **options)
    baseline = known_rows.baseline
    if method == "occlusion":
        compare(facet, [reference.find_losses(baseline) for reference in references])
        return
    changes = [reference.change(baseline) for reference in references]
    assert abs(facet.heat.sum(axis=1) - changes).max() < 1e-3 * max(map(abs, changes))


def test_a_pair_of_tokens_by_their_texts(gpt: Pair) -> None:
    model, tokenizer = gpt
    ids = {text: tokenizer(text).input_ids for text in (" is", " people", "The state")}
    assert [len(ids[text]) for text in (" is", " people")] == [1, 1]
    facet = causal(
        model, tokenizer, "The state", target=(" is", " people"), scale="none"
    )
    precise = Float64Model(model)
    columns = [[place] for place in range(len(ids["The state"]))]
    inputs = precise.matrix[ids["The state"]]
    read = precise.read(ids["The state"])
    rows = [
        ReferenceOutput(
            read, inputs, columns, place, ids[" is"], foils=ids[" people"]
        ).differentiate()
        for place in columns
    ]
    compare(facet, rows)


def test_a_foil_stands_at_every_piece_of_a_word(roberta: Pair) -> None:
    model, tokenizer = roberta
    text, _, columns = CASES["roberta"]
    ids = tokenizer(text).input_ids
    facet = masked(model, tokenizer, text, target=("true", " is"), scale="none")
    (foil,) = tokenizer(" is", add_special_tokens=False).input_ids
    mask: Any = tokenizer.mask_token_id
    references = reference_masked(Float64Model(model), ids, columns, mask)
    reference = replace(references[-1], foils=[foil] * len(columns[-1]))
    truth = reference.differentiate()[:-1]
    np.testing.assert_allclose(facet.heat[-1, :-1], truth, rtol=1e-3)


def test_classes_of_a_sequence_have_their_names(rnn: torch.nn.Module) -> None:
    inputs = torch.randn(4, 8, generator=torch.Generator().manual_seed(2))
    options: dict[str, Any] = {"classes": list("abcdefghijk"), "scale": "none"}
    facet = sequence(rnn, inputs, "wxyz", target=("c", "k"), **options)
    pair = torch.autograd.functional.jacobian(
        lambda x: rnn(x[None])[0, :, 2] - rnn(x[None])[0, :, 10], inputs
    )
    np.testing.assert_allclose(facet.heat, pair.norm(dim=2), rtol=1e-4, atol=1e-7)


def test_a_token_of_several_pieces_is_an_error_that_says_which(bert: Pair) -> None:
    with pytest.raises(ValueError, match="target has the token") as caught:
        masked(*bert, "of peace", target=("true", "government"))
    assert str(caught.value) == (
        "target has the token 'government', expected a single piece of the vocabulary: "
        "the tokenizer's pieces of it are 'gover', '##nment'"
    )


def test_a_token_that_is_not_in_the_vocabulary_is_an_error(bert: Pair) -> None:
    with pytest.raises(ValueError, match=r"pieces of it are '\[UNK\]'"):
        masked(*bert, "of peace", target=("\u2603", "top"))


def test_a_piece_within_a_word_has_the_name_that_the_vocabulary_gives_it(
    bert: Pair,
) -> None:
    facet = masked(*bert, "of peace", target=("true", "##nment"))
    assert facet.provenance["target"] == ["true", "##nment"]


@pytest.mark.parametrize("text", ["people", " people"])
def test_a_space_of_sentencepiece_need_not_be_written(llama: Pair, text: str) -> None:
    heat = causal(*llama, "The state", target=(text, "top"), scale="none").heat
    name = causal(
        *llama, "The state", target=("\u2581people", "top"), scale="none"
    ).heat
    np.testing.assert_array_equal(heat, name)


def test_classes_without_names_cannot_be_named(rnn: torch.nn.Module) -> None:
    with pytest.raises(ValueError, match="target has the class 'a', but there are no"):
        sequence(rnn, torch.zeros(2, 8), "ab", target=("a", "top"))


def test_a_class_that_does_not_exist_is_an_error(rnn: torch.nn.Module) -> None:
    classes = list("abcdefghijj")
    for name, count in (("z", 0), ("j", 2)):
        with pytest.raises(ValueError, match=f"class '{name}', which {count} of"):
            sequence(
                rnn, torch.zeros(2, 8), "ab", classes=classes, target=(name, "top")
            )


def test_true_classes_are_needed_for_a_contrast_of_the_true_one(
    rnn: torch.nn.Module,
) -> None:
    with pytest.raises(ValueError, match=r"target is \('true', 'top'\), which needs"):
        sequence(rnn, torch.zeros(2, 8), "ab", target=("true", "top"))


def test_one_class_has_no_other_one() -> None:
    with pytest.raises(ValueError, match=r"target is a pair.*there is one class only"):
        sequence(
            torch.nn.Linear(8, 1), torch.zeros(2, 8), "ab", target=("top", "runner-up")
        )
