"""The command `explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tests.cli.command import call_command
from textualheatmap import read_npz
from textualheatmap.cli.commands import app
from textualheatmap.files.zarr_file import open_zarr
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


def test_many_texts_become_a_store_and_the_failed_ones_are_told(
    gpt: Pair, folder: Path
) -> None:
    texts, out = folder.with_name("texts.jsonl"), folder.with_name("maps.zarr")
    texts.write_text(
        f'"{TEXT}"\n\n{{"id": "x", "text": ""}}\n{{"id": 7, "text": "a"}}\n'
    )
    status, message = fail(folder, texts, "-o", out)
    assert (status, "x: ValueError: text is empty" in message) == (1, True)
    opened = open_zarr(out)
    assert [*opened] == ["0", "7"]
    assert opened["0"].heat == pytest.approx(causal(*gpt, TEXT).heat, abs=1e-6)
    texts.write_text(f'"{TEXT}"\n')
    status, message = fail(folder, texts, "-o", out, "--method", "occlusion")
    assert (status, "was made with method 'gradient', but this" in message) == (2, True)


def test_mistakes_of_many_texts_are_told_with_their_status(folder: Path) -> None:
    texts = folder.with_name("texts.jsonl")
    texts.write_text('"a"\n{"id": [], "text": "b"}\n')
    out = folder.with_name("maps.zarr")
    status, message = fail(folder, texts, "-o", out)
    assert (status, "texts.jsonl, line 2 has a list, expected" in message) == (1, True)
    texts.write_text('{"id": "x", "text": "b"}\n' * 2)
    status, message = fail(folder, texts, "-o", out)
    assert (status, "line 2 has the id 'x', which an" in message) == (1, True)
    status, message = fail(folder, texts, "-o", folder.with_name("a.npz"))
    assert (status, "expected OUT.zarr for many texts" in message) == (2, True)
    status, message = fail(folder, TEXT, "-o", out, "--scheduler", "here")
    assert (status, "--scheduler is for many texts" in message) == (2, True)
    texts.write_text('"a"')
    status, message = fail(folder, texts, "-o", out, "--scheduler", "here")
    assert (status, "there is no Dask scheduler at 'here'" in message) == (1, True)
    assert not out.exists()
