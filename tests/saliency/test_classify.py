"""Saliency maps of models that classify texts."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from transformers import BertForSequenceClassification
from transformers.models.bart import BartConfig, BartForSequenceClassification

from tests.saliency.conftest import fixed_seed
from tests.saliency.reference import Float64Model, ReferenceOutput
from textualheatmap import TextualHeatmap
from textualheatmap.saliency import TextAndClasses, classify, compare_methods

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from textualheatmap.facet.facet import Facet
    from textualheatmap.saliency.arguments.options import Output, Scale

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]

TEXT = "The state of people"
LABELS = ["bad", "fair", "good"]
TOKENS = ("the", "state", "of", "people")


def build_classifier(bert: Pair, **settings: Any) -> Pair:  # noqa: ANN401
    """Return a model of three classes with the tokenizer of a masked model."""
    config: Any = deepcopy(bert[0].config)
    config.id2label = dict(enumerate(LABELS))
    config.label2id = {label: number for number, label in enumerate(LABELS)}
    for name, value in settings.items():
        setattr(config, name, value)
    with fixed_seed():
        return BertForSequenceClassification(config).eval(), bert[1]


@pytest.fixture(scope="module")
def classifier(bert: Pair) -> Pair:
    """Return what `build_classifier` builds."""
    return build_classifier(bert)


def refer(pair: Pair, *, special: bool = False) -> list[ReferenceOutput]:
    """Return a reference for each class, given embedded tokens by their own name."""
    model, tokenizer = pair
    precise, ids = Float64Model(model), tokenizer(TEXT).input_ids

    def forward(inputs: Tensor) -> Tensor:
        return precise.model(inputs_embeds=inputs).logits[:, None]

    columns = [[at] for at in range(len(ids))]
    shown = columns if special else columns[1:-1]
    return [
        ReferenceOutput(forward, precise.embed(ids), shown, [0], [kind])
        for kind in range(len(LABELS))
    ]


def scale(rows: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return each row divided by its largest value, in magnitude."""
    stacked = np.stack(rows)
    return stacked / abs(stacked).max(axis=1, keepdims=True)


@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_a_gradient_is_that_of_finite_differences(
    classifier: Pair, output: Output
) -> None:
    rows = [replace(each, output=output).differentiate() for each in refer(classifier)]
    found = classify(*classifier, TEXT, output=output).text
    assert found.heat.shape == (3, len(found))
    np.testing.assert_allclose(found.heat, scale(rows), atol=2e-4)


def test_one_class_rather_than_another_is_their_difference(classifier: Pair) -> None:
    references = refer(classifier)
    rows = [replace(references[n], foils=[2]).differentiate() for n in (0, 1)]
    found = classify(*classifier, TEXT, against="good").text
    np.testing.assert_allclose(found.heat[:2], scale(rows), atol=2e-4)
    # No output is left of a class against itself.
    assert (found.heat[2] == 0).all()
    assert found.provenance["against"] == "good"


def test_an_occlusion_is_the_change_without_a_token(classifier: Pair) -> None:
    mean = Float64Model(classifier[0]).matrix.mean(dim=0)
    rows = [each.find_losses(mean) for each in refer(classifier)]
    options: Any = {"method": "occlusion", "reduce": "sum", "scale": "none"}
    found = classify(*classifier, TEXT, **options).text
    np.testing.assert_allclose(found.heat, rows, rtol=1e-3, atol=1e-5)


def test_integrated_gradients_add_up_to_the_change_of_a_class(classifier: Pair) -> None:
    mean = Float64Model(classifier[0]).matrix.mean(dim=0)
    changes = [each.change(mean) for each in refer(classifier, special=True)]
    options: Any = {"method": "integrated-gradients", "reduce": "sum"}
    options |= {"special": "keep", "scale": "none"}
    heat = classify(*classifier, TEXT, **options).text.heat
    np.testing.assert_allclose(heat.sum(axis=1), changes, rtol=2e-3, atol=2e-3)


def test_each_class_has_its_logit_and_its_probability(classifier: Pair) -> None:
    logits = np.array(
        [each.read(each.inputs[None]).item() for each in refer(classifier)]
    )
    shares = np.exp(logits) / np.exp(logits).sum()
    classes = classify(*classifier, TEXT).classes
    assert classes.tokens.texts == ("bad", "\n", "fair", "\n", "good")
    numbers = read_numbers(classes)
    assert numbers["logit"] == pytest.approx(list(logits), rel=1e-4)
    assert numbers["probability"] == pytest.approx(list(shares), rel=1e-4)


def read_numbers(classes: Facet) -> dict[str, list[Any]]:
    """Return the numbers of each class."""
    return {
        name: [value for value in values if value is not None]
        for name, values in classes.tokens.numbers.items()
    }


def test_classes_of_which_a_text_may_have_several_have_their_own_probabilities(
    bert: Pair,
) -> None:
    pair = build_classifier(bert, problem_type="multi_label_classification")
    numbers = read_numbers(classify(*pair, TEXT).classes)
    shares = 1 / (1 + np.exp(-np.array(numbers["logit"])))
    assert numbers["probability"] == pytest.approx(list(shares), rel=1e-4)
    with pytest.raises(ValueError, match="expected 'logit'"):
        classify(*pair, TEXT, output="log-probability")


def test_a_number_that_is_predicted_has_no_probability(bert: Pair) -> None:
    pair = build_classifier(bert, id2label={0: "stars"}, label2id={"stars": 0})
    found = classify(*pair, TEXT)
    assert found.text.heat.shape == (1, len(found.text))
    assert list(read_numbers(found.classes)) == ["logit"]
    with pytest.raises(ValueError, match="has one class: expected None"):
        classify(*pair, TEXT, against="top")


def test_a_heatmap_shows_text_and_classes(classifier: Pair) -> None:
    found = classify(*classifier, TEXT, classes_id="mood")
    heatmap = TextualHeatmap().set_data(found)
    heatmap.highlight(2, facet="mood")
    assert found.text.rows_of == found.classes.id == "mood"
    assert found.text.tokens.text == TEXT
    assert found.text.provenance["model"] == "BertForSequenceClassification"


@pytest.mark.parametrize("scaled", ["row", "all"])
def test_rows_of_classes_are_shown_as_they_are_computed(
    classifier: Pair, scaled: Scale
) -> None:
    heatmap, told = TextualHeatmap(), list[tuple[int, int, int]]()

    def show(facets: TextAndClasses, start: int, rows: Any) -> None:  # noqa: ANN401
        heatmap.stream(facets, start, rows)
        told.append((start, len(rows[0]), heatmap.version))
        known = ~np.isnan(heatmap.facets[0].heat).any(axis=1)
        assert known.tolist() == [k < start + len(rows[0]) for k in range(3)]

    options: Any = {"scale": scaled, "batch_size": 1, "against": "good"}
    found = classify(*classifier, TEXT, on_rows=show, **options)
    rows = [(0, 3)] if scaled == "all" else [(0, 1), (1, 1), (2, 1)]
    assert told == [(start, count, 1) for start, count in [(0, 0), *rows]]
    for shown, facet in zip(heatmap.facets, found, strict=True):
        np.testing.assert_array_equal(shown.heat, facet.heat)
        assert shown.tokens.numbers == facet.tokens.numbers
    plain = classify(*classifier, TEXT, **options)
    np.testing.assert_array_equal(found.text.heat, plain.text.heat)
    assert dict(found.text.provenance) == dict(plain.text.provenance)


def test_methods_can_be_compared(classifier: Pair) -> None:
    def explain(**options: Any) -> Any:  # noqa: ANN401
        return classify(*classifier, TEXT, **options)

    table = compare_methods(explain, ["gradient"]).table
    assert sorted(table.index) == ["gradient", "random"]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"text": ""}, ValueError, "text is empty, expected at least one token"),
        (
            {"against": "best"},
            ValueError,
            "against is 'best', expected 'top', 'runner-up' or 'bad', 'fair', 'good'",
        ),
        ({"against": 2}, TypeError, "against is 2, expected the name of a class or No"),
        ({"special": "hide"}, ValueError, "special is 'hide', expected 'drop', "),
        ({"classes_id": 3}, ValueError, "classes_id is an int, expected a string"),
    ],
)
def test_an_argument_that_is_none_of_its_values_is_an_error(
    classifier: Pair, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        classify(*classifier, **{"text": TEXT, **options})
    assert str(caught.value).startswith(message)


def test_a_model_that_classifies_no_texts_is_an_error(bert: Pair, gpt: Pair) -> None:
    for pair in (bert, gpt):
        with pytest.raises(TypeError, match="use AutoModelForSequenceClassification"):
            classify(*pair, TEXT)
    sizes: Any = {"encoder_layers": 1, "decoder_layers": 1, "encoder_ffn_dim": 4}
    config = BartConfig(vocab_size=9, d_model=16, decoder_ffn_dim=4, **sizes)
    with pytest.raises(TypeError, match="is an encoder with a decoder, expected a mod"):
        classify(BartForSequenceClassification(config), bert[1], TEXT)
