"""Screenshots as arrays of pixels."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page


def read_pixels(page: Page, box: dict[str, float] | None = None) -> NDArray[np.uint8]:
    """Return a part of the page as it looks, shape (rows, columns, 3).

    Parameters
    ----------
    page
        What to look at.
    box
        x, y, width and height in CSS px; the whole window without one.
    """
    clip: Any = box
    image = Image.open(io.BytesIO(page.screenshot(clip=clip)))
    return np.asarray(image.convert("RGB"))


def to_rgb(color: str) -> tuple[int, int, int]:
    """Return a hex colour's red, green and blue, from 0 to 255."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue
