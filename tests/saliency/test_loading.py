"""Models that lie on this machine."""

from __future__ import annotations

import socket
import subprocess
import sys
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch
from transformers import BertModel

from textualheatmap.saliency import causal, load_model, masked

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]

TEXT = "the state of the union"
# Looks for a model whose name could be one of a hub's, and tells who was asked.
ASK = """
import socket
from textualheatmap.saliency import load_model

def refuse(*arguments, **options):
    print("asked", arguments[0])
    raise OSError("no network")

socket.getaddrinfo = socket.socket.connect = refuse
try:
    load_model("someone/some-model")
except FileNotFoundError:
    print("not here")
"""


def save(pair: Pair, folder: Path) -> Path:
    for part in pair:
        part.save_pretrained(folder)
    return folder


@pytest.fixture
def folder(gpt: Pair, tmp_path: Path) -> Path:
    """Return where a causal model was saved."""
    return save(gpt, tmp_path / "model")


def test_a_masked_model_is_read_from_its_folder(bert: Pair, tmp_path: Path) -> None:
    loaded = load_model(save(bert, tmp_path))
    assert loaded.kind == "masked"
    facet = masked(loaded.model, loaded.tokenizer, TEXT)
    assert facet.heat.tolist() == masked(*bert, TEXT).heat.tolist()


def test_a_causal_model_is_read_from_its_folder(gpt: Pair, folder: Path) -> None:
    loaded = load_model(str(folder))
    assert loaded.kind == "causal"
    facet = causal(loaded.model, loaded.tokenizer, TEXT)
    assert facet.heat.tolist() == causal(*gpt, TEXT).heat.tolist()


def test_a_model_is_read_as_float32_and_at_rest(gpt: Pair, tmp_path: Path) -> None:
    model: Any = load_model(save(gpt, tmp_path)).model
    half = tmp_path / "half"
    model.half().save_pretrained(half)
    gpt[1].save_pretrained(half)
    read: Any = load_model(half).model
    assert not read.training
    for weight in read.parameters():
        assert weight.dtype == torch.float32
        assert not weight.requires_grad


def test_a_model_without_its_head_is_an_error(bert: Pair, tmp_path: Path) -> None:
    body = BertModel(bert[0].config)  # pyright: ignore[reportArgumentType]
    save((body, bert[1]), tmp_path)
    with pytest.raises(ValueError, match=r"is BertModel, expected a masked or causal"):
        load_model(tmp_path)


@pytest.mark.parametrize("name", ["no/such/folder", "no-such-model", "../none", "a b?"])
def test_a_model_that_is_not_there_is_an_error(name: str) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        load_model(name)
    assert str(caught.value).startswith(f"{name!r} is no model on this machine, expec")


@pytest.mark.parametrize("garbage", ["", "{}", "[]", '{"model_type": "none"}', "\0"])
@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("config.json", "configuration"),
        ("model.safetensors", "weights"),
        ("tokenizer.json", "tokenizer"),
    ],
)
def test_a_folder_that_cannot_be_read_is_an_error(
    folder: Path, name: str, part: str, garbage: str
) -> None:
    (folder / name).write_text(garbage)
    with pytest.raises(
        OSError, match=f"cannot be read as a model: its {part}"
    ) as error:
        load_model(folder)
    assert not isinstance(error.value, FileNotFoundError)
    assert str(error.value).startswith(repr(str(folder)))
    assert len(str(error.value)) < 500


def test_a_folder_with_something_else_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="cannot be read as a model: its configuration"):
        load_model(tmp_path)


@pytest.mark.parametrize("content", [b"", b"garbage", b"GGUF\x03\0\0\0"])
def test_a_file_that_is_no_model_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"model.gguf' cannot be read as a model"):
        load_model(path)


def test_a_model_is_read_without_asking_the_network(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        msg = "asked the network"
        raise AssertionError(msg)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert load_model(folder).kind == "causal"


def test_a_name_is_looked_up_on_this_machine_only(tmp_path: Path) -> None:
    # Where nobody has set HF_HUB_OFFLINE, as the tests have.
    given = {name: value for name, value in environ.items() if name != "HF_HUB_OFFLINE"}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env=given | {"HF_HOME": str(tmp_path)},
    )
    assert done.stdout == "not here\n"


def test_a_folder_without_a_tokenizer_says_so(folder: Path) -> None:
    for path in folder.glob("*token*"):
        path.unlink()
    with pytest.raises(OSError, match="its tokenizer"):
        load_model(folder)


def test_a_downloaded_model_is_found_by_its_name(
    gpt: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As huggingface_hub keeps what it has downloaded.
    kept = tmp_path / "models--someone--some-model"
    save(gpt, kept / "snapshots" / "abc")
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("abc", encoding="utf-8")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    assert load_model("someone/some-model").kind == "causal"
