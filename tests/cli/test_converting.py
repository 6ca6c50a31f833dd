"""The command `convert`."""

from pathlib import Path

import numpy as np
import pytest

from tests.cli.command import run_command
from textualheatmap import read_json, read_npz


def test_json_and_npz_hold_the_same_facets(npz: Path) -> None:
    json, again = npz.with_suffix(".json"), npz.with_name("again.npz")
    assert run_command("convert", npz, json) == (0, b"", "")
    assert run_command("convert", json, again) == (0, b"", "")
    first, read, last = read_npz(npz), read_json(json), read_npz(again)
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


@pytest.mark.parametrize(
    ("out", "status", "message"),
    [
        ("a.pdf", 2, "a.pdf: the name ends in '.pdf', expected .json, .npz, or --to"),
        ("no/a.json", 1, "no/a.json: No such file or directory"),
        ("/dev/full", 2, "/dev/full: the name ends in ''"),
    ],
)
def test_a_mistake_is_told_in_one_line(
    npz: Path, out: str, status: int, message: str
) -> None:
    came, said, error = run_command("convert", npz, out)
    assert (came, said) == (status, b"")
    assert error.removeprefix("Error: ").startswith(message)
