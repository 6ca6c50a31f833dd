"""Facets as an NPZ file."""

import json
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from textualheatmap import Facet, HeatmapDataError, read_npz, write_npz

# Of any code points, thus surrogates and NULs too.
TEXTS = st.text(st.characters())
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | st.integers() | FINITE | TEXTS
META = st.lists(TEXTS | st.tuples(TEXTS, st.floats(0, 1)), max_size=3)


@st.composite
def facets(draw: st.DrawFn) -> Facet:
    """Draw any valid facet of up to eight tokens."""
    is_format = draw(
        st.lists(st.booleans(), max_size=7).map(lambda some: [False, *some])
    )
    n = is_format.count(False)
    return Facet.from_arrays(
        [draw(TEXTS) for _ in is_format],
        draw(hnp.arrays(np.float32, (n, n), elements=st.floats(0, 1, width=32))),
        meta=[None if each else draw(META) for each in is_format],
        format=is_format,
        provenance=draw(
            st.dictionaries(TEXTS, SCALARS | st.lists(SCALARS, max_size=3), max_size=3)
        ),
    )


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
    return encode({"version": 1, "facets": [{**facet, **changed}]})


def fail(content: bytes) -> str:
    with pytest.raises(HeatmapDataError) as caught:
        read_npz(BytesIO(content))
    return str(caught.value)


def assert_read_or_told(content: bytes) -> None:
    with suppress(HeatmapDataError):
        assert read_npz(BytesIO(content))


def assert_same(facet: Facet, other: Facet) -> None:
    assert facet.tokens.texts == other.tokens.texts
    assert facet.tokens.meta == other.tokens.meta
    assert facet.tokens.is_format.tolist() == other.tokens.is_format.tolist()
    assert facet.provenance == other.provenance
    half_steps = other.heat.max(axis=1, keepdims=True).astype(np.float64) / 510
    rounding = np.finfo(np.float32).eps * other.heat + np.finfo(np.float32).tiny
    difference = np.abs(facet.heat - other.heat.astype(np.float64))
    assert np.all(difference <= half_steps * (1 + 1e-4) + rounding)


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
            "version": 1,
            "facets": [
                {
                    "token": ["to", " ", "be"],
                    "format": [False, True, False],
                    "meta": [["a", ["b", 0.5]], [], []],
                    "provenance": {"method": "norm", "layers": [0, 1]},
                },
                {"token": ["to be"], "format": [False], "meta": [[]], "provenance": {}},
            ],
        }
        assert arrays["heat-0"].tolist() == [[255, 64], [128, 255]]
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
        (encode({}), "about.version is None, expected 1"),
        (encode({"version": 2, "x": 0}), "about.version is 2, expected 1"),
        (
            encode({"version": 1}),
            "about has the keys version, expected facets, version",
        ),
        (
            encode({"version": 1, "facets": 1}),
            "about.facets is an int, expected a list",
        ),
        (encode({"version": 1, "facets": []}), "about.facets is empty, expected at"),
        (encode({"version": 1, "facets": [0]}), "facets[0] is an int, expected an obj"),
        (encode({"version": 1, "facets": [{}]}), "facets[0] has the keys , expected f"),
        (
            describe(x=1),
            "facets[0] has the keys format, meta, provenance, token, x, ex",
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
            describe(token=["a", "b"], format=None, meta=None),
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
            "scale-0[1] is nan, expected a number from 0 to 1",
        ),
        (
            {"scale_0": np.array([np.inf, 0], np.float32)},
            "scale-0[0] is inf, expected a number from 0 to 1",
        ),
        (
            {"scale_1": np.array([-1], np.float32)},
            "scale-1[0] is -1.0, expected a number from 0 to 1",
        ),
        (
            {"scale_1": np.array([1.5], np.float32), "heat_1": np.zeros((1, 1), "u1")},
            "scale-1[0] is 1.5, expected a number from 0 to 1",
        ),
    ],
)
def test_an_error_in_heat_names_the_array(
    pair: list[Facet], changed: dict[str, object], message: str
) -> None:
    assert fail(repack(pair, **changed)).startswith(message)


def test_a_file_beyond_the_limit_is_not_read(pair: list[Facet]) -> None:
    content = pack(pair)
    with pytest.raises(HeatmapDataError, match="too large, expected at most 100 bytes"):
        read_npz(BytesIO(content), max_bytes=100)


def test_tokens_may_have_a_tenth_of_the_limit() -> None:
    content = pack([Facet.from_arrays(["a" * 2000], [[1]])])
    read_npz(BytesIO(content), max_bytes=21_000)
    message = r"about has 20\d\d bytes, expected at most 2000"
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
