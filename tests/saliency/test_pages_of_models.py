"""What the pages of the site say about models."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from docs.page_code import run_blocks
from tests.saliency.test_chat import build_talker
from tests.saliency.test_classify import build_classifier
from tests.saliency.test_seq2seq import build_t5
from textualheatmap import Facet, TextualHeatmap, write_json
from textualheatmap.saliency import (
    attention,
    causal,
    chat,
    classify,
    layer_gradients,
    logit_lens,
    masked,
    seq2seq,
    sequence,
)

if TYPE_CHECKING:
    from tests.saliency.conftest import Pair

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def folder(bert: Pair, gpt: Pair, tmp_path: Path) -> Path:
    """Return a folder with the models and the file that the pages speak of."""
    pairs = {"bert": bert, "gpt": gpt}
    pairs |= {"translator": build_t5(), "classifier": build_classifier(bert)}
    pairs["talker"] = build_talker()
    for name, pair in pairs.items():
        for part in pair:
            part.save_pretrained(tmp_path / "my" / name)
    words = [f"word{i} " for i in range(41)]
    facet = Facet.from_arrays(words, np.eye(41))
    write_json(tmp_path / "my.json", [facet])
    (tmp_path / "texts.jsonl").write_text('"The union"\n"is strong."\n')
    return tmp_path


@pytest.mark.parametrize(
    "page",
    [
        "coming-from.md",
        "how-to/command-line.md",
        "how-to/inside-a-model.md",
        "how-to/classify.md",
        "how-to/live-rows.md",
        "how-to/many-texts.md",
        "how-to/translate-and-answer.md",
    ],
)
def test_the_code_of_a_page_that_asks_models_runs(page: str, folder: Path) -> None:
    run_blocks(DOCS / page, folder)


def test_a_text_becomes_a_heatmap_of_two_models_on_the_page_about_them(
    folder: Path,
) -> None:
    first: list[dict[str, Any]] = []
    run_blocks(
        DOCS / "how-to" / "explain-a-model.md",
        folder,
        after=lambda names: first or first.append(dict(names)),
    )
    read, continued = first[0]["guesses"], first[0]["following"]
    assert isinstance(first[0]["heatmap"], TextualHeatmap)
    assert read.tokens.text == first[0]["text"]
    assert continued.tokens.text.startswith(read.tokens.text)
    assert len(continued.tokens.text) > len(read.tokens.text)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("explain-a-model", masked),
        ("explain-a-model", causal),
        ("explain-a-model", sequence),
        ("translate-and-answer", seq2seq),
        ("translate-and-answer", chat),
        ("classify", classify),
        ("inside-a-model", attention),
        ("inside-a-model", layer_gradients),
        ("inside-a-model", logit_lens),
    ],
)
def test_every_keyword_is_named(name: str, function: Any) -> None:  # noqa: ANN401
    page = (DOCS / "how-to" / f"{name}.md").read_text(encoding="utf-8")
    parameters = inspect.signature(function).parameters.values()
    keywords = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]
    assert [word for word in keywords if f"`{word}`" not in page] == []
