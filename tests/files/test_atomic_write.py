"""Writing files so that nothing half written is ever seen."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from textualheatmap.files.atomic_write import make_folder_atomically, open_atomically

# A limit on the size of files stands for a full disk: writing fails half way.
FILL = """
import resource, sys
from textualheatmap.files.atomic_write import open_atomically

resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    with open_atomically(sys.argv[1]) as file:
        file.write(bytes(100_000))
except OSError as error:
    print(type(error).__name__)
"""


def write(path: str | Path, content: bytes) -> None:
    with open_atomically(path) as file:
        file.write(content)


def test_a_file_is_written_and_an_old_one_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    for content in (b"one", b"two", b""):
        write(str(path), content)
        assert path.read_bytes() == content
        assert list(tmp_path.iterdir()) == [path]


def test_the_old_file_stays_until_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with open_atomically(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with pytest.raises(TypeError), open_atomically(path) as file:
        file.writelines(cast("list[bytes]", [b"half", "no bytes"]))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, root: Path
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    command = [sys.executable, "-c", FILL, str(path)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "OSError\n"
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_content_is_on_the_disk_before_it_takes_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    seen: list[bytes] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(path.read_bytes()))
    write(path, b"new")
    assert seen == [b"old"]


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "a.bin", tmp_path / "link"
    path.write_bytes(b"old")
    link.symlink_to(path)
    write(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"


def test_who_may_read_a_file_stays_as_it_was(tmp_path: Path) -> None:
    path, other = tmp_path / "a.bin", tmp_path / "b.bin"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    write(other, b"new")
    plain = tmp_path / "c.bin"
    plain.write_bytes(b"")
    assert other.stat().st_mode == plain.stat().st_mode


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such device")
def test_a_device_is_written_to_and_stays_one() -> None:
    write(os.devnull, b"gone")
    assert Path(os.devnull).is_char_device()


def test_a_name_may_be_as_long_as_names_may_be(tmp_path: Path) -> None:
    name = tmp_path / ("n" * 255)
    write(name, b"new")
    assert name.read_bytes() == b"new"


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        write(tmp_path / "none" / "a.bin", b"new")
    assert caught.value.filename == str(tmp_path / "none" / "a.bin")


def fill_folder(path: Path, content: str) -> None:
    with make_folder_atomically(path) as folder:
        (folder / "a.txt").write_text(content)


def test_a_folder_is_made_and_an_old_one_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for content in ("old", "new"):
        fill_folder(path, content)
        assert (path / "a.txt").read_text() == content
        assert [*tmp_path.iterdir()] == [path]


def test_a_link_to_a_folder_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "a", tmp_path / "link"
    fill_folder(path, "old")
    link.symlink_to(path)
    fill_folder(link, "new")
    assert (path / "a.txt").read_text() == "new"
    assert link.is_symlink()
    assert sorted(tmp_path.iterdir()) == [path, link]


def test_a_folder_that_cannot_take_its_place_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    fill_folder(path, "old")
    rename = Path.rename

    def refuse(place: Path, goal: Path) -> None:
        if goal == path and (place / "a.txt").read_text() == "new":
            raise PermissionError(13, "Permission denied", str(place))
        rename(place, goal)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PermissionError, match=r"a'$"):
        fill_folder(path, "new")
    assert (path / "a.txt").read_text() == "old"
    assert [*tmp_path.iterdir()] == [path]
