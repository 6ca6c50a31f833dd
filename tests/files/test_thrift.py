"""Structs of Thrift's compact protocol, from anybody's bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap import HeatmapDataError
from textualheatmap.files.thrift import (
    BINARY,
    I32,
    LIST,
    MAP,
    STRUCT,
    TRUE,
    StructReader,
)


def fail(content: bytes, left: int = 1000) -> str:
    with pytest.raises(HeatmapDataError) as caught:
        StructReader(content, left=left).read_struct()
    return str(caught.value)


def test_a_struct_is_read_with_all_kinds_of_fields() -> None:
    content = (
        b"\x15\x03"  # 1: i32 -2
        b"\x11"  # 2: true
        b"\x18\x02ab"  # 3: binary
        b"\x19\x25\x02\x04"  # 4: list of i32 1, 2
        b"\x1c\x15\x02\x00"  # 5: struct of 1: i32 1
        b"\x17\0\0\0\0\0\0\0\0"  # 6: double
        b"\x1b\x01\x85\x01a\x02"  # 7: map of binary to i32
        b"\x05\xc8\x01\x08"  # 100, which is far from 7: i32 4
        b"\x00rest"
    )
    reader = StructReader(content)
    struct = reader.read_struct()
    assert content[reader.place :] == b"rest"
    assert struct[1, I32] == -2
    assert struct[2, TRUE] == 1
    assert struct[3, BINARY] == b"ab"
    assert struct[4, LIST] == [I32, 1, 2]
    assert struct[5, STRUCT] == {(1, I32): 1}
    assert struct[7, MAP] == [b"a", 1]
    assert struct[100, I32] == 4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is cut off"),
        (b"\x15", "the file is cut off"),
        (b"\x18\x7fab", "the file is cut off"),
        (b"\x15\x02\x05\x02\x02\x00", "the file has field 1 out of order"),
        (b"\x1f\x00", "the file has a value of the unknown type 15"),
        (b"\x15" + b"\xff" * 11, "the file has a number of too many bytes"),
        (b"\x1c" * 30, "the file has too many values"),
        (b"\x19\xf5\xff\xff\xff\x0f", "the file has 33554431 values in its metadata"),
        (b"\x1b\xff\xff\xff\x0f\x55", "the file has 33554431 values in its metadata"),
    ],
)
def test_what_is_wrong_is_told(content: bytes, message: str) -> None:
    assert fail(content).startswith(message)


def test_no_more_values_are_read_than_there_may_be() -> None:
    content = b"\x19\xa1" + b"\x01" * 10 + b"\x00"
    assert StructReader(content, left=11).read_struct()
    assert fail(content, left=10) == (
        "the file has 10 values in its metadata, expected fewer"
    )
    assert fail(b"\x15\x02\x15\x02\x00", left=1).startswith("the file has too many")


@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_told(content: bytes) -> None:
    try:
        StructReader(content).read_struct()
    except HeatmapDataError:
        return
