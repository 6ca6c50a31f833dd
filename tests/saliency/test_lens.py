"""The logit lens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from tests.saliency.reference import Float64Model
from textualheatmap.saliency import causal, logit_lens
from textualheatmap.state.heatmap import Heatmap

if TYPE_CHECKING:
    from torch import Tensor

    from tests.saliency.conftest import Pair

# A text, and where the pieces of its tokens are.
CASES = {
    "bert": ("The state é", [[1], [2], [3]]),
    "roberta": ("hé 👍", [[1], [2, 3], [4, 5, 6, 7, 8]]),
    "gpt": ("he é of", [[0], [1], [2, 3], [4]]),
    "llama": ("the é is", [[1], [2], [3, 4], [5]]),
}
LAYERS = 2


@torch.no_grad()
def read_layers(name: str, precise: Float64Model, ids: list[int]) -> list[Tensor]:
    """Return probabilities of each layer by the model's own parts, (n, classes)."""
    model: Any = precise.model
    states = model(torch.tensor([ids]), output_hidden_states=True).hidden_states
    names = {
        "gpt": ["transformer.ln_f", "lm_head"],
        "llama": ["model.norm", "lm_head"],
        "bert": ["cls"],
        "roberta": ["lm_head"],
    }[name]
    unembed = torch.nn.Sequential(*map(model.get_submodule, names))
    # The last state of transformers has gone through the final norm.
    shares = [unembed(state)[0].softmax(dim=1) for state in states[:-1]]
    return [*shares, model(torch.tensor([ids])).logits[0].softmax(dim=1)]


@pytest.mark.parametrize("name", list(CASES))
def test_each_layer_predicts_by_the_final_norm_and_the_unembedding(
    name: str, request: pytest.FixtureRequest
) -> None:
    model, tokenizer = request.getfixturevalue(name)
    text, columns = CASES[name]
    ids, mask = tokenizer(text).input_ids, tokenizer.mask_token_id
    facet = logit_lens(model, tokenizer, text, top=2)
    (axis,) = facet.store.axes
    assert (axis.name, axis.labels) == (facet.meta_axis, ("0", "1", "2"))
    precise = Float64Model(model)
    for row, own in enumerate(columns):
        read = ids
        if mask is not None:
            read = [mask if at in own else each for at, each in enumerate(ids)]
        layers = read_layers(name, precise, read)
        final = int(layers[-1][own[-1]].argmax())
        for number, shares in enumerate(layers):
            expected = [shares[each[-1], final].item() for each in columns]
            assert abs(facet.heat[number, row] - expected).max() < 1e-4 * max(expected)
            here = shares[own[-1]]
            shown = [n for n, gap in enumerate(facet.tokens.is_format) if not gap]
            meta = facet.tokens.find_meta(shown[row], {"layer": number})
            assert [share for _, share in meta] == pytest.approx(
                here.topk(2).values.tolist(), rel=1e-4
            )
            rank = 1 + int((here > here[final]).sum())
            numbers = facet.tokens.find_numbers(shown[row], {"layer": number})
            assert numbers == {"rank": rank}


def test_the_last_layer_has_the_predictions_of_causal(gpt: Pair) -> None:
    facet = logit_lens(*gpt, "the state of", layers=[1, LAYERS])
    assert facet.store.axes[0].labels == ("1", "2")
    last = {"layer": 1}
    wanted = causal(*gpt, "the state of").tokens.meta
    for position, meta in enumerate(wanted):
        found = facet.tokens.find_meta(position, last)
        assert [word for word, _ in found] == [word for word, _ in meta]
        assert facet.tokens.find_numbers(position, last) == {"rank": 1}


def test_the_heatmap_begins_at_the_last_layer(gpt: Pair) -> None:
    heatmap = Heatmap().set_data([logit_lens(*gpt, "the state of")])
    assert heatmap.axes == {"layer": LAYERS}


def test_a_layer_that_there_is_not_is_an_error(gpt: Pair) -> None:
    with pytest.raises(ValueError, match=r"layers\[1\] is 3, expected .* from 0 to 2"):
        logit_lens(*gpt, "the state", layers=[0, 3])


@pytest.mark.parametrize("layers", [[], [1, 1]])
def test_each_layer_is_asked_for_once(gpt: Pair, layers: list[int]) -> None:
    with pytest.raises(ValueError, match=r"expected at least one, and each once"):
        logit_lens(*gpt, "the state", layers=layers)


def test_a_model_that_looks_ahead_is_an_error(
    bert: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("maps.explained_rows", "lens"):
        monkeypatch.setattr(
            f"textualheatmap.saliency.{module}.is_masked", lambda _: False
        )
    with pytest.raises(ValueError, match="the model looks ahead"):
        logit_lens(*bert, "the state")
