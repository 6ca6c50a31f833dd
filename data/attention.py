"""The attention of every head in every layer of a model to one sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from transformers import __version__ as transformers_version

from textualheatmap import Facet


@torch.no_grad()
def read_attention(model: Any, tokenizer: Any, text: str) -> Facet:  # noqa: ANN401 - duck-typed
    """Return how each token attends to those up to it, by layer and head.

    Heat has the shape (layers, heads, tokens, tokens); its rows sum to 1. Both are
    counted from 0. Attention is what a head reads, and no measure of what mattered.

    Parameters
    ----------
    model, tokenizer
        A causal language model of transformers, and its fast tokenizer.
    text
        What is read.
    """
    model.set_attn_implementation("eager")
    encoded = tokenizer(text, return_offsets_mapping=True, return_tensors="pt")
    output = model(encoded["input_ids"], output_attentions=True)
    heat = np.stack([layer[0].numpy() for layer in output.attentions])
    layers, heads = heat.shape[:2]
    return Facet.from_arrays(
        [text[start:end] for start, end in encoded["offset_mapping"][0].tolist()],
        heat,
        title="SmolLM2",
        axes={
            "layer": [str(number) for number in range(layers)],
            "head": [str(number) for number in range(heads)],
        },
        provenance={
            "model": type(model).__name__,
            "method": "attention",
            "scale": "none",
            "torch": torch.__version__,
            "transformers": transformers_version,
        },
    )
