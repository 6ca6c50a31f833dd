"""The exhibits: that they are what their scripts make, and small."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from textualheatmap import Facet, read_npz

DATA = Path(__file__).parents[1] / "data"
EXHIBITS = ["autocomplete", "causal", "causal-long", "masked", "tokens"]


@pytest.mark.parametrize("name", EXHIBITS)
def test_an_exhibit_says_how_it_was_made(name: str) -> None:
    for facet in read_npz(DATA / f"{name}.npz"):
        assert facet.provenance["method"] == "gradient"
        assert {"model", "target", "output", "scale", "torch"} <= set(facet.provenance)


def test_all_files_together_are_small() -> None:
    assert sum(path.stat().st_size for path in DATA.glob("*.npz")) < 1_000_000
    weights = [path.stat().st_size for path in (DATA / "models").glob("*.npz")]
    assert len(weights) == 2
    assert max(weights) < 3_000_000


def test_the_long_exhibit_is_long_and_never_looks_ahead() -> None:
    (facet,) = read_npz(DATA / "causal-long.npz")
    assert len(facet) >= 1000
    assert not np.triu(facet.heat, 1).any()


def test_one_text_is_read_as_characters_as_wordpiece_and_as_bpe() -> None:
    facets = read_npz(DATA / "tokens.npz")
    assert len({facet.tokens.text for facet in facets}) == 1
    characters, words, pieces = facets
    assert len(characters) == len(characters.tokens.text)
    # WordPiece leaves the spaces between words out, BPE counts them in.
    assert any(words.tokens.is_format)
    assert " human" in pieces.tokens.texts


def find_row(facet: Facet, text: str) -> int:
    """Return the index of the first token that ends with a part of the text."""
    end = facet.tokens.text.index(text) + len(text)
    ends = facet.tokens.ends[facet.tokens.positions]
    return int(np.searchsorted(ends, end))
