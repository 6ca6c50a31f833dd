"""A Zarr store that facets are added to, and a process that is killed meanwhile."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import zarr

from textualheatmap import Facet, HeatmapDataError
from textualheatmap.files import growing_zarr
from textualheatmap.files.growing_zarr import GrowingZarr
from textualheatmap.files.zarr_file import open_zarr, write_zarr

A, B = (Facet.from_arrays([name], [[1]]) for name in "ab")

# Adds facets until it is killed.
ADD = """
import sys
from itertools import count
from textualheatmap import Facet
from textualheatmap.files.growing_zarr import GrowingZarr

store = GrowingZarr(sys.argv[1], "about")
for number in count():
    store.add(str(number), Facet.from_arrays([str(number)], [[1]]))
    print(number, flush=True)
"""


def test_added_facets_are_read_by_name_with_the_notes(tmp_path: Path) -> None:
    store = GrowingZarr(tmp_path / "my.zarr", "about")
    store.notes["who"] = "\ud800 me"
    store.add("a", A)
    again = GrowingZarr(tmp_path / "my.zarr", "about")
    assert again.notes == {"who": "\ud800 me"}
    again.add("b", B)
    opened = open_zarr(tmp_path / "my.zarr")
    assert [*opened] == ["a", "b"]
    assert opened["b"].tokens.texts == B.tokens.texts
    assert zarr.open_group(tmp_path / "my.zarr", mode="r")["a/heat"].shape == (1, 1)  # pyright: ignore[reportAttributeAccessIssue]


def test_a_store_that_was_written_whole_grows(tmp_path: Path) -> None:
    write_zarr(tmp_path / "my.zarr", [A])
    GrowingZarr(tmp_path / "my.zarr", "about").add("b", B)
    assert [*open_zarr(tmp_path / "my.zarr")] == ["0", "b"]


def test_a_killed_process_leaves_a_store_that_is_read_and_goes_on(
    tmp_path: Path,
) -> None:
    path = tmp_path / "my.zarr"
    with subprocess.Popen(
        [sys.executable, "-c", ADD, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(5)][-1]
        process.kill()
    opened = open_zarr(path)
    assert [*opened] == [str(number) for number in range(len(opened))]
    assert len(opened) > told
    assert [facet.tokens.texts for facet in opened.values()] == [
        (name,) for name in opened
    ]
    store = GrowingZarr(path, "about")
    store.add(str(len(opened)), B)
    assert len(open_zarr(path)) == len(opened) + 1
    assert not [each for each in path.iterdir() if each.name.startswith(".")]


def test_what_a_killed_process_left_is_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my.zarr"
    store = GrowingZarr(path, "about")
    store.add("a", A)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    # Once the facet has its name, but is not listed; and before it has its name.
    with monkeypatch.context() as patch:
        patch.setattr(GrowingZarr, "note", stop)
        with pytest.raises(KeyboardInterrupt):
            store.add("b", A)
    (path / f"{growing_zarr.PREFIX}1{growing_zarr.SUFFIX}" / "c").mkdir(parents=True)
    assert [*open_zarr(path)] == ["a"]
    again = GrowingZarr(path, "about")
    again.add("b", B)
    assert open_zarr(path)["b"].tokens.texts == B.tokens.texts
    assert sorted(each.name for each in path.iterdir()) == ["a", "b", "zarr.json"]


def test_mistakes_are_told(tmp_path: Path) -> None:
    store = GrowingZarr(tmp_path / "my.zarr", "about")
    store.add("a", A)
    with pytest.raises(HeatmapDataError, match="the store has a facet 'a' already"):
        store.add("a", A)
    with pytest.raises(HeatmapDataError, match=r"the name of a facet is '\.\./b'"):
        store.add("../b", B)
    file = tmp_path / "a.txt"
    file.touch()
    with pytest.raises(HeatmapDataError, match=r"a.txt is a file, expected a folder"):
        GrowingZarr(file, "about")
    with pytest.raises(HeatmapDataError, match=r"has no zarr.json"):
        GrowingZarr(tmp_path, "about")
    assert file.exists()
