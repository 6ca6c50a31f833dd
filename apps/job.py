"""Work in a thread, which says how far it is and can be stopped."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from threading import Event, Thread
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    Result = TypeVar("Result")

# Between two looks at how far the work is (s).
INTERVAL = 0.25


class StoppedError(Exception):
    """Raised in the thread of a job that was stopped."""


class Progress(NamedTuple):
    """How far a job is: what it does now, and how many sequences of it are done."""

    stage: str
    done: int = 0
    total: int = 0


class Job:
    """One piece of work; its thread reports and the event loop looks.

    Examples
    --------
    >>> job = Job()
    >>> seen = []
    >>> asyncio.run(job.run(lambda: job.report(1, 2), seen.append))
    >>> job.progress
    Progress(stage='', done=1, total=2)
    """

    def __init__(self) -> None:
        self.progress = Progress("")
        self._stopped = Event()

    def begin(self, stage: str) -> None:
        """Say what is done from now on.

        Raises
        ------
        StoppedError
            If the job was stopped.
        """
        self._check()
        self.progress = Progress(stage)

    def report(self, done: int, total: int) -> None:
        """Say how many sequences are done; raises as `begin` does."""
        self._check()
        self.progress = self.progress._replace(done=done, total=total)

    def stop(self) -> None:
        """Make the work raise `StoppedError` at its next report."""
        self._stopped.set()

    async def run(
        self, work: Callable[[], Result], tell: Callable[[Progress], object]
    ) -> Result:
        """Do the work in a thread, and now and then tell how far it is."""
        future: Future[Result] = Future()
        # Not one of a pool's threads: for those a server that is ended would wait.
        Thread(target=_do, args=(work, future), daemon=True).start()
        result = asyncio.wrap_future(future)
        while not result.done():
            tell(self.progress)
            await asyncio.wait({result}, timeout=INTERVAL)
        return result.result()

    def _check(self) -> None:
        if self._stopped.is_set():
            raise StoppedError


def _do(work: Callable[[], Result], future: Future[Result]) -> None:
    """Keep what the work returns or raises."""
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - whoever waits for it handles it
        future.set_exception(error)


def find_share(progress: Progress | None) -> int:
    """Return how many percent are done, -1 while that is not known.

    Examples
    --------
    >>> find_share(Progress("GRU", 1, 4))
    25
    """
    if progress is None or not progress.total:
        return -1
    return 100 * progress.done // progress.total


def say_progress(progress: Progress | None) -> str:
    """Return how far a job is in words, nothing without one.

    Examples
    --------
    >>> say_progress(Progress("GRU", 1, 4))
    'GRU: 1 of 4 sequences'
    """
    if progress is None:
        return ""
    stage, done, total = progress
    counts = f"{done:,} of {total:,} sequences" if total else "reading the model"
    return f"{stage}: {counts}" if stage else counts
