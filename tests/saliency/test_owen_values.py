"""Owen values by SHAP, against those of all orders that keep words together."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest
import torch

from tests.saliency.reference import reference_seq2seq
from tests.saliency.test_captum import find_shapley_values
from tests.saliency.test_classify import TEXT, classifier, refer
from tests.saliency.test_occluded_spans import Text, text
from tests.saliency.test_seq2seq import join, t5
from textualheatmap.saliency import classify, seq2seq

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.saliency.conftest import Pair
    from tests.saliency.reference import ReferenceOutput
    from textualheatmap import Facet

__all__ = ["classifier", "t5", "text"]  # Fixtures.

Tree: TypeAlias = Any  # A leaf's number, or a pair of trees.
RAW: dict[str, Any] = {
    "method": "shap",
    "scale": "none",
    "target": "true",
    "baseline": "zero",
    "progress": False,
}
CLASSIFIED = {name: value for name, value in RAW.items() if name != "target"}
# A row of each function, and how its tokens are merged: tokens to words to sentences.
TREES: dict[str, tuple[int, Tree]] = {
    "BertForMaskedLM": (0, (((1, 2), ((3, 4), 5)), ((6, 7), 8))),
    "LlamaForCausalLM": (6, (0, ((1, ((2, 3), 4)), (5, 6)))),
    "Recurrent": (5, ((0, ((1, 2), 3)), (4, 5))),
}


def list_orders(tree: Tree) -> list[list[int]]:
    """Return the orders of a tree's leaves that keep each branch together."""
    if isinstance(tree, int):
        return [[tree]]
    left, right = map(list_orders, tree)
    return [order for one in left for two in right for order in (one + two, two + one)]


@torch.no_grad()
def find_owen_values(reference: ReferenceOutput, tree: Tree) -> NDArray[np.float64]:
    """Return what each input adds to those before it, as the mean over orders."""
    orders = list_orders(tree)
    worth: dict[frozenset[int], float] = {}

    def value(present: frozenset[int]) -> float:
        if present not in worth:
            inputs = reference.inputs.clone()
            inputs[[n for n in orders[0] if n not in present]] = 0
            worth[present] = reference.read(inputs[None]).item()
        return worth[present]

    values = np.zeros(len(reference.inputs))
    for order in orders:
        for place, player in enumerate(order):
            before = frozenset(order[:place])
            values[player] += value(before | {player}) - value(before)
    return values / len(orders)


def test_a_row_has_the_owen_values_of_words_in_sentences(text: Text) -> None:
    facet = text.explain(evaluations=2000, **RAW)
    row, tree = TREES[str(facet.provenance["model"])]
    truth = find_owen_values(text.references[row], tree)
    np.testing.assert_allclose(facet.heat[row], truth, atol=1e-4 * abs(truth).max())
    assert facet.store.signed
    record = facet.provenance
    assert (record["method"], record["evaluations"]) == ("shap", 2000)
    assert record["shap"] == sys.modules["shap"].__version__


def test_two_tokens_have_their_shapley_values(text: Text) -> None:
    facet = text.explain(**RAW)
    if facet.provenance["model"] == "BertForMaskedLM":
        pytest.skip("each row of it has more tokens")
    reference = text.references[1]
    zero = torch.zeros_like(reference.inputs[0])
    truth = find_shapley_values(reference, zero, [0, 1])
    np.testing.assert_allclose(facet.heat[1], truth, atol=1e-4 * abs(truth).max())
    first = find_shapley_values(text.references[0], zero, [0])
    np.testing.assert_allclose(facet.heat[0], first, atol=1e-4 * abs(first).max())


def test_classes_have_owen_values_of_all_tokens(classifier: Pair) -> None:
    heat = classify(*classifier, TEXT, **CLASSIFIED).text.heat
    tree = ((1, 2), (3, (4, 5)))
    for row, reference in zip(heat, refer(classifier), strict=True):
        truth = find_owen_values(reference, tree)[1:-1]
        np.testing.assert_allclose(row, truth, atol=1e-4 * abs(truth).max())


def test_source_and_target_are_sentences_of_their_own(t5: Pair) -> None:
    text, answer = "the plenty", "the union"
    heat = join(seq2seq(*t5, text, answer, **RAW))
    model, tokenizer = t5
    source, target = (tokenizer(each).input_ids for each in (text, answer))
    # The last token of the source, `</s>`, is not shown.
    before = len(source)
    places = [*range(before - 1), before, before + 1]
    references = reference_seq2seq(model, source, target, 0, [[at] for at in places])
    first: Tree = (0, (1, (2, 3)))
    assert before == 5
    for row, tree in enumerate([first, (first, 5)]):
        truth = find_owen_values(references[row], tree)[places]
        np.testing.assert_allclose(heat[row], truth, atol=1e-4 * abs(truth).max())


def test_few_evaluations_leave_the_sum_as_it_is(text: Text) -> None:
    whole = text.explain(evaluations=2000, **RAW).heat
    few = text.explain(evaluations=4, batch_size=2, **RAW).heat
    np.testing.assert_allclose(few.sum(axis=1), whole.sum(axis=1), atol=1e-4)
    assert abs(few - whole).max() > 0.01
    if whole[0, 1] == 0:
        np.testing.assert_array_equal(few, np.tril(few))


def test_rows_arrive_one_by_one(text: Text) -> None:
    rows: list[NDArray[np.float32]] = []

    def show(_: Facet, start: int, arrived: NDArray[np.float32]) -> None:
        assert start == sum(map(len, rows))
        rows.append(arrived)

    facet = text.explain(on_rows=show, **RAW)
    np.testing.assert_array_equal(np.concatenate(rows), facet.heat)


def test_without_shap_an_error_says_how_to_install_it(
    text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "shap.explainers", None)
    with pytest.raises(ImportError, match=r'pip install ".*saliency,shap\]"'):
        text.explain(**RAW)


def test_noise_does_not_go_with_it(text: Text) -> None:
    with pytest.raises(ValueError, match=r"noise is 0\.1, but method is 'shap'"):
        text.explain(noise=0.1, **RAW)
