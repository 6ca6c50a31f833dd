"""The logit lens: what a language model would predict after each of its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import numpy as np
import torch

from textualheatmap.facet.fields import quote
from textualheatmap.saliency.arguments.argument_checks import check_choice, read_integer
from textualheatmap.saliency.arguments.options import Arithmetic, describe_precision
from textualheatmap.saliency.arguments.progress import report_progress
from textualheatmap.saliency.maps.explained_rows import (
    LOOKS_AHEAD,
    ROUNDING,
    is_masked,
    list_readings,
)
from textualheatmap.saliency.maps.token_facet import build_facet, cut_text
from textualheatmap.saliency.models.evaluation_mode import evaluation_mode
from textualheatmap.saliency.models.inner_states import (
    cut_encoding,
    find_blocks,
    predict_from,
    read_inner_states,
)
from textualheatmap.saliency.models.language_model import LanguageModel
from textualheatmap.saliency.models.pieces import Special

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from textualheatmap.facet.facet import Facet
    from textualheatmap.saliency.methods.targets import TopClasses
    from textualheatmap.saliency.models.inner_states import InnerStates
    from textualheatmap.saliency.models.language_model import Encoding


class _Layer(NamedTuple):
    """What is predicted after a layer, row by row."""

    heat: list[NDArray[np.float32]]
    best: list[TopClasses]
    ranks: list[int]


def logit_lens(
    model: Any,  # noqa: ANN401 - any model of transformers, which is not imported here
    tokenizer: Any,  # noqa: ANN401 - likewise
    text: str,
    *,
    layers: Sequence[int] | None = None,
    special: Special = "drop",
    top: int = 3,
    device: str | torch.device | None = None,
    precision: Arithmetic = "float32",
    progress: bool | Callable[[int, int], object] = True,
) -> Facet:
    """Return what a model would predict if it ended after each of its layers.

    The final norm and the unembedding, and whatever else the model does after its last
    layer, are applied to what each layer reads (nostalgebraist, *interpreting GPT: the
    logit lens*, 2020). Layers are counted as in `layer_gradients`: 0 is the embedded
    text, and the last one what the last layer makes: the model's own predictions.

    Let k be the class that the model in the end predicts at row i: of a causal model
    for the token after token i, of a masked one for token i, which is masked then. Heat
    (i, j) of a layer is the probability of k at token j; what the layer says of the
    prediction of row i itself is heat (i, i).

    Parameters
    ----------
    model, tokenizer
        A masked or causal language model of Hugging Face's transformers, and its fast
        tokenizer. The model's mode, gradients and device are left as they
        were.
    text
        The text to read. It may have as many tokens as the model takes.
    layers
        The layers to show, from 0 to the number of blocks, each once. By default all.
    special
        Whether special tokens such as `<s>` are left out (`"drop"`), shown as format
        tokens (`"format"`), or shown as tokens like the others (`"keep"`).
    top
        Number of top predictions with probabilities in the meta of each token.
    device
        Where to run. By default where the model is.
    precision
        Whether a model in bfloat16, float16 or `torch.autocast` computes in `"float32"`
        all the same, from its weights as they are, one at a time; or in the precision
        of the `"model"`, which is faster on many a GPU, and less exact: of occlusion,
        which subtracts outputs, most.
    progress
        True shows a bar when the work takes more than two seconds. A callable is
        called with the rows done and their total; an exception that it raises stops
        the work. A masked model reads the text once a row.

    Returns
    -------
    facet
        Heat has the shape (layers, tokens, tokens), with the axis `layer`, whose labels
        are the layers' numbers. Meta follow that axis: those of a token are the layer's
        top predictions, and the number `rank` is the place of k among all, from 1. A
        token of several pieces of the tokenizer predicts at the last of them.

    Raises
    ------
    TypeError
        If the model or tokenizer is of the wrong kind, or a layer's states cannot be
        given to what follows the last layer.
    ValueError
        If the text is empty or too long, an argument has none of its values, or a
        model that masks nothing looks ahead.

    Examples
    --------
    >>> logit_lens("a model", None, "a text")
    Traceback (most recent call last):
        ...
    TypeError: model is a str, expected a model of transformers (load_model reads one \
from a folder)
    """
    check_choice("special", special, get_args(Special))
    check_choice("precision", precision, get_args(Arithmetic))
    top = read_integer("top", top, 0)
    language = LanguageModel(model, tokenizer)
    running = evaluation_mode(model, device=device, precision=precision)
    with running, torch.no_grad():
        encoding, tokens = cut_text(language, text, special)
        blocks, columns = find_blocks(language), tokens.pieces
        chosen = _read_layers(layers, len(blocks))
        found = [_Layer([], [], []) for _ in chosen]
        last = [own[-1] for own in columns]
        done = 0
        with report_progress(progress, len(columns)) as report:
            for read, predictions in list_readings(language, encoding, columns):
                states = read_inner_states(language, read, blocks=blocks)
                _check_lens(language, read, states, blocks)
                places = [each.positions[-1] for each in predictions]
                kinds = states.logits[0, places].argmax(dim=1)
                for number, layer in zip(chosen, found, strict=True):
                    state = states.stream[number]
                    shares = predict_from(language, read, blocks[-1], state).softmax(1)
                    layer.heat.append(shares[last][:, kinds].T.cpu().numpy())
                    _add_best(layer, shares[places], kinds, top)
                done += len(predictions)
                report(done)
    return build_facet(
        language,
        tokens,
        np.stack([np.concatenate(layer.heat) for layer in found]),
        axes={"layer": chosen},
        top_classes=[*zip(*(layer.best for layer in found), strict=True)],
        meta_axis="layer",
        numbers={"rank": [*zip(*(layer.ranks for layer in found), strict=True)]},
        provenance={
            "method": "logit lens",
            "special": special,
            "scale": "none",
            **describe_precision(precision),
        },
    )


def _read_layers(layers: Sequence[int] | None, count: int) -> list[int]:
    """Return the numbers of the layers to show, from 0 to `count`."""
    if layers is None:
        return list(range(count + 1))
    chosen = [
        read_integer(f"layers[{place}]", layer, 0, count)
        for place, layer in enumerate(layers)
    ]
    if not 0 < len(chosen) == len({*chosen}):
        msg = f"layers is {quote(layers)}, expected at least one, and each once"
        raise ValueError(msg)
    return chosen


def _add_best(layer: _Layer, shares: Tensor, kinds: Tensor, top: int) -> None:
    """Add the best predictions of some rows, and the ranks of the final ones."""
    best = shares.topk(min(top, shares.shape[1]), dim=1)
    layer.best.extend(
        list(zip(each.tolist(), values.tolist(), strict=True))
        for each, values in zip(best.indices, best.values, strict=True)
    )
    own = shares.gather(1, kinds[:, None])
    layer.ranks.extend((1 + (shares > own).sum(dim=1)).tolist())


def _check_lens(
    language: LanguageModel,
    encoding: Encoding,
    states: InnerStates,
    blocks: Sequence[nn.Module],
) -> None:
    """Raise unless the last layer gives what the model predicts, and no token later."""
    logits = states.logits[0]
    rounding = ROUNDING * logits.abs().max()
    again = predict_from(language, encoding, blocks[-1], states.stream[-1])
    if (again - logits).abs().max() > rounding:
        msg = (
            f"{type(language.model).__name__} makes more of a text than its last layer "
            "tells, expected predictions from the state of each token alone"
        )
        raise TypeError(msg)
    if not is_masked(language):
        alone = read_inner_states(language, cut_encoding(encoding, 1)).logits[0, 0]
        if (alone - logits[0]).abs().max() > rounding:
            raise ValueError(LOOKS_AHEAD)
