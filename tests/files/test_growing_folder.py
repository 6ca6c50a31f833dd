"""Folders that facets are added to, and a process that is killed meanwhile."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import zarr

from textualheatmap import Facet, HeatmapDataError
from textualheatmap.files import growing_folder
from textualheatmap.files.growing_folder import GrowingFolder
from textualheatmap.files.journal import JOURNAL, Journal
from textualheatmap.files.parquet_folder import ParquetFacets
from textualheatmap.files.zarr_file import open_zarr, write_zarr

A, B = (Facet.from_arrays([name], [[1]]) for name in "ab")

# Adds facets until it is killed.
ADD = """
import sys
from itertools import count
from textualheatmap import Facet
from textualheatmap.files.growing_folder import GrowingFolder

store = GrowingFolder(sys.argv[1])
for number in count():
    store.add(str(number), Facet.from_arrays([str(number)], [[1]]))
    print(number, flush=True)
"""


def test_added_facets_are_read_by_name_with_the_notes(tmp_path: Path) -> None:
    store = GrowingFolder(tmp_path / "my.zarr")
    store.note({"who": "\ud800 me"})
    store.add("a", A, {"by": 1})
    again = GrowingFolder(tmp_path / "my.zarr")
    assert again.entries == [{"who": "\ud800 me"}, {"facet": "a", "by": 1}]
    again.add("b", B)
    opened = open_zarr(tmp_path / "my.zarr")
    assert [*opened] == ["a", "b"]
    assert opened["b"].tokens.texts == B.tokens.texts
    assert zarr.open_group(tmp_path / "my.zarr", mode="r")["a/heat"].shape == (1, 1)  # pyright: ignore[reportAttributeAccessIssue]


def test_a_store_that_was_written_whole_grows(tmp_path: Path) -> None:
    write_zarr(tmp_path / "my.zarr", [A])
    GrowingFolder(tmp_path / "my.zarr").add("b", B)
    assert [*open_zarr(tmp_path / "my.zarr")] == ["0", "b"]


def test_parquet_files_are_added_and_read_by_name_in_order(tmp_path: Path) -> None:
    path = tmp_path / "my.parquet"
    store = GrowingFolder(path)
    store.add("b", B)
    store.add("a", A, {"by": 1})
    assert [*GrowingFolder(path).open()] == ["b", "a"]
    assert GrowingFolder(path).entries[1] == {"facet": "a", "by": 1}
    frame = pd.read_parquet(path)
    assert sorted(frame["token"]) == ["a", "b"]
    (path / JOURNAL).unlink()
    facets = ParquetFacets(path)
    assert [*facets] == ["a", "b"]
    assert facets["b"].tokens.texts == B.tokens.texts
    with pytest.raises(KeyError):
        facets["../my"]


@pytest.mark.parametrize("ending", ["zarr", "parquet"])
def test_a_killed_process_leaves_a_store_that_is_read_and_goes_on(
    ending: str, tmp_path: Path
) -> None:
    path = tmp_path / f"my.{ending}"
    with subprocess.Popen(
        [sys.executable, "-c", ADD, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(5)][-1]
        process.kill()
    opened = (open_zarr if ending == "zarr" else ParquetFacets)(path)
    assert [*opened] == [str(number) for number in range(len(opened))]
    assert len(opened) > told
    assert [facet.tokens.texts for facet in opened.values()] == [
        (name,) for name in opened
    ]
    store = GrowingFolder(path)
    store.add(str(len(opened)), B)
    assert len(store.open()) == len(opened) + 1
    assert [each.name for each in path.glob(".*")] == [JOURNAL]


def test_what_a_killed_process_left_is_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my.zarr"
    store = GrowingFolder(path)
    store.add("a", A)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    # Once the facet has its name, but is not listed; and before it has its name.
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "add", stop)
        with pytest.raises(KeyboardInterrupt):
            store.add("b", A)
    (path / f"{growing_folder.PREFIX}1{growing_folder.SUFFIX}" / "c").mkdir(
        parents=True
    )
    assert [*open_zarr(path)] == ["a"]
    again = GrowingFolder(path)
    again.add("b", B)
    assert open_zarr(path)["b"].tokens.texts == B.tokens.texts
    assert sorted(each.name for each in path.iterdir()) == [
        JOURNAL,
        "a",
        "b",
        "zarr.json",
    ]


def test_mistakes_are_told(tmp_path: Path) -> None:
    store = GrowingFolder(tmp_path / "my.zarr")
    store.add("a", A)
    with pytest.raises(HeatmapDataError, match="the store has a facet 'a' already"):
        store.add("a", A)
    with pytest.raises(HeatmapDataError, match=r"the name of a facet is '\.\./b'"):
        store.add("../b", B)
    file = tmp_path / "a.txt"
    file.touch()
    with pytest.raises(HeatmapDataError, match=r"a.txt is a file, expected a folder"):
        GrowingFolder(file)
    with pytest.raises(HeatmapDataError, match=r"has no zarr.json"):
        GrowingFolder(tmp_path)
    with pytest.raises(HeatmapDataError, match=r"the name of a facet is '_b'"):
        GrowingFolder(tmp_path / "my.parquet").add("_b", B)
    assert file.exists()
