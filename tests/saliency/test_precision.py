"""Models in half precision, and in autocast, against the same in float32."""

from __future__ import annotations

from contextlib import nullcontext
from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from scipy.stats import rankdata
from torch import nn

from tests.saliency.conftest import SENTENCES
from tests.saliency.test_seq2seq import build_t5
from textualheatmap.saliency import (
    attention,
    causal,
    layer_gradients,
    logit_lens,
    masked,
    seq2seq,
    sequence,
)
from textualheatmap.saliency.arguments.progress import report_progress
from textualheatmap.saliency.models.full_precision import (
    _Float32Arithmetic,
    full_precision,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor

    from textualheatmap import Facet

    Explain = Callable[..., NDArray[np.float32]]

HALVES = [torch.bfloat16, torch.float16]
METHODS = [
    {"method": "gradient"},
    {"method": "gradient-x-input"},
    {"method": "integrated-gradients", "steps": 4, "baseline": "zero"},
    {"method": "occlusion", "baseline": "zero"},
]
# Rows of fewer tokens have no order to speak of.
FEWEST = 8


@pytest.fixture(params=["bert", "gpt", "llama", "t5", "rnn"])
def network(request: pytest.FixtureRequest) -> tuple[nn.Module, Explain]:
    """Return a network, and what explains it or a copy of it."""
    if request.param == "rnn":
        inputs = torch.linspace(-1, 1, 96).view(12, 8)
        explain = partial(sequence, inputs=inputs, tokens="abcdefghijkl")
        return request.getfixturevalue("rnn"), _read_heat(explain)
    if request.param == "t5":
        model, tokenizer = build_t5()
        texts = {"text": SENTENCES[2], "answer": SENTENCES[1]}
        pair = partial(seq2seq, tokenizer=tokenizer, target="true", **texts)

        def explain_pair(model: nn.Module, **options: Any) -> NDArray[np.float32]:  # noqa: ANN401
            facets = pair(model, progress=False, **options)
            return np.hstack([facet.heat for facet in facets])

        return model, explain_pair
    model, tokenizer = request.getfixturevalue(request.param)
    function = masked if request.param == "bert" else causal
    # The true class, which no rounding changes.
    return model, _read_heat(
        partial(function, tokenizer=tokenizer, text=SENTENCES[2], target="true")
    )


def _read_heat(explain: Callable[..., Facet]) -> Explain:
    def read(model: nn.Module, **options: Any) -> NDArray[np.float32]:  # noqa: ANN401
        return explain(model, progress=False, **options).heat

    return read


def _correlate(left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
    """Return the least rank correlation of rows that have some tokens."""
    return min(
        np.corrcoef(rankdata(one[known]), rankdata(other[known]))[0, 1]
        for one, other in zip(left, right, strict=True)
        for known in [other != 0]
        if known.sum() >= FEWEST
    )


@pytest.mark.usefixtures("one_pass")
@pytest.mark.parametrize(
    ("half", "options"),
    [
        *((torch.bfloat16, options) for options in METHODS),
        (torch.float16, METHODS[0]),
        *(
            pytest.param(torch.float16, options, marks=pytest.mark.sweep)
            for options in METHODS[1:]
        ),
    ],
    ids=lambda value: value["method"] if isinstance(value, dict) else str(value),
)
def test_a_map_in_half_precision_is_that_of_its_weights_in_float32(
    network: tuple[nn.Module, Explain], options: dict[str, Any], half: torch.dtype
) -> None:
    model, explain = network
    lower = deepcopy(model).to(half)
    found = explain(lower, **options)
    # What is left of the difference to the model is that its weights are rounded.
    expected = explain(deepcopy(lower).float(), **options)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
    assert _correlate(found, expected) >= 0.99


def test_autocast_does_not_change_a_map(network: tuple[nn.Module, Explain]) -> None:
    model, explain = network
    expected = explain(model)
    with torch.autocast("cpu", torch.bfloat16):
        np.testing.assert_array_equal(explain(model), expected)


@pytest.mark.parametrize("half", HALVES, ids=str)
@pytest.mark.parametrize("autocast", [True, False])
def test_a_model_may_compute_in_its_own_precision(
    gpt: tuple[Any, Any],
    half: torch.dtype,
    autocast: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    model, tokenizer = gpt
    explain = _read_heat(partial(causal, tokenizer=tokenizer, text=SENTENCES[2]))
    expected = explain(model, target="true")
    other = model if autocast else deepcopy(model).to(half)
    with torch.autocast("cpu", half) if autocast else nullcontext():
        found = explain(other, target="true", precision="model")
    assert (found != expected).any()
    assert _correlate(found, expected) >= 0.95


@pytest.mark.parametrize("explain", [attention, layer_gradients, logit_lens])
def test_other_maps_are_computed_in_float32_as_well(
    gpt: tuple[Any, Any], explain: Callable[..., Any]
) -> None:
    model, tokenizer = gpt
    lower = deepcopy(model).bfloat16()
    maps = [
        explain(each, tokenizer, "The people of", progress=False)
        for each in (lower, deepcopy(lower).float())
    ]
    found, expected = maps
    np.testing.assert_allclose(found.heat, expected.heat, rtol=0, atol=1e-6)
    assert found.provenance["weights"] == "bfloat16"


def test_a_map_says_what_its_precision_was(gpt: tuple[Any, Any]) -> None:
    model, tokenizer = gpt
    record = causal(deepcopy(model).half(), tokenizer, "The people of").provenance
    assert (record["weights"], record["precision"]) == ("float16", "float32")
    asked = causal(model, tokenizer, "The people of", precision="model").provenance
    assert ("weights" in asked, asked["precision"]) == (False, "model")
    usual = causal(model, tokenizer, "The people of").provenance
    assert not {"weights", "precision"} & set(usual)


def test_what_is_kept_for_gradients_is_no_weight_in_float32(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept: list[Any] = []

    class Watched(_Float32Arithmetic):
        def keep(self, saved: Tensor) -> Any:  # noqa: ANN401 - as autograd takes it
            kept.append(super().keep(saved))
            return kept[-1]

    monkeypatch.setattr(f"{full_precision.__module__}._Float32Arithmetic", Watched)
    module = nn.Linear(30, 20, bias=False).bfloat16()
    module.requires_grad_(requires_grad=False)
    inputs = torch.ones(1, 30, requires_grad=True)
    # What shows progress looks at all that is kept, too.
    progress = report_progress(lambda *_: None, 1)
    with full_precision(module), progress:
        (found,) = torch.autograd.grad(module(inputs).sum(), inputs)
    [(weight, _)] = kept
    assert weight is module.weight
    torch.testing.assert_close(found[0], module.weight.float().sum(dim=0))


def test_what_a_function_changes_in_place_is_changed() -> None:
    memory = torch.zeros(2, dtype=torch.float16)
    with full_precision(nn.Linear(1, 1).half()):
        memory[:1] = torch.ones(1)
        memory.add_(torch.ones(2))
        torch.add(memory[:1], 1, out=memory[:1])
        assert memory.half().dtype == torch.float32
    assert memory.tolist() == [3, 1]
