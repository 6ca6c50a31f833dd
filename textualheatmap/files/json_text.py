"""Parsing JSON that may come from anybody, in bounded time and memory."""

from __future__ import annotations

import json

from textualheatmap.errors import HeatmapDataError

MAX_BRACKETS = 1_000_000
"""How many lists and objects there may be; each takes up to 200 bytes of memory."""


def parse_json(content: bytes, name: str) -> object:
    """Return the value that JSON in UTF-8 stands for.

    Parameters
    ----------
    content
        With or without a byte order mark. Lone surrogates are allowed.
    name
        What errors call it.

    Raises
    ------
    HeatmapDataError
        If it is not JSON in UTF-8, or has too many lists and objects.

    Examples
    --------
    >>> parse_json(b'{"a": [1]}', "the file")
    {'a': [1]}
    >>> parse_json(b"[", "the file")
    Traceback (most recent call last):
        ...
    textualheatmap.errors.HeatmapDataError: the file is not JSON: Expecting value: \
line 1 column 2 (char 1)
    """
    # Brackets within strings count as well; no heatmap needs a million of them.
    brackets = content.count(b"[") + content.count(b"{")
    if brackets > MAX_BRACKETS:
        msg = f"{name} has {brackets} brackets, expected at most {MAX_BRACKETS}"
        raise HeatmapDataError(msg)
    try:
        text = content.decode("utf-8", "surrogatepass")
        return json.loads(text.removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        msg = f"{name} is not UTF-8 at byte {error.start}, expected JSON in UTF-8"
    except (ValueError, RecursionError) as error:
        msg = f"{name} is not JSON: {error!s:.100}"
    raise HeatmapDataError(msg)
