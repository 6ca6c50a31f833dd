"""Attention of every head: weights, rollout and norms of weighted values."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from tests.saliency.conftest import fixed_seed
from tests.saliency.reference import Float64Model
from textualheatmap.saliency import attention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import Tensor

    from tests.saliency.conftest import Pair

# A text, and where the pieces of its tokens are among all.
CASES = {
    "bert": ("The state é 👍", [[0], [1], [2], [3], [4], [5]]),
    "roberta": ("hé 👍", [[0], [1], [2, 3], [4, 5, 6, 7, 8], [9]]),
    "gpt": ("he é of", [[0], [1], [2, 3], [4]]),
    "llama": ("the state é is", [[0], [1], [2], [3], [4, 5], [6]]),
}
LAYERS = HEADS = 2
SIZE = 16
# The largest difference, as a share of the row's maximum.
EXACT = 1e-4


@pytest.fixture(params=list(CASES))
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of each model in turn."""
    return request.param


@pytest.fixture
def pair(name: str, request: pytest.FixtureRequest) -> Pair:
    """Return this model and its tokenizer."""
    return request.getfixturevalue(name)


def read_implementation(model: Any) -> str:  # noqa: ANN401 - duck-typed
    """Return how a model computes its attention."""
    return model.config._attn_implementation  # noqa: SLF001 - there is no other way


@torch.no_grad()
def read_weights(model: Any, ids: list[int]) -> NDArray[np.float64]:  # noqa: ANN401
    """Return a model's own attention weights in float64."""
    precise = Float64Model(model).model
    precise.set_attn_implementation("eager")
    found = precise(torch.tensor([ids]), output_attentions=True).attentions
    return torch.cat(found).numpy()


def join(heat: NDArray[np.float64], columns: list[list[int]]) -> NDArray[np.float64]:
    """Return the sum of the columns of each token, and the mean of its rows."""
    count = len(columns)
    joined = np.zeros((*heat.shape[:-2], count, count))
    for row, rows in enumerate(columns):
        for column, own in enumerate(columns):
            for i in rows:
                for j in own:
                    joined[..., row, column] += heat[..., i, j] / len(rows)
    return joined


def compare(found: NDArray[Any], expected: NDArray[np.float64]) -> None:
    """Fail unless each row is that of the truth, up to a share of its maximum."""
    assert found.shape == expected.shape
    largest = abs(expected).max(axis=-1, keepdims=True)
    assert (abs(found - expected) / largest).max() < EXACT


def test_weights_are_those_of_the_model(name: str, pair: Pair) -> None:
    model, tokenizer = pair
    text, columns = CASES[name]
    facet = attention(model, tokenizer, text)
    assert [(axis.name, axis.labels) for axis in facet.store.axes] == [
        ("layer", ("0", "1")),
        ("head", ("0", "1")),
    ]
    compare(facet.heat, join(read_weights(model, tokenizer(text).input_ids), columns))
    np.testing.assert_allclose(facet.heat.sum(axis=-1), 1, atol=1e-6)


def test_rollout_is_the_product_of_the_layers(name: str, pair: Pair) -> None:
    model, tokenizer = pair
    text, columns = CASES[name]
    ids = tokenizer(text).input_ids
    first, second = (read_weights(model, ids).mean(axis=1) + np.eye(len(ids))) / 2
    facet = attention(model, tokenizer, text, kind="rollout")
    assert [axis.name for axis in facet.store.axes] == ["layer"]
    compare(facet.heat, join(np.stack([first, second @ first]), columns))


def find_values(name: str, model: Any, layer: int) -> tuple[Any, Any]:  # noqa: ANN401
    """Return the modules that make a layer's values and its attention's output."""
    if name == "gpt":
        own = model.transformer.h[layer].attn
        return own.c_attn, own.c_proj
    if name == "llama":
        own = model.model.layers[layer].self_attn
        return own.v_proj, own.o_proj
    own = model.get_submodule(name).encoder.layer[layer].attention
    return own.self.value, own.output.dense


@torch.no_grad()
def add_biases(model: Any) -> Any:  # noqa: ANN401 - duck-typed
    """Return a copy of a model whose biases, 0 in a new one, are not."""
    copy = deepcopy(model)
    with fixed_seed():
        for part, weights in copy.named_parameters():
            if part.endswith("bias"):
                weights.normal_(std=0.3)
    return copy


@torch.no_grad()
def iterate_contributions(
    name: str,
    model: Any,  # noqa: ANN401 - duck-typed
    ids: list[int],
    layer: int,
) -> Iterator[tuple[int, int, Tensor]]:
    """Yield a head, a token, and what its value adds to each token, shape (n, d).

    All other values are set to 0 while the model runs. The first contribution, of head
    and token -1, is all that attention makes, and the second what it makes of nothing.
    """
    values, output = find_values(name, model, layer)
    places: list[Any] = [None, ([], slice(0, 0))]
    seen: list[Tensor] = []

    def choose(_: object, __: object, made: Tensor) -> Tensor:
        place = places[len(seen)]
        if place is None:
            return made
        mask = torch.zeros_like(made)
        if name == "gpt":  # queries and keys stand before the values
            mask[..., : -HEADS * SIZE] = 1
        mask[:, place[0], place[1]] = 1
        return made * mask

    handles = [
        values.register_forward_hook(choose),
        output.register_forward_hook(lambda _, __, made: seen.append(made[0])),
    ]
    for head in range(HEADS):
        # The two heads of `llama` share their values.
        start = {"gpt": (HEADS * 2 + head) * SIZE, "llama": 0}.get(name, head * SIZE)
        places += [(token, slice(start, start + SIZE)) for token in range(len(ids))]
    for _ in places:
        model(torch.tensor([ids]))
    for handle in handles:
        handle.remove()
    whole, nothing, *others = seen
    yield -1, -1, whole - nothing
    for number, made in enumerate(others):
        yield number // len(ids), number % len(ids), made - nothing


@pytest.mark.parametrize("name", ["bert", "roberta", "gpt"])
def test_norms_are_those_of_what_each_value_adds(name: str, pair: Pair) -> None:
    model, tokenizer = add_biases(pair[0]), pair[1]
    text, columns = CASES[name]
    ids = tokenizer(text).input_ids
    precise = Float64Model(model).model
    expected = np.zeros((LAYERS, HEADS, len(ids), len(ids)))
    for layer in range(LAYERS):
        (_, _, whole), *parts = iterate_contributions(name, precise, ids, layer)
        for head, token, added in parts:
            expected[layer, head, :, token] = added.norm(dim=1).numpy()
        # The parts are what attention makes: nothing is left out, or counted twice.
        torch.testing.assert_close(sum(added for *_, added in parts), whole)
    facet = attention(model, tokenizer, text, kind="norm")
    compare(facet.heat, join(expected, columns))


def test_heads_that_share_values_have_norms_of_their_own(llama: Pair) -> None:
    model, tokenizer = llama
    text, columns = CASES["llama"]
    ids = tokenizer(text).input_ids
    weights = read_weights(model, ids)
    precise = Float64Model(model).model
    expected = np.zeros_like(weights)
    for layer in range(LAYERS):
        (_, _, whole), *_ = iterate_contributions("llama", precise, ids, layer)
        made, output = find_values("llama", precise, layer)
        values: list[Tensor] = []
        handle = made.register_forward_hook(
            lambda _, __, made, values=values: values.append(made[0])
        )
        with torch.no_grad():
            precise(torch.tensor([ids]))
        handle.remove()
        total = torch.zeros_like(whole)
        for head in range(HEADS):
            matrix = output.weight[:, head * SIZE : (head + 1) * SIZE].detach()
            added = torch.tensor(weights[layer, head])[:, :, None] * (
                values[0] @ matrix.T
            )
            expected[layer, head] = added.norm(dim=2).numpy()
            total += added.sum(dim=1)
        # Softmax is in float32 whatever the model is in.
        torch.testing.assert_close(total, whole, rtol=1e-4, atol=1e-5)
    compare(attention(*llama, text, kind="norm").heat, join(expected, columns))


@pytest.mark.parametrize("kind", ["weights", "rollout", "norm"])
def test_the_implementation_of_attention_is_left_as_it_was(
    gpt: Pair,
    kind: Any,  # noqa: ANN401 - one of the choices
) -> None:
    model, tokenizer = deepcopy(gpt[0]), gpt[1]
    model.set_attn_implementation("sdpa")
    attention(model, tokenizer, "the state", kind=kind)
    assert read_implementation(model) == "sdpa"


def test_an_error_leaves_the_implementation_as_it_was(
    gpt: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    model: Any = deepcopy(gpt[0])

    def fail(*_: object) -> None:
        assert read_implementation(model) == "eager"
        msg = "no"
        raise RuntimeError(msg)

    monkeypatch.setattr(model.transformer.ln_f, "forward", fail)
    with pytest.raises(RuntimeError, match="no"):
        attention(model, gpt[1], "the state")
    assert read_implementation(model) == "sdpa"


def test_values_that_are_not_found_are_an_error(
    gpt: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textualheatmap.saliency.maps.value_norms.VALUES", ("values",))
    with pytest.raises(TypeError, match="the values of GPT2LMHeadModel's attention"):
        attention(*gpt, "the state", kind="norm")


def test_values_that_do_not_make_the_output_are_an_error(gpt: Pair) -> None:
    model: Any = deepcopy(gpt[0])
    gate = lambda _, given: (2 * given[0],)  # noqa: E731 - a gate behind the heads
    model.transformer.h[1].attn.c_proj.register_forward_pre_hook(gate)
    with pytest.raises(TypeError, match="which alone make its output: use kind='wei"):
        attention(model, gpt[1], "the state", kind="norm")


def test_special_tokens_are_kept_unless_they_are_not_asked_for(bert: Pair) -> None:
    kept = attention(*bert, "of peace")
    dropped = attention(*bert, "of peace", special="drop")
    assert kept.tokens.texts == ("[CLS]", "of", " ", "peace", "[SEP]")
    assert dropped.tokens.texts == ("of", " ", "peace")
    np.testing.assert_array_equal(dropped.heat, kept.heat[..., 1:-1, 1:-1])


def test_the_facet_says_what_was_done(gpt: Pair) -> None:
    record = attention(*gpt, "of peace", kind="norm", special="drop").provenance
    expected: Any = {
        "model": "GPT2LMHeadModel",
        "method": "attention",
        "kind": "norm",
        "special": "drop",
        "scale": "none",
        "torch": torch.__version__,
    }
    assert record.items() >= expected.items()


def test_a_model_that_is_no_model_and_a_kind_that_is_none_are_errors(gpt: Pair) -> None:
    with pytest.raises(ValueError, match="kind is 'flow', expected 'weights', 'rol"):
        attention(*gpt, "a", kind="flow")  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match="model is a str"):
        attention("gpt", None, "a")


def test_a_model_without_a_head_is_an_error(gpt: Pair) -> None:
    with pytest.raises(TypeError, match="GPT2Model predicts no tokens"):
        attention(gpt[0].transformer, gpt[1], "a")
