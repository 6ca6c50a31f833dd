"""A journal of which the last entry was not finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from textualheatmap import HeatmapDataError
from textualheatmap.files.journal import Journal, read_entries

if TYPE_CHECKING:
    from pathlib import Path


def test_an_entry_that_was_not_finished_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    Journal(path).add({"a": 1})
    with path.open("ab") as file:
        file.write(b'{"b": 2, "longer": ')
    journal = Journal(path)
    assert journal.entries == [{"a": 1}]
    journal.add({"c": 3})
    assert journal.entries == Journal(path).entries == [{"a": 1}, {"c": 3}]


def test_what_is_no_entry_is_told() -> None:
    with pytest.raises(HeatmapDataError, match=r"it, line 2 is \[1\], expected an obj"):
        read_entries(b"{}\n[1]\n", "it")
