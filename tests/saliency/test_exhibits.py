"""The exhibits that need no other weights than those kept here, made again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from apps.autocomplete import read_model
from data import make_exhibits
from data.fact import exchange_states
from data.heads import Head, rank_heads, score_heads, without_heads
from data.preference import explain_preference
from data.speeches import read_speeches
from data.train_autocomplete import evaluate, number, simplify
from textualheatmap import read_npz

DATA = Path(__file__).parents[2] / "data"
CHARACTERS = 20_000
# A row depends on no later character: of a shorter text it is the same.
SHORT = 60
Kind = Literal["GRU", "LSTM"]


def test_the_autocomplete_exhibit_is_what_its_script_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make_exhibits, "FOLDER", tmp_path)
    monkeypatch.setattr(make_exhibits, "PEACE", make_exhibits.PEACE[:SHORT])
    make_exhibits.make_autocomplete()
    made = read_npz(tmp_path / "autocomplete.npz")
    kept = read_npz(DATA / "autocomplete.npz")
    assert len(made) == len(kept) == 2
    for one, other in zip(made, kept, strict=True):
        assert one.tokens.texts == other.tokens.texts[:SHORT]
        names = [[name for name, _ in meta] for meta in one.tokens.meta]
        kept_metas = other.tokens.meta[:SHORT]
        assert names == [[name for name, _ in meta] for meta in kept_metas]
        assert one.provenance == {**other.provenance, "torch": torch.__version__}
        expected = other.heat[:SHORT, :SHORT]
        np.testing.assert_allclose(one.heat, expected, atol=1.5 / 255)


def test_the_preference_exhibit_is_what_its_script_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kept,) = read_npz(DATA / "preference.npz")
    assert kept.tokens.text == make_exhibits.PEACE
    monkeypatch.setattr(make_exhibits, "FOLDER", tmp_path)
    monkeypatch.setattr(make_exhibits, "PEACE", make_exhibits.PEACE[:SHORT])
    make_exhibits.make_preference()
    (made,) = read_npz(tmp_path / "preference.npz")
    assert made.tokens.texts == kept.tokens.texts[:SHORT]
    assert not kept.heat[:SHORT, SHORT:].any()
    np.testing.assert_allclose(made.heat, kept.heat[:SHORT, :SHORT], atol=0.02)


def test_rows_of_a_preference_are_complete(capsys: pytest.CaptureFixture[str]) -> None:
    explain_preference(read_model("LSTM"), "the people of the united states")
    found = capsys.readouterr().out
    assert float(found.split(":")[1]) < 1e-6


@pytest.mark.parametrize("kind", ["GRU", "LSTM"])
def test_the_word_is_among_the_best_three_as_often_as_the_readme_says(
    kind: Kind,
) -> None:
    model = read_model(kind)
    text = simplify(" ".join(read_speeches().held_out))[:CHARACTERS]
    quality = evaluate(model, *number(text, model.words))
    table = (DATA / "README.md").read_text(encoding="utf-8")
    (said,) = re.findall(rf"^\| {kind} \| \d+ \|.*\| \.(\d\d) \|$", table, re.MULTILINE)
    # A tenth of the text that the README speaks of.
    assert quality["top-3"] == pytest.approx(int(said) / 100, abs=0.03)


@pytest.mark.parametrize("kind", ["GRU", "LSTM"])
def test_what_is_predicted_is_a_word(kind: Kind) -> None:
    words = read_model(kind).words
    assert len(words) == len(set(words)) == 8192
    assert all(re.fullmatch("[a-z]+", word) for word in words)


def test_heads_that_are_removed_are_as_if_their_output_had_no_weights() -> None:
    model = build_llama()
    ids = torch.arange(1, 9)[None]
    whole = model(ids).logits
    with without_heads(model, [Head(1, 0), Head(0, 1)]):
        found = model(ids).logits
    assert torch.equal(model(ids).logits, whole)
    size = model.config.hidden_size // 2
    with torch.no_grad():
        model.model.layers[1].self_attn.o_proj.weight[:, :size] = 0
        model.model.layers[0].self_attn.o_proj.weight[:, size:] = 0
    torch.testing.assert_close(found, model(ids).logits)
    assert not torch.allclose(found, whole)


def test_heads_are_scored_by_where_they_look() -> None:
    rows = np.arange(8)
    weights = np.zeros((1, 3, 8, 8))
    weights[0, 0, rows[1:], rows[:-1]] = 1
    weights[0, 1, :, 0] = 1
    # Tokens 4 to 7 are those from 0 to 3 again.
    weights[0, 2, rows[4:], rows[1:5]] = 1
    scores = score_heads(weights)
    best = {kind: next(iter(rank_heads(each))) for kind, each in scores.items()}
    assert best == {
        "previous-token": (0, 0),
        "first-token": (0, 1),
        "induction": (0, 2),
    }
    assert scores["induction"][0].tolist() == [0, 0, 1]


def test_an_exchanged_state_is_that_of_the_other_text() -> None:
    model = build_llama()
    ids, other = torch.tensor([[1, 2, 3]]), torch.tensor([[1, 5, 3]])
    classes = [4, 7]
    own, foreign = (
        model(each).logits[0, -1].softmax(dim=0)[classes] for each in (ids, other)
    )
    # The texts differ in their second token alone, and later layers read it elsewhere.
    found = exchange_states(model, ids, other, 1, classes)
    torch.testing.assert_close(found[0], foreign)
    assert not torch.allclose(found[1], foreign)
    # What the first layer reads at the last token is the same in both.
    torch.testing.assert_close(exchange_states(model, ids, other, 2, classes)[0], own)
    whole = exchange_states(model, ids, ids, 1, classes)
    torch.testing.assert_close(whole, own.expand(2, 2))


def build_llama() -> Any:  # noqa: ANN401 - its layers have no types
    """Return a Llama of two layers of two heads, with random weights."""
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=16,
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=2,
        num_attention_heads=2,
    )
    return LlamaForCausalLM(config).eval()
