"""What a saliency map was computed from, for whom it is measured at once."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.targets import Target
    from textualheatmap.saliency.models.network import Network


class Computation(NamedTuple):
    """A saliency map before it is scaled, or one window of it.

    Parameters
    ----------
    network, targets, options
        The network, the outputs that were explained, and how.
    attributions
        Shape (targets, columns).
    left_out
        Shape (targets, columns): True where a column is not asked about. None where all
        are.
    """

    network: Network
    targets: Sequence[Target]
    options: AttributionOptions
    attributions: NDArray[np.float32]
    left_out: NDArray[np.bool_] | None


_observer: ContextVar[Callable[[Computation], object] | None] = ContextVar(
    "_observer", default=None
)


@contextmanager
def observe(observer: Callable[[Computation], object]) -> Iterator[None]:
    """Call a function with each saliency map, window by window, of this thread.

    The model is then still in evaluation mode, on the device where it ran.

    Examples
    --------
    >>> with observe(print):
    ...     pass
    """
    token = _observer.set(observer)
    try:
        yield
    finally:
        _observer.reset(token)


def tell_observer(computation: Computation) -> None:
    """Call the function that observes, if there is one.

    Examples
    --------
    >>> tell_observer(None)
    """
    observer = _observer.get()
    if observer is not None:
        observer(computation)
