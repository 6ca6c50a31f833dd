"""Arrays out of an NPZ file, which may be anybody's."""

import struct
import tracemalloc
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

import numpy as np
import pytest

from textualheatmap.errors import HeatmapDataError
from textualheatmap.files.npz_arrays import open_npz, read_member

MAX_BYTES = 10_000
BYTES = np.dtype("u1")


def pack(content: bytes, compression: int = ZIP_STORED) -> bytes:
    """Return an archive with one member `a.npy`."""
    file = BytesIO()
    with ZipFile(file, "w", compression) as archive:
        archive.writestr("a.npy", content)
    return file.getvalue()


def save(array: object) -> bytes:
    file = BytesIO()
    np.save(file, np.asarray(array))
    return file.getvalue()


def write_header(text: str) -> bytes:
    """Return an array's file of nothing but a header."""
    return np.lib.format.magic(1, 0) + struct.pack("<H", len(text)) + text.encode()


def read(content: bytes, dtype: str = "u1", shape: tuple[int, ...] = ()) -> object:
    archive = open_npz(BytesIO(content), MAX_BYTES)
    return read_member(archive, "a", np.dtype(dtype), shape).tolist()


def fail(content: bytes, shape: tuple[int, ...] = ()) -> str:
    with pytest.raises(HeatmapDataError) as caught:
        read(content, shape=shape)
    return str(caught.value)


@pytest.mark.parametrize("compression", [ZIP_STORED, ZIP_DEFLATED])
def test_an_array_is_read_in_either_order(compression: int) -> None:
    array = np.arange(6, dtype="<f4").reshape(2, 3)
    for ordered in (array, np.asfortranarray(array)):
        packed = pack(save(ordered), compression)
        assert read(packed, "<f4", (2, 3)) == array.tolist()


def test_what_is_no_zip_archive_is_told() -> None:
    assert fail(b"") == (
        "the file is no zip archive, expected an NPZ file: File is not a zip file"
    )


def test_a_file_that_is_too_large_is_not_read() -> None:
    packed = pack(save(np.zeros(MAX_BYTES, BYTES)))
    assert fail(packed) == "the file is too large, expected at most 10000 bytes"


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked() -> None:
    packed = pack(save(np.zeros(MAX_BYTES, BYTES)), ZIP_DEFLATED)
    assert len(packed) < 1000
    assert fail(packed) == "the file unpacks to 10128 bytes, expected at most 10000"


def test_an_archive_that_lies_about_its_size_is_not_unpacked_either() -> None:
    real = save(np.zeros(50_000_000, BYTES))
    packed = pack(real, ZIP_DEFLATED)
    packed = packed.replace(struct.pack("<L", len(real)), struct.pack("<L", 1000))
    small = open_npz(BytesIO(packed), 100_000)
    tracemalloc.start()
    try:
        with pytest.raises(HeatmapDataError, match="a is no array"):
            read_member(small, "a", BYTES)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("compression", [ZIP_BZIP2, ZIP_LZMA])
def test_what_unpacks_without_a_bound_is_refused(compression: int) -> None:
    message = fail(pack(save([1]), compression))
    assert message == f"a is packed by method {compression}, expected deflate"


def test_a_missing_array_is_named() -> None:
    archive = open_npz(BytesIO(pack(b"")), MAX_BYTES)
    with pytest.raises(HeatmapDataError) as caught:
        read_member(archive, "b", BYTES)
    assert str(caught.value) == "b is missing, expected an array of uint8"


@pytest.mark.parametrize(
    ("array", "shape", "message"),
    [
        (1.0, (), "a is float64 of shape (), expected uint8 of shape (n,)"),
        ([1.0], (), "a is float64 of shape (1,), expected uint8 of shape (n,)"),
        ([[1]], (), "a is int64 of shape (1, 1), expected uint8 of shape (n,)"),
        (np.zeros(2, BYTES), (1,), "a is uint8 of shape (2,), expected uint8 of"),
        (np.zeros((1, 1), BYTES), (), "a is uint8 of shape (1, 1), expected uint8"),
        (["a"], (), "a is <U1 of shape (1,), expected uint8 of shape (n,)"),
    ],
)
def test_another_type_or_shape_is_told(
    array: object, shape: tuple[int, ...], message: str
) -> None:
    assert fail(pack(save(array)), shape).startswith(message)


def test_nothing_is_unpickled() -> None:
    file = BytesIO()
    np.save(file, np.array([Exploding()], dtype=object), allow_pickle=True)
    assert fail(pack(file.getvalue())).startswith("a is object of shape (1,), expected")


class Exploding:
    """Fails the test once it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return pytest.fail, ("unpickled",)


def test_a_stated_shape_takes_no_memory() -> None:
    header = "{'descr': '|u1', 'fortran_order': False, 'shape': (10000000000,)}"
    tracemalloc.start()
    try:
        message = fail(pack(write_header(header)), (10_000_000_000,))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert message == "a has 0 bytes, expected as many as (10000000000,) need"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a" * 100,
        save([1])[:50],
        write_header(""),
        write_header("(" * 900),
        write_header("-" * 9000 + "1"),
        write_header("{1: 2, 'a': 3}"),
        write_header("{'descr': 'what', 'fortran_order': False, 'shape': (1,)}"),
        write_header("{'descr': '|u1', 'fortran_order': 0, 'shape': (1,)}"),
        write_header("{'descr': '|u1', 'fortran_order': False, 'shape': 1}"),
        write_header("__import__('os').abort()"),
        write_header("'''"),
        write_header("if 1:\n    a\n  b"),
        write_header("{'descr': (), 'fortran_order': False, 'shape': (1,)}"),
    ],
)
def test_what_is_no_array_is_told(content: bytes) -> None:
    assert fail(pack(content)).startswith("a is no array, expected one of uint8: ")


@pytest.mark.parametrize(
    "stated",
    [{"header_offset": 2**63}, {"compress_size": 9000, "file_size": 9000}],
)
def test_a_member_that_is_not_where_it_should_be_is_told(
    stated: dict[str, int],
) -> None:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("a.npy", save([1]))
        for field, value in stated.items():
            setattr(archive.getinfo("a.npy"), field, value)
    assert fail(file.getvalue()).startswith("a is no array, expected one of uint8: ")


def test_a_damaged_or_encrypted_member_is_told() -> None:
    packed = pack(save(np.arange(9, dtype=BYTES)))
    place = packed.index(bytes(range(9)))
    damaged = packed[:place] + b"\xff" + packed[place + 1 :]
    assert fail(damaged).startswith("a is no array, expected one of uint8: Bad CRC-32")
    deflated = pack(save([1]), ZIP_DEFLATED)
    place = deflated.index(b"a.npy") + len(b"a.npy")
    damaged = deflated[:place] + b"\xff" + deflated[place + 1 :]
    assert "invalid block type" in fail(damaged)
    flags = packed.index(b"PK\x01\x02") + 8
    encrypted = packed[:flags] + b"\x01" + packed[flags + 1 :]
    assert "is encrypted" in fail(encrypted)
