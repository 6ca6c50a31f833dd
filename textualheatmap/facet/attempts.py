"""Finding all that is wrong with data, and not only what is found first.

Readers raise at the first error, as Python's users expect. Within `collect_errors` they
keep it and go on with whatever does not depend on it.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from textualheatmap.errors import HeatmapDataError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

T = TypeVar("T")
P = ParamSpec("P")
Item = TypeVar("Item")

_collected: ContextVar[list[HeatmapDataError] | None] = ContextVar(
    "collected", default=None
)


@contextmanager
def collect_errors() -> Generator[list[HeatmapDataError]]:
    """Collect what is wrong with data that are read in this block; nothing is raised.

    Yields
    ------
    errors
        One after another, as they are found. What was read is of use only if there
        are none.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> with collect_errors() as errors:
    ...     facet = Facet.from_arrays([1, "b"], [[0.5, 0.5], [0, "c"]], title=3)
    >>> for error in errors:
    ...     print(error)
    facet.tokens[0] is an int, expected a string
    facet.tokens[1].heat[1] is a str, expected a number
    facet.title is an int, expected a string
    """
    errors: list[HeatmapDataError] = []
    token = _collected.set(errors)
    try:
        yield errors
    except HeatmapDataError as error:
        _keep(errors, error)
    finally:
        _collected.reset(token)


class Attempts:
    """Readings that are all tried, whatever became of those before.

    Where errors are not collected, the first one is raised.

    Examples
    --------
    >>> from textualheatmap.facet.fields import read_string
    >>> with collect_errors() as errors:
    ...     attempts = Attempts()
    ...     texts = attempts.read_each("", read_string, ["a", 1, None], "tokens")
    ...     attempts.finish()
    >>> texts, len(errors)
    (['a', '', ''], 2)
    """

    def __init__(self) -> None:
        self.last: HeatmapDataError | None = None

    def read(
        self,
        otherwise: T,
        reader: Callable[P, T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Return what a reader returns, or something else where it raises.

        Parameters
        ----------
        otherwise
            What is returned where the error is kept for the end.
        reader, args, kwargs
            What is called, and with what.

        Raises
        ------
        HeatmapDataError
            If the reader raises it, and errors are not collected.

        Examples
        --------
        >>> from textualheatmap.facet.fields import read_string
        >>> Attempts().read("", read_string, "a", "token")
        'a'
        """
        try:
            return reader(*args, **kwargs)
        except HeatmapDataError as error:
            errors = _collected.get()
            if errors is None:
                raise
            _keep(errors, error)
            self.last = error
            return otherwise

    def read_each(
        self,
        otherwise: T,
        reader: Callable[[Item, str], T],
        items: Sequence[Item],
        where: str,
    ) -> list[T]:
        """Return what a reader makes of each item of a list.

        Parameters
        ----------
        otherwise
            What stands for an item that is wrong.
        reader
            Called with an item and with what errors call it.
        items, where
            The list, and what errors call it.

        Examples
        --------
        >>> from textualheatmap.facet.fields import read_string
        >>> Attempts().read_each("", read_string, ["a", "b"], "tokens")
        ['a', 'b']
        """
        return [
            self.read(otherwise, reader, item, f"{where}[{place}]")
            for place, item in enumerate(items)
        ]

    def finish(self) -> None:
        """Raise an error if one was kept: what comes next depends on all of it.

        Examples
        --------
        >>> Attempts().finish()
        """
        if self.last is not None:
            raise _ToldError(*self.last.args)


class _ToldError(HeatmapDataError):
    """What is raised because of an error that was kept before."""


def _keep(errors: list[HeatmapDataError], error: HeatmapDataError) -> None:
    if not isinstance(error, _ToldError):
        # Its frames would keep all data in memory.
        errors.append(error.with_traceback(None))
