"""The command `explain`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import pytest
from typer.testing import CliRunner

from tests.cli.command import call_command
from tests.saliency.test_chat import build_talker
from tests.saliency.test_classify import build_classifier
from tests.saliency.test_seq2seq import build_t5
from textualheatmap import read_json, read_npz
from textualheatmap.cli import explain_command
from textualheatmap.cli.commands import app
from textualheatmap.files.zarr_file import open_zarr
from textualheatmap.saliency import (
    attention,
    causal,
    chat,
    classify,
    cross_attention,
    layer_gradients,
    logit_lens,
    seq2seq,
)
from textualheatmap.saliency.arguments.options import (
    Baseline,
    Method,
    Reduce,
    Scale,
    TargetClass,
)
from textualheatmap.saliency.models.loading import Kind, Precision
from textualheatmap.saliency.models.pieces import Special

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from textualheatmap import Facet

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]

TEXT = "the state of the union"


@pytest.fixture
def folder(gpt: Pair, tmp_path: Path) -> Path:
    """Return where a causal model was saved."""
    for part in gpt:
        part.save_pretrained(tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture
def folders(bert: Pair, tmp_path: Path) -> dict[str, Path]:
    """Return where models of three kinds more were saved."""
    pairs = {"t5": build_t5(), "classes": build_classifier(bert)}
    pairs["talker"] = build_talker()
    for name, pair in pairs.items():
        for part in pair:
            part.save_pretrained(tmp_path / name)
    return {name: tmp_path / name for name in pairs}


def ask(folder: Path, text: str, *options: str) -> list[Facet]:
    """Return the facets that the command writes."""
    out = folder.with_name("out.json")
    arguments = ["explain", str(folder), text, "-o", str(out), *options]
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (0, "")
    return read_json(out)


def agree(found: list[Facet], expected: Any) -> None:  # noqa: ANN401
    """Assert that facets are those that a function returned."""
    facets = [expected] if not isinstance(expected, list | tuple) else expected
    for one, other in zip(found, facets, strict=True):
        assert one.tokens.texts == other.tokens.texts
        assert one.provenance == other.provenance
        assert one.meta_axis == other.meta_axis
        assert one.heat == pytest.approx(other.heat, abs=1e-5)
        assert (one.id, one.rows_of) == (other.id, other.rows_of)


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
    assert (status, "expected OUT.zarr or OUT.parquet for" in message) == (2, True)
    status, message = fail(folder, TEXT, "-o", out, "--scheduler", "here")
    assert (status, "--scheduler is for many texts" in message) == (2, True)
    texts.write_text('"a"')
    status, message = fail(folder, texts, "-o", out, "--scheduler", "here")
    assert (status, "there is no Dask scheduler at 'here'" in message) == (1, True)
    assert not out.exists()


def test_the_options_are_those_of_the_library(gpt: Pair, folder: Path) -> None:
    agree(
        ask(
            *(folder, TEXT, "--method", "occlusion", "--reduce", "sum", "--by", "word"),
            *("--target", "true", "--foil", "runner-up", "--baseline", "zero"),
            *("--window", "6", "--stride", "2", "--scale", "none", "--device", "cpu"),
        ),
        causal(
            *gpt,
            TEXT,
            method="occlusion",
            reduce="sum",
            by="word",
            target=("true", "runner-up"),
            baseline="zero",
            window=6,
            stride=2,
            scale="none",
        ),
    )
    noise = ("--noise", "0.2", "--samples", "2", "--seed", "3", "--generate", "2")
    agree(
        ask(folder, TEXT, *noise),
        causal(*gpt, TEXT, noise=0.2, samples=2, seed=3, generate=2),
    )
    half = ask(folder, TEXT, "--dtype", "bfloat16")
    assert half[0].heat != pytest.approx(causal(*gpt, TEXT).heat, abs=1e-5)


def test_a_translation_is_a_source_and_a_target(folders: dict[str, Path]) -> None:
    pair = build_t5()
    agree(ask(folders["t5"], TEXT, "--generate", "4"), seq2seq(*pair, TEXT, generate=4))
    agree(
        ask(folders["t5"], TEXT, "--target-text", "union", "--foil", "top"),
        seq2seq(*pair, TEXT, "union", target=("true", "top")),
    )


def test_a_page_shows_both_facets_of_a_translation(folders: dict[str, Path]) -> None:
    out = folders["t5"].with_name("out.html")
    arguments = ["explain", str(folders["t5"]), TEXT, "-o", str(out)]
    result = CliRunner().invoke(app, [*arguments, "--target-text", "peace"])
    assert result.exit_code == 0
    page = out.read_text(encoding="utf-8")
    assert "source" in page
    assert "target" in page


def test_classes_are_explained_and_compared(
    bert: Pair, folders: dict[str, Path]
) -> None:
    expected = classify(*build_classifier(bert), TEXT, against="fair")
    agree(ask(folders["classes"], TEXT, "--foil", "fair"), expected)
    expected = classify(*build_classifier(bert), TEXT, method="gradient-x-input")
    found = ask(folders["classes"], TEXT, "--method", "gradient-x-input")
    agree(found, expected)


def test_a_chat_is_what_a_user_says_or_all_messages(folders: dict[str, Path]) -> None:
    talker, folder = build_talker(), folders["talker"]
    messages = [{"role": "user", "content": TEXT}]
    agree(
        ask(folder, TEXT, "--chat", "--generate", "3"),
        chat(*talker, messages, generate=3),
    )
    messages = [{"role": "system", "content": "is"}, *messages]
    agree(
        ask(folder, json.dumps(messages), "--chat", "--target-text", "peace"),
        chat(*talker, messages, "peace"),
    )


def test_attention_layers_and_the_lens_are_shown(gpt: Pair, folder: Path) -> None:
    agree(ask(folder, TEXT, "--show", "attention"), attention(*gpt, TEXT))
    agree(
        ask(folder, TEXT, "--show", "attention-rollout", "--special", "drop"),
        attention(*gpt, TEXT, kind="rollout", special="drop"),
    )
    agree(
        ask(folder, TEXT, "--show", "layers", "--target", "true", "--scale", "all"),
        layer_gradients(*gpt, TEXT, target="true", scale="all"),
    )
    agree(ask(folder, TEXT, "--show", "lens"), logit_lens(*gpt, TEXT))


def test_what_a_decoder_reads_is_shown(folders: dict[str, Path]) -> None:
    t5, options = build_t5(), ("--show", "cross-attention", "--generate", "4")
    agree(ask(folders["t5"], TEXT, *options), cross_attention(*t5, TEXT, generate=4))
    options = ("--show", "cross-attention-gradient", "--target-text", "of peace")
    agree(
        ask(folders["t5"], TEXT, *options, "--target", "top"),
        cross_attention(*t5, TEXT, "of peace", kind="gradient", target="top"),
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--stride 3", "--stride is 3, but there is no window: give --window"),
        ("--by word", "--by is 'word', but --method is 'gradient': expected 'occlusi"),
        ("--noise 0.1 --method shap", "--noise is 0.1, but --method is 'shap': expec"),
        ("--reduce sum", "--reduce is 'sum', but --method is 'gradient': expected 'n"),
        ("--foil nothing", "target has the token 'nothing', expected a single piece"),
        ("--target best", "--target is 'best', expected 'true', 'top' or a pair of"),
        ("--samples 0", "--samples is 0, expected an integer from 1"),
        ("--device moon", "--device is 'moon', expected one of this machine's"),
        ("--dtype int8", "--dtype is 'int8', expected 'float32', 'bfloat16' or"),
        ("--show heads", "--show is 'heads', expected saliency, attention, attention-"),
        ("--show lens --method shap", "--method is not for --show lens"),
        ("--show cross-attention", "GPT2LMHeadModel is no encoder with a decoder, exp"),
        ("--show layers --foil top", "--foil is not for --show layers"),
        ("--target-text a", "--target-text is not for causal models, only for seq2se"),
        ("--chat", "has no chat template, expected one"),
        ("--chat --show lens", "--show is 'lens', expected saliency with --chat"),
        ("--chat --window 9", "--window is not for chat models, only for causal ones"),
        ("--kind seq2seq", "--kind is 'seq2seq', but the model is a causal one"),
        ("--kind both", "--kind is 'both', expected causal, masked, seq2seq or clas"),
    ],
)
def test_an_error_names_the_option(folder: Path, options: str, message: str) -> None:
    status, said = fail(folder, TEXT, "-o", "a.npz", *options.split())
    assert status == 2
    # Above it a bar may stand, of the weights that are read.
    assert message in said.splitlines()[-1]


def test_many_texts_take_the_same_options(gpt: Pair, folder: Path) -> None:
    texts, out = folder.with_name("texts.jsonl"), folder.with_name("maps.zarr")
    texts.write_text(f'"{TEXT}"\n')
    wishes = ("--window", "5", "--noise", "0.1", "--samples", "2", "--target", "true")
    assert fail(folder, texts, "-o", out, *wishes, "--foil", "top")[0] == 0
    expected = causal(
        *gpt, TEXT, window=5, noise=0.1, samples=2, target=("true", "top")
    )
    found = open_zarr(out)["0"]
    assert found.heat == pytest.approx(expected.heat, abs=1e-6)
    assert found.provenance["target"] == ["true", "top"]
    for wrong, message in {
        "--show lens": "--show is for one text, expected none with many texts",
        "--chat": "--chat is for one text",
        "--foil top": "--target is missing, expected true or top beside --foil",
        "--kind seq2seq": "--kind is 'seq2seq', expected causal or masked: its m",
        "--kind masked --generate 2": "--generate is not for masked models, only",
        "--dtype int8": "--dtype is 'int8', expected",
    }.items():
        status, said = fail(folder, texts, "-o", out, *wrong.split())
        assert (status, message in said) == (2, True), said


def test_a_shell_completes_what_the_library_knows() -> None:
    known = {
        "KINDS": Kind,
        "METHODS": Method,
        "REDUCES": Reduce,
        "TARGETS": TargetClass,
        "BASELINES": Baseline,
        "SCALES": Scale,
        "SPECIALS": Special,
        "PRECISIONS": Precision,
    }
    for name, expected in known.items():
        offered = getattr(explain_command, name)
        own = [each for each in offered if not each.startswith("captum.")]
        assert sorted(own) == sorted(get_args(expected)), name
    asked = {
        "_TEXTUALHEATMAP_COMPLETE": "complete_bash",
        "COMP_WORDS": "textualheatmap explain --show att",
        "COMP_CWORD": "3",
    }
    result = CliRunner().invoke(app, prog_name="textualheatmap", env=asked)
    assert result.stdout.split() == [
        *("attention", "attention-rollout", "attention-gradient", "attention-norm")
    ]
