"""Attribution by a class of Captum, or by one that is called as these are."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

from textualheatmap.saliency.arguments.method_class import ARGUMENTS, list_arguments
from textualheatmap.saliency.methods.method_result import MethodResult
from textualheatmap.saliency.methods.single_rows import (
    OneOutput,
    attribute_rows,
    list_players,
)
from textualheatmap.saliency.methods.vectors import measure_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.method_result import Report, ShowAttributions
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network

# A larger share of the outputs' change is not missed by rounding.
LARGE_GAP = 0.01


class Gap(NamedTuple):
    """How much of an output's change the sum of its attributions misses."""

    missing: float
    change: float


def attribute_by_captum(
    network: Network,
    targets: Sequence[Target],
    options: AttributionOptions,
    report: Report,
    show: ShowAttributions,
) -> MethodResult:
    """Let a class of Captum explain each output.

    Where it asks for them, it gets the baseline, a mask with a feature for each column,
    and the options' steps and samples. Columns that are not to be taken out keep their
    inputs as the baseline of a method that takes out features.

    Parameters
    ----------
    network, targets, options, report, show
        As in `attribute`. `options.method` is the class.

    Raises
    ------
    ValueError
        If a method that changes what a model's modules do misses a hundredth of the
        change of the outputs: the model also computes what no module does.

    Examples
    --------
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.methods.targets import Target
    >>> class Inputs:
    ...     def __init__(self, forward_func): ...
    ...     def attribute(self, inputs):
    ...         return inputs
    >>> inputs, zero = torch.tensor([[[3.0, 4.0]]]), torch.zeros(2)
    >>> network = Network(lambda s: inputs, lambda x, p: x[:, p], [[0]], 1, 2, zero)
    >>> options, targets = AttributionOptions(method=Inputs), [Target(0, (0,), (1,))]
    >>> ignore = lambda *_: None
    >>> found = attribute_by_captum(network, targets, options, ignore, ignore)
    >>> found.attributions.tolist()
    [[7.0]]
    """
    kind: Any = options.method
    gaps: list[Gap] = []

    def compute(inputs: Tensor, target: Target) -> NDArray[np.float32]:
        module = OneOutput(network, target, options.output)
        method = kind(module)
        baselines = network.baseline.expand_as(inputs)
        given: dict[str, Any] = {"baselines": baselines}
        wanted = list_arguments(method.attribute)
        if "feature_mask" in wanted:
            given = _list_features(network, inputs, target)
        vectors = run_method(method, inputs, options, given)
        if "feature_mask" in wanted:
            vectors = _divide_features(network, vectors, target)
        elif promises_completeness(method):
            gaps.append(find_gap(module, inputs, baselines, vectors))
        return measure_columns(network, vectors, is_signed=options.is_signed)[0]

    attributions = attribute_rows(network, targets, report, show, compute=compute)
    return MethodResult(attributions, accuracy=describe_gaps(gaps, kind))


def run_method(
    method: Any,  # noqa: ANN401 - an object of Captum
    inputs: Tensor,
    options: AttributionOptions,
    given: Mapping[str, object],
) -> Tensor:
    """Return the attributions of a method, in the shape of what it explains.

    Parameters
    ----------
    method
        An object of Captum.
    inputs
        Shape (1, length, d).
    options
        Has the steps, the samples, and the seed of what the method draws.
    given
        Further arguments. The method gets those that it takes.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> method = SimpleNamespace(attribute=lambda inputs, baselines: inputs - baselines)
    >>> given = {"baselines": torch.ones(1)}
    >>> run_method(method, torch.ones(1), AttributionOptions(), given)
    tensor([0.])
    """
    usual = {other: getattr(options, name) for name, other in ARGUMENTS.items()}
    wanted = list_arguments(method.attribute)
    arguments = {
        name: value for name, value in {**usual, **given}.items() if name in wanted
    }
    with _seed_draws(options.seed), warnings.catch_warnings():
        # DeepLIFT says each time that it is at work.
        warnings.filterwarnings("ignore", "Setting forward, backward hooks")
        warnings.filterwarnings("ignore", "Input Tensor 0 did not already require")
        found = method.attribute(inputs.detach().clone(), **arguments)
    return (found[0] if isinstance(found, tuple) else found).detach().float()


def promises_completeness(method: Any) -> bool:  # noqa: ANN401
    """Say whether a method's attributions should sum up to the change of the output.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> promises_completeness(SimpleNamespace())
    False
    """
    says = getattr(method, "has_convergence_delta", None)
    return bool(
        says is not None and says() and "baselines" in list_arguments(method.attribute)
    )


@torch.no_grad()
def find_gap(
    module: nn.Module, inputs: Tensor, baselines: Tensor, vectors: Tensor
) -> Gap:
    """Return by how much a sum misses the change of an output from the baselines.

    Examples
    --------
    >>> module, one = torch.nn.Identity(), torch.ones(1)
    >>> find_gap(module, 3 * one, one, one)
    Gap(missing=1.0, change=2.0)
    """
    change = (module(inputs) - module(baselines)).item()
    return Gap(abs(change - vectors.sum().item()), abs(change))


def describe_gaps(gaps: Sequence[Gap], kind: Any) -> dict[str, float | int]:  # noqa: ANN401
    """Return the provenance of attributions that should sum up to changes.

    Warns where they miss more than a hundredth of these.

    Parameters
    ----------
    gaps
        Those of all rows.
    kind
        The class of the method.

    Raises
    ------
    ValueError
        If they do, and the method changes what modules do.

    Examples
    --------
    >>> describe_gaps([Gap(0.5, 100)], list)
    {'completeness gap': 0.005, 'largest gap of a row': 0.5}
    """
    if not gaps:
        return {}
    change = sum(each.change for each in gaps)
    share = sum(each.missing for each in gaps) / change if change else 0.0
    if share > LARGE_GAP:
        said = (
            f"{kind.__name__} misses {100 * share:.2g} % of the change of the outputs"
        )
        if "model" in list_arguments(kind):
            msg = (
                f"{said}: it follows a model's modules, and this one computes what no "
                "module does (attention, norms), expected a model without these, or "
                "another method"
            )
            raise ValueError(msg)
        msg = f"{said}, expected at most 1 %: take more steps or samples"
        warnings.warn(msg, stacklevel=2)
    return {
        "completeness gap": share,
        "largest gap of a row": max(each.missing for each in gaps),
    }


@contextmanager
def _seed_draws(seed: int) -> Iterator[None]:
    """Let torch and NumPy draw the same numbers each time, and others afterwards."""
    # Captum draws from NumPy's global generator.
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(seed % 2**32)  # noqa: NPY002
    try:
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            yield
    finally:
        np.random.set_state(before)  # noqa: NPY002


def _list_features(
    network: Network, inputs: Tensor, target: Target
) -> dict[str, Tensor]:
    """Return a mask with a feature for each column, and the baselines of these.

    What is not to be taken out is its own baseline: its feature makes no difference.
    """
    baselines = inputs.clone()
    features = torch.zeros(inputs.shape[1], dtype=torch.long, device=inputs.device)
    for feature, column in enumerate(list_players(network, target)):
        features[network.columns[column]] = feature
        baselines[:, network.columns[column]] = network.baseline
    mask = features[None, :, None].expand(inputs.shape).contiguous()
    return {"baselines": baselines, "feature_mask": mask}


def _divide_features(network: Network, vectors: Tensor, target: Target) -> Tensor:
    """Return vectors that sum up to what each column is worth.

    Captum gives it to each number of the column's inputs.
    """
    divided = torch.zeros_like(vectors)
    firsts = [network.columns[column][0] for column in list_players(network, target)]
    divided[:, firsts, 0] = vectors[:, firsts, 0]
    return divided
