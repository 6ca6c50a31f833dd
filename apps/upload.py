"""A field that a file is dropped on, which keeps nothing of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn

if TYPE_CHECKING:
    from collections.abc import Callable

# The browser sends a file in pieces; the server takes messages of up to 20 MB.
CHUNK_BYTES = 1_000_000
MEGABYTE = 1_000_000
# Characters of a file's name that are kept.
MAX_NAME = 100
# `controls.css` draws a file as refused where this class is set.
REFUSED = ["refused"]


class Upload(pn.widgets.FileDropper):
    """A field that a file is dropped on.

    Panel's own widget keeps what it receives for the life of the session, without a
    bound, and shows a green tick whatever becomes of the file. This one keeps at most
    one file, until it is complete, and shows whether the file was opened.

    Parameters
    ----------
    open_file
        Takes the content of a file and its name. Returns whether it could be opened.
    max_bytes
        Size of the largest file.
    params
        As of Panel's `FileDropper`.
    """

    def __init__(
        self,
        open_file: Callable[[bytes, str], bool],
        *,
        max_bytes: int,
        **params: Any,  # noqa: ANN401 - Param checks them
    ) -> None:
        super().__init__(
            max_file_size=f"{max_bytes // MEGABYTE}MB",
            chunk_size=CHUNK_BYTES,
            **params,
        )
        self._open_file = open_file
        self._max_bytes = max_bytes
        self._chunks: list[bytes] = []

    def _process_event(self, event: Any) -> None:  # noqa: ANN401 - Panel's own
        match event.data:
            case {
                "chunk": int(chunk),
                "total_chunks": int(total),
                "name": str(name),
                "data": bytes(data),
            } if event.event_name == "upload_event":
                self._receive(data, chunk, total, name[:MAX_NAME])

    def _receive(self, data: bytes, chunk: int, total: int, name: str) -> None:
        """Take one piece of a file, and open the file if it is the last one."""
        if chunk == 1:
            self._chunks.clear()
            self.css_classes = []
        # One byte too many is enough to be told that the file is too large.
        received = sum(map(len, self._chunks))
        self._chunks.append(data[: self._max_bytes + 1 - received])
        if chunk == total:
            content = b"".join(self._chunks)
            self._chunks.clear()
            self.css_classes = [] if self._open_file(content, name) else REFUSED
