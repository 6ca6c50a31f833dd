"""Facets as an NPZ file."""

import json
import subprocess
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.files.any_facet import assert_same_but_heat, facets
from textualheatmap import Facet, HeatmapDataError, read_npz, write_npz
from textualheatmap.facet import limits
from textualheatmap.facet.sparse_store import SparseStore
from textualheatmap.facet.triangle_store import TriangleStore

# What `about` says of the heat of a facet of one token.
HEAT = {
    "title": "",
    "id": None,
    "rows_of": None,
    "caption": "",
    "axes": [],
    "rows": 1,
    "signed": False,
    "missing": False,
    "sparse": False,
    "bytes": 1,
}


@pytest.fixture
def pair() -> list[Facet]:
    """Return two facets of one text."""
    return [
        Facet.from_arrays(
            ["to", " ", "be"],
            [[1, 0.25], [0.5, 1]],
            meta=[["a", ("b", 0.5)], None, []],
            format=[False, True, False],
            provenance={"method": "norm", "layers": [0, 1]},
        ),
        Facet.from_arrays(["to be"], [[0.5]]),
    ]


def pack(facets: list[Facet]) -> bytes:
    file = BytesIO()
    write_npz(file, facets)
    return file.getvalue()


def repack(facets: list[Facet], **changed: object) -> bytes:
    """Return the file of facets with some arrays in place of its own."""
    with np.load(BytesIO(pack(facets))) as arrays:
        kept = {**arrays, **{name.replace("_", "-"): changed[name] for name in changed}}
    file = BytesIO()
    np.savez(file, **{name: each for name, each in kept.items() if each is not None})
    return file.getvalue()


def encode(about: object) -> NDArray[np.uint8]:
    text = about if isinstance(about, bytes) else json.dumps(about).encode()
    return np.frombuffer(text, np.uint8)


def describe(**changed: object) -> NDArray[np.uint8]:
    """Return the `about` of one facet of one token, with some keys changed."""
    facet = {"token": ["a"], "format": [False], "meta": [[]], "provenance": {}}
    return encode({"version": 2, "facets": [{**facet, **HEAT, **changed}]})


def axis(name: object, labels: list[str], **changed: object) -> NDArray[np.uint8]:
    return describe(axes=[{"name": name, "labels": labels}], **changed)


def fail(content: bytes) -> str:
    with pytest.raises(HeatmapDataError) as caught:
        read_npz(BytesIO(content))
    return str(caught.value)


def assert_read_or_told(content: bytes) -> None:
    with suppress(HeatmapDataError):
        assert read_npz(BytesIO(content))


def assert_same(facet: Facet, other: Facet) -> None:
    assert_same_but_heat(facet, other)
    assert_close(facet.heat, other.heat)


def assert_close(heat: NDArray[np.float32], other: NDArray[np.float32]) -> None:
    """Assert that roots differ by at most half of the steps of one byte."""
    exact = np.float64(other)
    most = np.fmax.reduce(abs(exact), axis=-1, keepdims=True, initial=1e-37)
    came_root = np.sign(heat) * np.sqrt(abs(heat) / most)
    root = np.sign(exact) * np.sqrt(abs(exact) / most)
    steps = 127 if np.fmin.reduce(exact, axis=None) < 0 else 254
    np.testing.assert_allclose(came_root, root, rtol=0, atol=0.5 / steps + 1e-5)


@given(st.lists(facets(), min_size=1, max_size=3))
def test_facets_come_back_as_they_were_and_heat_within_half_a_step(
    given_facets: list[Facet],
) -> None:
    back = read_npz(BytesIO(pack(given_facets)))
    for facet, other in zip(back, given_facets, strict=True):
        assert_same(facet, other)


@pytest.mark.parametrize(
    "text", ["", "\0", "a\0", "\ud800", "\ud83d\ude00", "\r\n\x1b"]
)
def test_a_strange_text_comes_back(text: str) -> None:
    facet = Facet.from_arrays([text], [[1]], [[text]], provenance={text: text})
    (back,) = read_npz(BytesIO(pack([facet])))
    assert_same(back, facet)


def test_the_arrays_are_those_that_the_docstring_names(pair: list[Facet]) -> None:
    with np.load(BytesIO(pack(pair)), allow_pickle=False) as arrays:
        assert json.loads(arrays["about"].tobytes().decode()) == {
            "version": 2,
            "facets": [
                {
                    **HEAT,
                    "token": ["to", " ", "be"],
                    "format": [False, True, False],
                    "meta": [["a", ["b", 0.5]], [], []],
                    "provenance": {"method": "norm", "layers": [0, 1]},
                    "rows": 2,
                },
                {
                    **HEAT,
                    "token": ["to be"],
                    "format": [False],
                    "meta": [[]],
                    "provenance": {},
                },
            ],
        }
        assert arrays["heat-0"].tolist() == [[254, 127], [180, 254]]
        assert arrays["heat-0"].dtype == np.uint8
        assert arrays["scale-1"].tolist() == [0.5]
        assert arrays["scale-1"].dtype == np.float32


def test_the_same_facets_are_the_same_bytes(pair: list[Facet]) -> None:
    assert pack(pair) == pack(pair)


def test_a_causal_matrix_of_1000_tokens_is_well_below_a_megabyte() -> None:
    heat = np.tril(np.random.default_rng(0).random((1000, 1000)))
    assert len(pack([Facet.from_arrays(["ab"] * 1000, heat)])) < 600_000


@pytest.mark.parametrize("convert", [str, Path])
def test_a_path_is_taken_as_it_is(
    convert: type, pair: list[Facet], tmp_path: Path
) -> None:
    path = tmp_path / "facets"
    path.write_bytes(b"old" * 10_000)
    write_npz(convert(path), pair)
    assert path.read_bytes() == pack(pair)
    assert len(read_npz(convert(path))) == 2


def test_a_path_without_a_file_is_pythons_own_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_npz(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([], "facets is empty, expected at least one of its facets"),
        (None, "facets is None, expected a list of facets"),
        ([[]], "facets[0] is a list, expected a Facet"),
    ],
)
def test_what_are_no_facets_is_not_written(
    wrong: object, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "facets.npz"
    with pytest.raises(HeatmapDataError) as caught:
        write_npz(path, wrong)
    assert str(caught.value) == message
    assert not path.exists()


@pytest.mark.parametrize(
    ("about", "message"),
    [
        (None, "about is missing, expected an array of uint8"),
        (np.zeros(2), "about is float64 of shape (2,), expected uint8 of shape (n,)"),
        (encode(b'"\xff"'), "about is not UTF-8 at byte 1, expected JSON in UTF-8"),
        (encode(b""), "about is not JSON: Expecting value"),
        (encode(b"[" * 100_000), "about is not JSON: maximum recursion depth"),
        (encode(b"9" * 5000), "about is not JSON: Exceeds the limit"),
        (encode([]), "about is a list, expected an object"),
        (encode({}), "about.version is None, expected 1 or 2"),
        (encode({"version": 3}), "about.version is 3, expected 1 or 2"),
        (encode({"version": True}), "about.version is True, expected 1 or 2"),
        (encode({"version": [2]}), "about.version is [2], expected 1 or 2"),
        (
            encode({"version": 2, "x": 0}),
            "about has an unknown key 'x', expected facets, v",
        ),
        (
            encode({"version": 1}),
            "about has no facets, expected each of these keys",
        ),
        (
            encode({"version": 1, "facets": 1}),
            "about.facets is an int, expected a list",
        ),
        (encode({"version": 1, "facets": []}), "about.facets is empty, expected at"),
        (encode({"version": 1, "facets": [0]}), "facets[0] is an int, expected an obj"),
        (encode({"version": 1, "facets": [{}]}), "facets[0] has no format, meta, prov"),
        (
            describe(x=1),
            "facets[0] has an unknown key 'x', expected axes, bytes, caption, fo",
        ),
        (describe(token=[1]), "facets[0].tokens[0] is an int, expected a string"),
        (describe(token=[]), "facets[0].tokens is empty, expected at least one of its"),
        (describe(format=[True]), "facets[0] has only format tokens, expected one"),
        (describe(format=[]), "facets[0].format is empty, expected at least one of"),
        (
            describe(meta=[[["a", 2]]]),
            "facets[0].meta[0][0][1] is 2.0, expected a prob",
        ),
        (
            describe(meta=[[["a", float("nan")]]]),
            "facets[0].meta[0][0][1] is nan, expected a probability from 0 to 1",
        ),
        (describe(title=1), "facets[0].title is an int, expected a string"),
        (describe(id=1), "facets[0].id is an int, expected a string"),
        (describe(rows_of=""), "facets[0].rows_of is empty, expected a string or"),
        (describe(rows=0), "facets[0].rows is 0, expected the number of rows"),
        (describe(rows=True), "facets[0].rows is True, expected the number of rows"),
        (describe(bytes=3), "facets[0].bytes is 3, expected 1 or 2"),
        (describe(bytes=2), "heat-0 is uint8 of shape (1, 1), expected uint16 of sh"),
        (describe(signed=1), "facets[0].signed is an int, expected True or False"),
        (describe(missing=None), "facets[0].missing is None, expected True or False"),
        (describe(sparse=True), "heat-0 is uint8 of shape (1, 1), expected uint8 of"),
        (describe(axes={}), "facets[0].axes is a dict, expected a list"),
        (describe(axes=[1]), "facets[0].axes[0] is an int, expected an object"),
        (describe(axes=[{"name": "a"}]), "facets[0].axes[0] has no labels, expected"),
        (axis(1, ["a"]), "facets[0].axes[0].name is 1, expected a string"),
        (axis([], ["a"]), "facets[0].axes[0].name is [], expected a string"),
        (
            describe(axes=[{"name": "a", "labels": ["b"]}] * 2),
            "facets[0].axes[1].name is 'a', expected one that differs",
        ),
        (axis("a", []), "facets[0].axes[0].labels is empty, expected at least one"),
        (
            axis("a", [str(k) for k in range(10_001)]),
            "the file has 10001 labels of axes, expected at most 10000",
        ),
        (axis("a", ["b", "b"]), "facets[0].axes['a'] has the label 'b' twice,"),
        (
            axis("a", ["b"]),
            "heat-0 is uint8 of shape (1, 1), expected uint8 of sh",
        ),
        (axis("a", ["b"], sparse=True), "facets[0] is sparse and has axes, expected"),
        (describe(rows=2), "heat-0 is uint8 of shape (1, 1), expected uint8 of shape"),
        (describe(provenance=1), "facets[0].provenance is an int, expected a mapping"),
        (
            describe(provenance={"x": {}}),
            "facets[0].provenance['x'] is a dict, expected a string, a finite number",
        ),
        (
            describe(provenance={"x": float("inf")}),
            "facets[0].provenance['x'] is inf, expected a string, a finite number",
        ),
        (
            describe(token=["a", "b"], format=None, meta=None, rows=2),
            "heat-0 is uint8 of shape (1, 1), expected uint8 of shape (2, 2)",
        ),
    ],
)
def test_an_error_in_about_names_the_place(about: object, message: str) -> None:
    one = [Facet.from_arrays(["a"], [[1]])]
    assert fail(repack(one, about=about)).startswith(message)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"heat_1": None}, "heat-1 is missing, expected an array of uint8"),
        ({"scale_0": None}, "scale-0 is missing, expected an array of float32"),
        ({"heat_1": np.eye(1)}, "heat-1 is float64 of shape (1, 1), expected uint8 of"),
        ({"scale_0": np.ones(2)}, "scale-0 is float64 of shape (2,), expected float32"),
        (
            {"scale_0": np.ones((2, 1), np.float32)},
            "scale-0 is float32 of shape (2, 1), expected float32 of shape (2,)",
        ),
        (
            {"scale_0": np.array([1, np.nan], np.float32)},
            "scale-0[1] is nan, expected a finite number of at least 0",
        ),
        (
            {"scale_0": np.array([np.inf, 0], np.float32)},
            "scale-0[0] is inf, expected a finite number of at least 0",
        ),
        (
            {"scale_1": np.array([-1], np.float32)},
            "scale-1[0] is -1.0, expected a finite number of at least 0",
        ),
        (
            {"heat_1": np.array([[255]], np.uint8)},
            "heat-1[0, 0] is missing, expected none (missing is false)",
        ),
    ],
)
def test_an_error_in_heat_names_the_array(
    pair: list[Facet], changed: dict[str, object], message: str
) -> None:
    assert fail(repack(pair, **changed)).startswith(message)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"column_0": None}, "column-0 is missing, expected an array of uint32"),
        ({"start_0": None}, "start-0 is missing, expected an array of uint64"),
        (
            {"column_0": np.array([1, 2], np.uint32)},
            "column-0 has 2, expected less than 2",
        ),
        (
            {"start_0": np.array([0, 2, 1], np.uint64)},
            "start-0 is wrong, expected to rise from 0 to 2",
        ),
        (
            {"start_0": np.array([0, 3, 2], np.uint64)},
            "start-0 is wrong, expected to rise from 0 to 2",
        ),
        (
            {"start_0": np.array([0, 2**63 + 1, 2], np.uint64)},
            "start-0 is wrong, expected to rise from 0 to 2",
        ),
        (
            {"start_0": np.array([1, 1, 2], np.uint64)},
            "start-0 is wrong, expected to rise from 0 to 2",
        ),
    ],
)
def test_an_error_in_sparse_heat_names_the_array(
    changed: dict[str, object], message: str
) -> None:
    assert fail(repack([make_sparse()], **changed)).startswith(message)


def make_sparse() -> Facet:
    values, columns = np.array([1, -0.25], np.float32), np.array([1, 0])
    store = SparseStore(values, columns, np.array([0, 1, 2]), (2, 2), signed=True)
    return Facet.from_arrays(["a", "b"], store)


def test_sparse_heat_stays_sparse() -> None:
    (back,) = read_npz(BytesIO(pack([make_sparse()])))
    assert isinstance(back.store, SparseStore)
    assert back.heat.tolist() == [[0, 1], [-0.25, 0]]


def test_sparse_heat_takes_the_space_of_its_values() -> None:
    n = 50_000
    values = np.linspace(0.001, 1, n, dtype=np.float32)
    store = SparseStore(values, np.arange(n), np.arange(n + 1), (n, n))
    facet = Facet.from_arrays(["a"] * n, store)
    (back,) = read_npz(BytesIO(pack([facet])))
    assert back.store.rows([n - 1])[0, n - 1] == 1
    assert back.store.rows([0])[0, 0] == np.float32(0.001)


def test_causal_heat_stays_a_triangle() -> None:
    (back,) = read_npz(BytesIO(pack([Facet.from_arrays(["a", "b"], np.eye(2))])))
    assert isinstance(back.store, TriangleStore)


@pytest.mark.parametrize("sparse", [False, True])
def test_heat_of_which_one_byte_loses_much_has_two_bytes(sparse: int) -> None:
    heat = np.full((50, 50), 1e-7, dtype=np.float32)
    heat[:, 0] = 0.9
    given_heat = scipy_free_csr(heat) if sparse else heat
    packed = pack([Facet.from_arrays(["a"] * 50, given_heat)])
    with np.load(BytesIO(packed)) as arrays:
        assert arrays["heat-0"].dtype == np.uint16
    (back,) = read_npz(BytesIO(packed))
    np.testing.assert_allclose(back.heat, heat, rtol=0.05)


def scipy_free_csr(heat: NDArray[np.float32]) -> SparseStore:
    columns = np.tile(np.arange(heat.shape[1]), len(heat))
    starts = np.arange(0, heat.size + 1, heat.shape[1])
    return SparseStore(heat.ravel(), columns, starts, (len(heat), heat.shape[1]))


def test_mapped_heat_is_written_out_in_full(tmp_path: Path) -> None:
    heat = np.random.default_rng(0).random((2, 3, 3))
    np.save(tmp_path / "heat.npy", heat)
    facet = Facet.from_arrays(["a", "b", "c"], tmp_path / "heat.npy", axes=["layer"])
    (back,) = read_npz(BytesIO(pack([facet])))
    assert_close(back.heat, heat.astype(np.float32))


def test_wrong_values_in_mapped_heat_leave_the_old_file(tmp_path: Path) -> None:
    np.save(tmp_path / "heat.npy", np.full((1, 1), np.nan))
    facet = Facet.from_arrays(["a"], tmp_path / "heat.npy")
    path = tmp_path / "facets.npz"
    path.write_bytes(b"old")
    with pytest.raises(HeatmapDataError, match=r"heat\[0\]\[0\] is nan"):
        write_npz(path, [facet])
    assert path.read_bytes() == b"old"


def test_a_file_of_version_1_is_still_read(root: Path) -> None:
    first, second = read_npz(root / "tests" / "data" / "version-1.npz")
    assert first.tokens.texts == ("to", " ", "be\ud800")
    assert first.tokens.meta[0] == (("a", None), ("b", 0.5))
    assert first.provenance == {"method": "norm", "layers": [0, 1]}
    np.testing.assert_allclose(first.heat, [[1, 0.25], [0.5, 0]], atol=1 / 510)
    assert second.heat.tolist() == [[0.75]]
    assert (second.title, second.id, second.rows_of) == ("", None, None)


def test_the_largest_heat_in_a_file_of_version_1_comes_back_exactly() -> None:
    n = 300
    facet = {
        "token": ["a"] * n,
        "format": [False] * n,
        "meta": [[]] * n,
        "provenance": {},
    }
    scales = np.linspace(0, 1, n, dtype=np.float32)
    file = BytesIO()
    np.savez(
        file,
        **{
            "about": encode({"version": 1, "facets": [facet]}),
            "heat-0": np.full((n, n), 255, np.uint8),
            "scale-0": scales,
        },  # pyright: ignore[reportArgumentType]
    )
    (back,) = read_npz(BytesIO(file.getvalue()))
    assert back.heat.max(axis=1).tolist() == scales.tolist()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"scale_0": np.array([1.5], np.float32)},
            "scale-0[0] is 1.5, expected a number from 0 to 1",
        ),
        (
            {"scale_0": np.array([np.nan], np.float32)},
            "scale-0[0] is nan, expected a number from 0 to 1",
        ),
        ({}, "facets[0] has an unknown key 'axes', expected format, meta, proven"),
    ],
)
def test_an_error_in_a_file_of_version_1_is_told(
    changed: dict[str, object], message: str
) -> None:
    facet: dict[str, object] = {
        "token": ["a"],
        "format": [False],
        "meta": [[]],
        "provenance": {},
    }
    if not changed:
        facet |= HEAT
    about = encode({"version": 1, "facets": [facet]})
    one = [Facet.from_arrays(["a"], [[1]])]
    assert fail(repack(one, about=about, **changed)).startswith(message)


# A limit on the size of files stands for a full disk: writing fails half way.
FILL = """
import resource, sys
import numpy as np
from textualheatmap import Facet, write_npz

heat = np.random.default_rng(0).random((100, 100))
facet = Facet.from_arrays(["a"] * 100, heat)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_npz(sys.argv[1], [facet])
except OSError as error:
    print(type(error).__name__)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_full_disk_leaves_the_old_file_as_it_was(
    pair: list[Facet], tmp_path: Path, root: Path
) -> None:
    path = tmp_path / "facets.npz"
    write_npz(path, pair)
    command = [sys.executable, "-c", FILL, str(path)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "OSError\n"
    assert path.read_bytes() == pack(pair)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_holds_too_many_tokens_is_neither_read_nor_written(
    monkeypatch: pytest.MonkeyPatch, pair: list[Facet], tmp_path: Path
) -> None:
    packed = pack(pair)
    monkeypatch.setattr(limits, "MAX_TOKENS", 3)
    message = "the file has 4 tokens, expected at most 3"
    assert fail(packed) == message
    with pytest.raises(HeatmapDataError, match=message):
        write_npz(tmp_path / "facets.npz", pair)
    assert list(tmp_path.iterdir()) == []


def test_a_file_beyond_the_limit_is_not_read(pair: list[Facet]) -> None:
    content = pack(pair)
    with pytest.raises(HeatmapDataError, match="too large, expected at most 100 bytes"):
        read_npz(BytesIO(content), max_bytes=100)


def test_tokens_may_have_a_tenth_of_the_limit() -> None:
    content = pack([Facet.from_arrays(["a" * 2000], [[1]])])
    read_npz(BytesIO(content), max_bytes=23_000)
    message = r"about has 22\d\d bytes, expected at most 2000"
    with pytest.raises(HeatmapDataError, match=message):
        read_npz(BytesIO(content), max_bytes=20_000)


@given(st.data())
def test_mangled_bytes_are_data_that_are_wrong_or_still_facets(
    data: st.DataObject,
) -> None:
    content = bytearray(pack([Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]])]))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 4))
        content[place : place + length] = data.draw(st.binary(max_size=4))
    assert_read_or_told(bytes(content))


@given(st.data())
def test_mangled_members_in_a_sound_archive_are_told_too(data: st.DataObject) -> None:
    packed = BytesIO(pack([Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]])]))
    file = BytesIO()
    with ZipFile(packed) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        mangled = data.draw(st.sampled_from(old.namelist()))
        for name in old.namelist():
            content = bytearray(old.read(name))
            if name == mangled:
                place = data.draw(st.integers(0, len(content) - 1))
                content[place : place + 2] = data.draw(st.binary(max_size=4))
            new.writestr(name, bytes(content))
    assert_read_or_told(file.getvalue())


def test_numbers_are_kept() -> None:
    numbers = {"rank": [3, None], "entropy": [1.25, 0.5]}
    facet = Facet.from_arrays(["a", "b"], np.eye(2), numbers=numbers)
    file = BytesIO()
    write_npz(file, [facet])
    [read] = read_npz(BytesIO(file.getvalue()))
    assert read.tokens.numbers == {"rank": (3, None), "entropy": (1.25, 0.5)}
