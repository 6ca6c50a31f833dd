"""A folder that another process has locked, or had when it was killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from textualheatmap import HeatmapDataError
from textualheatmap.files.folder_lock import LOCK, lock_folder

HOLD = """
import sys
from textualheatmap.files.folder_lock import lock_folder

with lock_folder(sys.argv[1]):
    print("locked", flush=True)
    sys.stdin.read()
"""


def test_another_process_keeps_a_folder_until_it_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with (
            pytest.raises(BlockingIOError, match=rf"a: process {process.pid} on "),
            lock_folder(path),
        ):
            pass
        process.kill()
    assert (path / LOCK).exists()
    with lock_folder(path):
        (path / "kept").touch()
    assert [each.name for each in path.iterdir()] == ["kept"]


def test_one_of_many_threads_has_a_folder_at_a_time(tmp_path: Path) -> None:
    inside: list[int] = []
    seen: list[int] = []

    def work() -> None:
        for _ in range(50):
            try:
                with lock_folder(tmp_path / "a"):
                    inside.append(1)
                    seen.append(len(inside))
                    inside.pop()
            except BlockingIOError:
                continue

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen
    assert max(seen) == 1
    assert not (tmp_path / "a").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with (
        pytest.raises(HeatmapDataError, match="a is a file"),
        lock_folder(tmp_path / "a"),
    ):
        pass
