"""What speaks for "are" rather than "is" after a noun between subject and verb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from textualheatmap import Facet
from textualheatmap.saliency import causal

if TYPE_CHECKING:
    from textualheatmap.saliency.arguments.options import Method

# The number of the subject, and that of the noun beside the verb, differ.
PLURAL, SINGULAR = "The keys to the cabinet", "The key to the cabinets"
TARGET = (" are", " is")
METHODS: dict[str, Method] = {
    "gradient x input": "gradient-x-input",
    "occlusion": "occlusion",
}


def explain_agreement(model: Any, tokenizer: Any) -> list[Facet]:  # noqa: ANN401 - duck-typed
    """Return why "are" rather than "is" follows the two texts.

    Heat (i, j) is positive where token j speaks for "are" after token i. Its axis is
    the method: gradient x input, and occlusion, by which the first is checked. Rows
    are divided by their largest. Prints by how much the logit of "are" is above that of
    "is" with either number of both nouns.

    Parameters
    ----------
    model, tokenizer
        A causal language model.
    """
    for text in (
        PLURAL,
        "The key to the cabinet",
        SINGULAR,
        "The keys to the cabinets",
    ):
        print(f"{text}: {measure_difference(model, tokenizer, text):+.2f}")
    return [_explain(model, tokenizer, text) for text in (PLURAL, SINGULAR)]


@torch.no_grad()
def measure_difference(model: Any, tokenizer: Any, text: str) -> float:  # noqa: ANN401 - duck-typed
    """Return the logit of "are" less that of "is" after a text."""
    ids = tokenizer(text, return_tensors="pt").input_ids
    kinds = [tokenizer.encode(word)[0] for word in TARGET]
    first, second = model(ids).logits[0, -1, kinds].tolist()
    return first - second


def _explain(model: Any, tokenizer: Any, text: str) -> Facet:  # noqa: ANN401 - duck-typed
    maps = [
        causal(model, tokenizer, text, method=method, reduce="sum", target=TARGET)
        for method in METHODS.values()
    ]
    tokens = maps[0].tokens
    return Facet.from_arrays(
        tokens.texts,
        np.stack([each.heat for each in maps]),
        tokens.meta,
        axes={"method": list(METHODS)},
        signed=True,
        provenance={
            **maps[1].provenance,
            **maps[0].provenance,
            "method": " and ".join(METHODS),
        },
    )
