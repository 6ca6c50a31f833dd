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
from textualheatmap.saliency import causal, masked, sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from textualheatmap import Facet

PRECISIONS = [torch.bfloat16, torch.float16]


@pytest.fixture(params=["bert", "gpt", "llama", "rnn"])
def network(request: pytest.FixtureRequest) -> tuple[nn.Module, Callable[..., Facet]]:
    """Return a network, and what explains it or a copy of it."""
    model: Any = request.getfixturevalue(request.param)
    if request.param == "rnn":
        inputs = torch.linspace(-1, 1, 96).view(12, 8)
        return model, partial(sequence, inputs=inputs, tokens="abcdefghijkl")
    model, tokenizer = model
    function = masked if request.param == "bert" else causal
    # The true class, which no rounding changes.
    return model, partial(
        function, tokenizer=tokenizer, text=SENTENCES[2], target="true", progress=False
    )


def _spearman(left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
    """Return the rank correlation of two rows."""
    return float(np.corrcoef(rankdata(left), rankdata(right))[0, 1])


def correlate(left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
    """Return the mean rank correlation of rows of three heats and more."""
    return float(
        np.mean(
            [
                _spearman(one[known], other[known])
                for one, other in zip(left, right, strict=True)
                for known in [other != 0]
                if known.sum() >= 3
            ]
        )
    )


@pytest.mark.usefixtures("one_pass")
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("autocast", [True, False])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"output": "log-probability"},
        {"method": "gradient-x-input", "reduce": "norm"},
        {"method": "integrated-gradients", "steps": 8, "baseline": "zero"},
        {"method": "occlusion", "baseline": "zero"},
    ],
    ids=str,
)
def test_heat_in_half_precision_has_the_order_of_that_in_float32(
    network: tuple[nn.Module, Callable[..., Facet]],
    options: dict[str, Any],
    precision: torch.dtype,
    autocast: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    model, explain = network
    expected = explain(model, **options).heat
    place = torch.autocast("cpu", precision) if autocast else nullcontext()
    other = model if autocast else deepcopy(model).to(precision)
    with place:
        found = explain(other, **options).heat
    # Occlusion subtracts outputs that are about alike, each with its rounding error.
    least = 0.9 if options.get("method") == "occlusion" else 0.99
    assert correlate(found, expected) >= least
