"""The exhibits that need no other weights than those kept here, made again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch

from apps.autocomplete import read_model
from data import make_exhibits
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
