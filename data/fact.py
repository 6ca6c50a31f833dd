"""At which layer a model says a fact, and up to which layer it can be exchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from textualheatmap.saliency import logit_lens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from textualheatmap import Facet

FACT, OTHER = "The capital of France is", "The capital of Italy is"
ANSWERS = (" Paris", " Rome")
# The only token in which the texts differ, and the last one.
PLACES = {"the country": 3, "the last token": 4}


def explain_fact(model: Any, tokenizer: Any) -> Facet:  # noqa: ANN401 - duck-typed
    """Return what the model would say of a fact after each of its layers.

    Prints, for each layer, the probabilities of both answers when what it reads at one
    token is what it would read there in the other text.

    Parameters
    ----------
    model, tokenizer
        A causal language model whose layers are built as Llama's.
    """
    own, other = (
        tokenizer(text, return_tensors="pt").input_ids for text in (FACT, OTHER)
    )
    answers = [tokenizer.encode(word)[0] for word in ANSWERS]
    for name, place in PLACES.items():
        found = exchange_states(model, own, other, place, answers)
        for number, shares in enumerate(found.tolist()):
            said = ", ".join(
                f"{word.strip()} {share:.2f}"
                for word, share in zip(ANSWERS, shares, strict=True)
            )
            print(f"layer {number}, {name} of the other text: {said}")
    return logit_lens(model, tokenizer, FACT)


@torch.no_grad()
def exchange_states(
    model: Any,  # noqa: ANN401 - duck-typed
    ids: Tensor,
    other_ids: Tensor,
    place: int,
    classes: Sequence[int],
) -> Tensor:
    """Return what is predicted if a layer reads one token's state of another text.

    Parameters
    ----------
    model
        As in `explain_fact`.
    ids, other_ids
        Two texts of as many tokens, shape (1, tokens).
    place
        The token whose state is exchanged.
    classes
        The classes whose probabilities after the last token are returned.

    Returns
    -------
    shares
        From 0 to 1, shape (layers, classes): row i is about the state that layer i
        reads, from 0.
    """
    states = model(other_ids, output_hidden_states=True).hidden_states
    found: list[Tensor] = []
    for layer, state in zip(model.model.layers, states, strict=False):

        def exchange(
            _module: object, inputs: tuple[Tensor, ...], state: Tensor = state
        ) -> tuple[Tensor, ...]:
            read = inputs[0].clone()
            read[0, place] = state[0, place]
            return (read, *inputs[1:])

        handle = layer.register_forward_pre_hook(exchange)
        found.append(model(ids).logits[0, -1].softmax(dim=0)[list(classes)])
        handle.remove()
    return torch.stack(found)
