"""Facets in a Zarr store, of which each is opened by its name."""

import copy
import json
import pickle
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile

import numpy as np
import pytest
import xarray as xr
import zarr
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.files.any_facet import assert_equal, facets
from tests.files.test_old_files import build_facets
from textualheatmap import Facet, HeatmapDataError, read_file, write_file
from textualheatmap.facet import limits, zarr_store
from textualheatmap.files import stored_files, zarr_file
from textualheatmap.files.stored_files import StoredFiles
from textualheatmap.files.zarr_file import open_zarr, read_zarr, write_zarr


def pack(facets: list[Facet]) -> bytes:
    file = BytesIO()
    write_zarr(file, facets)
    return file.getvalue()


def assert_comes_back(given_facets: list[Facet]) -> None:
    for back, facet in zip(
        read_zarr(BytesIO(pack(given_facets))), given_facets, strict=True
    ):
        assert_equal(back, facet)
        assert back.store.minimum == facet.store.minimum
        assert back.store.maximum == facet.store.maximum


@settings(max_examples=40)
@given(st.lists(facets(), min_size=1, max_size=2))
def test_facets_come_back_equal(given_facets: list[Facet]) -> None:
    assert_comes_back(given_facets)


@pytest.mark.sweep
@settings(max_examples=500)
@given(st.lists(facets(), min_size=1, max_size=3))
def test_hundreds_of_facets_come_back_equal(given_facets: list[Facet]) -> None:
    assert_comes_back(given_facets)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a folder with two facets."""
    path = tmp_path / "my.zarr"
    write_zarr(path, build_facets()[:2])
    return path


def test_rows_columns_and_axes_are_those_of_heat_in_memory(store: Path) -> None:
    _, back = read_file(store)
    _, facet = build_facets()[:2]
    assert not back.store.in_memory
    for choice in ("first", "last", "mean", "max"):
        ours, given = (each.store.at(layer=choice, head=0) for each in (back, facet))
        for indices in ([1, 0], [0], [1, 1]):
            np.testing.assert_array_equal(ours.rows(indices), given.rows(indices))
            np.testing.assert_array_equal(ours.columns(indices), given.columns(indices))
    assert back.store.at(layer=0, head=0).maximum == 1
    assert back.store.at(layer=1, head=0).minimum == -4


def test_a_row_is_read_without_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zarr_file, "CHUNK_VALUES", 6)
    heat = np.random.default_rng(0).random((7, 7), dtype=np.float32)
    write_zarr(tmp_path / "a.zarr", [Facet.from_arrays(["a"] * 7, heat)])
    names: list[str] = []
    read = StoredFiles.read

    def note(self: StoredFiles, name: str) -> bytes:
        names.append(name)
        return read(self, name)

    monkeypatch.setattr(StoredFiles, "read", note)
    (facet,) = read_zarr(tmp_path / "a.zarr")
    assert not [name for name in names if "/c/" in name]
    np.testing.assert_array_equal(facet.store.rows([5]), heat[[5]])
    assert [name for name in names if "/c/" in name] == ["0/heat/c/5/0"]
    np.testing.assert_array_equal(facet.heat, heat)


def test_facets_are_opened_by_name_whatever_is_wrong_with_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "corpus.zarr"
    named = {f"text-{i}": Facet.from_arrays([f"{i}"], [[i]]) for i in range(30)}
    monkeypatch.setattr(limits, "MAX_FACETS", 20)
    write_zarr(path, named)
    (path / "text-3" / "zarr.json").write_bytes(b"?")
    opened = open_zarr(path)
    assert list(opened) == list(named)
    assert len(opened) == 30
    assert opened["text-29"].heat.tolist() == [[29]]
    with pytest.raises(HeatmapDataError, match=r"text-3/zarr.json is not JSON"):
        opened["text-3"]
    with pytest.raises(KeyError):
        opened["text-30"]
    with pytest.raises(HeatmapDataError):
        read_zarr(path)


@pytest.mark.parametrize("name", ["my.zarr", "my.zarr.zip"])
def test_opened_facets_can_be_copied_and_sent(name: str, tmp_path: Path) -> None:
    write_zarr(tmp_path / name, build_facets()[:2])
    opened = open_zarr(tmp_path / name)
    opened["0"].store.rows([0])
    assert_equal(pickle.loads(pickle.dumps(opened))["1"], build_facets()[:2][1])  # noqa: S301
    assert_equal(copy.deepcopy(opened["0"]), build_facets()[:2][0])


@pytest.mark.parametrize(
    "name", ["", "a/b", "../a", ".a", "a\n", "zarr.json", "\ud800"]
)
def test_a_name_that_is_no_name_of_a_folder_is_refused(
    name: str, tmp_path: Path
) -> None:
    facet = Facet.from_arrays(["a"], [[1]])
    with pytest.raises(HeatmapDataError, match="the name of a facet is"):
        write_zarr(tmp_path / "a.zarr", {name: facet})
    assert [*tmp_path.iterdir()] == []


def test_an_old_store_stays_until_all_is_written(store: Path) -> None:
    mapped = store.parent / "wrong.npy"
    np.save(mapped, np.full((1, 1), np.nan))
    with pytest.raises(HeatmapDataError, match="is nan"):
        write_zarr(store, [Facet.from_arrays(["a"], mapped)])
    assert len(read_zarr(store)) == 2
    write_zarr(store, [Facet.from_arrays(["a"], [[1]])])
    assert len(read_zarr(store)) == 1
    assert {path.name for path in store.parent.iterdir()} == {"my.zarr", "wrong.npy"}


@pytest.mark.parametrize("what", ["folder", "file", "array"])
def test_what_is_no_store_of_facets_is_not_written_over(
    what: str, tmp_path: Path
) -> None:
    path = tmp_path / "precious"
    if what == "folder":
        path.mkdir()
        (path / "thesis.tex").touch()
    elif what == "file":
        path.touch()
    else:
        zarr.create_array(path, shape=(2, 2), dtype="f4")
    facet = Facet.from_arrays(["a"], [[1]])
    with pytest.raises(HeatmapDataError, match="precious is no store of facets"):
        write_zarr(path, [facet])
    assert path.exists()


def test_zarr_reads_it(store: Path) -> None:
    group = zarr.open_group(store, mode="r")
    about: Any = group["0"].attrs["textualheatmap"]
    assert about["token"] == ["to", " ", "bé"]
    assert about["meta"] == [["a", ["b", 0.5]], [], []]
    heat: Any = group["0/heat"]
    assert heat[:].tolist() == [[1, 0.25], [0, 0.0625]]


def test_xarray_reads_it(store: Path) -> None:
    with xr.open_zarr(store, group="1", consolidated=False) as dataset:
        heat = dataset["heat"]
        assert heat.dims == ("layer", "head", "row", "column")
        assert heat.isel(layer=0, head=0).to_numpy().tolist() == [[1, 0], [-1, 1]]
        axes = dataset.attrs["textualheatmap"]["axes"]
        assert axes[0] == {"name": "layer", "labels": ["first", "last"]}


# Stores as others may make them.


def change(
    path: Path, name: str, edit: Callable[[dict[str, Any]], object]
) -> dict[str, Any]:
    """Change the metadata of a group or an array."""
    file = path / name / "zarr.json"
    about = json.loads(file.read_bytes())
    edit(about)
    file.write_text(json.dumps(about))
    return about


def read_whole(path: Path) -> None:
    for facet in read_zarr(path):
        assert facet.heat.size


def fail(path: Path) -> str:
    with pytest.raises(HeatmapDataError) as caught:
        read_whole(path)
    return str(caught.value)


def say(key: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda about: about["attributes"]["textualheatmap"].update({key: value})


@pytest.mark.parametrize(
    ("name", "edit", "message"),
    [
        ("", lambda a: a.update(zarr_format=2), "the store has format and type (2, 'g"),
        ("", lambda a: a.pop("attributes"), "the store has no attribute 'textualheat"),
        ("", say("version", 2), "the store.version is 2, expected 1"),
        ("", say("facets", []), "the store's facets is empty, expected at least one"),
        ("", say("facets", ["../0"]), "the name of a facet is '../0', expected 1 to 1"),
        ("", say("facets", ["2"]), "2 has no zarr.json, expected a Zarr group"),
        ("0", say("version", None), "0.version is None, expected 1"),
        ("0", say("more", 1), "0 has an unknown key 'more', expected axes, caption, e"),
        ("0", say("token", [1, " ", "b"]), "0.tokens[0] is an int, expected a string"),
        ("0", say("token", ["a"] * 4), "0.format has 3 values, expected 4"),
        ("0", say("format", [False] * 3), "0.heat has shape (2, 2), expected (3, 3)"),
        ("0", say("title", 1), "0.title is an int, expected a string"),
        ("0", say("signed", 1), "0.signed is an int, expected True or False"),
        ("0", say("extremes", []), "0.extremes is [], expected 1 pairs of numbers"),
        ("0", say("extremes", [[0]]), "0.extremes is [[0]], expected 1 pairs of numb"),
        ("0", say("extremes", [[0, 10**400]]), "0.extremes has a number that no float"),
        ("0", say("extremes", [[0, 0.5]]), "0.heat has heat from 0.0 to 1.0, expected"),
        ("0", say("extremes", [[None, None]]), "0.heat has heat from 0.0 to 1.0, expe"),
        ("1", say("axes", []), "1.heat has shape (2, 1, 2, 2), expected ('rows', 'col"),
        ("1", say("missing", value=False), "1.heat[1, 0][0][0] is nan, expected a num"),
        ("1", say("signed", value=False), "1.heat[0, 0][1][0] is -1.0, expected at le"),
        ("0/heat", lambda a: a.update(node_type="group"), "0/heat has format and type"),
        (
            "0/heat",
            lambda a: a.update(shape=[-1, 2]),
            "0/heat: shape is [-1, 2], expec",
        ),
        ("0/heat", lambda a: a.update(shape="2"), "0/heat has"),
        (
            "0/heat",
            lambda a: a.update(data_type="object"),
            "0/heat has 'object', expec",
        ),
        (
            "0/heat",
            lambda a: a.update(data_type="float64"),
            "0/heat has 'float64', exp",
        ),
        (
            "0/heat",
            lambda a: a.update(fill_value="NaN"),
            "0/heat has 'NaN', expected 0",
        ),
        (
            "0/heat",
            lambda a: a["codecs"].append({"name": "numcodecs.pickle"}),
            "0/heat has ['bytes', 'zstd', 'numcodecs.pickle'], expected ['bytes', 'zs",
        ),
        (
            "0/heat",
            lambda a: a["codecs"][0]["configuration"].update(endian="big"),
            "0/heat has 'big', expected 'little'",
        ),
        (
            "0/heat",
            lambda a: a["codecs"][1]["configuration"].update(level="x"),
            "0/heat is no array: ",
        ),
        (
            "0/heat",
            lambda a: a["chunk_grid"]["configuration"].update(chunk_shape=[10**6, 6]),
            "0/heat has chunks of (1000000, 6), expected at most 20000000 bytes",
        ),
        (
            "0/heat",
            lambda a: a["chunk_grid"]["configuration"].update(chunk_shape=[1, 2]),
            "0.heat is damaged: ",
        ),
    ],
)
def test_what_is_wrong_is_told(
    name: str,
    edit: Callable[[dict[str, Any]], object],
    message: str,
    store: Path,
) -> None:
    change(store, name, edit)
    assert fail(store).startswith(message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "0/heat/c/0/0 is not packed by zstd"),
        (b"heat", "0/heat/c/0/0 is not packed by zstd"),
        (zstandard.compress(b"heat"), "0.heat is damaged: "),
        (
            zstandard.compress(bytes(30_000_000)),
            "0/heat/c/0/0 unpacks to 30000000 bytes, expected at most 20000000",
        ),
        (
            zstandard.ZstdCompressor(write_content_size=False).compress(bytes(16)),
            "0/heat/c/0/0 unpacks to an unknown number of bytes, expected at most",
        ),
        (
            zstandard.compress(np.array([1, 0, 0, np.inf], np.float32).tobytes()),
            "0.heat[1][1] is",
        ),
    ],
)
def test_a_chunk_that_is_wrong_is_told(
    content: bytes, message: str, store: Path
) -> None:
    (store / "0" / "heat" / "c" / "0" / "0").write_bytes(content)
    assert fail(store).startswith(message)


def test_no_file_is_read_that_is_too_large(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_files, "MAX_FILE", 200)
    assert fail(store) == "0/zarr.json is too large, expected at most 200 bytes"


def test_more_heat_than_fits_into_memory_is_not_read_at_once(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zarr_store, "MAX_VALUES", 3)
    assert fail(store) == "0.heat has 4 values, expected at most 3 to be read at once"


def test_what_a_store_holds_is_bounded(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_TOKENS", 4)
    assert fail(store) == "the file has 5 tokens, expected at most 4"


def rezip(content: bytes, method: int, name: str = "", new: bytes = b"") -> bytes:
    """Return an archive packed otherwise, with another file in place of one."""
    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", method) as archive:
        for each in old.namelist():
            archive.writestr(each, new if each == name else old.read(each))
    return file.getvalue()


def test_an_archive_may_be_packed(tmp_path: Path) -> None:
    content = pack(build_facets()[:2])
    (tmp_path / "a.zip").write_bytes(rezip(content, ZIP_DEFLATED))
    assert len(read_zarr(tmp_path / "a.zip")) == 2
    (tmp_path / "a.zip").write_bytes(rezip(content, ZIP_LZMA))
    assert fail(tmp_path / "a.zip").startswith("zarr.json is packed by method 14, exp")
    bomb = rezip(content, ZIP_DEFLATED, "0/zarr.json", bytes(21_000_000))
    (tmp_path / "a.zip").write_bytes(bomb)
    assert fail(tmp_path / "a.zip").startswith("0/zarr.json is too large, expected at")
    with pytest.raises(HeatmapDataError, match="too large, expected at most 99 bytes"):
        read_zarr(BytesIO(content), max_bytes=99)


@pytest.mark.parametrize("content", [b"", b"PK", b"{}", b"PK\5\6" + bytes(18)])
def test_what_is_no_store_is_told(content: bytes) -> None:
    with pytest.raises(HeatmapDataError, match=r"no zip archive|has no zarr\.json"):
        read_zarr(BytesIO(content))


def test_a_path_without_a_store_is_pythons_own_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_zarr(tmp_path / "none.zarr")
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "none.zarr.zip")


PACKED = pack([Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]], signed=True)])


@settings(max_examples=60)
@given(st.data())
def test_mangled_bytes_are_data_that_are_wrong_or_still_facets(
    data: st.DataObject,
) -> None:
    content = bytearray(PACKED)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 4))
        content[place : place + length] = data.draw(st.binary(max_size=4))
    with suppress(HeatmapDataError):
        for facet in read_zarr(BytesIO(bytes(content))):
            assert facet.heat.size


def test_the_same_facets_are_the_same_bytes(tmp_path: Path) -> None:
    assert pack(build_facets()[:2]) == pack(build_facets()[:2])
    write_file(tmp_path / "a.zarr.zip", build_facets()[:2])
    assert (tmp_path / "a.zarr.zip").read_bytes() == pack(build_facets()[:2])
