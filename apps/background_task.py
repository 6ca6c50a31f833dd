"""Work in a background thread that reports its progress and can be cancelled."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    Result = TypeVar("Result")

# Time between two looks at the progress (s).
INTERVAL = 0.1
# How long a cancelled thread is waited for (s).
PATIENCE = 0.4

# Work has to last so long (s) before the time that is left is guessed.
LEAST_SECONDS = 2


class TaskCancelledError(Exception):
    """Raised in the thread of a cancelled task, and where its result is awaited."""


class Progress(NamedTuple):
    """How far a task is.

    Parameters
    ----------
    model
        Name of the model that works now.
    rows
        Number of rows of heat that it has computed.
    total
        Number of rows that it will compute, 0 until that is known.
    is_cancelled
        Whether the task is being cancelled.
    seconds_left
        How long the rows that are left will take the model, None while that is not
        known.
    """

    model: str = ""
    rows: int = 0
    total: int = 0
    is_cancelled: bool = False
    seconds_left: float | None = None


class BackgroundTask:
    """One piece of work in a thread of its own.

    The thread calls `begin` and `report`; the event loop awaits `run`.

    Examples
    --------
    >>> task = BackgroundTask()
    >>> seen = []
    >>> asyncio.run(task.run(lambda: task.report(1, 2), seen.append))
    >>> task.progress
    Progress(model='', rows=1, total=2, is_cancelled=False, seconds_left=None)
    """

    CancelledError = TaskCancelledError

    def __init__(self) -> None:
        self.progress = Progress()
        self.is_abandoned = False
        self._cancelled = Event()
        self._began: float | None = None

    def begin(self, model: str) -> None:
        """Say which model works from now on.

        Raises
        ------
        TaskCancelledError
            If the task was cancelled.
        """
        self._check()
        self._began = None
        self.progress = Progress(model)

    def report(self, rows: int, total: int) -> None:
        """Say how many rows are computed; raises as `begin` does."""
        self._check()
        # The first report comes once the model is read.
        self._began = self._began or monotonic()
        seconds = monotonic() - self._began
        is_known = rows > 0 and seconds >= LEAST_SECONDS
        left = seconds / rows * (total - rows) if is_known else None
        self.progress = self.progress._replace(
            rows=rows, total=total, seconds_left=left
        )

    def cancel(self) -> None:
        """Make the thread raise `TaskCancelledError` at its next report."""
        self._cancelled.set()
        self.progress = self.progress._replace(is_cancelled=True)

    def abandon(self) -> None:
        """Cancel the task, whose progress nobody wants to see any more."""
        self.is_abandoned = True
        self.cancel()

    async def run(
        self, work: Callable[[], Result], watch: Callable[[Progress], object]
    ) -> Result:
        """Do the work in a thread, and look at its progress until it is done.

        Parameters
        ----------
        work
            Runs in the thread. Its result is returned.
        watch
            Called with the progress about ten times a second.

        Raises
        ------
        TaskCancelledError
            At most half a second after the task is cancelled. A thread that is busy,
            for example with reading a model, ends later by itself.
        """
        future: Future[Result] = Future()
        # A server that ends would wait for the threads of a pool.
        Thread(target=_fulfil, args=(future, work), daemon=True).start()
        result = asyncio.wrap_future(future)
        deadline: float | None = None
        while not result.done():
            if not self.is_abandoned:
                watch(self.progress)
            if self._cancelled.is_set():
                deadline = deadline or monotonic() + PATIENCE
                if monotonic() >= deadline:
                    result.cancel()
                    raise TaskCancelledError
            await asyncio.wait({result}, timeout=INTERVAL)
        return result.result()

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise TaskCancelledError


def _fulfil(future: Future[Result], work: Callable[[], Result]) -> None:
    """Do the work, and put its result or its error into the future."""
    future.set_running_or_notify_cancel()
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - whoever awaits it handles it
        future.set_exception(error)


def find_percentage(progress: Progress | None) -> int:
    """Return how many percent are done, -1 while that is not known.

    Examples
    --------
    >>> find_percentage(Progress("GRU", 1, 4))
    25
    """
    if progress is None or not progress.total:
        return -1
    return 100 * progress.rows // progress.total


def describe_progress(progress: Progress | None) -> str:
    """Return how far a task is in words, or nothing if there is none.

    Examples
    --------
    >>> describe_progress(Progress("GRU", 1, 4))
    'GRU: 1 of 4 tokens explained'
    >>> describe_progress(Progress("GRU", 1, 4, seconds_left=5.6))
    'GRU: 1 of 4 tokens explained, about 6 s left'
    """
    match progress:
        case None:
            return ""
        case Progress(is_cancelled=True):
            return "Cancelling ..."
        case Progress(model, _, 0):
            return f"{model}: reading the model"
        case Progress(model, rows, total, _, left):
            told = f"{model}: {rows:,} of {total:,} tokens explained"
            return told if left is None else f"{told}, about {left:,.0f} s left"
