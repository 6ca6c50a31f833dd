"""Files of every kind, by the ending of their names."""

from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings

from tests.files.any_facet import assert_equal, facets
from tests.files.test_npz_file import assert_same
from textualheatmap import Facet, HeatmapDataError, read_file, write_file
from textualheatmap.files.kinds import FILE_ENDINGS, split_name

NAMES = [f"a{ending}" for ending in FILE_ENDINGS]
IN_ONE = [name for name in NAMES if name != "a.zarr"]


# Drawing a facet takes longer than writing it to a file of each kind.
@settings(max_examples=40)
@given(facet=facets())
def test_a_facet_comes_back(
    facet: Facet, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name in NAMES:
        path = tmp_path_factory.getbasetemp() / name
        write_file(path, [facet])
        (back,) = read_file(path)
        if ".npz" in name:
            assert_same(back, facet)
        else:
            assert_equal(back, facet)
        if not path.is_dir():
            assert len(read_file(BytesIO(path.read_bytes()), name=name.upper())) == 1


def test_the_same_facets_are_the_same_bytes(tmp_path: Path) -> None:
    for name in IN_ONE:
        write_file(tmp_path / name, [Facet.from_arrays(["a"], [[1]])])
        content = (tmp_path / name).read_bytes()
        write_file(str(tmp_path / name), [Facet.from_arrays(["a"], [[1]])])
        assert (tmp_path / name).read_bytes() == content


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "a.txt",
        "a.gz",
        "a.json.xz",
        "json",
        ".json",
        "a.json.",
        "a.parquet.gz",
        "a.zip",
    ],
)
def test_a_name_of_no_kind_is_refused(name: str, tmp_path: Path) -> None:
    expected = "expected one that ends in .json, .jsonl, .npz, .parquet, .zarr, "
    with pytest.raises(HeatmapDataError, match=expected):
        split_name(name)
    with pytest.raises(HeatmapDataError, match=expected):
        write_file(tmp_path / name, [Facet.from_arrays(["a"], [[1]])])
    with pytest.raises(HeatmapDataError, match=expected):
        read_file(tmp_path / name)
    assert [*tmp_path.iterdir()] == []


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    for name in IN_ONE:
        write_file(tmp_path / name, [Facet.from_arrays(["a" * 1000], [[1]])])
        with pytest.raises(HeatmapDataError, match="expected at most 9 bytes"):
            read_file(tmp_path / name, max_bytes=9)


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json.gz"
    path.write_bytes(b"old")
    with pytest.raises(HeatmapDataError):
        write_file(path, [])
    assert path.read_bytes() == b"old"
    assert [*tmp_path.iterdir()] == [path]


def test_a_path_without_a_file_is_pythons_own_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "a.json")


def test_a_folder_is_no_open_file() -> None:
    message = r"\.zarr is a folder, expected its path, or \.zarr\.zip for one file"
    with pytest.raises(HeatmapDataError, match=message):
        read_file(BytesIO(), name="a.zarr")
    with pytest.raises(HeatmapDataError, match=message):
        write_file(BytesIO(), [Facet.from_arrays(["a"], [[1]])], name="a.zarr")


@pytest.mark.parametrize("name", IN_ONE)
def test_a_file_that_is_open_for_text_is_told(name: str) -> None:
    with pytest.raises(HeatmapDataError, match="is open for reading text, expected"):
        read_file(cast("Any", StringIO("[]")), name=name)


@pytest.mark.parametrize("name", [*IN_ONE, "a.zarr"])
def test_a_folder_that_is_missing_is_named_with_the_file(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / "none" / name
    with pytest.raises(FileNotFoundError) as caught:
        write_file(path, [Facet.from_arrays(["a"], [[1]])])
    assert caught.value.filename == str(path)


@pytest.mark.parametrize("what", ["entries of meta", "numbers"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.npz", "a.parquet", "a.zarr"])
def test_what_follows_an_axis_counts_for_each_of_its_labels(
    name: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facet = Facet.from_arrays(
        ["a"],
        [[[1]]] * 6,
        # An empty list counts, too: a file may hold any number of them.
        [[["x", "y"], *[[]] * 5]],
        axes=["layer"],
        meta_axis="layer",
        numbers={"rank": [[1, 2, 3, 4, 5, 6]]},
    )
    path = tmp_path / name
    write_file(path, [facet])
    count = 7 if what == "entries of meta" else 6
    most = {"entries of meta": "MAX_META", "numbers": "MAX_NUMBERS"}[what]
    monkeypatch.setattr(f"textualheatmap.facet.limits.{most}", count)
    assert read_file(path)
    monkeypatch.setattr(f"textualheatmap.facet.limits.{most}", count - 1)
    with pytest.raises(HeatmapDataError, match=f"has {count} {what}, expected at most"):
        read_file(path)
