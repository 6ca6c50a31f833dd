"""A Dask cluster of this machine for tests: a scheduler and two workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from distributed import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
WORKERS = 2
# On a busy machine a process takes long to start, and once one never did.
START_SECONDS = 60
TRIES = 3


@contextmanager
def start_cluster(folder: Path) -> Iterator[Client]:
    """Yield a client of two worker processes of one thread each.

    They are started as users start them, by Dask's commands. What has not started
    within a minute is ended and started again, up to three times.

    Parameters
    ----------
    folder
        For the cluster's files.
    """
    for number in range(TRIES):
        processes: list[subprocess.Popen[bytes]] = []
        try:
            client = _start(folder / str(number), processes)
        except (OSError, TimeoutError):
            _end(processes)
            if number + 1 == TRIES:
                raise
            continue
        try:
            with client:
                yield client
        finally:
            _end(processes)
        return


def _start(folder: Path, processes: list[subprocess.Popen[bytes]]) -> Client:
    """Start the processes, and return a client once all are there."""
    folder.mkdir()
    file = folder / "scheduler.json"
    at = ("--scheduler-file", str(file))
    scheduler = ("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-show")
    worker = ("worker", "--nthreads", "1", "--local-directory", str(folder))
    _launch(processes, *scheduler, "--no-dashboard", *at)
    until = time.monotonic() + START_SECONDS
    while not file.exists():
        if time.monotonic() > until:
            msg = "the scheduler did not start"
            raise TimeoutError(msg)
        time.sleep(0.1)
    for _ in range(WORKERS):
        _launch(processes, *worker, "--no-dashboard", *at)
    address = json.loads(file.read_text())["address"]
    client = Client(address, timeout=START_SECONDS)
    try:
        client.wait_for_workers(WORKERS, timeout=START_SECONDS)
    except BaseException:
        client.close()
        raise
    return client


def _launch(processes: list[subprocess.Popen[bytes]], kind: str, *more: str) -> None:
    """Start one of Dask's commands, in a process group of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{kind}", *more],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    processes.append(process)


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    """End processes, with those that they have started."""
    for process in processes:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
