"""JSON of which each string is valid UTF-8, for where other programs read it.

A token may have lone surrogates, for which UTF-8 has no bytes.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import is_object
from textualheatmap.files.json_text import parse_json

BASE64 = "base64"
REPLACEMENT = "\ufffd"


def write_plain_json(value: dict[str, object]) -> str:
    r"""Return the JSON of an object.

    Where a string in it has lone surrogates, it is that of `{"base64": ...}`, with the
    bytes of the object's JSON, in which surrogates are encoded like other characters.

    Examples
    --------
    >>> write_plain_json({"token": "a"})
    '{"token": "a"}'
    >>> text = write_plain_json({"token": "\ud800"})
    >>> text, read_plain_json(text.encode(), "about")
    ('{"base64": "eyJ0b2tlbiI6ICLtoIAifQ=="}', {'token': '\ud800'})
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if is_plain(text):
        return text
    packed = b64encode(text.encode("utf-8", "surrogatepass")).decode()
    return json.dumps({BASE64: packed})


def read_plain_json(content: bytes, where: str) -> object:
    """Return what `write_plain_json` was given.

    Parameters
    ----------
    content
        The JSON, in UTF-8; it may be anybody's.
    where
        What errors call it.

    Raises
    ------
    HeatmapDataError
        If it is not JSON.

    Examples
    --------
    >>> read_plain_json(b'{"token": "a"}', "about")
    {'token': 'a'}
    """
    return read_plain_value(parse_json(content, where), where)


def read_plain_value(value: object, where: str) -> object:
    """Return what `write_plain_json` was given, from JSON that is parsed already.

    Parameters
    ----------
    value
        What was parsed; it may be anybody's.
    where
        What errors call it.

    Raises
    ------
    HeatmapDataError
        If it is base64 of what is not JSON.

    Examples
    --------
    >>> read_plain_value({"base64": "W10="}, "about")
    []
    """
    packed = value.get(BASE64) if is_object(value) else None
    if not isinstance(packed, str):
        return value
    try:
        content = b64decode(packed, validate=True)
    except ValueError as error:
        msg = f"{where} is not base64: {error!s:.60}"
        raise HeatmapDataError(msg) from None
    return parse_json(content, where)


def is_plain(text: str) -> bool:
    r"""Return whether a text is valid UTF-8.

    Examples
    --------
    >>> is_plain("é"), is_plain("\ud800")
    (True, False)
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def make_plain(text: str) -> str:
    r"""Return a text with a replacement character for each lone surrogate.

    Examples
    --------
    >>> make_plain("a\ud800") == "a\ufffd"
    True
    """
    if is_plain(text):
        return text
    return "".join(each if is_plain(each) else REPLACEMENT for each in text)
