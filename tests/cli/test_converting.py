"""The command `convert`."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.command import call_command, run_command
from textualheatmap import read_json, read_npz


def test_json_and_npz_hold_the_same_facets(npz: Path) -> None:
    there, again = npz.with_suffix(".json"), npz.with_name("again.npz")
    assert call_command("convert", npz, there) == (0, b"", "")
    assert call_command("convert", there, again) == (0, b"", "")
    first, read, last = read_npz(npz), read_json(there), read_npz(again)
    for before, between, after in zip(first, read, last, strict=True):
        assert before.title == between.title == after.title
        assert before.tokens.texts == after.tokens.texts
        np.testing.assert_array_equal(before.heat, between.heat)
        np.testing.assert_allclose(before.heat, after.heat, atol=0.005)


def test_facets_go_through_pipes(npz: Path) -> None:
    status, said, error = run_command(
        *("convert", "-", "-", "--from", "npz", "--to", "json"), given=npz.read_bytes()
    )
    assert (status, error) == (0, "")
    assert said.startswith(b"{")


def test_files_may_be_packed_or_have_a_facet_a_line(npz: Path) -> None:
    lines = npz.with_suffix(".jsonl.gz")
    assert call_command("convert", npz, lines) == (0, b"", "")
    assert len(gzip.decompress(lines.read_bytes()).splitlines()) == len(read_npz(npz))
    status, said, error = call_command(
        *("convert", "-", "-", "--from", "jsonl.gz", "--to", "json"),
        given=lines.read_bytes(),
    )
    assert (status, error) == (0, "")
    titles = [facet["title"] for facet in json.loads(said)["facets"]]
    assert titles == [facet.title for facet in read_npz(npz)]


@pytest.mark.parametrize("ending", [".parquet", ".zarr", ".zarr.zip"])
def test_a_table_and_a_store_hold_the_same_facets(ending: str, npz: Path) -> None:
    there, again = npz.with_suffix(ending), npz.with_suffix(".json")
    assert call_command("convert", npz, there) == (0, b"", "")
    assert call_command("convert", there, again) == (0, b"", "")
    for before, after in zip(read_npz(npz), read_json(again), strict=True):
        assert before.tokens.texts == after.tokens.texts
        np.testing.assert_array_equal(before.heat, after.heat)


@pytest.mark.parametrize(
    ("out", "status", "message"),
    [
        (
            "a.pdf",
            2,
            "a.pdf: the name ends in '.pdf', expected one of json, jsonl, npz",
        ),
        ("no/a.json", 1, "no/a.json: No such file or directory"),
        ("/dev/full", 2, "/dev/full: the name ends in ''"),
    ],
)
def test_a_mistake_is_told_in_one_line(
    npz: Path, out: str, status: int, message: str
) -> None:
    came, said, error = call_command("convert", npz, out)
    assert (came, said) == (status, b"")
    assert error.removeprefix("Error: ").startswith(message)
