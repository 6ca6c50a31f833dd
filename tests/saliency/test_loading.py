"""Models that lie on this machine."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
import torch
from transformers import BertModel

from tests.saliency.test_classify import build_classifier
from tests.saliency.test_seq2seq import build_t5
from textualheatmap.saliency import causal, classify, load_model, masked, seq2seq

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]

TEXT = "the state of the union"


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


def test_what_translates_and_what_classifies_is_read_from_its_folder(
    bert: Pair, tmp_path: Path
) -> None:
    translator, classifier = build_t5(), build_classifier(bert)
    loaded = load_model(save(translator, tmp_path / "t5"))
    assert loaded.kind == "seq2seq"
    pair = seq2seq(loaded.model, loaded.tokenizer, TEXT, "union")
    expected = seq2seq(*translator, TEXT, "union")
    assert pair.source.heat == pytest.approx(expected.source.heat, abs=1e-5)
    loaded = load_model(save(classifier, tmp_path / "bert"))
    assert loaded.kind == "classify"
    found = classify(loaded.model, loaded.tokenizer, TEXT)
    heat = classify(*classifier, TEXT).text.heat
    assert found.text.heat == pytest.approx(heat, abs=1e-5)


@pytest.mark.parametrize(
    "made", ["MarianMTModel", "BartForConditionalGeneration", "BartForCausalLM"]
)
def test_a_kind_is_told_by_what_was_saved(made: str, tmp_path: Path) -> None:
    kind = "marian" if made == "MarianMTModel" else "bart"
    config = {"model_type": kind, "architectures": [made]}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    # It was of a kind that is known, and has no weights.
    with pytest.raises(OSError, match="its weights"):
        load_model(tmp_path)


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("whisper", "WhisperForConditionalGeneration"),
        ("qwen2_audio", "Qwen2AudioForConditionalGeneration"),
        ("bert", "BertForTokenClassification"),
    ],
)
def test_a_model_of_another_kind_is_an_error(
    kind: str, made: str, tmp_path: Path
) -> None:
    config = {"model_type": kind, "architectures": [made]}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ValueError, match=f"is {made}, expected .* classifies texts"):
        load_model(tmp_path)


def test_a_model_is_read_in_half_precision(folder: Path) -> None:
    model: Any = load_model(folder, dtype="bfloat16").model
    assert {weight.dtype for weight in model.parameters()} == {torch.bfloat16}
    wrong: Any = "int8"
    with pytest.raises(ValueError, match="dtype is 'int8', expected 'float32', 'bfl"):
        load_model(folder, dtype=wrong)


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


@pytest.mark.parametrize("name", [None, 5, b"bert"])
def test_what_is_no_name_is_an_error(name: object) -> None:
    wrong: Any = name
    with pytest.raises(TypeError, match=r"name is .*, expected a string or a path"):
        load_model(wrong)


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


def test_a_name_is_looked_up_on_this_machine_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        asked.append(arguments)
        msg = "no network"
        raise OSError(msg)

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    # The tests are offline; here the hub could be asked.
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        load_model("someone/some-model")
    assert asked == []


def test_pickled_weights_are_an_error_and_are_not_read(
    gpt: Pair, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model: Any = gpt[0]
    (folder / "model.safetensors").unlink()
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    monkeypatch.setattr(torch, "load", None)
    with pytest.raises(
        OSError, match="its weights: they are pickled, and reading"
    ) as error:
        load_model(folder)
    message = str(error.value)
    assert message.startswith(repr(str(folder)))
    assert "expected safetensors, as model.save_pretrained writes them" in message


def test_pickled_weights_beside_safe_ones_of_something_else_are_not_read(
    gpt: Pair, folder: Path
) -> None:
    model: Any = gpt[0]
    (folder / "model.safetensors").rename(folder / "adapter.safetensors")
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    with pytest.raises(OSError, match="cannot be read as a model: its weights"):
        load_model(folder)


def test_pickled_weights_beside_safe_ones_do_not_matter(folder: Path) -> None:
    (folder / "pytorch_model.bin").write_bytes(b"no pickle")
    assert load_model(folder).kind == "causal"


@pytest.mark.parametrize("kind", ["AutoConfig", "AutoModelForCausalLM"])
def test_code_beside_a_model_is_not_run(
    folder: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["auto_map"] = {kind: "own.Own"}
    config["model_type"] = "own" if kind == "AutoConfig" else config["model_type"]
    path.write_text(json.dumps(config), encoding="utf-8")
    (folder / "own.py").write_text("print('ran')", encoding="utf-8")
    with suppress(OSError):
        load_model(folder)
    # Nor is the reader asked whether it may be run.
    assert capsys.readouterr().out == ""


def test_code_beside_a_tokenizer_is_not_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "tokenizer_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["auto_map"] = {"AutoTokenizer": [None, "own.Own"]}
    path.write_text(json.dumps(config), encoding="utf-8")
    (folder / "own.py").write_text("print('ran')", encoding="utf-8")
    with suppress(OSError):
        load_model(folder)
    assert capsys.readouterr().out == ""


def test_a_reader_is_told_why_a_model_with_its_own_code_is_not_read(
    folder: Path,
) -> None:
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config |= {"model_type": "own", "auto_map": {"AutoConfig": "own.Own"}}
    path.write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(OSError, match=r"its configuration: .* custom code"):
        load_model(folder)


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
