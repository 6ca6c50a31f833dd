"""What every attribution method takes, and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from textualheatmap.saliency.arguments.options import AttributionOptions
from textualheatmap.saliency.methods.targets import Target
from textualheatmap.saliency.models.network import Network

# Called with the number of rows done so far, which may be a fraction.
Report: TypeAlias = Callable[[float], object]
# Called with the number of a first row, rows of attributions, and what rounding may
# leave of an attribution that is 0.
ShowAttributions: TypeAlias = Callable[[int, NDArray[np.float32], float], object]


class MethodResult(NamedTuple):
    """The attributions that a method computed.

    Parameters
    ----------
    attributions
        Shape (targets, columns).
    rounding
        What rounding may leave of an attribution that is 0, besides a small share of
        the largest attribution.
    accuracy
        What the method records in the provenance about its accuracy.
    """

    attributions: NDArray[np.float32]
    rounding: float = 0.0
    accuracy: Mapping[str, float | int] = {}


AttributionMethod: TypeAlias = Callable[
    [Network, Sequence[Target], AttributionOptions, Report, ShowAttributions],
    MethodResult,
]
