"""What a reader sees while a page loads or changes: its frames, one by one."""

from __future__ import annotations

import base64
import io
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsing import Browsing
    from numpy.typing import NDArray

# Of 255: what two renderers of one colour may differ by, and what is another colour.
SAME = 32
# Share of the coloured pixels that have to be there before the page counts as coloured.
COLOURED = 0.8
# Share of a facet's box that may be the page's background, and the least share of the
# settled facet's ink (pixels that are not of the commonest colour).
MOST_BACKGROUND, LEAST_INK = 0.3, 0.3


class Frame(NamedTuple):
    """A frame as it was shown: when (seconds since 1970), and its pixels."""

    time: float
    pixels: NDArray[np.int16]


class Box(NamedTuple):
    """A part of a page, in CSS px."""

    left: int
    top: int
    right: int
    bottom: int

    def cut(self, pixels: NDArray[np.int16]) -> NDArray[np.int16]:
        """Return the pixels of this part, shape (rows, columns, 3)."""
        return pixels[self.top : self.bottom, self.left : self.right]


@contextmanager
def record_frames(browsing: Browsing) -> Iterator[list[Frame]]:
    """Record every frame that the page shows; the list is filled at the end."""
    frames: list[Frame] = []
    received: list[dict[str, Any]] = []

    def receive(frame: dict[str, Any]) -> None:
        received.append(frame)
        browsing.devtools.send(
            "Page.screencastFrameAck", {"sessionId": frame["sessionId"]}
        )

    browsing.devtools.on("Page.screencastFrame", receive)
    browsing.devtools.send(
        "Page.startScreencast", {"format": "png", "everyNthFrame": 1}
    )
    try:
        yield frames
        browsing.page.wait_for_timeout(200)  # the last frames are still on their way
    finally:
        browsing.devtools.remove_listener("Page.screencastFrame", receive)
        browsing.devtools.send("Page.stopScreencast")
    for frame in received:
        content = base64.b64decode(frame["data"])
        frames.append(Frame(frame["metadata"]["timestamp"], read_pixels(content)))


def read_pixels(content: bytes) -> NDArray[np.int16]:
    """Read an image's pixels, in numbers that can be subtracted."""
    image = Image.open(io.BytesIO(content)).convert("RGB")
    return np.asarray(image).astype(np.int16)


def find_coloured(plain: Browsing, focused: Browsing) -> NDArray[np.bool_]:
    """Find the pixels that a focus colours, by a page without one and a page with one.

    Raises
    ------
    RuntimeError
        If hardly any pixel differs.
    """
    pixels = []
    for browsing in (plain, focused):
        browsing.open(None)
        browsing.page.wait_for_function("probe.ready()", timeout=120_000)
        browsing.page.wait_for_timeout(1000)
        pixels.append(read_pixels(browsing.page.screenshot()))
    coloured = ~_is_same(*pixels)
    if coloured.sum() < 200:
        msg = f"{focused.subject.page}: its focus colours {coloured.sum()} pixels"
        raise RuntimeError(msg)
    return coloured


def clock_first_colour(browsing: Browsing, coloured: NDArray[np.bool_]) -> float:
    """Return the milliseconds from navigation to the first frame with its colours."""
    with record_frames(browsing) as frames:
        start = time.time()
        browsing.page.goto(browsing.subject.page.resolve().as_uri())
        browsing.page.wait_for_function("probe.ready()", timeout=120_000)
        browsing.page.wait_for_timeout(1000)
        settled = read_pixels(browsing.page.screenshot())
    for frame in frames:
        if frame.time < start or frame.pixels.shape != settled.shape:
            continue
        if _is_same(frame.pixels, settled)[coloured].mean() >= COLOURED:
            return 1e3 * (frame.time - start)
    msg = f"{browsing.subject.page}: no frame of {len(frames)} has the colours"
    raise RuntimeError(msg)


def count_blank(frames: list[Frame], boxes: list[Box]) -> int:
    """Count the frames in which a facet lost its text or showed the background.

    The first and the last frame are taken for settled ones.

    Raises
    ------
    RuntimeError
        If a facet looks blank in a settled frame.
    """
    blank = 0
    looks = [[_look(frame.pixels, box) for box in boxes] for frame in frames]
    for before, after in zip(looks[0], looks[-1], strict=True):
        if max(before[0], after[0]) > MOST_BACKGROUND / 2:
            msg = "a settled facet has the page's background: choose another palette"
            raise RuntimeError(msg)
    least = [
        LEAST_INK * min(before[1], after[1])
        for before, after in zip(looks[0], looks[-1], strict=True)
    ]
    for look in looks:
        blank += any(
            background > MOST_BACKGROUND or ink < ink_needed
            for (background, ink), ink_needed in zip(look, least, strict=True)
        )
    return blank


def _look(pixels: NDArray[np.int16], box: Box) -> tuple[float, float]:
    """Return which shares of a box are the page's background, and ink."""
    part = box.cut(pixels).reshape(-1, 3)
    background = pixels[-1, -1]
    kinds, counts = np.unique(part, axis=0, return_counts=True)
    commonest = kinds[counts.argmax()]
    return (
        float(_is_same(part, background).mean()),
        float((~_is_same(part, commonest)).mean()),
    )


def _is_same(left: NDArray[np.int16], right: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Say of each pixel whether two images agree."""
    return np.abs(left - right).max(axis=-1) <= SAME
