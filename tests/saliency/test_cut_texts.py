"""Causal models that read a text's beginning otherwise where the text is longer."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from transformers import LlamaForCausalLM

from tests.saliency.conftest import fixed_seed
from tests.saliency.reference import Float64Model, reference_causal, scale_rows
from textualheatmap.saliency import causal
from textualheatmap.saliency.models.language_model import LanguageModel

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]

TEXT = "the state of the union is strong"
ROPES = {
    "longrope": {"short_factor": [1.0] * 8, "long_factor": [1.0, 9.0] * 4},
    "dynamic": {"factor": 4.0},
}


def build_rope(llama: Pair, kind: str) -> Any:  # noqa: ANN401 - any of transformers'
    config: Any = deepcopy(llama[0].config)
    config.max_position_embeddings = 6 if kind == "dynamic" else 64
    config.original_max_position_embeddings = 6
    parameters = {
        "rope_type": kind,
        "rope_theta": 10.0,
        "original_max_position_embeddings": 6,
        **ROPES[kind],
    }
    if hasattr(config, "rope_parameters"):
        config.rope_parameters = parameters
    else:  # Until transformers 5.
        config.rope_scaling, config.rope_theta = parameters, 10.0
    with fixed_seed():
        return LlamaForCausalLM(config).eval()


@pytest.mark.parametrize("batch_size", [1, 3, None])
@pytest.mark.parametrize("kind", list(ROPES))
def test_rows_are_those_of_the_whole_text_where_positions_depend_on_its_length(
    llama: Pair, kind: str, batch_size: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # "dynamic" positions are for texts that are longer than the config says.
    for room in ("models.language_model", "causal_lm"):
        monkeypatch.setattr(
            f"textualheatmap.saliency.{room}.check_length", lambda *_, **__: None
        )
    model = build_rope(llama, kind)
    ids = llama[1](TEXT).input_ids
    columns = [[place] for place in range(1, len(ids))]
    assert len(columns) > 5
    rows = [
        reference.differentiate()
        for reference in reference_causal(Float64Model(model), ids, columns)
    ]
    heat = causal(model, llama[1], TEXT, target="true", batch_size=batch_size).heat
    np.testing.assert_allclose(heat, scale_rows(rows), atol=1e-4)


@pytest.mark.parametrize("kind", list(ROPES))
def test_what_a_model_does_tells_that_a_text_cannot_be_cut(
    llama: Pair, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "textualheatmap.saliency.models.language_model.LENGTHWISE_ROPE", set()
    )
    ids = llama[1](TEXT).input_ids
    assert LanguageModel(*llama).can_be_cut(ids, {})
    assert not LanguageModel(build_rope(llama, kind), llama[1]).can_be_cut(ids, {})
