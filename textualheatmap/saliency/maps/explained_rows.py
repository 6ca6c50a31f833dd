"""The predictions of a language model, with what it computed on the way to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from textualheatmap.saliency.arguments.options import AttributionOptions
from textualheatmap.saliency.methods.target_outputs import compute_outputs
from textualheatmap.saliency.methods.targets import Prediction, choose_targets
from textualheatmap.saliency.models.inner_states import read_inner_states
from textualheatmap.saliency.models.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from torch import Tensor, nn

    from textualheatmap.saliency.arguments.options import Output, TargetClass
    from textualheatmap.saliency.methods.targets import Target, TopClasses
    from textualheatmap.saliency.models.inner_states import InnerStates
    from textualheatmap.saliency.models.language_model import Encoding, LanguageModel

# Rounding may leave this share of the largest value where a causal model can have none.
ROUNDING = 1e-3
LOOKS_AHEAD = (
    "the model looks ahead: what follows a token changes what it predicts there, "
    "expected a causal model"
)


class ExplainedRow(NamedTuple):
    """A prediction that gets a row of heat.

    Parameters
    ----------
    target
        Where the model predicts, and which classes.
    output
        The output that is explained, of shape ().
    top_classes
        The most probable classes, with their probabilities.
    states
        What the model computed, from which the output can be differentiated.
    """

    target: Target
    output: Tensor
    top_classes: TopClasses
    states: InnerStates


def is_masked(language: LanguageModel) -> bool:
    """Say whether a model predicts masked tokens, as its class's name says.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> class MyMaskedLM: pass
    >>> is_masked(SimpleNamespace(model=MyMaskedLM()))
    True
    """
    return any("MaskedLM" in each.__name__ for each in type(language.model).__mro__)


def read_target_options(
    language: LanguageModel,
    *,
    target: TargetClass | None,
    output: Output,
    top: int,
    progress: bool | Callable[[int, int], object],
) -> AttributionOptions:
    """Return options that say which output is explained.

    Parameters
    ----------
    language
        The model, which decides where `target` is None: a masked model's true token is
        explained, and a causal model's top prediction.
    target, output, top, progress
        As in `AttributionOptions`, which checks them.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> language = SimpleNamespace(model=None)
    >>> options = {"output": "logit", "top": 3, "progress": True}
    >>> read_target_options(language, target=None, **options).target
    'top'
    """
    if target is None:
        target = "true" if is_masked(language) else "top"
    return AttributionOptions(target=target, output=output, top=top, progress=progress)


def list_readings(
    language: LanguageModel, encoding: Encoding, columns: Sequence[Sequence[int]]
) -> Iterator[tuple[Encoding, list[Prediction]]]:
    """Yield a text as the model reads it, and what it predicts there, row by row.

    A causal model reads it once. A masked one reads it once for each token, which is
    masked then.

    Parameters
    ----------
    language
        The model.
    encoding
        The text.
    columns
        The positions of each token.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from textualheatmap.saliency.models.language_model import Encoding
    >>> language = SimpleNamespace(model=None)
    >>> for _, predictions in list_readings(language, Encoding([5, 7], []), [[0], [1]]):
    ...     predictions[0]
    Prediction(sequence=0, positions=(0,), true_classes=(7,))
    """
    ids = encoding.ids
    if is_masked(language):
        mask = language.get_mask_id()
        for own in columns:
            covered = [mask if at in own else each for at, each in enumerate(ids)]
            true = tuple(ids[place] for place in own)
            yield encoding._replace(ids=covered), [Prediction(0, tuple(own), true)]
    else:
        following = [*ids[1:], None]
        yield (
            encoding,
            [Prediction(0, (own[-1],), (following[own[-1]],)) for own in columns],
        )


def iterate_rows(
    language: LanguageModel,
    encoding: Encoding,
    columns: Sequence[Sequence[int]],
    options: AttributionOptions,
    report: Callable[[float], object],
    *,
    blocks: Sequence[nn.Module] = (),
    attentions: bool = False,
) -> Iterator[ExplainedRow]:
    """Yield the prediction of each row, which can be differentiated once.

    Parameters
    ----------
    language, encoding, columns
        As in `list_readings`.
    options
        Say which class is explained, and whether its logit or log-probability.
    report
        Called with the number of rows done.
    blocks, attentions
        As in `read_inner_states`.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
    >>> from textualheatmap.saliency.models.language_model import LanguageModel
    >>> words = Tokenizer(models.WordLevel({"a": 0}, unk_token="a"))
    >>> tokenizer = PreTrainedTokenizerFast(tokenizer_object=words)
    >>> config = GPT2Config(vocab_size=1, n_embd=4, n_layer=1, n_head=1)
    >>> language = LanguageModel(GPT2LMHeadModel(config).eval(), tokenizer)
    >>> encoding, options = language.encode("a"), AttributionOptions()
    >>> [row] = iterate_rows(language, encoding, [[0]], options, print)
    1
    >>> row.target.positions, row.target.classes
    ((0,), (0,))
    """
    done = 0
    for read, predictions in list_readings(language, encoding, columns):
        states = read_inner_states(
            language, read, blocks=blocks, attentions=attentions, differentiable=True
        )
        for found in iterate_outputs(states.logits, predictions, options):
            yield ExplainedRow(*found, states)
            done += 1
            report(done)


class ExplainedOutput(NamedTuple):
    """A prediction: its target, its output, of shape (), and its most probable classes.

    They are those of `ExplainedRow`.
    """

    target: Target
    output: Tensor
    top_classes: TopClasses


def iterate_outputs(
    logits: Tensor, predictions: Sequence[Prediction], options: AttributionOptions
) -> Iterator[ExplainedOutput]:
    """Yield what is explained of some predictions, of which the logits are known.

    Parameters
    ----------
    logits
        Shape (1, n, classes), which outputs can be differentiated back to.
    predictions
        At positions from 0 to n - 1 of sequence 0.
    options
        As in `iterate_rows`.

    Examples
    --------
    >>> predictions = [Prediction(0, (1,), (0,))]
    >>> logits = torch.tensor([[[1.0, 2.0], [3.0, 4.0]]])
    >>> [found] = iterate_outputs(logits, predictions, AttributionOptions())
    >>> found.output
    tensor(3.)
    """
    network = Network(
        embed=lambda _: logits,
        forward=lambda given, positions: given[:, positions],
        columns=[],
        length=logits.shape[1],
        classes=logits.shape[2],
        baseline=logits[0, 0],
    )
    targets, best = choose_targets(network, predictions, options)
    for target, classes in zip(targets, best, strict=True):
        (output,) = compute_outputs(network, logits, [target], options.output)
        yield ExplainedOutput(target, output, classes)


def differentiate(output: Tensor, states: Sequence[Tensor]) -> list[Tensor]:
    """Return the gradients of an output with respect to each of some states.

    Examples
    --------
    >>> state = torch.tensor([3.0], requires_grad=True)
    >>> differentiate(state.square().sum(), [state])
    [tensor([6.])]
    """
    found = torch.autograd.grad(
        output,
        list(states),
        retain_graph=True,
        allow_unused=True,
        materialize_grads=True,
    )
    return list(found)


def clear_future(rows: Tensor, positions: Sequence[int]) -> Tensor:
    """Return values that are 0 where a token has not been read yet.

    Parameters
    ----------
    rows
        Shape (*axes, rows, n), computed of a causal model.
    positions
        Of each row, the position where it predicts.

    Raises
    ------
    ValueError
        If other values are there than rounding leaves.

    Examples
    --------
    >>> clear_future(torch.tensor([[1.0, 1e-6], [0.5, 1.0]]), [0, 1]).tolist()
    [[1.0, 0.0], [0.5, 1.0]]
    """
    places = torch.arange(rows.shape[-1], device=rows.device)
    future = places > torch.tensor(positions, device=rows.device)[:, None]
    if (rows.abs() * future).max() > ROUNDING * rows.abs().max():
        raise ValueError(LOOKS_AHEAD)
    return rows.masked_fill(future, 0)
