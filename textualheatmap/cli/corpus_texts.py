"""Texts in a file of JSON lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import is_object, name_type
from textualheatmap.files.json_text import parse_json

EXPECTED = "expected a string, or an object with a text and, if it has a name, an id"


def read_texts(path: str) -> dict[str, str]:
    r"""Return the texts of a file by their names.

    Parameters
    ----------
    path
        Of a file with a text a line: a JSON string, or an object with the key `text`
        and perhaps `id`. Without it, the name is the number of the line, from 0.

    Raises
    ------
    HeatmapDataError
        If a line is not of this form, or two texts have the same name.
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "texts.jsonl")
    ...     _ = path.write_text('"one"\n{"id": "x", "text": "two"}\n')
    ...     read_texts(str(path))
    {'0': 'one', 'x': 'two'}
    """
    texts: dict[str, str] = {}
    with Path(path).open("rb") as file:
        for number, line in enumerate(file):
            if not line.strip():
                continue
            where = f"{path}, line {number + 1}"
            name, text = _read_line(parse_json(line, where), number, where)
            if name in texts:
                msg = f"{where} has the id {name!r:.60}, which an earlier line has"
                raise HeatmapDataError(msg)
            texts[name] = text
    if not texts:
        msg = f"{path} has no line, expected a text on each"
        raise HeatmapDataError(msg)
    return texts


def _read_line(value: Any, number: int, where: str) -> tuple[str, str]:  # noqa: ANN401
    """Return the name and the text of a line."""
    name, text = str(number), value
    if is_object(value):
        text, name = value.get("text"), value.get("id", name)
        # Numbers are names too.
        name = str(name) if type(name) is int else name
    if isinstance(text, str) and isinstance(name, str):
        return name, text
    wrong = name if isinstance(text, str) else text
    msg = f"{where} has {name_type(wrong)}, {EXPECTED}"
    raise HeatmapDataError(msg)
