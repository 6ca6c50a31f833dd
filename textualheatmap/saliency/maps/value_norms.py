"""Norms of what each token adds to the output of attention (Kobayashi et al., 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from textualheatmap.saliency.models.inner_states import read_inner_states
from textualheatmap.saliency.models.thread_hooks import ThreadHooks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor, nn

    from textualheatmap.saliency.models.language_model import Encoding, LanguageModel

# What models call the module that makes values, alone or beside queries and keys.
VALUES = (
    "v_proj",
    "value",
    "v_lin",
    "value_proj",
    "c_attn",
    "query_key_value",
    "qkv_proj",
    "Wqkv",
    "kv_b_proj",
    "v",
)
# What they call the module that takes the heads' results to the residual stream; the
# last one is beside the attention.
OUTPUTS = (
    "o_proj",
    "out_proj",
    "c_proj",
    "out_lin",
    "dense",
    "Wo",
    "o",
    "output.dense",
)
# By how much of the largest the heads' results may miss the weighted values.
ROUNDING = 1e-4


def measure_norms(language: LanguageModel, encoding: Encoding) -> Tensor:
    """Return the norms of weighted values, shape (layers, heads, n, n).

    Let f(x) be what a head makes of token x: the value, and of that what the output
    projection makes, without bias. The norm (i, j) is that of the weight (i, j) times
    f(x[j]).

    Parameters
    ----------
    language, encoding
        The model, in evaluation mode, and a text of n pieces.

    Raises
    ------
    TypeError
        If modules that make values are not found, or the weighted values are not what
        the output projection reads.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
    >>> from textualheatmap.saliency.models.language_model import LanguageModel
    >>> words = Tokenizer(models.WordLevel({"a": 0}, unk_token="a"))
    >>> tokenizer = PreTrainedTokenizerFast(tokenizer_object=words)
    >>> config = GPT2Config(vocab_size=1, n_embd=4, n_layer=1, n_head=1)
    >>> language = LanguageModel(GPT2LMHeadModel(config).eval(), tokenizer)
    >>> measure_norms(language, language.encode("a")).shape
    torch.Size([1, 1, 1, 1])
    """
    with ThreadHooks() as hooks:
        recorder = _ValueRecorder(language, hooks)
        states = read_inner_states(language, encoding, attentions=True)
    return recorder.measure(states.attentions)


class _Layer(NamedTuple):
    """What one layer of attention computed.

    `values` has the shape (n, all values), `mixed`, which `output` reads, (n, heads *
    size of a head).
    """

    values: Tensor
    mixed: Tensor
    output: nn.Module


class _ValueRecorder:
    """Records the values of each layer's attention while a model runs."""

    def __init__(self, language: LanguageModel, hooks: ThreadHooks) -> None:
        self._name = type(language.model).__name__
        self._values: list[Tensor] = []
        self._layers: list[_Layer] = []
        pairs = list(_find_modules(language.model))
        for values, output in pairs:
            hooks.after(values, self._keep_values)
            hooks.before(output, lambda mixed, output=output: self._keep(mixed, output))
        if not pairs:
            raise self._refuse()

    def _keep_values(self, values: Tensor) -> Tensor:
        self._values.append(values)
        return values

    def _keep(self, mixed: Tensor, output: nn.Module) -> Tensor:
        if self._values:
            self._layers.append(_Layer(self._values.pop()[0], mixed[0], output))
        return mixed

    def _refuse(self) -> TypeError:
        return TypeError(
            f"the values of {self._name}'s attention are not found, expected modules "
            "such as v_proj and o_proj, which alone make its output: use kind='weights'"
        )

    def measure(self, attentions: tuple[Tensor, ...]) -> Tensor:
        """Return the norms, shape (layers, heads, n, n), given each layer's weights."""
        if len(self._layers) != len(attentions):
            raise self._refuse()
        return torch.stack(
            [
                weights[0] * self._measure_layer(layer, weights[0])[:, None]
                for layer, weights in zip(self._layers, attentions, strict=True)
            ]
        )

    def _measure_layer(self, layer: _Layer, weights: Tensor) -> Tensor:
        """Return the norms of f(x), shape (heads, n)."""
        values = self._find_values(layer, weights)
        # With the values of one head alone, the projection makes what it contributes.
        own = torch.eye(len(values), device=values.device)
        apart = torch.einsum("hk,hns->hnks", own, values).flatten(2)
        bias = layer.output(torch.zeros_like(layer.mixed[:1]))
        return (layer.output(apart) - bias).norm(dim=2)

    def _find_values(self, layer: _Layer, weights: Tensor) -> Tensor:
        """Return the values of each head, shape (heads, n, size)."""
        largest = layer.mixed.abs().max()
        for values in _list_layouts(layer, len(weights)):
            mixed = (weights @ values).transpose(0, 1).flatten(1)
            if (mixed - layer.mixed).abs().max() <= ROUNDING * largest:
                return values
        raise self._refuse()


def _find_modules(model: nn.Module) -> Iterator[tuple[nn.Module, nn.Module]]:
    """Yield the modules of each attention that make values and the output."""
    for name, part in model.named_modules():
        children = dict(part.named_children())
        values = next((children[each] for each in VALUES if each in children), None)
        if values is None:
            continue
        beside: Any = model.get_submodule(name.rpartition(".")[0])
        outputs: dict[str, Any] = {
            **children,
            "output.dense": getattr(getattr(beside, "output", None), "dense", None),
        }
        output = next((outputs[each] for each in OUTPUTS if outputs.get(each)), None)
        if output is not None:
            yield values, output


def _list_layouts(layer: _Layer, heads: int) -> Iterator[Tensor]:
    """Yield all values that may be meant, shape (heads, n, size of a head).

    Values may be behind the queries and keys of their own heads, or of all heads, and
    several heads may share them.
    """
    values, count = layer.values, len(layer.values)
    size = layer.mixed.shape[-1] // heads
    for groups in range(1, heads + 1):
        if heads % groups or values.shape[-1] < groups * size:
            continue
        found = [values[:, -groups * size :].view(count, groups, size)]
        if values.shape[-1] % groups == 0:
            found.append(values.view(count, groups, -1)[..., -size:])
        for each in found:
            yield each.transpose(0, 1).repeat_interleave(heads // groups, dim=0)
