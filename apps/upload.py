"""A field that opens files of the reader's machine, and keeps nothing of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar

import panel as pn
import param

from textualheatmap import HeatmapDataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from documents import Document

HERE = Path(__file__).parent
MEGABYTE = 1_000_000
# Characters of a file's name that are kept.
MAX_NAME = 100
# Reading takes many times the memory of a file: sessions take turns.
READING = Lock()


@dataclass(frozen=True)
class SentFile:
    """A file that the browser sends.

    Parameters
    ----------
    name
        Its name.
    size
        How many bytes it will have.
    place, count
        Its place, from 0, among so many files that were chosen or dropped together.
    """

    name: str
    size: int
    place: int
    count: int


class Upload(pn.custom.JSComponent):
    """A button that opens files one after the other, and tells how far they are.

    The browser sends a piece of a file once the one before has arrived. A file is read
    in a thread, while the page and others are answered. Panel's own widget keeps what
    it receives for the life of the session, without a bound, and shows a green tick
    whatever becomes of the file.

    Parameters
    ----------
    read
        Reads the content of a file with this name, in a thread.
    take
        Takes a file and what was read, or what was wrong with it.
    max_bytes, most
        Size of the largest file, and how many are opened together.
    params
        Its parameters.
    """

    label = param.String(default="Open files", doc="What the button says.")
    hint = param.String(doc="A line on which files can be opened.")

    _esm = HERE / "upload.mjs"
    _stylesheets: ClassVar[list[str]] = [
        (HERE / "upload.css").read_text(encoding="utf-8")
    ]

    def __init__(
        self,
        read: Callable[[bytes, str], Document],
        take: Callable[[SentFile, Document | HeatmapDataError], object],
        *,
        max_bytes: int,
        most: int,
        **params: Any,  # noqa: ANN401 - Param checks them
    ) -> None:
        super().__init__(**params)
        self._read = read
        self._take = take
        self._max_bytes = max_bytes
        self._most = most
        self._sent: SentFile | None = None
        self._content = bytearray()

    def _handle_msg(self, data: Any) -> None:  # noqa: ANN401 - from the browser
        match data:
            case {
                "name": str(name),
                "size": int(size),
                "place": int(place),
                "count": int(count),
                "start": int(start),
                "data": bytes() | None as piece,
            }:
                sent = SentFile(name[:MAX_NAME], size, place, count)
                self._receive(sent, start, piece)

    def _receive(self, sent: SentFile, start: int, piece: bytes | None) -> None:
        """Take one piece of a file, and open the file if it is the last one."""
        if start == 0:
            self._sent = sent
            self._content.clear()
        if sent != self._sent or start != len(self._content):
            return
        problem = self._find_problem(sent, start, piece)
        if problem:
            self._end(sent, HeatmapDataError(problem))
            return
        self._content += piece or b""
        self._send_msg({"received": len(self._content)})
        if len(self._content) >= sent.size:
            content = bytes(self._content)
            self._forget()
            pn.state.execute(partial(self._open, sent, content))

    def _find_problem(self, sent: SentFile, start: int, piece: bytes | None) -> str:
        """Say why a file is not taken, with nothing where it is."""
        if sent.place >= self._most:
            return (
                f"file {sent.place + 1} of {sent.count} that came together, "
                f"expected at most {self._most}"
            )
        if max(sent.size, start + len(piece or b"")) > self._max_bytes:
            limit = self._max_bytes // MEGABYTE
            return f"the file is too large, expected at most {limit} MB"
        if piece is None:
            return "the browser cannot read it, expected a file"
        if not piece and start < sent.size:
            return f"the file ended after {start} of {sent.size} bytes"
        return ""

    async def _open(self, sent: SentFile, content: bytes) -> None:
        """Read a file in a thread, and give it away."""
        outcome = HeatmapDataError("it could not be read")
        try:
            outcome = await asyncio.to_thread(self._read_in_turn, content, sent.name)
        finally:
            pn.state.execute(partial(self._end, sent, outcome), schedule=True)

    def _read_in_turn(self, content: bytes, name: str) -> Document | HeatmapDataError:
        with READING:
            try:
                return self._read(content, name)
            except HeatmapDataError as error:
                return error

    def _end(self, sent: SentFile, outcome: Document | HeatmapDataError) -> None:
        """Give away what was read, and ask the browser for the next file."""
        self._forget()
        is_wrong = isinstance(outcome, HeatmapDataError)
        try:
            self._take(sent, outcome)
        finally:
            self._send_msg({"ended": "refused" if is_wrong else "opened"})

    def _forget(self) -> None:
        self._sent = None
        self._content.clear()
