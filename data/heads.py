"""Which heads of a model look back in a known way, and whether that matters.

Scores are of texts of random tokens, each of which comes twice, so that of the second
time nothing but the repetition can be known (Olsson et al., *In-context learning and
induction heads*, 2022).
"""

from __future__ import annotations

import math
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

from textualheatmap import Facet
from textualheatmap.saliency import attention

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray
    from torch import Tensor

SEED = 2019
TEXTS, LENGTH = 4, 40
# Tokens before these are single bytes and marks.
FIRST_WORD = 300
# Heads that are named of each kind, and how often as many are drawn by chance.
MOST, DRAWS = 3, 10


class Head(NamedTuple):
    """A head, by the numbers of its layer and of itself, both from 0."""

    layer: int
    head: int


def explain_heads(model: Any, tokenizer: Any, text: str, place: int) -> Facet:  # noqa: ANN401 - duck-typed
    """Return the attention of all heads to a text, those of a known kind named.

    The provenance has the heads of the highest scores, of each kind. Prints what is
    predicted worse without them: tokens that are repeated, and one token of the text.

    Parameters
    ----------
    model, tokenizer
        A causal language model whose layers are built as Llama's.
    text
        What the heads read.
    place
        The token before the one whose probability is printed.
    """
    ids = repeat_tokens(model.config.vocab_size)
    best = {
        kind: rank_heads(scores)
        for kind, scores in score_heads(read_attention(model, ids)).items()
    }
    own = tokenizer(text, return_tensors="pt").input_ids[:, : place + 2]

    def report(what: str, heads: Iterable[Head]) -> float:
        with without_heads(model, heads):
            found = measure_repetition(model, ids)
            share = math.exp(measure_ends(model, own))
        print(f"{what}: repeated tokens {found:.2f}, one of the text {share:.2f}")
        return found

    print("log-probability of tokens that are repeated, probability of one of the text")
    report("the whole model", [])
    for kind, heads in best.items():
        named = ", ".join(f"{layer}.{head}" for layer, head in heads)
        report(f"without the {kind} heads {named}", heads)
    for heads in draw_heads(model.config):
        report("without as many heads by chance", heads)
    facet = attention(model, tokenizer, text)
    return Facet(
        facet.tokens,
        facet.store,
        title="SmolLM2",
        provenance={
            **facet.provenance,
            **{
                f"{kind} heads": "; ".join(
                    f"layer {layer}, head {head}: {score:.2f}"
                    for (layer, head), score in heads.items()
                )
                for kind, heads in best.items()
            },
        },
    )


def score_heads(weights: NDArray[np.floating[Any]]) -> dict[str, NDArray[np.float64]]:
    """Return how much of its attention each head gives to three places, from 0 to 1.

    Parameters
    ----------
    weights
        Attention, shape (layers, heads, 2 n, 2 n), of a text whose second half repeats
        the first.

    Returns
    -------
    scores
        Each of shape (layers, heads): to the `"previous-token"`; to the
        `"first-token"`; and by tokens of the second half, to what followed the same
        token in the first (`"induction"`).

    Examples
    --------
    >>> weights = np.eye(4, k=-1)[np.newaxis, np.newaxis]
    >>> score_heads(weights)["previous-token"]
    array([[1.]])
    """
    half = weights.shape[-1] // 2
    rows = np.arange(half, 2 * half)
    return {
        "previous-token": np.diagonal(weights, -1, -2, -1).mean(axis=-1),
        "first-token": weights[..., 1:, 0].mean(axis=-1),
        "induction": weights[..., rows, rows - half + 1].mean(axis=-1),
    }


def rank_heads(scores: NDArray[np.float64], most: int = MOST) -> dict[Head, float]:
    """Return the heads of the highest scores, the best first.

    Examples
    --------
    >>> rank_heads(np.array([[0.1, 0.9]]), 1)
    {Head(layer=0, head=1): 0.9}
    """
    order = np.argsort(-scores, axis=None, kind="stable")[:most]
    layers, heads = np.unravel_index(order, scores.shape)
    return {
        Head(int(layer), int(head)): float(scores[layer, head])
        for layer, head in zip(layers, heads, strict=True)
    }


def repeat_tokens(vocabulary: int) -> Tensor:
    """Return the numbers of random tokens, shape (texts, 2 n): each n come twice."""
    generator = np.random.default_rng(SEED)
    ids = generator.integers(FIRST_WORD, vocabulary, (TEXTS, LENGTH))
    return torch.tensor(np.hstack([ids, ids]))


@torch.no_grad()
def read_attention(model: Any, ids: Tensor) -> NDArray[np.float64]:  # noqa: ANN401 - duck-typed
    """Return the mean attention over texts, shape (layers, heads, tokens, tokens)."""
    used = model.config._attn_implementation  # noqa: SLF001 - has no public name
    model.set_attn_implementation("eager")
    weights = torch.stack(model(ids, output_attentions=True).attentions)
    model.set_attn_implementation(used)
    return weights.mean(dim=1).double().numpy()


def draw_heads(config: Any) -> Iterator[list[Head]]:  # noqa: ANN401 - of transformers
    """Draw some heads of a model, several times."""
    generator = np.random.default_rng(SEED)
    shape = config.num_hidden_layers, config.num_attention_heads
    for _ in range(DRAWS):
        places = generator.choice(math.prod(shape), MOST, replace=False)
        layers, heads = np.unravel_index(places, shape)
        yield [Head(int(a), int(b)) for a, b in zip(layers, heads, strict=True)]


def measure_repetition(model: Any, ids: Tensor) -> float:  # noqa: ANN401 - duck-typed
    """Return the mean log-probability of the second half, but for its first token."""
    return measure_ends(model, ids, ids.shape[1] // 2 - 1)


@torch.no_grad()
def measure_ends(model: Any, ids: Tensor, count: int = 1) -> float:  # noqa: ANN401 - duck-typed
    """Return the mean log-probability of the last tokens of each text."""
    shares = model(ids).logits.log_softmax(dim=-1)[:, -1 - count : -1]
    return float(shares.gather(2, ids[:, -count:, None]).mean())


@contextmanager
def without_heads(model: Any, heads: Iterable[Head]) -> Iterator[None]:  # noqa: ANN401 - duck-typed
    """Replace what some heads read by zeros, as long as the context lasts."""
    width = model.config.hidden_size // model.config.num_attention_heads

    def remove(head: int) -> Any:  # noqa: ANN401 - a hook
        def change(_module: object, inputs: tuple[Tensor, ...]) -> tuple[Tensor]:
            read = inputs[0].clone()
            read[..., head * width : (head + 1) * width] = 0
            return (read,)

        return change

    with ExitStack() as stack:
        for layer, head in heads:
            projection = model.model.layers[layer].self_attn.o_proj
            handle = projection.register_forward_pre_hook(remove(head))
            stack.callback(handle.remove)
        yield
