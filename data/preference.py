"""What speaks for a network's best word, and what for the second: heat with a sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from textualheatmap import Facet

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from apps.autocomplete import Autocomplete

# Half the step of the central difference.
STEP = 1e-6
SHOWN_WORDS = 3


def explain_preference(model: Autocomplete, text: str) -> Facet:
    """Return gradient x input of the best word's logit less that of the second best.

    Heat (i, j) is the product, summed over the embedding, of the embedded character j
    and the gradient of that difference at character i with respect to it, in float64
    (Shrikumar et al., 2016; of a difference: Yin & Neubig, 2022)::

        heat[i, j] = x[j] . d(logit of the best - logit of the second)[i] / d x[j]

    Positive heat speaks for the best word, negative heat for the second. Prints by how
    much a row's sum misses the derivative of the difference along the inputs, as a
    central difference finds it.

    Examples
    --------
    >>> from apps.autocomplete import read_model
    >>> explain_preference(read_model("GRU"), "to be").store.signed
    by how much a row's sum misses a finite difference: ...
    True
    """
    model = model.double()
    embedded = model.embed(text).detach()
    with torch.no_grad():
        logits = model.output(model(embedded[np.newaxis]))[0]
    best = logits.topk(SHOWN_WORDS)
    pair = best.indices[:, :2]

    inputs = embedded.clone().requires_grad_()
    differences = measure_differences(model, inputs, pair)
    heat = np.empty((len(text), len(text)))
    for row, difference in zip(heat, differences, strict=True):
        (gradient,) = torch.autograd.grad(difference, inputs, retain_graph=True)
        row[:] = (gradient * embedded).sum(dim=1)
    gap = np.abs(heat.sum(axis=1) - derive_along(model, embedded, pair)).max()
    print(f"by how much a row's sum misses a finite difference: {gap:.0e}")

    shares = logits.softmax(dim=1).gather(1, best.indices).tolist()
    meta = [
        [(model.words[k], share) for k, share in zip(kinds, row, strict=True)]
        for kinds, row in zip(best.indices.tolist(), shares, strict=True)
    ]
    return Facet.from_arrays(
        list(text),
        heat,
        meta,
        title=model.kind,
        signed=True,
        provenance={
            "model": type(model).__name__,
            "method": "gradient x input",
            "target": "top, less the second best",
            "output": "logit",
            "scale": "none",
            "wrt": "embedding",
            "torch": torch.__version__,
        },
    )


def measure_differences(model: Autocomplete, inputs: Tensor, pair: Tensor) -> Tensor:
    """Return the difference of two words' logits at each character."""
    logits = model.output(model(inputs[np.newaxis]))[0].gather(1, pair)
    return logits[:, 0] - logits[:, 1]


@torch.no_grad()
def derive_along(
    model: Autocomplete, inputs: Tensor, pair: Tensor
) -> NDArray[np.float64]:
    """Return the derivative of the differences as all inputs grow together."""
    ends = [
        measure_differences(model, inputs * factor, pair)
        for factor in (1 + STEP, 1 - STEP)
    ]
    return ((ends[0] - ends[1]) / (2 * STEP)).numpy()
