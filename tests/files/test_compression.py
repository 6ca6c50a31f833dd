"""Packed files, which may be anybody's."""

import gzip
import sys
from io import BytesIO

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap import HeatmapDataError
from textualheatmap.files.compression import ENDINGS, compress, open_packed

PACK = {".gz": gzip.compress, ".zst": zstandard.ZstdCompressor().compress}


def unpack(content: bytes, ending: str, max_bytes: int) -> bytes:
    return open_packed(BytesIO(content), ending, max_bytes).read()


def fail(content: bytes, ending: str, max_bytes: int = 1000) -> str:
    with pytest.raises(HeatmapDataError) as caught:
        unpack(content, ending, max_bytes)
    return str(caught.value)


@given(st.binary(max_size=100), st.sampled_from(ENDINGS))
def test_what_is_packed_comes_back(content: bytes, ending: str) -> None:
    assert unpack(compress(content, ending), ending, 100) == content


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_bytes_give_the_same(ending: str) -> None:
    assert compress(b"heat", ending) == compress(b"heat", ending)


@pytest.mark.parametrize("ending", ENDINGS)
def test_files_behind_one_another_are_one(ending: str) -> None:
    pieces = PACK[ending](b"to ") + PACK[ending](b"be")
    assert unpack(pieces, ending, 100) == b"to be"


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_more_is_unpacked_than_is_asked_for(ending: str) -> None:
    bomb = PACK[ending](bytes(50_000_000))
    message = "the file unpacks to more, expected at most 100000 bytes"
    assert fail(bomb, ending, 100_000) == message
    two = PACK[ending](bytes(600)) * 2
    assert fail(two, ending) == "the file unpacks to more, expected at most 1000 bytes"
    assert unpack(PACK[ending](bytes(1000)), ending, 1000) == bytes(1000)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_not_packed_or_cut_off_is_told(ending: str) -> None:
    assert fail(b"[[]]", ending).startswith("the file is not packed by ")
    assert fail(PACK[ending](b"heat" * 100)[:-9], ending).startswith("the file is cut")


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_packed_file_is_unpacked_only_as_far_as_it_is_read(ending: str) -> None:
    packed = BytesIO(PACK[ending](np.random.default_rng(0).bytes(5_000_000)))
    unpacked = open_packed(packed, ending, 10_000_000)
    assert len(unpacked.read(10)) == 10
    assert packed.tell() < 4_000_000
    assert len(unpacked.read()) == 5_000_000 - 10


def test_a_packed_file_is_itself_no_larger_than_asked_for() -> None:
    # Blocks that hold nothing unpack to nothing, however many there are.
    hollow = gzip.compress(b"")[:10] + b"\0\0\0\xff\xff" * 1000
    assert fail(hollow, ".gz") == "the file is too large, expected at most 1000 bytes"


def test_many_empty_files_behind_one_another_are_refused() -> None:
    message = "the file has more than 100 packed pieces, expected fewer"
    assert fail(gzip.compress(b"") * 101, ".gz", 10_000) == message


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(ModuleNotFoundError, match=r"textualheatmap\[files\]"):
        compress(b"", ".zst")
