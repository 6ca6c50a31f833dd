"""Structs in the compact protocol of Thrift, as Parquet files have them.

They are read to see what a file asks for before anything that trusts it reads the file.
The protocol: https://github.com/apache/thrift/blob/master/doc/specs
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from textualheatmap.errors import HeatmapDataError

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
"""The types of values."""

Struct = dict[tuple[int, int], "Value"]
"""Values by the numbers and the types of their fields.

The type counts: readers skip a field whose type is not the one that they expect.
"""

Value = int | bytes | list["Value"] | Struct

MAX_DEPTH = 20
# How large a double, and a byte, are.
FIXED = {DOUBLE: 8, BYTE: 1}
LONG_LIST = 15
VARINT_BITS = 70


@dataclass
class StructReader:
    """What reads structs from bytes that may be anybody's.

    Parameters
    ----------
    content
        The bytes.
    place
        Where to begin; afterwards where the last struct ended.
    left
        How many values may still be read.

    Examples
    --------
    >>> reader = StructReader(bytes([0x15, 0x04, 0x00]))
    >>> reader.read_struct(), reader.place
    ({(1, 5): 2}, 3)
    """

    content: bytes | memoryview
    place: int = 0
    left: int = 1000

    def read_struct(self, depth: int = 0) -> Struct:
        """Return the struct at the current place.

        Raises
        ------
        HeatmapDataError
            If it is cut off, nested too deeply, or has too many values.

        Examples
        --------
        >>> StructReader(bytes([0x18, 0x01, 0x61, 0x00])).read_struct()
        {(1, 8): b'a'}
        """
        struct: Struct = {}
        number = 0
        while (head := self._take_byte()) != 0:
            delta, kind = divmod(head, 16)
            last, number = number, number + delta if delta else self._take_signed()
            if number <= last:  # readers differ in what they make of a second one
                msg = f"the file has field {number} out of order in its metadata"
                raise HeatmapDataError(msg)
            if kind in {TRUE, FALSE}:
                struct[number, kind] = int(kind == TRUE)
            else:
                struct[number, kind] = self._take_value(kind, depth)
        return struct

    def _take_value(self, kind: int, depth: int) -> Value:
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            msg = "the file has too many values in its metadata, expected fewer"
            raise HeatmapDataError(msg)
        if kind in FIXED:
            return self._take(FIXED[kind])
        # The value of a bool that is a field is in its type.
        readers = {
            TRUE: self._take_byte,
            FALSE: self._take_byte,
            I16: self._take_signed,
            I32: self._take_signed,
            I64: self._take_signed,
            BINARY: self._take_bytes,
            LIST: partial(self._take_list, depth),
            SET: partial(self._take_list, depth),
            MAP: partial(self._take_map, depth),
            STRUCT: partial(self.read_struct, depth + 1),
        }
        if kind not in readers:
            msg = f"the file has a value of the unknown type {kind} in its metadata"
            raise HeatmapDataError(msg)
        return readers[kind]()

    def _take_list(self, depth: int) -> list[Value]:
        """Return the items of a list, behind their type."""
        count, kind = divmod(self._take_byte(), 16)
        if count == LONG_LIST:
            count = self._take_varint()
        self._check_count(count)
        return [kind, *(self._take_value(kind, depth + 1) for _ in range(count))]

    def _take_map(self, depth: int) -> list[Value]:
        """Return the keys and the values of a map, in turn."""
        count = self._take_varint()
        self._check_count(count)
        kinds = divmod(self._take_byte(), 16) if count else (0, 0)
        return [
            self._take_value(kind, depth + 1) for _ in range(count) for kind in kinds
        ]

    def _check_count(self, count: int) -> None:
        if count > self.left:
            msg = f"the file has {count} values in its metadata, expected fewer"
            raise HeatmapDataError(msg)

    def _take_bytes(self) -> bytes:
        return self._take(self._take_varint())

    def _take(self, count: int) -> bytes:
        piece = bytes(self.content[self.place : self.place + count])
        if len(piece) < count:
            msg = "the file is cut off, expected the rest of its metadata"
            raise HeatmapDataError(msg)
        self.place += count
        return piece

    def _take_byte(self) -> int:
        if self.place >= len(self.content):
            msg = "the file is cut off, expected the rest of its metadata"
            raise HeatmapDataError(msg)
        self.place += 1
        return self.content[self.place - 1]

    def _take_varint(self) -> int:
        value = shift = 0
        while shift < VARINT_BITS:
            byte = self._take_byte()
            value |= (byte & 127) << shift
            if byte < 128:  # noqa: PLR2004 - the bit that says that more follow
                return value
            shift += 7
        msg = "the file has a number of too many bytes in its metadata"
        raise HeatmapDataError(msg)

    def _take_signed(self) -> int:
        value = self._take_varint()
        return (value >> 1) ^ -(value & 1)
