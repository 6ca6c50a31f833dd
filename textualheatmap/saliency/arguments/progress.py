"""Progress of a saliency map: a bar, or calls of a function that may stop the work."""

from __future__ import annotations

from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any

import torch
from torch.overrides import TorchFunctionMode
from tqdm.auto import tqdm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from torch import Tensor

# Work that takes less than this shows no bar.
QUIET_SECONDS = 2
# Within a batch the function is called about this often.
REPEAT_SECONDS = 0.1


@contextmanager
def report_progress(
    progress: bool | Callable[[int, int], object],  # noqa: FBT001 - a bool or a callable
    total: int,
    about: str = "",
) -> Iterator[Callable[[float], object]]:
    """Yield a function to call with the number of rows done so far.

    Parameters
    ----------
    progress
        True shows a bar after two seconds, False shows none. A callable is called with
        the whole rows done and their total whenever the number changes, and about
        every 0.1 s while torch works on a batch, so that an exception that it raises
        stops the work soon.
    total
        Number of rows.
    about
        What a bar says of the work.

    Examples
    --------
    >>> with report_progress(print, 3) as report:
    ...     report(1.5)
    ...     report(3)
    0 3
    1 3
    3 3
    """
    if callable(progress):
        reporter = _Reporter(progress, total)
        reporter.report(0)
        with _CallBeforeEach(reporter.repeat), _call_before_saved(reporter.repeat):
            yield reporter.report
    else:
        with tqdm(
            total=total,
            unit="row",
            desc=about or None,
            delay=QUIET_SECONDS,
            disable=not progress,
            leave=False,
        ) as bar:
            yield lambda rows: bar.update(int(rows) - bar.n)


class _Reporter:
    """Calls a function when the number of whole rows changes, or on request."""

    def __init__(self, progress: Callable[[int, int], object], total: int) -> None:
        self._progress = progress
        self._total = total
        self._rows = -1
        self._called = monotonic()
        self._failure: BaseException | None = None

    def report(self, rows: float) -> None:
        if int(rows) != self._rows:
            self._rows = int(rows)
            self._call()

    def repeat(self) -> None:
        """Call the function again with the same numbers, unless it was just called."""
        if self._failure or monotonic() - self._called >= REPEAT_SECONDS:
            self._call()

    def _call(self) -> None:
        if self._failure:
            # Work that tries another way after an error is stopped all the same.
            raise self._failure
        self._called = monotonic()
        try:
            self._progress(self._rows, self._total)
        except BaseException as error:
            self._failure = error
            raise


class _CallBeforeEach(TorchFunctionMode):
    """Calls a function before each operation of torch in this thread."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self._act = act

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,  # noqa: ANN401 - as torch declares it
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - whatever the operation returns
        self._act()
        return func(*args, **(kwargs or {}))


def _call_before_saved(act: Callable[[], object]) -> AbstractContextManager[None]:
    """Call a function whenever the backward pass needs a tensor.

    Only the innermost hooks of such tensors are called: those around them are called
    here, so that what they keep in place of a tensor is kept.
    """
    # There is no public way to know them.
    autograd: Any = torch._C  # noqa: SLF001
    outer = autograd._autograd._top_saved_tensors_default_hooks(True)  # noqa: FBT003, SLF001
    keep, give_back = outer or (_alias, _alias)

    def give(kept: Any) -> Tensor:  # noqa: ANN401 - whatever the other hooks keep
        act()
        return give_back(kept)

    return torch.autograd.graph.saved_tensors_hooks(keep, give)


def _alias(tensor: Tensor) -> Tensor:
    """Return the same numbers; torch asks hooks not to keep the tensor itself."""
    return tensor.detach()
