"""What an encoder and a decoder read of a source and a target, head by head."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from textualheatmap.saliency.models.devices import find_device
from textualheatmap.saliency.models.eager_attention import eager_attention
from textualheatmap.saliency.models.language_model import read_logits
from textualheatmap.saliency.models.thread_hooks import ThreadHooks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from textualheatmap.saliency.models.encoder_decoder import EncoderDecoder


class PairStates(NamedTuple):
    """What a model computed of a source of S and a target of T tokens.

    Parameters
    ----------
    logits
        Shape (1, T, classes): at place i, of token i of the target.
    source, target
        The attention weights of each layer of the decoder where it predicts token i: to
        the source, shape (1, heads, T, S), and to the start token and all tokens of the
        target but the last, shape (1, heads, T, T).
    """

    logits: Tensor
    source: tuple[Tensor, ...]
    target: tuple[Tensor, ...]


def read_pair_states(
    language: EncoderDecoder,
    source: Sequence[int],
    target: Sequence[int],
    start: int,
    *,
    differentiable: bool = False,
) -> PairStates:
    """Run a model on a source and a target, and keep the attention of its decoder.

    Parameters
    ----------
    language
        The model, in evaluation mode.
    source, target
        Their tokens.
    start
        The token that the decoder is given before the target.
    differentiable
        Whether logits can be differentiated with respect to attention weights. This
        takes the memory of all activations.

    Raises
    ------
    TypeError
        If the model predicts no tokens, or does not return these weights.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from transformers.models.t5 import T5Config, T5ForConditionalGeneration
    >>> config = T5Config(vocab_size=9, d_model=8, d_kv=4, d_ff=8, num_layers=1)
    >>> model = T5ForConditionalGeneration(config).eval()
    >>> language = SimpleNamespace(model=model, embedding=model.shared)
    >>> states = read_pair_states(language, [5, 6, 7], [8, 1], 0)
    >>> states.source[0].shape
    torch.Size([1, 8, 2, 3])
    """
    model: Any = language.model
    device = find_device(language.embedding)
    given = torch.tensor([list(source)], device=device)
    decoded = torch.tensor([[start, *target[:-1]]], device=device)
    with ThreadHooks() as hooks, eager_attention(model):
        if differentiable:
            parts = (model.get_encoder(), model.get_decoder())
            # Weights have no gradient: only what depends on these leaves has one.
            for embedding in {part.get_input_embeddings() for part in parts}:
                hooks.after(embedding, lambda x: x.detach().requires_grad_().clone())
        output = model(
            input_ids=given,
            attention_mask=torch.ones_like(given),
            decoder_input_ids=decoded,
            use_cache=False,
            output_attentions=True,
        )
    count = len(target)
    found = [
        tuple(getattr(output, name, None) or ())
        for name in ("cross_attentions", "decoder_attentions")
    ]
    for weights, length in zip(found, (len(source), count), strict=True):
        shapes = {None if each is None else each.shape[-2:] for each in weights}
        if shapes != {(count, length)}:
            msg = (
                f"{type(model).__name__} does not return the attention weights of all "
                "tokens, expected a model whose decoder has full attention to the "
                "source and to its own text in every layer"
            )
            raise TypeError(msg)
    return PairStates(read_logits(model, output, (1, count)), *found)
