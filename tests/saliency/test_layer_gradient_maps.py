"""Gradients with respect to what each layer reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from tests.saliency.reference import Float64Model, clear_diagonal, scale_rows
from textualheatmap.saliency import causal, layer_gradients

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from tests.saliency.conftest import Pair

# A text, where the pieces of its tokens are, and where the model keeps its blocks.
CASES = {
    "bert": ("The state é", [[1], [2], [3]], "bert.encoder.layer"),
    "roberta": ("hé 👍", [[1], [2, 3], [4, 5, 6, 7, 8]], "roberta.encoder.layer"),
    "gpt": ("he é of", [[0], [1], [2, 3], [4]], "transformer.h"),
    "llama": ("the é is", [[1], [2], [3, 4], [5]], "model.layers"),
}
LAYERS = 2
STEP = 1e-4
EXACT = 1e-4


@torch.no_grad()
def differentiate(
    model: Any,  # noqa: ANN401 - duck-typed
    block: Any,  # noqa: ANN401 - likewise
    ids: list[int],
    places: list[int],
    classes: list[int],
    *,
    output: str,
) -> Tensor:
    """Return central differences by what a block reads, shape (n, d)."""
    size = model.config.hidden_size * len(ids)
    steps = STEP * torch.eye(size).double().view(size, len(ids), -1)

    def read(by: Tensor) -> Tensor:
        def nudge(_: object, given: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
            return (given[0] + by, *given[1:])

        handle = block.register_forward_pre_hook(nudge)
        logits = model(torch.tensor([ids] * size)).logits[:, places]
        handle.remove()
        if output == "log-probability":
            logits = logits.log_softmax(-1)
        kinds = torch.tensor(classes)[None, :, None].expand(size, -1, -1)
        return logits.gather(2, kinds).sum(dim=(1, 2))

    return ((read(steps) - read(-steps)) / (2 * STEP)).view(len(ids), -1)


def find_norms(
    name: str,
    model: Any,  # noqa: ANN401 - duck-typed
    ids: list[int],
    mask: int | None,
    output: str,
) -> NDArray[np.float64]:
    """Return norms by layer, of the true token's output or the top prediction's."""
    _, columns, blocks = CASES[name]
    precise = Float64Model(model)
    rows: list[list[list[float]]] = []
    for own in columns:
        if mask is None:
            read, places = ids, own[-1:]
            classes = precise.predict(read)[places].argmax(dim=1).tolist()
        else:
            read = [mask if at in own else each for at, each in enumerate(ids)]
            places, classes = own, [ids[place] for place in own]
        found: list[list[float]] = []
        for block in precise.model.get_submodule(blocks):
            rise = differentiate(
                precise.model, block, read, places, classes, output=output
            )
            found.append([rise[each].norm().item() for each in columns])
        rows.append(found)
    return np.array(rows).swapaxes(0, 1)


@pytest.mark.parametrize("name", list(CASES))
@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_gradients_are_those_of_finite_differences(
    name: str,
    output: Any,  # noqa: ANN401 - one of the choices
    request: pytest.FixtureRequest,
) -> None:
    model, tokenizer = request.getfixturevalue(name)
    text, *_ = CASES[name]
    mask = tokenizer.mask_token_id
    norms = find_norms(name, model, tokenizer(text).input_ids, mask, output)
    if mask is not None:
        norms = np.stack([clear_diagonal(list(each)) for each in norms])
    facet = layer_gradients(model, tokenizer, text, output=output)
    assert [axis.name for axis in facet.store.axes] == ["layer"]
    expected = np.stack([scale_rows(list(each)) for each in norms])
    assert abs(facet.heat - expected).max() < EXACT
    together = layer_gradients(model, tokenizer, text, output=output, scale="all")
    assert abs(together.heat - norms / norms.max()).max() < EXACT
    plain = layer_gradients(model, tokenizer, text, output=output, scale="none")
    largest = norms.max(axis=-1, keepdims=True)
    assert (abs(plain.heat - norms) / largest).max() < EXACT


def test_the_first_layer_is_what_causal_differentiates_by(llama: Pair) -> None:
    text = "the state of the union"
    by_layer, expected = layer_gradients(*llama, text), causal(*llama, text)
    np.testing.assert_allclose(by_layer.heat[0], expected.heat, atol=1e-6)
    assert abs(by_layer.heat[1] - expected.heat).max() > 0.01
    assert by_layer.tokens.texts == expected.tokens.texts
    for found, wanted in zip(by_layer.tokens.meta, expected.tokens.meta, strict=True):
        assert [word for word, _ in found] == [word for word, _ in wanted]


def test_the_facet_says_what_was_done(bert: Pair) -> None:
    record = layer_gradients(*bert, "of peace", special="format").provenance
    expected = {
        "method": "gradient",
        "wrt": "layers",
        "target": "true",
        "output": "logit",
        "scale": "row",
        "special": "format",
    }
    assert record.items() >= expected.items()


def test_a_model_without_blocks_is_an_error(
    gpt: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpt[0].config, "n_layer", 3)
    with pytest.raises(TypeError, match="GPT2LMHeadModel has no list of 3 blocks"):
        layer_gradients(*gpt, "of peace")


def test_a_model_that_looks_ahead_is_an_error(
    bert: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("maps.explained_rows", "layer_gradient_maps"):
        monkeypatch.setattr(
            f"textualheatmap.saliency.{module}.is_masked", lambda _: False
        )
    with pytest.raises(ValueError, match="the model looks ahead"):
        layer_gradients(*bert, "the state")
