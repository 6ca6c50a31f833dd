"""The command `explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tests.cli.command import call_command
from textualheatmap import read_npz
from textualheatmap.cli.commands import app
from textualheatmap.saliency import causal

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]

TEXT = "the state of the union"


@pytest.fixture
def folder(gpt: Pair, tmp_path: Path) -> Path:
    """Return where a causal model was saved."""
    for part in gpt:
        part.save_pretrained(tmp_path / "model")
    return tmp_path / "model"


def fail(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["explain", *map(str, arguments)])
    return result.exit_code, result.stderr.removeprefix("Error: ")


def test_the_heat_is_that_of_the_library(gpt: Pair, folder: Path) -> None:
    out = folder.with_name("out.npz")
    status, said, _ = call_command(
        "explain", folder, "-", "-o", out, given=TEXT.encode()
    )
    assert (status, said) == (0, b"")
    (facet,) = read_npz(out)
    expected = causal(*gpt, TEXT)
    assert facet.tokens.texts == expected.tokens.texts
    assert facet.heat == pytest.approx(expected.heat, abs=0.005)


def test_a_page_shows_it(folder: Path) -> None:
    out = folder.with_name("out.html")
    arguments = ["explain", str(folder), TEXT, "-o", str(out), "--method", "occlusion"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert b"union" in out.read_bytes()


def test_mistakes_are_told_with_their_status(folder: Path) -> None:
    status, message = fail("no/model", TEXT, "-o", "a.npz")
    assert (status, message.startswith("'no/model' is no model on this")) == (1, True)
    status, message = fail(folder, TEXT, "-o", "a.npz", "--kind", "masked")
    assert (status, "--kind is 'masked', but the model" in message) == (2, True)
    status, message = fail(folder, TEXT, "-o", "a.npz", "--method", "guess")
    assert (status, "guess" in message) == (2, True)
    status, message = fail(folder, TEXT, "-o", "a.docx")
    assert (status, message.startswith("a.docx: the name ends in")) == (2, True)
